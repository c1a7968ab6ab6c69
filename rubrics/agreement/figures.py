"""One statistic with its interval, or the sentence that says why there is none."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SEED = 20260101
"Of every resampling: the same marks give the same interval, to the last digit."
RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic over `n` talks. `value` is None exactly when `refused` says why (Chinese)."""

    n: int
    needs: int
    "Talks below which it is refused; the reasons are in `needed.py`."
    value: float | None = None
    low: float | None = None
    high: float | None = None
    "The 95 % interval, where there is one."
    refused: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        ci = None if self.low is None or self.high is None else [_round(self.low), _round(self.high)]
        value = None if self.value is None else _round(self.value)
        return {"value": value, "ci": ci, "n": self.n, "needs": self.needs, "refused": self.refused or None}


def figure(n: int, needs: int, value: float, ci: tuple[float, float] | None = None) -> Figure:
    """A value with its interval; an interval that came out as no number is left away."""
    if not np.isfinite(value):
        return Figure(n, needs, refused="算出来不是一个数：差别太小，量不出来")
    if ci is None or not np.all(np.isfinite(ci)):
        return Figure(n, needs, float(value))
    return Figure(n, needs, float(value), float(ci[0]), float(ci[1]))


def too_few(n: int, needs: int, of: str = "场") -> Figure | None:
    """The refusal, when `n` is below `needs`."""
    return None if n >= needs else Figure(n, needs, refused=f"现在 {n} {of}，至少要 {needs} 场")


def constant(n: int, needs: int, who: str, what: str) -> Figure:
    """The refusal of marks that do not differ: agreement on them says nothing."""
    return Figure(n, needs, refused=f"{who}给的全是{what}，没有差别就量不出一致性")


@lru_cache(2)
def weights(n: int, resamples: int = RESAMPLES) -> Floats:
    """How often each of `n` talks comes up in each resample: [resamples, n]. Whole talks are drawn.

    The bootstrap of Efron & Tibshirani (1993), percentile intervals, talks as clusters: two examiners'
    marks of one talk are not two talks.
    """
    rng = np.random.default_rng(SEED)
    made: Floats = rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)
    made.flags.writeable = False  # shared by all figures over as many talks
    return made


def percentiles(drawn: Floats) -> tuple[float, float]:
    """The middle 95 % of a resampled statistic; what came out as no number is left away."""
    kept = drawn[np.isfinite(drawn)]
    if len(kept) < len(drawn) / 2:
        return (float("nan"), float("nan"))
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(kept, [tail, 100 - tail])
    return float(low), float(high)


def _round(value: float) -> float:
    return round(value, 4) + 0.0  # no -0.0
