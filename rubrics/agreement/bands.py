"""Two raters' bands of one criterion: QWK, κ, the shares of equal and of neighbouring bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rubrics.agreement import needed
from rubrics.agreement.figures import Figure, Floats, constant, figure, percentiles, too_few, weights

BANDS = 5
"0–4."
Pair = tuple[str, int, int]
"(talk, the first rater's band, the second's)."


@dataclass(frozen=True, slots=True)
class BandAgreement:
    """How far two raters' bands go together."""

    n: int
    "Talks."
    qwk: Figure
    "Cohen's κ with quadratic weights."
    kappa: Figure
    "Cohen's κ, unweighted: a neighbouring band counts as little as a distant one."
    exact: Figure
    adjacent: Figure
    "At most one band apart."
    table: tuple[tuple[int, ...], ...]
    "Counts: rows are the first rater's bands, columns the second's."

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        return {
            "n": self.n,
            "qwk": self.qwk.as_json(),
            "kappa": self.kappa.as_json(),
            "exact": self.exact.as_json(),
            "adjacent": self.adjacent.as_json(),
            "table": [list(row) for row in self.table],
        }


def agreement(
    pairs: Sequence[Pair],
    *,
    who: tuple[str, str] = ("机评", "考评员"),
    alike: bool = False,
    needs: int | None = None,
) -> BandAgreement:
    """The figures over pairs of bands.

    Args:
        pairs: several of one talk are drawn together in the intervals, and `n` counts talks.
        who: what the two raters are called in a refusal.
        alike: the raters are interchangeable (two examiners): each pair counts in both orders, half each.
        needs: instead of the smallest numbers of `needed.py`.
    """
    cubes = tables(pairs, alike=alike)
    n, whole = len(cubes), cubes.sum(axis=0)
    drawn = np.tensordot(weights(n), cubes, axes=1) if n else np.zeros((0, BANDS, BANDS))
    kappa_needs = needed.KAPPA if needs is None else needs
    share_needs = needed.SHARE if needs is None else needs
    counts = np.rint(whole * (2 if alike else 1)).astype(int)
    return BandAgreement(
        n,
        _kappa(pairs, drawn, n, kappa_needs, who, quadratic=True, alike=alike),
        _kappa(pairs, drawn, n, kappa_needs, who, quadratic=False, alike=alike),
        _share(whole, drawn, n, share_needs, 0),
        _share(whole, drawn, n, share_needs, 1),
        tuple(tuple(int(each) for each in row) for row in counts),
    )


def tables(pairs: Sequence[Pair], *, alike: bool = False) -> Floats:
    """Each talk's own table of bands: [talks, 5, 5]; talks in the order of their names."""
    order = {talk: at for at, talk in enumerate(sorted({talk for talk, _, _ in pairs}))}
    made = np.zeros((len(order), BANDS, BANDS))
    for talk, first, second in pairs:
        made[order[talk], first, second] += 0.5 if alike else 1.0
        if alike:
            made[order[talk], second, first] += 0.5
    return made


def _kappa(
    pairs: Sequence[Pair],
    drawn: Floats,
    n: int,
    needs: int,
    who: tuple[str, str],
    *,
    quadratic: bool,
    alike: bool,
) -> Figure:
    if refused := too_few(n, needs):
        return refused
    for at in (0, 1):
        given = {pair[at + 1] for pair in pairs} | ({pair[2 - at] for pair in pairs} if alike else set())
        if len(given) == 1:
            return constant(n, needs, who[at], f" {given.pop()} 档")
    value = point(pairs, quadratic=quadratic, alike=alike)
    return figure(n, needs, value, percentiles(kappas(drawn, quadratic=quadratic)))


def point(pairs: Sequence[Pair], *, quadratic: bool = True, alike: bool = False) -> float:
    """κ of the pairs (Cohen 1960, 1968), reckoned by scikit-learn; neither rater may be constant."""
    from sklearn.metrics import cohen_kappa_score

    first, second = [pair[1] for pair in pairs], [pair[2] for pair in pairs]
    if alike:
        first, second = first + second, second + first
    kind = "quadratic" if quadratic else None
    return float(cohen_kappa_score(first, second, labels=list(range(BANDS)), weights=kind))


def kappas(stack: Floats, *, quadratic: bool) -> Floats:
    """κ of each table of a stack [m, 5, 5]: the resamples, thousands at a time; nan where none differs."""
    at = np.arange(stack.shape[-1], dtype=float)
    apart = np.abs(at[:, None] - at[None, :])
    cost = apart**2 if quadratic else (apart > 0).astype(float)
    total = stack.sum(axis=(1, 2))
    chance = stack.sum(axis=2)[:, :, None] * stack.sum(axis=1)[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        made: Floats = 1 - (stack * cost).sum(axis=(1, 2)) * total / (chance * cost).sum(axis=(1, 2))
    return made


def _share(whole: Floats, drawn: Floats, n: int, needs: int, apart: int) -> Figure:
    if refused := too_few(n, needs):
        return refused
    at = np.arange(BANDS)
    near = np.abs(at[:, None] - at[None, :]) <= apart
    value = whole[near].sum() / whole.sum()
    shares = drawn[:, near].sum(axis=1) / drawn.sum(axis=(1, 2))
    return figure(n, needs, value, percentiles(shares))
