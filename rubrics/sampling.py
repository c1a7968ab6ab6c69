"""Several answers of a model made one: the median, and whether more answers could still change it. Pure.

Arithmetic only; whoever asks the model (`llm_judge.py`) asks here how often.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rubrics.doubt import in_abstain_band, standard_error
from rubrics.llm_prompt import MAX_QUOTES
from rubrics.llm_reading import Sample
from rubrics.model import Criterion, Rubric
from rubrics.ports import CheckVerdict, CriterionVerdict, Verdict
from rubrics.score import Score, band, score, share

STEP = 2
"""Answers added at a time: a median wants an odd number."""
FAR = 5
"""Answers at most where only a band is open and pass or fail is not; near the cut as many as there may be."""
LEAST = 3
"""Answers from which disagreement can be told at all; who asks for fewer gets exactly those."""
_ORDER = {Verdict.NOT_MET: 0, Verdict.PARTLY: 1, Verdict.MET: 2}
_EXTREMES = (Verdict.NOT_MET, Verdict.MET, Verdict.CANNOT_JUDGE)


def median(samples: Sequence[CheckVerdict]) -> CheckVerdict:
    """The middle verdict, the lower of two; *cannot be judged* when half or more say so.

    Its evidence is what the samples of that verdict quote, the most quoted first; its confidence the
    share of samples that agree with it.
    """
    verdict = _middle([each.verdict for each in samples])
    agreeing = [each for each in samples if each.verdict is verdict]
    agreed = round(len(agreeing) / len(samples), 4)
    if verdict is Verdict.CANNOT_JUDGE:
        return CheckVerdict(samples[0].id, verdict, (), agreed)
    counted = Counter(quote for sample in agreeing for quote in sample.evidence)
    quotes = tuple(quote for quote, _ in counted.most_common(MAX_QUOTES))
    return CheckVerdict(samples[0].id, verdict, quotes, agreed)


def _middle(verdicts: Sequence[Verdict]) -> Verdict:
    judged = sorted((each for each in verdicts if each in _ORDER), key=_ORDER.__getitem__)
    if 2 * len(judged) <= len(verdicts):
        return Verdict.CANNOT_JUDGE
    return judged[(len(judged) - 1) // 2]


def combined(criterion: Criterion, samples: Sequence[Sample]) -> CriterionVerdict:
    """All answers about one criterion as its verdict."""
    return CriterionVerdict(
        criterion.id, tuple(median([each[check.id] for each in samples]) for check in criterion.checks)
    )


def agreement(verdict: CriterionVerdict) -> float:
    """Of a criterion, 0–1: the share of answers that agree with the median, over its checks."""
    return round(sum(check.confidence for check in verdict.checks) / len(verdict.checks), 4)


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where a criterion stands, and where the next `STEP` answers could take it; None: unscored."""

    low: int | None
    high: int | None
    steady: bool


def wanting(rubric: Rubric, samples: Mapping[str, Sequence[Sample]], most: int) -> tuple[str, ...]:
    """Criteria of which `STEP` more answers are wanted.

    A criterion is open when the next answers, both against the median, would give it another band. Open
    ones are asked about again up to `FAR` times, and up to `most` where the total is within a standard error
    of the cut or the open bands decide between pass and fail.
    """
    taken = {each.id: len(samples[each.id]) for each in rubric.criteria}
    if most < LEAST or all(count + STEP > most for count in taken.values()):
        return ()
    reach = {each.id: _reach(each, samples[each.id]) for each in rubric.criteria}
    open_ = [name for name, each in reach.items() if not each.steady]
    limit = most if open_ and _near(rubric, samples, reach) else min(FAR, most)
    return tuple(name for name in open_ if taken[name] + STEP <= limit)


def _near(rubric: Rubric, samples: Mapping[str, Sequence[Sample]], reach: Mapping[str, _Reach]) -> bool:
    made: Score = score(rubric, [combined(each, samples[each.id]) for each in rubric.criteria])
    if made.total is None or in_abstain_band(made, rubric.cut_score, standard_error(rubric, made)):
        return True
    weights = {each.id: each.weight for each in rubric.criteria}
    low = sum(weights[name] * (each.low or 0) for name, each in reach.items()) / 4
    high = sum(weights[name] * (4 if each.high is None else each.high) for name, each in reach.items()) / 4
    return low < rubric.cut_score <= high


def _reach(criterion: Criterion, samples: Sequence[Sample]) -> _Reach:
    lows, highs, told = [], [], True
    for check in criterion.checks:
        said = [each[check.id].verdict for each in samples]
        now = _middle(said)
        could = {_middle([*said, *[extreme] * STEP]) for extreme in _EXTREMES} | {now}
        told = told and (Verdict.CANNOT_JUDGE not in could or could == {Verdict.CANNOT_JUDGE})
        judged = sorted(could - {Verdict.CANNOT_JUDGE}, key=_ORDER.__getitem__) or [Verdict.CANNOT_JUDGE]
        base = CheckVerdict(check.id, now)
        lows.append(replace(base, verdict=judged[0]))
        highs.append(replace(base, verdict=judged[-1]))
    low, high = _band(criterion, lows), _band(criterion, highs)
    return _Reach(low, high, told and low == high)


def _band(criterion: Criterion, checks: Sequence[CheckVerdict]) -> int | None:
    of = share(criterion, checks)
    return None if of is None else band(of)
