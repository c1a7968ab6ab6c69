"""Three small drawings as SVG geometry: the ring of the total, the dial and the curve of tension."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

RING_RADIUS = 52
_AROUND = 2 * math.pi * RING_RADIUS


def ring(total: float | None, cut: float, outcome: Literal["pass", "fail", "none"], label: str) -> Markup:
    """The total (0–100, None when not scored) in a ring that begins at the top, the cut line marked on it."""
    angle = math.radians(cut * 3.6 - 90)
    inner, outer = RING_RADIUS - 9, RING_RADIUS + 9
    ends = [64 + r * f(angle) for r in (inner, outer) for f in (math.cos, math.sin)]
    return Markup(
        '<svg class="ring ring-{outcome}" viewBox="0 0 128 128" role="img" aria-label="{label}">'
        '<circle class="ring-ground" cx="64" cy="64" r="{r}"/>'
        '<circle class="ring-value" cx="64" cy="64" r="{r}" transform="rotate(-90 64 64)" '
        'stroke-dasharray="{done:.1f} {all:.1f}"/>'
        '<line class="ring-cut" x1="{e[0]:.1f}" y1="{e[1]:.1f}" x2="{e[2]:.1f}" y2="{e[3]:.1f}"/></svg>'
    ).format(
        outcome=outcome,
        label=label,
        r=RING_RADIUS,
        done=_AROUND * min(100.0, max(0.0, total or 0.0)) / 100,
        all=_AROUND,
        e=ends,
    )


def dial(value: int, label: str) -> Markup:
    """Tension (0–100) as a half circle from left to right."""
    length = math.pi * 20
    return Markup(
        '<svg class="dial" viewBox="0 0 48 28" role="img" aria-label="{label}">'
        '<path class="dial-ground" d="M4 25a20 20 0 0 1 40 0"/>'
        '<path class="dial-value" d="M4 25a20 20 0 0 1 40 0" stroke-dasharray="{done:.1f} {all:.1f}"/></svg>'
    ).format(label=label, done=length * min(100, max(0, value)) / 100, all=length * 1.1)


@dataclass(frozen=True, slots=True)
class Point:
    """One candidate turn on the curve: `turn` is its index in the transcript, `tension` 0–100 after it."""

    turn: int
    tension: int
    says: str
    why: str


WIDTH, HEIGHT, EDGE = 640, 180, 18


def curve(start: int, points: Sequence[Point], label: str) -> Markup:
    """Tension from the opening on, each turn a dot that can be pressed and says what it did."""
    values = [start, *(point.tension for point in points)]
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    spots = [
        (EDGE + i * step, EDGE + (100 - value) / 100 * (HEIGHT - 2 * EDGE)) for i, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = Markup("").join(_dot(point, x, y) for point, (x, y) in zip(points, spots[1:], strict=True))
    grid = Markup("").join(_grid(level) for level in (0, 50, 100))
    return Markup(
        '<svg class="curve" viewBox="0 0 {w} {h}" role="group" aria-label="{label}">{grid}'
        '<polyline class="curve-line" points="{line}"/>{start}{dots}</svg>'
    ).format(w=WIDTH, h=HEIGHT, label=label, grid=grid, line=line, start=_start(*spots[0]), dots=dots)


def _start(x: float, y: float) -> Markup:
    return Markup('<circle class="curve-start" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(x, y)


def _dot(point: Point, x: float, y: float) -> Markup:
    return Markup(
        '<g class="curve-dot" data-do="point" data-turn="{turn}" role="button" tabindex="0" '
        'aria-label="{tension}：{says} {why}"><circle class="curve-hit" cx="{x:.1f}" cy="{y:.1f}" r="18"/>'
        '<circle cx="{x:.1f}" cy="{y:.1f}" r="6"/></g>'
    ).format(turn=point.turn, tension=point.tension, says=point.says, why=point.why, x=x, y=y)


def _grid(level: int) -> Markup:
    y = EDGE + (100 - level) / 100 * (HEIGHT - 2 * EDGE)
    return Markup(
        '<line class="curve-grid" x1="{a}" x2="{b}" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text class="curve-tick" x="0" y="{ty:.1f}">{level}</text>'
    ).format(a=EDGE + 8, b=WIDTH - EDGE, y=y, ty=y + 4, level=level)
