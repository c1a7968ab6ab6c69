"""One group of marks (blind ones, or those given after seeing the machine's) in figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from rubrics.agreement import bands, needed, totals
from rubrics.agreement.alpha import alpha
from rubrics.agreement.bands import BandAgreement, Pair, kappas
from rubrics.agreement.borderline import Borderline, borderline
from rubrics.agreement.decisions import Decision, Decisions, decisions
from rubrics.agreement.figures import Figure, constant, figure, percentiles, too_few, weights
from rubrics.agreement.marks import Mark, Talk
from rubrics.agreement.totals import TotalAgreement

EXAMINERS = ("考评员", "考评员")


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """One criterion of one rubric."""

    id: str
    title: str
    machine: BandAgreement
    "Machine and each examiner."
    examiners: BandAgreement
    "Examiner and examiner, where two marked the same talk."
    same: BandAgreement
    "Machine and examiners on those talks only: like with like."
    gap: Figure
    "QWK of examiners among themselves minus that of the machine with them, on the same talks."
    alpha: Figure

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        return {
            "id": self.id,
            "title": self.title,
            "machine_examiner": self.machine.as_json(),
            "examiner_examiner": self.examiners.as_json(),
            "machine_examiner_same_talks": self.same.as_json(),
            "gap": self.gap.as_json(),
            "alpha": self.alpha.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Whole:
    """Totals and decisions; of a talk with several examiners their mean total is compared."""

    machine: TotalAgreement
    decisions: Decisions
    examiners_mae: Figure
    "Mean absolute difference of two examiners' totals."
    examiners_icc: Figure
    "ICC(2,1), where the same examiners marked every doubly marked talk."
    alpha: Figure
    borderline: Borderline
    "Examiners' totals on their own global ratings."
    borderline_machine: Borderline
    "The machine's totals on examiners' ratings."
    red: int
    "Talks whose machine total a red line holds down."
    unscored: int
    "Talks with an examiner's total that the machine left unscored: they are in no figure."

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        return {
            "machine_examiner": self.machine.as_json(),
            "decisions": self.decisions.as_json(),
            "examiner_examiner": {
                "mae": self.examiners_mae.as_json(),
                "icc_2_1": self.examiners_icc.as_json(),
                "alpha": self.alpha.as_json(),
            },
            "borderline": {
                "examiner": self.borderline.as_json(),
                "machine": self.borderline_machine.as_json(),
            },
            "red_lines": self.red,
            "unscored": self.unscored,
        }


@dataclass(frozen=True, slots=True)
class Study:
    """A group of marks in figures."""

    talks: int
    marks: int
    examiners: tuple[str, ...]
    doubled: int
    "Talks that two or more examiners marked."
    whole: Whole
    criteria: tuple[CriterionAgreement, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For `koushi agreement --json`."""
        return {
            "talks": self.talks,
            "marks": self.marks,
            "examiners": list(self.examiners),
            "doubled": self.doubled,
            "totals": self.whole.as_json(),
            "criteria": [each.as_json() for each in self.criteria],
        }


Group = Sequence[tuple[Talk, Sequence[Mark]]]
"Talks with those of their marks that belong to the group."


def group(talks: Sequence[Talk], *, blind: bool) -> Group:
    """The blind marks, or the others; talks without any are left away."""
    found = [(talk, [mark for mark in talk.marks if mark.blind is blind]) for talk in talks]
    return [(talk, marks) for talk, marks in found if marks]


def study(of: Group, *, criteria: bool) -> Study:
    """The figures of a group.

    Args:
        criteria: the talks share one rubric, so that its criteria can be told one by one.
    """
    titles = dict(item for talk, _ in of for item in talk.machine.titles.items()) if criteria else {}
    return Study(
        talks=len(of),
        marks=sum(len(marks) for _, marks in of),
        examiners=tuple(sorted({mark.examiner for _, marks in of for mark in marks})),
        doubled=sum(len(marks) > 1 for _, marks in of),
        whole=_whole(of),
        criteria=tuple(_criterion(of, name, title) for name, title in titles.items()),
    )


# -- criteria -------------------------------------------------------------------------------------------


def _criterion(of: Group, name: str, title: str) -> CriterionAgreement:
    given = [(talk, [mark.bands[name] for mark in marks if name in mark.bands]) for talk, marks in of]
    machine = _against(given, name)
    among: list[Pair] = [(talk.id, a, b) for talk, found in given for a, b in combinations(found, 2)]
    doubled = {talk for talk, _, _ in among} & {talk for talk, _, _ in machine}
    same = [each for each in machine if each[0] in doubled]
    among_same = [each for each in among if each[0] in doubled]
    return CriterionAgreement(
        name,
        title,
        bands.agreement(machine),
        bands.agreement(among, who=EXAMINERS, alike=True),
        bands.agreement(same),
        gap(among_same, same),
        alpha([_by_examiner(marks, name) for _, marks in of], "ordinal"),
    )


def _against(given: Sequence[tuple[Talk, Sequence[int]]], name: str) -> list[Pair]:
    out: list[Pair] = []
    for talk, found in given:
        band = talk.machine.bands.get(name)
        out += [(talk.id, band, each) for each in found] if band is not None else []
    return out


def _by_examiner(marks: Sequence[Mark], name: str) -> Mapping[str, float]:
    return {mark.examiner: float(mark.bands[name]) for mark in marks if name in mark.bands}


def gap(among: Sequence[Pair], machine: Sequence[Pair], *, needs: int | None = None) -> Figure:
    """QWK among examiners minus QWK of machine and examiners, over the same talks, drawn together.

    Williamson, Xi & Breyer (2012): at most .10.
    """
    people, mixed = bands.tables(among, alike=True), bands.tables(machine)
    n, least = len(people), needed.KAPPA if needs is None else needs
    if refused := too_few(n, max(least, 1), "场有两位以上考评员评过的"):
        return refused
    for who, given in (
        ("考评员", {b for _, *two in among for b in two}),
        ("机评", {a for _, a, _ in machine}),
    ):
        if len(given) == 1:
            return constant(n, least, who, f" {given.pop()} 档")
    drawn = weights(n)
    apart = _kappas(drawn, people) - _kappas(drawn, mixed)
    value = bands.point(among, alike=True) - bands.point(machine)
    return figure(n, least, value, percentiles(apart))


def _kappas(drawn: "np.ndarray[Any, Any]", cubes: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    return kappas(np.tensordot(drawn, cubes, axes=1), quadratic=True)


# -- totals -----------------------------------------------------------------------------------------------


def _whole(of: Group) -> Whole:
    scored = [
        (talk, mean, marks)
        for talk, marks in of
        if (mean := mean_total(marks)) is not None and talk.machine.total is not None
    ]
    return Whole(
        totals.agreement(
            [talk.machine.total or 0.0 for talk, _, _ in scored], [mean for _, mean, _ in scored]
        ),
        decisions(_decided(of)),
        _apart(of),
        _icc(of),
        alpha([_totals(marks) for _, marks in of], "interval"),
        borderline(*_rated(of, machine=False)),
        borderline(*_rated(of, machine=True)),
        sum(talk.machine.red for talk, _, _ in scored),
        sum(talk.machine.total is None and mean_total(marks) is not None for talk, marks in of),
    )


def mean_total(marks: Sequence[Mark]) -> float | None:
    """The examiners' total of a talk: the mean of those who gave one."""
    given = [mark.total for mark in marks if mark.total is not None]
    return sum(given) / len(given) if given else None


def _totals(marks: Sequence[Mark]) -> dict[str, float]:
    return {mark.examiner: mark.total for mark in marks if mark.total is not None}


def _decided(of: Group) -> list[Decision]:
    """One a talk: passed is what most examiners say; where they are even, their mean total decides."""
    out = []
    for talk, marks in of:
        said = [mark.passed for mark in marks if mark.passed is not None]
        if talk.machine.passed is None or not said:
            continue
        passed = 2 * sum(said) > len(said)
        if 2 * sum(said) == len(said):
            passed = (mean_total(marks) or 0.0) >= talk.machine.cut
        out.append(Decision(talk.machine.passed, passed, talk.machine.referred))
    return out


def _apart(of: Group) -> Figure:
    """Per talk the mean difference of all pairs of its examiners."""
    each = []
    for _, marks in of:
        pairs = list(combinations(_totals(marks).values(), 2))
        if pairs:
            each.append(sum(abs(a - b) for a, b in pairs) / len(pairs))
    n = len(each)
    if refused := too_few(n, needed.ERROR, "场有两位以上考评员给了总分的"):
        return refused
    errors = np.array(each)
    return figure(n, needed.ERROR, float(errors.mean()), percentiles(weights(n) @ errors / n))


def _icc(of: Group) -> Figure:
    found = [given for _, marks in of if len(given := _totals(marks)) > 1]
    teams = {tuple(sorted(given)) for given in found}
    if len(teams) > 1:
        told = "各场的考评员不一样，ICC(2,1) 不适用，看 α"
        return Figure(len(found), needed.CORRELATION, refused=told)
    names = sorted(found[0]) if found else []
    table = np.array([[given[name] for name in names] for given in found]).reshape(len(found), len(names))
    return totals.icc(table, who=names)


def _rated(of: Group, *, machine: bool) -> tuple[list[int], list[float]]:
    ratings, scores = [], []
    for talk, marks in of:
        for mark in marks:
            total = talk.machine.total if machine else mark.total
            if mark.rating is not None and total is not None:
                ratings.append(mark.rating)
                scores.append(total)
    return ratings, scores
