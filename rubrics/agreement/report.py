"""All marks in figures, machine by machine and rubric by rubric, with the bars of `docs/agreement.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rubrics.agreement import needed
from rubrics.agreement.figures import Figure
from rubrics.agreement.marks import Talk
from rubrics.agreement.study import Study, group, study

FORMAT = "koushi.agreement/1"
LEAST_QWK, MOST_GAP, LEAST_R, MOST_MAE = 0.70, 0.10, 0.80, 8.0
"What must hold against examiners, once there are marks."
BARS = {
    "criterion_qwk": f">={LEAST_QWK:.2f}",
    "criterion_gap": f"<={MOST_GAP:.2f}",
    "total_r": f">={LEAST_R:.2f}",
    "total_mae": f"<={MOST_MAE:g}",
}
NEEDS = {
    "criterion_qwk": needed.KAPPA,
    "criterion_gap": needed.KAPPA,
    "total_r": needed.CORRELATION,
    "total_mae": needed.ERROR,
}
"Talks each bar needs."
NO_MARKS = "还没有考评员在不看机评的情况下给的分"


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that must hold. Only blind marks count."""

    name: str
    figure: Figure
    judge: str = ""
    rubric: str = ""
    criterion: str = ""
    title: str = ""
    beside: Mapping[str, float] | None = None
    "Standard deviations of machine and examiner totals: a machine that hardly spreads errs little."

    @property
    def holds(self) -> bool | None:
        """Whether the value meets the bar; None where there is none."""
        if self.figure.value is None:
            return None
        bar = BARS[self.name]
        limit = float(bar[2:])
        return self.figure.value >= limit if bar.startswith(">=") else self.figure.value <= limit

    def as_json(self) -> dict[str, Any]:
        """One entry of `bars`."""
        state = "not measured" if self.figure.value is None else "measured"
        about = {"judge": self.judge, "rubric": self.rubric, "criterion": self.criterion, "title": self.title}
        return {
            "bar": self.name,
            **{name: value or None for name, value in about.items()},
            **self.figure.as_json(),
            "threshold": BARS[self.name],
            "holds": self.holds,
            "state": state,
            "sd": dict(self.beside) if self.beside else None,
        }


@dataclass(frozen=True, slots=True)
class OfRubric:
    """One rubric under one machine."""

    rubric: str
    rubric_hash: str
    blind: Study | None
    seen: Study | None

    def as_json(self) -> dict[str, Any]:
        """One entry of `rubrics`."""
        return {
            "rubric": self.rubric,
            "rubric_hash": self.rubric_hash,
            "blind": self.blind.as_json() if self.blind else None,
            "seen": self.seen.as_json() if self.seen else None,
        }


@dataclass(frozen=True, slots=True)
class OfMachine:
    """One machine: all its rubrics together for totals, and one by one."""

    judge: str
    blind: Study | None
    seen: Study | None
    rubrics: tuple[OfRubric, ...]

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The bars for this machine."""
        return tuple(_bars(self))

    def as_json(self) -> dict[str, Any]:
        """One entry of `machines`."""
        return {
            "judge": self.judge,
            "blind": self.blind.as_json() if self.blind else None,
            "seen": self.seen.as_json() if self.seen else None,
            "rubrics": [each.as_json() for each in self.rubrics],
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything `koushi agreement` tells."""

    machines: tuple[OfMachine, ...]
    "The one with most blind marks first."

    @property
    def n(self) -> int:
        """Talks with blind marks."""
        return sum(each.blind.talks for each in self.machines if each.blind)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All bars; each at least once, measured or not."""
        found = tuple(bar for each in self.machines for bar in each.bars)
        there = {bar.name for bar in found}
        missing = [name for name in BARS if name not in there]
        return (*found, *(Bar(name, Figure(0, NEEDS[name], refused=NO_MARKS)) for name in missing))

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints; `holds` sums the bars up by name."""
        return {
            "format": FORMAT,
            "n": self.n,
            "seen": sum(each.seen.talks for each in self.machines if each.seen),
            "holds": {name: self.holds(name) for name in BARS},
            "bars": [bar.as_json() for bar in self.bars],
            "machines": [each.as_json() for each in self.machines],
        }

    def holds(self, name: str) -> bool | None:
        """Whether every bar of that name holds: False when one does not, None when one is not measured."""
        each = [bar.holds for bar in self.bars if bar.name == name]
        return False if False in each else None if None in each else True


def agreement(talks: Sequence[Talk]) -> Agreement:
    """The figures over talks that were brought together by `marks.merged`."""
    judges = dict.fromkeys(talk.machine.judge for talk in talks)
    made = [_machine(name, [talk for talk in talks if talk.machine.judge == name]) for name in judges]
    return Agreement(tuple(sorted(made, key=lambda m: (-(m.blind.talks if m.blind else 0), m.judge))))


def _machine(judge: str, talks: Sequence[Talk]) -> OfMachine:
    names = sorted({(talk.machine.rubric, talk.machine.rubric_hash) for talk in talks})
    rubrics = tuple(_rubric(name, mine, talks) for name, mine in names)
    return OfMachine(
        judge, _together(talks, rubrics, blind=True), _together(talks, rubrics, blind=False), rubrics
    )


def _together(talks: Sequence[Talk], rubrics: Sequence[OfRubric], *, blind: bool) -> Study | None:
    """All rubrics' totals as one group; one rubric alone is that group already."""
    if len(rubrics) > 1:
        return _study(talks, blind=blind, criteria=False)
    (alone,) = rubrics
    found = alone.blind if blind else alone.seen
    return replace(found, criteria=()) if found else None


def _rubric(name: str, mine: str, talks: Sequence[Talk]) -> OfRubric:
    own = [t for t in talks if (t.machine.rubric, t.machine.rubric_hash) == (name, mine)]
    return OfRubric(
        name, mine, _study(own, blind=True, criteria=True), _study(own, blind=False, criteria=True)
    )


def _study(talks: Sequence[Talk], *, blind: bool, criteria: bool) -> Study | None:
    of = group(talks, blind=blind)
    return study(of, criteria=criteria) if of else None


def _bars(of: OfMachine) -> list[Bar]:
    if of.blind is None:
        return []
    bars = []
    for rubric in of.rubrics:
        for each in rubric.blind.criteria if rubric.blind else ():
            about = (of.judge, rubric.rubric, each.id, each.title)
            bars.append(Bar("criterion_qwk", each.machine.qwk, *about))
            bars.append(Bar("criterion_gap", each.gap, *about))
    whole = of.blind.whole.machine
    sd = {"machine": whole.spreads[0], "examiner": whole.spreads[1]} if whole.spreads else None
    bars.append(Bar("total_r", whole.r, of.judge, beside=sd))
    bars.append(Bar("total_mae", whole.mae, of.judge, beside=sd))
    return bars
