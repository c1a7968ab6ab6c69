"""Krippendorff's α: any number of examiners, cells may be empty."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from rubrics.agreement import needed
from rubrics.agreement.figures import SEED, Figure, Floats, figure, percentiles, too_few

RESAMPLES = 500
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
    raters = sorted({name for each in paired for name in each})
    data = np.array([[each.get(name, np.nan) for each in paired] for name in raters])
    return figure(n, least, _alpha(data, level), percentiles(_drawn(data, level)))


def _drawn(data: Floats, level: Level) -> Floats:
    rng = np.random.default_rng(SEED)
    n = data.shape[1]
    return np.array([_alpha(data[:, rng.integers(0, n, n)], level) for _ in range(RESAMPLES)])


def _alpha(data: Floats, level: Level) -> float:
    import krippendorff

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(krippendorff.alpha(reliability_data=data, level_of_measurement=level))
    except ValueError:  # a resample in which nothing differs
        return float("nan")
