"""Pass and fail: the 2×2 table, κ, and how consistent the decisions are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rubrics.agreement import needed
from rubrics.agreement.bands import BANDS, kappas
from rubrics.agreement.figures import Figure, constant, figure, percentiles, too_few, weights


@dataclass(frozen=True, slots=True)
class Decision:
    """One talk: what each decided, and whether the machine asked for a person."""

    machine: bool
    examiner: bool
    referred: bool = False


@dataclass(frozen=True, slots=True)
class Decisions:
    """How far the decisions go together."""

    n: int
    both_pass: int
    machine_only: int
    "Passed by the machine, failed by the examiner."
    examiner_only: int
    both_fail: int
    kappa: Figure
    consistent: Figure
    "The share of equal decisions, with Wilson's interval."
    false_pass: Figure
    "Of those the examiner failed, the share the machine passed."
    false_fail: Figure
    "Of those the examiner passed, the share the machine failed."
    left_alone: Figure
    "The share of equal decisions among talks that the machine did not refer to a person."
    referred: int

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        table = ("both_pass", "machine_only", "examiner_only", "both_fail")
        figures = ("kappa", "consistent", "false_pass", "false_fail", "left_alone")
        return {
            "n": self.n,
            "table": {name: getattr(self, name) for name in table},
            **{name: getattr(self, name).as_json() for name in figures},
            "referred": self.referred,
        }


def decisions(given: Sequence[Decision], *, needs: int | None = None) -> Decisions:
    """The figures over one decision pair a talk."""
    machine = np.array([each.machine for each in given], dtype=bool)
    examiner = np.array([each.examiner for each in given], dtype=bool)
    alone = np.array([not each.referred for each in given], dtype=bool)
    same, n = machine == examiner, len(given)
    share_needs = needed.SHARE if needs is None else needs
    return Decisions(
        n,
        int((machine & examiner).sum()),
        int((machine & ~examiner).sum()),
        int((~machine & examiner).sum()),
        int((~machine & ~examiner).sum()),
        _kappa(machine, examiner, needs),
        _share(int(same.sum()), n, share_needs),
        _share(int((machine & ~examiner).sum()), int((~examiner).sum()), share_needs, "场考评员判未通过的"),
        _share(int((~machine & examiner).sum()), int(examiner.sum()), share_needs, "场考评员判通过的"),
        _share(int((same & alone).sum()), int(alone.sum()), share_needs, "场机评没有请人看的"),
        int((~alone).sum()),
    )


def _kappa(
    machine: "np.ndarray[Any, np.dtype[np.bool_]]",
    examiner: "np.ndarray[Any, np.dtype[np.bool_]]",
    needs: int | None,
) -> Figure:
    from sklearn.metrics import cohen_kappa_score

    n, least = len(machine), needed.DECISION if needs is None else needs
    if refused := too_few(n, max(least, 2)):
        return refused
    side = needed.EACH_SIDE if needs is None else 1
    for name, column in (("机评", machine), ("考评员", examiner)):
        if len(set(column.tolist())) == 1:
            return constant(n, least, name, "通过" if column[0] else "未通过")
        fewest = int(min(column.sum(), (~column).sum()))
        if fewest < side:
            return Figure(
                n, least, refused=f"{name}的通过和未通过里，少的一边只有 {fewest} 场，至少要 {side} 场"
            )
    cubes = np.zeros((n, BANDS, BANDS))
    cubes[np.arange(n), machine.astype(int), examiner.astype(int)] = 1
    drawn = np.tensordot(weights(n), cubes, axes=1)
    value = float(cohen_kappa_score(machine, examiner))
    return figure(n, least, value, percentiles(kappas(drawn, quadratic=False)))


def _share(count: int, n: int, needs: int, of: str = "场") -> Figure:
    from scipy.stats import binomtest

    if refused := too_few(n, max(needs, 1), of):
        return refused
    ci = binomtest(count, n).proportion_ci(method="wilson")
    return figure(n, needs, count / n, (float(ci.low), float(ci.high)))
