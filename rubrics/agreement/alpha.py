"""Krippendorff's α: any number of examiners, cells may be empty."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from rubrics.agreement import needed
from rubrics.agreement.figures import Figure, Floats, Ints, figure, percentiles, too_few, weights

Level = Literal["ordinal", "interval"]
"Bands are ordinal, totals interval."


def alpha(marks: Sequence[Mapping[str, float]], level: Level, *, needs: int | None = None) -> Figure:
    """α over examiners, by the `krippendorff` package (Krippendorff 2004; Hayes & Krippendorff 2007).

    Args:
        marks: of each talk, examiner → mark; talks with one examiner are left away.
    """
    paired = [each for each in marks if len(each) > 1]
    n, least = len(paired), needed.ALPHA if needs is None else needs
    if refused := too_few(n, max(least, 2), "场有两位以上考评员评过的"):
        return refused
    if len({mark for each in paired for mark in each.values()}) == 1:
        return Figure(n, least, refused="考评员给的全一样，没有差别就量不出一致性")
    domain = np.array(sorted({mark for each in paired for mark in each.values()}))
    counts = np.array([[list(each.values()).count(mark) for mark in domain] for each in paired])
    drawn = _ordinal(weights(n), counts) if level == "ordinal" else _interval(weights(n), paired)
    return figure(n, least, _alpha(counts, domain, level), percentiles(drawn))


def _alpha(counts: Ints, domain: Floats, level: Level) -> float:
    """Of how often each talk got each mark: [talks, marks]."""
    import krippendorff

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level)
    return float(found)


def _ordinal(drawn: Floats, counts: Ints) -> Floats:
    """α of each resample, thousands at a time: coincidences add up over talks."""
    marks = counts.sum(axis=1)
    own = np.einsum("ni,ij->nij", counts, np.eye(counts.shape[1]))
    each = (counts[:, :, None] * counts[:, None, :] - own) / (marks - 1)[:, None, None]
    stack = np.tensordot(drawn, each, axes=1)
    sums = stack.sum(axis=2)
    middle = np.cumsum(sums, axis=1) - sums / 2
    apart = (middle[:, :, None] - middle[:, None, :]) ** 2
    chance = (sums[:, :, None] * sums[:, None, :] * apart).sum(axis=(1, 2))
    return _one_less((stack * apart).sum(axis=(1, 2)), chance, sums.sum(axis=1))


def _interval(drawn: Floats, paired: Sequence[Mapping[str, float]]) -> Floats:
    """The same for squared differences, which follow from each talk's sum and sum of squares."""
    marks = np.array([len(each) for each in paired], dtype=float)
    sums = np.array([sum(each.values()) for each in paired])
    squares = np.array([sum(mark**2 for mark in each.values()) for each in paired])
    within = 2 * (marks * squares - sums**2) / (marks - 1)
    n, total, square = drawn @ marks, drawn @ sums, drawn @ squares
    return _one_less(drawn @ within, 2 * (n * square - total**2), n)


def _one_less(seen: Floats, chance: Floats, n: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        made: Floats = 1 - (n - 1) * seen / chance
    return made
