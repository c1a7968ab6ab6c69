"""Where to write beside a curve so that nothing is written over: try near the dot, then further off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ui.views.drawing import Ink, Mark, Stroke, Words


class Box(NamedTuple):
    """Left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Label:
    """Some words for the dot at (x, y); `rises` prefers the place above it."""

    x: float
    y: float
    text: str
    ink: Ink
    rises: bool


_OFFSETS = (16.0, 30.0, 44.0, 58.0, 74.0, 92.0)


Segment = tuple[tuple[float, float], tuple[float, float]]


def placed(
    labels: Sequence[Label],
    curve: Sequence[tuple[float, float]],
    frame: Box,
    size: float,
    taken: Sequence[tuple[float, float, float, float]] = (),
    grid: Sequence[Segment] = (),
) -> Iterator[tuple[Mark, ...]]:
    """The labels that find a place inside the frame, clear of the curve, of `taken` and of each other.

    The first in order choose first, clear of the grid where they can; a label far from its dot has a thin
    line to it.
    """
    full = [*taken, *((x - 7, y - 7, x + 7, y + 7) for x, y in curve)]
    lines: list[Segment] = list(pairwise(curve))
    for label in labels:
        places = [each for each in _places(label, size, frame) if _free(label, *each, full, lines)]
        off_grid = (each for each in places if not any(_crosses(each[0].box, *line) for line in grid))
        if (best := next(off_grid, None) or next(iter(places), None)) is None:
            continue
        words, leader = best
        full.append(words.box)
        if leader:
            lines.append(leader)
        yield (Stroke(leader, "soft", 0.7), words) if leader else (words,)


def _free(
    label: Label,
    words: Words,
    leader: Segment | None,
    full: Sequence[tuple[float, float, float, float]],
    lines: Sequence[Segment],
) -> bool:
    """Whether nothing is in the way of the words, nor of the line to them."""
    if any(_overlap(words.box, each) for each in full) or any(_crosses(words.box, *line) for line in lines):
        return False
    return leader is None or not any(_crosses(each, *leader) for each in full if not _holds(each, label))


def _places(label: Label, size: float, frame: Box) -> Iterator[tuple[Words, Segment | None]]:
    sides = (-1, 1) if label.rises else (1, -1)
    for off in _OFFSETS:
        for side in sides:
            y = label.y - off + 4 if side < 0 else label.y + off + size - 6
            for shift in (0.0, 0.35, -0.35, 0.5, -0.5):
                words = Words(label.x, y, label.text, size, label.ink, "middle")
                wide = words.box[2] - words.box[0]
                x = min(max(label.x + shift * wide, frame.left + wide / 2), frame.right - wide / 2)
                words = Words(x, y, label.text, size, label.ink, "middle")
                if frame.top <= words.box[1] and words.box[3] <= frame.bottom:
                    near = words.box[3] + 1 if side < 0 else words.box[1] - 1
                    far = off > _OFFSETS[0]
                    yield words, (((label.x, label.y + side * 7), (label.x, near)) if far else None)


def _holds(box: tuple[float, float, float, float], label: Label) -> bool:
    return box[0] <= label.x <= box[2] and box[1] <= label.y <= box[3]


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _crosses(box: tuple[float, float, float, float], a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether the segment from a to b runs through the box (Liang and Barsky 1984)."""
    enter, leave = 0.0, 1.0
    for axis in (0, 1):
        low, high, begin, by = box[axis], box[axis + 2], a[axis], b[axis] - a[axis]
        if by == 0:
            if not low < begin < high:
                return False
            continue
        first, last = sorted(((low - begin) / by, (high - begin) / by))
        enter, leave = max(enter, first), min(leave, last)
        if enter >= leave:
            return False
    return True
