"""The way a mark goes, from a talk to its report. This is that line and nothing else.

1. too little to mark → unscored, before any judge is asked
2. gather what the candidate did (once, for everything below)
3. the judge says of each check whether it was shown
4. quotes that are not there are dropped
5. red lines; arithmetic
6. where the recogniser of speech was corrected, 3–5 again on the other reading: a band that flips is flagged
7. doubt, words, report; where it is asked for, a second opinion beside it
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.ports import Recogniser
from bot.transcript import Transcript
from retrieval.errors import ProviderError
from retrieval.text import han_count
from rubrics import red_lines
from rubrics.advice import advice, costliest, moments, rationale
from rubrics.builtin_judge import SURE_FAULT
from rubrics.doubt import confidence, in_abstain_band, standard_error
from rubrics.evidence import NEGATIVE, Evidence, gather, recognised
from rubrics.heard import noted, versions
from rubrics.model import Criterion, Rubric
from rubrics.ports import Effort, Judge, Verdicts
from rubrics.provenance import provenance, transcript_hash
from rubrics.report import CriterionReport, Report
from rubrics.score import CriterionScore, RedLineHit, Score, score, unscored
from rubrics.second import Opinion, beside
from rubrics.verdict import sentence
from rubrics.verify import verify
from scenarios.station import Station

MIN_HAN = 2
"Han characters from which a turn is more than 嗯."
POOR_HEARING = 0.6
"Mean confidence of the recogniser of speech below which the examiner listens."


@dataclass(frozen=True, slots=True)
class _Marked:
    evidence: Evidence
    verdicts: Verdicts | None
    hits: tuple[RedLineHit, ...]
    score: Score
    dropped: int


async def mark(
    transcript: Transcript,
    *,
    station: Station | None,
    rubric: Rubric,
    judge: Judge,
    recogniser: Recogniser,
    second: Judge | None = None,
) -> Report:
    """Mark one talk. Pure for pure parts: the same talk gives the same report.

    Args:
        second: asked for its opinion besides; the mark stays `judge`'s.

    Raises:
        ProviderError: the judge asked for by name cannot be reached (a batch turns it into `unscored`).
    """
    settled, others = versions(transcript)
    settled = await recognised(settled, station, rubric.applies_to[0], recogniser)
    evidence = gather(settled, station, rubric.applies_to[0], recogniser, rubric)
    hits = red_lines.hits(rubric, evidence)
    reason = too_little(settled, rubric, evidence, hits)
    made = provenance(transcript, station, rubric, recogniser.version, None)
    if reason:
        marked = _Marked(evidence, None, hits, unscored(rubric, reason), 0)
        return noted(_report(settled, station, rubric, judge, marked, (), made), transcript, settled)
    marked = await _judged(settled, station, rubric, judge, evidence, hits)
    flips: tuple[str, ...] = ()
    effort = marked.verdicts.effort if marked.verdicts else None
    for other in others if marked.score.total is not None else ():
        more, again = await _flips(other, station, rubric, judge, recogniser, marked.score)
        flips, effort = (*flips, *(each for each in more if each not in flips)), effort and effort.plus(again)
    report = _report(settled, station, rubric, judge, marked, flips, made)
    report = noted(replace(report, effort=effort), transcript, settled)
    if second is None:
        return report
    return await _second(report, settled, station, rubric, second, evidence, hits)


async def _second(
    report: Report,
    transcript: Transcript,
    station: Station | None,
    rubric: Rubric,
    judge: Judge,
    evidence: Evidence,
    hits: tuple[RedLineHit, ...],
) -> Report:
    """With the other judge's opinion; one that cannot be had is told, and takes nothing away."""
    try:
        other = await _judged(transcript, station, rubric, judge, evidence, hits)
    except ProviderError as error:
        return beside(report, Opinion(judge.info, None, None, str(error)))
    again = other.verdicts.effort if other.verdicts else None
    effort = report.effort.plus(again) if report.effort else again
    return beside(replace(report, effort=effort), Opinion.of(judge.info, other.score))


def too_little(
    transcript: Transcript, rubric: Rubric, evidence: Evidence, hits: Sequence[RedLineHit] = ()
) -> str | None:
    """Why there is not enough to mark (Chinese), or None.

    Whoever crosses a red line is marked however short the talk, and so is, from two turns, whoever drove the
    counterpart away: short for that reason is not short of evidence.
    """
    turns = list(transcript.candidate_turns())
    spoken = [turn for turn in turns if han_count(turn.text) >= MIN_HAN]
    if not turns:
        return "没有考生的发言，无法评分，请考评员处理"
    if not spoken:
        return "考生没有说出有内容的话，无法评分，请考评员处理"
    if any(hit.effect == "fail" for hit in hits) or _drove_away(transcript, evidence, len(spoken)):
        return None
    least, characters = rubric.least, sum(han_count(turn.text) for turn in spoken)
    if len(spoken) < least.turns:
        return f"考生只说了 {len(spoken)} 轮，少于 {least.turns} 轮，内容太少，不评分"
    if characters < least.han:
        return f"考生一共只说了 {characters} 个字，少于 {least.han} 个字，内容太少，不评分"
    return None


def _drove_away(transcript: Transcript, evidence: Evidence, turns: int) -> bool:
    """The counterpart broke it off, or the candidate clearly did what makes people break off.

    Who spoke but once must have done both.
    """
    faults = any(act.behaviour in NEGATIVE and act.confidence >= SURE_FAULT for act in evidence.acts)
    left = transcript.stop_reason in {"walked_out", "escalated"}
    return (faults or left) if turns >= 2 else (faults and left)


async def _judged(
    transcript: Transcript,
    station: Station | None,
    rubric: Rubric,
    judge: Judge,
    evidence: Evidence,
    hits: tuple[RedLineHit, ...],
) -> _Marked:
    verdicts = await judge.judge(transcript, station, rubric)
    verified = verify(verdicts, rubric, transcript, evidence)
    return _Marked(evidence, verdicts, hits, score(rubric, verified.criteria, hits), verified.dropped)


async def _flips(
    other: Transcript,
    station: Station | None,
    rubric: Rubric,
    judge: Judge,
    recogniser: Recogniser,
    made: Score,
) -> tuple[tuple[str, ...], Effort | None]:
    """Criteria whose band is another one in the talk's other reading, and what finding out took."""
    other = await recognised(other, station, rubric.applies_to[0], recogniser)
    evidence = gather(other, station, rubric.applies_to[0], recogniser, rubric)
    again = await _judged(other, station, rubric, judge, evidence, red_lines.hits(rubric, evidence))
    bands = {each.id: each.band for each in again.score.criteria}
    flips = tuple(each.id for each in made.criteria if bands[each.id] != each.band)
    return flips, again.verdicts.effort if again.verdicts else None


def _flags(marked: _Marked, flips: Sequence[str], unsure: bool) -> tuple[str, ...]:
    flags = ["meta_instruction"] if marked.evidence.meta else []
    flags += [f"asr_flip:{criterion}" for criterion in flips]
    flags += ["low_confidence"] if unsure else []
    flags += ["unverified_quote"] if marked.dropped else []
    return tuple(flags + (["echo"] if marked.evidence.echoes else []))


def _review(
    marked: _Marked, rubric: Rubric, flips: Sequence[str], unsure: bool, poor: bool
) -> tuple[str, ...]:
    """Why a person should look, in Chinese; empty when nothing calls for it."""
    reasons = [marked.score.reason] if marked.score.total is None and marked.score.reason else []
    titles = {line.id: line.title for line in rubric.red_lines}
    reasons += [f"疑似触及红线：{titles[hit.id]}" for hit in marked.hits if hit.effect == "review"]
    if unsure:
        reasons.append(f"总分离 {rubric.cut_score} 分合格线不到一个标准误")
    if flips:
        reasons.append(
            "语音识别的原文与更正后的文字评分不同：" + "、".join(rubric.criterion(f).title for f in flips)
        )
    if marked.score.total is not None:
        reasons += [
            f"“{rubric.criterion(each.id).title}”没有评出分：{each.reason}"
            for each in marked.score.criteria
            if each.reason
        ]
    if poor:
        reasons.append("语音识别的把握不高，请听录音")
    invented = marked.dropped and marked.verdicts is not None and marked.verdicts.judge.kind == "llm"
    if invented and marked.score.total is not None:
        reasons.append(f"评分员引的话有 {marked.dropped} 处考生没有说过，已经不算")
    return tuple(reasons)


def _poor_hearing(transcript: Transcript) -> bool:
    heard = [turn.confidence for turn in transcript.candidate_turns() if turn.confidence is not None]
    return bool(heard) and sum(heard) / len(heard) < POOR_HEARING


def _report(
    transcript: Transcript,
    station: Station | None,
    rubric: Rubric,
    judge: Judge,
    marked: _Marked,
    flips: tuple[str, ...],
    made_by: tuple[tuple[str, str], ...],
) -> Report:
    made = marked.score
    error = standard_error(rubric, made)
    unsure = in_abstain_band(made, rubric.cut_score, error)
    weak = moments(rubric, made, marked.evidence)
    poor = _poor_hearing(transcript)
    review = _review(marked, rubric, flips, unsure, poor)
    criteria = tuple(
        _criterion(rubric.criterion(each.id), each, transcript, advice(each.id, weak, transcript))
        for each in made.criteria
    )
    return Report(
        transcript=transcript.id,
        transcript_hash=transcript_hash(transcript),
        station=station.ref if station else transcript.station,
        rubric=rubric.ref,
        judge=marked.verdicts.judge if marked.verdicts else judge.info,
        outcome="unscored" if made.total is None else "scored",
        reason=made.reason,
        total=made.total,
        cut_score=rubric.cut_score,
        passed=made.passed,
        criteria=criteria,
        red_lines=marked.hits,
        flags=_flags(marked, flips, unsure or poor),
        needs_review=bool(review),
        review_reasons=review,
        confidence=confidence(made, rubric.cut_score, error),
        standard_error=round(error, 2) if error is not None else None,
        verdict=sentence(rubric, made, marked.hits, weak),
        costliest=costliest(weak),
        provenance=(*made_by, *(marked.verdicts.provenance if marked.verdicts else ())),
    )


def _criterion(
    criterion: Criterion, made: CriterionScore, transcript: Transcript, told: str
) -> CriterionReport:
    from retrieval.standard import Item, find

    parts = [find(code) for code in criterion.standard]
    texts = {check.id: check.text for check in criterion.checks}
    scored = made.band is not None
    return CriterionReport(
        id=criterion.id,
        title=criterion.title,
        standard=tuple((p.code, p.text if isinstance(p, Item) else p.name) for p in parts),
        weight=criterion.weight,
        outcome="scored" if scored else "unscored",
        band=made.band,
        points=float(made.points) if made.points is not None else None,
        max_points=float(criterion.weight),
        checks=tuple((texts[check.id], check) for check in made.checks),
        rationale=rationale(criterion, made, transcript),
        advice=told if scored else "",
        anchor=criterion.anchors.text(made.band) if made.band is not None else None,
        anchors=tuple(criterion.anchors.text(n) for n in range(5)),
    )
