"""From checks to bands to points to a total. Pure arithmetic, exact until the last rounding.

`docs/marking.md` says the same in words; the two are kept together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from rubrics.model import Criterion, Rubric
from rubrics.ports import CheckVerdict, CriterionFailure, CriterionVerdict, Quote, Verdict

CREDIT = {Verdict.MET: Fraction(1), Verdict.PARTLY: Fraction(1, 2), Verdict.NOT_MET: Fraction(0)}
JUDGED_SHARE = Fraction(1, 2)
"Of a criterion's check weights, what must have been judged for the criterion to be scored."
SCORED_SHARE = Fraction(7, 10)
"Of the rubric's weights, what must have been scored for there to be a total."

Effect = Literal["fail", "cap", "review"]


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One criterion in figures; `reason` (Chinese) where there is no band."""

    id: str
    checks: tuple[CheckVerdict, ...]
    share: Fraction | None
    "Of what could be earned, 0–1, deductions made."
    band: int | None
    points: Fraction | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RedLineHit:
    """A red line that was crossed, or may have been (`review`)."""

    id: str
    quote: Quote
    effect: Effect
    title: str = ""
    upheld: Literal["fail", "cap"] = "fail"
    "What it does once it is beyond doubt; `effect` is the same, or `review`."
    cap: int | None = None
    "The highest total there can be, where it is a cap."


@dataclass(frozen=True, slots=True)
class Score:
    """The whole in figures; `total` and `passed` are None when unscored, and `reason` says why."""

    criteria: tuple[CriterionScore, ...]
    total: float | None
    passed: bool | None
    reason: str | None = None


def share(criterion: Criterion, checks: Sequence[CheckVerdict]) -> Fraction | None:
    """What was earned of what could be judged; None when less than half could be judged."""
    verdicts = {each.id: each.verdict for each in checks}
    earned = possible = whole = lost = Fraction(0)
    for check in criterion.checks:
        verdict = verdicts[check.id]
        if check.absence:
            if verdict is not Verdict.CANNOT_JUDGE:
                lost += check.weight * (1 - CREDIT[verdict])
            continue
        whole += check.weight
        if verdict is not Verdict.CANNOT_JUDGE:
            possible += check.weight
            earned += check.weight * CREDIT[verdict]
    if possible < whole * JUDGED_SHARE:
        return None
    return max(Fraction(0), earned - lost) / possible


def band(of: Fraction) -> int:
    """The nearest of 0–4 quarters; halves go up: 7/8 is 4, 5/8 is 3, 3/8 is 2, 1/8 is 1."""
    return floor(of * 4 + Fraction(1, 2))


def score_criterion(criterion: Criterion, verdict: CriterionVerdict | CriterionFailure) -> CriterionScore:
    """One criterion; unscored with a reason when the judge failed or told nothing usable."""
    if isinstance(verdict, CriterionFailure):
        return CriterionScore(criterion.id, (), None, None, None, verdict.reason)
    expected = [check.id for check in criterion.checks]
    given = [check.id for check in verdict.checks]
    if sorted(expected) != sorted(given):
        return CriterionScore(
            criterion.id,
            (),
            None,
            None,
            None,
            f"评分器给出的观察点与评分标准不一致：{_difference(expected, given)}",
        )
    ordered = tuple(next(each for each in verdict.checks if each.id == wanted) for wanted in expected)
    of = share(criterion, ordered)
    if of is None:
        return CriterionScore(
            criterion.id, ordered, None, None, None, "可以判断的观察点不到一半，这一项不评分"
        )
    reached = band(of)
    return CriterionScore(criterion.id, ordered, of, reached, points_at(criterion.weight, reached))


def _difference(expected: Sequence[str], given: Sequence[str]) -> str:
    missing, extra = sorted(set(expected) - set(given)), sorted(set(given) - set(expected))
    parts = [f"缺 {'、'.join(missing)}"] if missing else []
    parts += [f"多 {'、'.join(extra)}"] if extra else []
    return "，".join(parts) or "有重复"


def score(
    rubric: Rubric,
    verdicts: Sequence[CriterionVerdict | CriterionFailure],
    red_lines: Sequence[RedLineHit] = (),
) -> Score:
    """The total, 0–100 to one decimal. Requires exactly the rubric's criterion ids."""
    expected, given = [each.id for each in rubric.criteria], [each.id for each in verdicts]
    if sorted(expected) != sorted(given):
        reason = f"评分器给出的评分项与评分标准不一致：{_difference(expected, given)}"
        return unscored(rubric, reason)
    by_id = {each.id: each for each in verdicts}
    criteria = tuple(score_criterion(each, by_id[each.id]) for each in rubric.criteria)
    weights = {each.id: each.weight for each in rubric.criteria}
    return add_up(weights, rubric.cut_score, criteria, red_lines)


def add_up(
    weights: Mapping[str, int], cut: int, criteria: tuple[CriterionScore, ...], hits: Sequence[RedLineHit]
) -> Score:
    """From criteria in figures to the total: of a judge's bands, and of an examiner's.

    Args:
        weights: of every criterion, by id; they sum to 100.
        cut: the score from which it is passed.
    """
    points = [(weights[each.id], each.points) for each in criteria if each.points is not None]
    weight = sum(each for each, _ in points)
    if weight < 100 * SCORED_SHARE:
        reasons = "；".join(dict.fromkeys(each.reason for each in criteria if each.reason))
        return Score(criteria, None, None, f"能评分的部分不到七成：{reasons}")
    total = sum((each for _, each in points), Fraction(0)) * 100 / weight
    failed = any(hit.effect == "fail" for hit in hits)
    caps = [hit.cap for hit in hits if hit.effect == "cap" and hit.cap is not None]
    caps += [cut - 1] if failed else []
    rounded = round_half_up(min([total, *map(Fraction, caps)]))
    return Score(criteria, rounded, bool(not failed and rounded >= cut))


def points_at(weight: int, reached: int) -> Fraction:
    """What a criterion of that weight gives at band `reached`, 0–4."""
    return Fraction(weight * reached, 4)


def round_half_up(value: Fraction) -> float:
    """To one decimal, halves up: what is printed is what is compared with the cut score."""
    return floor(value * 10 + Fraction(1, 2)) / 10


def unscored(rubric: Rubric, reason: str) -> Score:
    """Every criterion listed with the reason, no figure anywhere."""
    criteria = tuple(CriterionScore(each.id, (), None, None, None, reason) for each in rubric.criteria)
    return Score(criteria, None, None, reason)
