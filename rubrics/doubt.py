"""How sure a total is: its standard error, and the chance that pass or fail is right."""

from math import erf, sqrt

from rubrics.model import Rubric
from rubrics.ports import Verdict
from rubrics.score import Score

ABSTAIN_SE = 1.0
"Standard errors around the cut within which it is left to the examiner (arXiv 2407.18370)."


REACHES = 0.2
"""Share of the doubt about an act that reaches a check: a check can rest on several acts, and most
confusions are between neighbours it takes alike. Set so that the formula agrees with resampling: acts
dropped with half their doubt, 60 times, on the scripted strong and borderline talks of three stations
gave a mean SD of 4.2."""


def standard_error(rubric: Rubric, score: Score) -> float | None:
    """Of the total, in points; None when unscored.

    Each check is a trial that is right with probability p = 1 − `REACHES` × (1 − confidence). They are taken
    as independent, so that variances p(1 − p) add up by the weight of the check in the total.
    """
    if score.total is None:
        return None
    variance = 0.0
    scored = [each for each in score.criteria if each.points is not None]
    weight = sum(rubric.criterion(each.id).weight for each in scored)
    for each in scored:
        criterion = rubric.criterion(each.id)
        checks = {check.id: check for check in criterion.checks}
        judged = [c for c in each.checks if c.verdict is not Verdict.CANNOT_JUDGE]
        whole = sum(checks[c.id].weight for c in judged if not checks[c.id].absence) or 1
        spread = sum((checks[c.id].weight / whole) ** 2 * _variance(c.confidence) for c in judged)
        variance += (criterion.weight * 100 / weight) ** 2 * spread
    return sqrt(variance)


def _variance(sure: float) -> float:
    right = 1 - REACHES * (1 - sure)
    return right * (1 - right)


def confidence(score: Score, cut: int, error: float | None) -> float:
    """Chance that pass or fail is right, 0.5–1; 0 when there is no total."""
    if score.total is None or error is None:
        return 0.0
    distance = abs(score.total - cut) / error if error else 9.0
    return round((1 + erf(distance / sqrt(2))) / 2, 2)


def in_abstain_band(score: Score, cut: int, error: float | None) -> bool:
    """Whether the total lies within one standard error of the cut score."""
    return score.total is not None and error is not None and abs(score.total - cut) <= ABSTAIN_SE * error
