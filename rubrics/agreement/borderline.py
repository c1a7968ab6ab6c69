"""Borderline regression: where on the scale of totals examiners' own 「边缘」 lies.

Shown beside the statutory 60 (clause 1.7.3 of the standard), which it never moves.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rubrics.agreement import needed
from rubrics.agreement.figures import Figure, Floats, figure, percentiles, too_few, weights

RATINGS = ("不及格", "边缘", "及格", "良好")
"Global ratings 0–3."
BORDERLINE = 1
STATUTORY = 60


@dataclass(frozen=True, slots=True)
class Borderline:
    """Totals regressed on global ratings (Wood, Humphrey-Murto & Norman 2006, Adv. Health Sci. Educ. 11)."""

    n: int
    counts: tuple[int, int, int, int]
    "Talks of each rating 0–3."
    cut: Figure
    "The total at the borderline rating."
    r2: Figure
    "Share of the totals' variance that the rating explains."
    slope: float | None
    "Points a rating step is worth."

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        return {
            "n": self.n,
            "counts": dict(zip(RATINGS, self.counts, strict=True)),
            "cut": self.cut.as_json(),
            "r2": self.r2.as_json(),
            "slope": None if self.slope is None else round(self.slope, 3),
            "statutory": STATUTORY,
        }


def borderline(ratings: Sequence[int], totals: Sequence[float], *, needs: int | None = None) -> Borderline:
    """The regression, by SciPy. Refuses fewer than three different ratings and a line that does not rise."""
    n, least = len(ratings), needed.BORDERLINE if needs is None else needs
    found = Counter(ratings)
    counts = (found[0], found[1], found[2], found[3])
    refused = too_few(n, max(least, 3), "场有总体评价的") or _refused(counts, totals, n, least)
    if refused:
        return Borderline(n, counts, refused, refused, None)
    from scipy.stats import linregress

    x, y = np.asarray(ratings, dtype=float), np.asarray(totals, dtype=float)
    line = linregress(x, y)
    if line.slope <= 0:
        told = Figure(n, least, refused="总体评价越高、总分反而不高，这条线不能用")
        return Borderline(n, counts, told, told, float(line.slope))
    cuts, squares = _drawn(x, y)
    cut = figure(n, least, float(line.intercept + line.slope * BORDERLINE), percentiles(cuts))
    return Borderline(
        n, counts, cut, figure(n, least, float(line.rvalue**2), percentiles(squares)), float(line.slope)
    )


def _refused(counts: Sequence[int], totals: Sequence[float], n: int, least: int) -> Figure | None:
    used = sum(1 for each in counts if each)
    if used < needed.RATINGS:
        return Figure(n, least, refused=f"总体评价只用了 {used} 种，至少要 {needed.RATINGS} 种")
    if len(set(totals)) == 1:
        return Figure(n, least, refused="总分全一样，画不出线")
    return None


def _drawn(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """(cut, R²) of every resample."""
    drawn, n = weights(len(x)), len(x)
    mx, my = drawn @ x / n, drawn @ y / n
    xx, yy, xy = drawn @ x**2 / n - mx**2, drawn @ y**2 / n - my**2, drawn @ (x * y) / n - mx * my
    with np.errstate(divide="ignore", invalid="ignore"):
        slope, square = xy / xx, xy**2 / (xx * yy)
    return my + slope * (BORDERLINE - mx), square
