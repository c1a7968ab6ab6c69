"""The judge that needs nothing configured: a rubric's conditions, evaluated over the evidence."""

from bot.ports import Recogniser
from bot.transcript import Transcript
from rubrics.conditions import Found, evaluate
from rubrics.evidence import Act, Evidence, gather
from rubrics.model import Check, Criterion, Rubric
from rubrics.ports import CheckVerdict, CriterionVerdict, JudgeInfo, Quote, Verdict, Verdicts
from scenarios.station import Station

VERSION = "1"
UNSEEN = 0.9
"Confidence that what was not recognised was not done; the recogniser's recall is what limits it."
SURE_FAULT = 0.75
"Recogniser confidence from which a fault deducts in full; below, half: the doubt is the candidate's."


def quotes(acts: tuple[Act, ...]) -> tuple[Quote, ...]:
    """The acts as quotes of the transcript."""
    return tuple(Quote(act.turn, act.quote, str(act.behaviour)) for act in acts)


def judge_check(check: Check, evidence: Evidence) -> CheckVerdict:
    """Met, else partly, else not met; what the talk gives no means to tell cannot be judged."""
    if check.not_ is not None:
        return _absence(check.id, evaluate(check.not_, evidence))
    assert check.met is not None
    found = evaluate(check.met, evidence)
    if found.holds:
        return CheckVerdict(check.id, Verdict.MET, quotes(found.acts), _sure(found))
    if check.partly and (some := evaluate(check.partly, evidence)).holds:
        return CheckVerdict(check.id, Verdict.PARTLY, quotes(some.acts), _sure(some))
    if found.holds is None:
        return CheckVerdict(check.id, Verdict.CANNOT_JUDGE, (), 0.0)
    return CheckVerdict(check.id, Verdict.NOT_MET, (), UNSEEN)


def _absence(check_id: str, found: Found) -> CheckVerdict:
    if not found.holds:
        return CheckVerdict(check_id, Verdict.MET, (), UNSEEN)
    verdict = Verdict.NOT_MET if found.confidence >= SURE_FAULT else Verdict.PARTLY
    return CheckVerdict(check_id, verdict, quotes(found.acts), _sure(found))


def _sure(found: Found) -> float:
    return round(min(found.confidence, 0.99), 4)


def judge_criterion(criterion: Criterion, evidence: Evidence) -> CriterionVerdict:
    """Every check of one criterion; no other criterion is in sight."""
    return CriterionVerdict(criterion.id, tuple(judge_check(check, evidence) for check in criterion.checks))


class BuiltinJudge:
    """Deterministic: the same talk gives the same verdicts, byte for byte."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.recogniser = recogniser

    @property
    def info(self) -> JudgeInfo:
        """Its version names the recogniser's too, on which it rests."""
        return JudgeInfo("builtin", f"{VERSION}+{self.recogniser.version}")

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:
        """See `Judge.judge`; never raises."""
        evidence = gather(transcript, station, rubric.applies_to[0], self.recogniser, rubric)
        return Verdicts(self.info, tuple(judge_criterion(each, evidence) for each in rubric.criteria))
