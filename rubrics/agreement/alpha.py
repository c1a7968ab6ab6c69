"""Krippendorff's α: any number of examiners, cells may be empty."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from rubrics.agreement import needed
from rubrics.agreement.figures import SEED, Figure, Floats, Ints, figure, percentiles, too_few

RESAMPLES = 200
"Of α, which is reckoned anew for each."
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
    return figure(n, least, _alpha(counts, domain, level), percentiles(_drawn(counts, domain, level)))


def _drawn(counts: Ints, domain: Floats, level: Level) -> Floats:
    rng = np.random.default_rng(SEED)
    n = len(counts)
    return np.array([_alpha(counts[rng.integers(0, n, n)], domain, level) for _ in range(RESAMPLES)])


def _alpha(counts: Ints, domain: Floats, level: Level) -> float:
    """Of how often each talk got each mark: [talks, marks]."""
    import krippendorff

    if (counts.sum(axis=0) > 0).sum() < 2:  # a resample in which nothing differs
        return float("nan")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level)
    return float(found)
