"""Drawings as data: made once by `charts.py`, then shown as SVG on pages and drawn into PDFs.

Lengths are in units of the drawing, y grows downwards. Inks are named by what they mean; a style sheet or
a table of colours says what they look like, by day, by night and on paper. Nothing is told by colour alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from unicodedata import east_asian_width

from markupsafe import Markup

Ink = Literal["ink", "soft", "line", "wash", "accent", "accent-wash", "hot", "hot-wash", "pass", "paper"]
Anchor = Literal["start", "middle", "end"]
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through some points."""

    points: tuple[Spot, ...]
    ink: Ink = "line"
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: tuple[Spot, ...]
    ink: Ink = "accent-wash"


@dataclass(frozen=True, slots=True)
class Block:
    """A filled rectangle, its corners rounded by `round_`."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink = "accent"
    round_: float = 0.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc, or a ring when `hollow`. With a `turn` it leads to that utterance; `label` tells what it is."""

    x: float
    y: float
    r: float
    ink: Ink = "accent"
    hollow: bool = False
    turn: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text, `y` its baseline."""

    x: float
    y: float
    text: str
    size: float = 12.0
    ink: Ink = "soft"
    anchor: Anchor = "start"
    bold: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        wide = width_of(self.text, self.size)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, self.y - self.size, left + wide, self.y + self.size * 0.25


Mark = Stroke | Area | Block | Dot | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with what it says in a sentence."""

    kind: str
    width: float
    height: float
    label: str
    marks: tuple[Mark, ...]
    stretches: bool = False
    "Takes any width, with its height as it is."


def width_of(text: str, size: float) -> float:
    """About how wide a line is, a little too much rather than too little."""
    return sum(size if east_asian_width(each) in "WFA" else 0.6 * size for each in text)


def svg(drawing: Drawing) -> Markup:
    """The drawing for a page."""
    role = (
        "group" if any(isinstance(each, Dot) and each.turn is not None for each in drawing.marks) else "img"
    )
    return Markup(
        '<svg class="drawing drawing-{kind}" viewBox="0 0 {w:g} {h:g}" role="{role}" '
        'aria-label="{label}"{fit}>{marks}</svg>'
    ).format(
        fit=Markup(' preserveAspectRatio="none"') if drawing.stretches else "",
        kind=drawing.kind,
        w=drawing.width,
        h=drawing.height,
        role=role,
        label=drawing.label,
        marks=Markup("").join(_pieces(drawing)),
    )


def _pieces(drawing: Drawing) -> Iterator[Markup]:
    for each in drawing.marks:
        match each:
            case Stroke():
                yield Markup('<polyline class="stroke-{}{}" stroke-width="{:g}" points="{}"/>').format(
                    each.ink, " dashed" if each.dashed else "", each.width, _points(each.points)
                )
            case Area():
                yield Markup('<polygon class="fill-{}" points="{}"/>').format(each.ink, _points(each.points))
            case Block():
                yield Markup(
                    '<rect class="fill-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{:g}"/>'
                ).format(each.ink, each.x, each.y, each.width, each.height, each.round_)
            case Dot():
                yield _dot(each)
            case Words():
                yield Markup(
                    '<text class="fill-{}" x="{:.1f}" y="{:.1f}" font-size="{:g}" text-anchor="{}"{} '
                    'aria-hidden="true">{}</text>'
                ).format(
                    each.ink,
                    each.x,
                    each.y,
                    each.size,
                    each.anchor,
                    Markup(' font-weight="700"') if each.bold else "",
                    each.text,
                )


def _dot(dot: Dot) -> Markup:
    style = f"ring-dot stroke-{dot.ink}" if dot.hollow else f"fill-{dot.ink}"
    disc = Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:g}"/>').format(style, dot.x, dot.y, dot.r)
    if dot.turn is None:
        return disc
    return Markup(
        '<g class="curve-dot" data-turn="{turn}" role="button" tabindex="0" aria-label="{label}">'
        "<title>{label}</title>"
        '<circle class="curve-hit" cx="{x:.1f}" cy="{y:.1f}" r="16"/>{disc}</g>'
    ).format(turn=dot.turn, label=dot.label, x=dot.x, y=dot.y, disc=disc)


def _points(points: tuple[Spot, ...]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
