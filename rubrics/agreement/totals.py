"""Two columns of totals, 0–100: ICC(2,1), r, MAE, RMSE, SMD, Bland–Altman."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rubrics.agreement import needed
from rubrics.agreement.figures import (
    CONFIDENCE,
    Figure,
    Floats,
    constant,
    figure,
    percentiles,
    too_few,
    weights,
)

LARGE_SMD = 0.15
"""|SMD| above which machine marks count as shifted (Williamson, Xi & Breyer 2012, Educational Measurement:
Issues and Practice 31, 2–13)."""
SAME = 1e-9
"A spread below this is none."


@dataclass(frozen=True, slots=True)
class Limits:
    """Bland–Altman: differences machine − examiner, in points."""

    bias: Figure
    lower: Figure
    upper: Figure
    "95 % of differences lie between the two."

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        return {
            "bias": self.bias.as_json(),
            "lower": self.lower.as_json(),
            "upper": self.upper.as_json(),
        }


@dataclass(frozen=True, slots=True)
class TotalAgreement:
    """How far two columns of totals go together."""

    n: int
    icc: Figure
    "ICC(2,1): two-way random, absolute agreement, one rater (Shrout & Fleiss 1979; McGraw & Wong's A,1)."
    r: Figure
    mae: Figure
    "Mean absolute difference, in points."
    rmse: Figure
    smd: Figure
    "(mean machine − mean examiner) / √((SD² machine + SD² examiner) / 2); Williamson et al. 2012."
    limits: Limits
    means: tuple[float, float] | None
    "(machine, examiner); None below `needed.ERROR`."
    spreads: tuple[float, float] | None
    "Standard deviations (n − 1), likewise: r alone does not tell a machine that hardly spreads."

    @property
    def shifted(self) -> bool | None:
        """Whether |SMD| is above .15; None where it is not known."""
        return None if self.smd.value is None else abs(self.smd.value) > LARGE_SMD

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        return {
            "n": self.n,
            "icc_2_1": self.icc.as_json(),
            "r": self.r.as_json(),
            "mae": self.mae.as_json(),
            "rmse": self.rmse.as_json(),
            "smd": {**self.smd.as_json(), "large": self.shifted},
            "bland_altman": self.limits.as_json(),
            "mean": _two(self.means),
            "sd": _two(self.spreads),
        }


def _two(pair: tuple[float, float] | None) -> dict[str, float] | None:
    return None if pair is None else {"machine": round(pair[0], 2), "examiner": round(pair[1], 2)}


def agreement(
    first: Sequence[float],
    second: Sequence[float],
    *,
    who: tuple[str, str] = ("机评", "考评员"),
    needs: int | None = None,
) -> TotalAgreement:
    """The figures over two columns, a row a talk; machine first.

    Args:
        who: what the two are called in a refusal.
        needs: instead of the smallest numbers of `needed.py`.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    n = len(a)
    error_needs = needed.ERROR if needs is None else needs
    told = n >= max(error_needs, 2)
    drawn = weights(n) if told else np.zeros((0, n))
    return TotalAgreement(
        n,
        icc(np.column_stack([a, b]), who=who, needs=needs),
        pearson(a, b, who=who, needs=needs),
        _mean_error(np.abs(a - b), drawn, error_needs),
        _mean_error((a - b) ** 2, drawn, error_needs, root=True),
        smd(a, b, drawn, who, error_needs),
        limits(a - b, needs=needs),
        (float(a.mean()), float(b.mean())) if told else None,
        (float(a.std(ddof=1)), float(b.std(ddof=1))) if told else None,
    )


def icc(ratings: Floats, *, who: Sequence[str] = (), needs: int | None = None) -> Figure:
    """ICC(2,1) of [talks, raters] with no empty cell, by pingouin; its interval is given to two decimals."""
    n, least = len(ratings), needed.CORRELATION if needs is None else needs
    if refused := too_few(n, max(least, 3)):
        return refused
    for at, name in enumerate(who):
        if _flat(ratings[:, at]):
            return constant(n, least, name, f" {ratings[0, at]:g} 分")
    if _flat(ratings.mean(axis=1)):
        return Figure(n, least, refused="各场的分没有差别，量不出一致性")
    if np.ptp(ratings, axis=1).max() < SAME:
        return figure(n, least, 1.0, (1.0, 1.0))
    value, ci = _pingouin_icc(ratings)
    return figure(n, least, value, ci)


def _pingouin_icc(ratings: Floats) -> tuple[float, tuple[float, float]]:
    import pandas as pd

    with warnings.catch_warnings():  # pingouin 0.7 calls pandas in a way that pandas 3 warns of
        warnings.simplefilter("ignore")
        import pingouin

        n, k = ratings.shape
        long = pd.DataFrame({
            "talk": np.repeat(np.arange(n), k),
            "rater": np.tile(np.arange(k), n),
            "mark": ratings.ravel(),
        })
        with np.errstate(all="ignore"):
            found = pingouin.intraclass_corr(long, targets="talk", raters="rater", ratings="mark")
    row = found.set_index("Type").loc["ICC(A,1)"]
    return float(row["ICC"]), (float(row["CI95"][0]), float(row["CI95"][1]))


def pearson(
    a: Floats, b: Floats, *, who: tuple[str, str] = ("机评", "考评员"), needs: int | None = None
) -> Figure:
    """Pearson's r with Fisher's interval, by SciPy."""
    from scipy.stats import pearsonr

    n, least = len(a), needed.CORRELATION if needs is None else needs
    if refused := too_few(n, max(least, 4)):
        return refused
    for name, column in zip(who, (a, b), strict=True):
        if _flat(column):
            return constant(n, least, name, f" {column[0]:g} 分")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pearsonr(a, b)
        ci = found.confidence_interval(CONFIDENCE)
    return figure(n, least, float(found.statistic), (float(ci.low), float(ci.high)))


def _mean_error(errors: Floats, drawn: Floats, needs: int, *, root: bool = False) -> Figure:
    n = len(errors)
    if refused := too_few(n, max(needs, 2)):
        return refused
    value, means = errors.mean(), drawn @ errors / n
    if root:
        value, means = np.sqrt(value), np.sqrt(means)
    return figure(n, needs, float(value), percentiles(means))


def smd(a: Floats, b: Floats, drawn: Floats, who: tuple[str, str], needs: int) -> Figure:
    """The standardized mean difference, by pingouin (Cohen's d with the average of the two variances)."""
    n = len(a)
    if refused := too_few(n, max(needs, 2)):
        return refused
    for name, column in zip(who, (a, b), strict=True):
        if _flat(column):
            return constant(n, needs, name, f" {column[0]:g} 分")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

        value = pingouin.compute_effsize(a, b, paired=True, eftype="cohen")
    return figure(n, needs, float(value), percentiles(_smds(a, b, drawn)))


def _smds(a: Floats, b: Floats, drawn: Floats) -> Floats:
    """The same of every resample."""
    n = len(a)

    def spread(column: Floats) -> Floats:
        mean = drawn @ column / n
        made: Floats = (drawn @ column**2 / n - mean**2) * n / (n - 1)
        return made

    with np.errstate(divide="ignore", invalid="ignore"):
        made: Floats = (drawn @ (a - b) / n) / np.sqrt((spread(a) + spread(b)) / 2)
    return made


def limits(differences: Floats, *, needs: int | None = None) -> Limits:
    """Bias and 95 % limits with their intervals (Bland & Altman 1986; 1999, Stat. Meth. Med. Res. 8, 135)."""
    from scipy.stats import norm, t

    n = len(differences)
    least = needed.LIMITS if needs is None else needs
    bias_needs = needed.ERROR if needs is None else needs
    if refused := too_few(n, max(bias_needs, 3)):
        too = Figure(n, least, refused=f"现在 {n} 场，至少要 {least} 场")
        return Limits(refused, too, too)
    mean, sd = float(differences.mean()), float(differences.std(ddof=1))
    wide = float(t.ppf(1 - (1 - CONFIDENCE) / 2, n - 1))
    z = float(norm.ppf(0.975))
    own = wide * sd / n**0.5
    bias = figure(n, bias_needs, mean, (mean - own, mean + own))
    if unsure := too_few(n, max(least, 3)):
        return Limits(bias, unsure, unsure)
    apart = wide * sd * (1 / n + z**2 / (2 * (n - 1))) ** 0.5
    low, high = mean - z * sd, mean + z * sd
    return Limits(
        bias,
        figure(n, least, low, (low - apart, low + apart)),
        figure(n, least, high, (high - apart, high + apart)),
    )


def _flat(column: Floats) -> bool:
    return bool(np.ptp(column) < SAME)
