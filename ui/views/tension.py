"""Tension over a talk, with the acts that moved it."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ui.views.drawing import Area, Dot, Drawing, Ink, Mark, Stroke, Words
from ui.views.labels import Box, Label, placed


@dataclass(frozen=True, slots=True)
class Point:
    """One candidate turn on the curve: `turn` is its index in the transcript, `tension` 0–100 after it."""

    turn: int
    tension: int
    says: str
    reasons: tuple[str, ...]
    "Of the director, in the order in which they count."


@dataclass(frozen=True, slots=True)
class Course:
    """How the counterpart's tension went, from the opening on."""

    start: int
    points: tuple[Point, ...]

    @property
    def changes(self) -> tuple[int, ...]:
        """What each turn changed."""
        return tuple(b - a for a, b in pairwise((self.start, *(each.tension for each in self.points))))

    def movers(self, most: int = 3) -> list[tuple[int, int, Point]]:
        """The rounds that moved it most, in their order: number, change, point."""
        rounds = [
            (n, by, each) for n, (by, each) in enumerate(zip(self.changes, self.points, strict=True), 1)
        ]
        moving = sorted((each for each in rounds if each[1]), key=lambda each: -abs(each[1]))[:most]
        return sorted(moving, key=lambda each: each[0])


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where turns and tensions lie on a drawing."""

    width: float
    height: float
    size: float
    "Of letters."
    steps: int

    @property
    def left(self) -> float:
        return 8.0

    @property
    def right(self) -> float:
        return self.width - 16.0

    @property
    def step(self) -> float:
        return (self.right - self.left - 16) / max(1, self.steps)

    def x(self, number: int) -> float:
        """Of the opening (0) or a round."""
        return self.left + 8 + number * self.step

    def y(self, tension: float) -> float:
        """Of a tension, 0–100."""
        return self.height - 26 - tension / 100 * (self.height - 56)


WIDE, NARROW = (680.0, 165.0, 13.0), (352.0, 210.0, 11.0)
_ACT = re.compile(r"^(?P<act>[^「：（]{1,10})「.*」：.*（紧张 (?P<by>[+-]\d+)")


def moving(reasons: Iterable[str], change: int, most: int = 3) -> list[str]:
    """The reasons that moved the tension the way it went, the strongest first; else any."""
    found = [
        (abs(int(seen["by"])), reason)
        for reason in reasons
        if (seen := _ACT.match(reason)) and int(seen["by"]) * change > 0
    ]
    found.sort(key=lambda each: -each[0])
    return [reason for _, reason in found[:most]] or list(reasons)[:most]


def acts(reasons: Iterable[str], change: int, most: int = 2) -> tuple[str, ...]:
    """The names of the acts that moved the tension the way it went, the strongest first."""
    found: dict[str, int] = {}
    for reason in reasons:
        if (seen := _ACT.match(reason)) and int(seen["by"]) * change > 0:
            found[seen["act"]] = found.get(seen["act"], 0) + abs(int(seen["by"]))
    return tuple(sorted(found, key=lambda act: -found[act])[:most])


def curve(course: Course, label: str, high: str, low: str, *, narrow: bool = False) -> Drawing:
    """The counterpart's tension from the opening on, with the acts that moved it most.

    A full dot is a turn after which it fell, a ring one after which it rose: it can be read without colour.
    `high` and `low` say what the top and the bottom mean.
    """
    plane = _Plane(*(NARROW if narrow else WIDE), steps=len(course.points))
    values = (course.start, *(each.tension for each in course.points))
    spots = tuple((plane.x(n), plane.y(value)) for n, value in enumerate(values))
    ground = [*_grid(plane, high), *_rounds(plane, low)]
    floor = plane.y(0)
    line = (
        Area((*spots, (spots[-1][0], floor), (spots[0][0], floor)), "wash"),
        Stroke(spots, "hot", 2.2),
        Dot(*spots[0], 3.5, "soft", hollow=True),
    )
    taken = [each.box for each in ground if isinstance(each, Words)]
    labels = _labels(course, spots, most=4 if narrow else 7)
    grid = [(each.points[0], each.points[1]) for each in ground if isinstance(each, Stroke)]
    written = placed(labels, spots, Box(0, 2, plane.width, floor + 2), plane.size, taken, grid)
    marks = (
        *line[:1],
        *ground,
        *line[1:],
        *(mark for each in written for mark in each),
        *_dots(course, spots),
    )
    return Drawing("curve", plane.width, plane.height, label, marks)


def overlay(
    before: Course, after: Course, label: str, high: str, low: str, *, narrow: bool = False
) -> Drawing:
    """Two talks over each other: dashed as it was, drawn through as it is now."""
    steps = max(len(before.points), len(after.points))
    plane = _Plane(*(NARROW if narrow else WIDE), steps=steps)
    lines = [
        tuple(
            (plane.x(n), plane.y(value)) for n, value in enumerate((c.start, *(p.tension for p in c.points)))
        )
        for c in (before, after)
    ]
    marks = (
        *_grid(plane, high),
        *_rounds(plane, low),
        Stroke(lines[0], "soft", 2, dashed=True),
        Stroke(lines[1], "hot", 2.2),
        *_dots(after, lines[1]),
    )
    return Drawing("curve", plane.width, plane.height, label, marks)


def _grid(plane: _Plane, high: str) -> Iterator[Mark]:
    for level in (0, 50, 100):
        y = plane.y(level)
        yield Stroke(((plane.left, y), (plane.right, y)), "line", 1, dashed=level == 50)
    yield Words(plane.left, plane.y(100) - 7, high, plane.size - 1)


def _rounds(plane: _Plane, low: str) -> Iterator[Words]:
    """What the bottom means, and the numbers of the rounds beside it, as many as fit."""
    first = Words(plane.left, plane.height - 8, low, plane.size - 1)
    yield first
    every = max(1, math.ceil(2.4 * plane.size / plane.step))
    for n in range(1, plane.steps + 1):
        number = Words(plane.x(n), plane.height - 8, str(n), plane.size - 1, anchor="middle")
        if n % every == 0 and number.box[0] > first.box[2] + 4:
            yield number


def _dots(course: Course, spots: Sequence[tuple[float, float]]) -> Iterator[Dot]:
    for n, (spot, change, point) in enumerate(zip(spots[1:], course.changes, course.points, strict=True), 1):
        yield Dot(*spot, 4.5, "hot", hollow=change > 0, turn=point.turn, label=told(n, change, point))


def told(number: int, change: int, point: Point) -> str:
    """A turn on the curve in words: its number, the tension after it, what moved it."""
    return f"第 {number} 轮：{point.tension}（{signed(change)}）{'、'.join(acts(point.reasons, change))}"


def arrow(change: int) -> str:
    """Up, down, or an even stroke."""
    return "↑" if change > 0 else "↓" if change < 0 else "＝"


def signed(change: int) -> str:
    """+3, −3 or 0, with a real minus."""
    return f"+{change}" if change > 0 else f"−{-change}" if change < 0 else "0"


def _labels(course: Course, spots: Sequence[tuple[float, float]], most: int) -> list[Label]:
    """What to write beside the turns that moved the tension most, those first."""
    changes = course.changes
    order = sorted(range(len(changes)), key=lambda i: -abs(changes[i]))[:most]
    out = []
    for i in order:
        names = acts(course.points[i].reasons, changes[i])
        if abs(changes[i]) >= 2 and names:
            text = f"{'、'.join(names)} {signed(changes[i])}"
            ink: Ink = "hot" if changes[i] > 0 else "ink"
            out.append(Label(*spots[i + 1], text, ink, rises=changes[i] > 0))
    return out
