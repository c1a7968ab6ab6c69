"""No quote, no credit: every quote must stand word for word in the candidate's turn it names.

Whether a station gives occasion for a check is settled here too, by code, for any judge.
"""

from dataclasses import dataclass, replace

from bot.transcript import Transcript
from rubrics.countable import MIN_QUOTE, spans
from rubrics.evidence import Evidence
from rubrics.model import Check, Rubric
from rubrics.ports import CheckVerdict, CriterionFailure, CriterionVerdict, Quote, Verdict, Verdicts


@dataclass(frozen=True, slots=True)
class Verified:
    """Verdicts that may be added up. `dropped` counts the quotes that were not to be found."""

    criteria: tuple[CriterionVerdict | CriterionFailure, ...]
    dropped: int


def stands(quote: Quote, transcript: Transcript, evidence: Evidence) -> bool:
    """Whether it is verbatim in the candidate turn it names, outside what addresses the software."""
    if not 0 <= quote.turn < len(transcript.turns) or len(quote.quote.strip()) < MIN_QUOTE:
        return False
    turn = transcript.turns[quote.turn]
    if turn.role != "candidate" or quote.quote not in turn.text or quote.turn in evidence.echoes:
        return False
    barred = [a for a in evidence.meta if a.turn == quote.turn]
    return not barred or _outside(quote.quote, turn.text, [a.start for a in barred])


def _outside(quote: str, text: str, starts: list[int]) -> bool:
    """Some occurrence of the quote lies in no sentence that addresses the software."""
    barred = [span for span in spans(text) if any(span[0] <= start < span[1] for start in starts)]
    at = text.find(quote)
    while at >= 0:
        if not any(at < end and start < at + len(quote) for start, end in barred):
            return True
        at = text.find(quote, at + 1)
    return False


def verify(verdicts: Verdicts, rubric: Rubric, transcript: Transcript, evidence: Evidence) -> Verified:
    """Drop what is not there. A credit without a quote is not met; with false ones, not to be judged."""
    dropped = 0
    out: list[CriterionVerdict | CriterionFailure] = []
    by_id = {criterion.id: criterion for criterion in rubric.criteria}
    for verdict in verdicts.criteria:
        if isinstance(verdict, CriterionFailure) or verdict.id not in by_id:
            out.append(verdict)
            continue
        checks = {check.id: check for check in by_id[verdict.id].checks}
        kept: list[CheckVerdict] = []
        for each in verdict.checks:
            true = tuple(q for q in each.evidence if stands(q, transcript, evidence))
            dropped += len(each.evidence) - len(true)
            check = checks.get(each.id)
            if check and check.applies and not check.applies.to(evidence.station):
                kept.append(CheckVerdict(each.id, Verdict.CANNOT_JUDGE, (), 0.0))
            else:
                kept.append(_settled(each, true, check) if check else each)
        out.append(CriterionVerdict(verdict.id, tuple(kept)))
    return Verified(tuple(out), dropped)


def _settled(each: CheckVerdict, true: tuple[Quote, ...], check: Check) -> CheckVerdict:
    """The verdict that the quotes which stand can carry."""
    credit = each.verdict in {Verdict.MET, Verdict.PARTLY}
    needs_quote = credit if not check.absence else each.verdict in {Verdict.NOT_MET, Verdict.PARTLY}
    if not needs_quote or true:
        return replace(each, evidence=true)
    if each.evidence or check.absence:
        return CheckVerdict(each.id, Verdict.CANNOT_JUDGE, (), 0.0)
    return CheckVerdict(each.id, Verdict.NOT_MET, (), each.confidence)
