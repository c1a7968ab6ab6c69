"""Small drawings: the ring of the total, the dial of tension, the bar of one mark."""

import math
from typing import Literal

from markupsafe import Markup

from ui.views.drawing import Block, Drawing, Mark, Stroke, Words

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


def bar(share: float, cut: float, weight: float, heaviest: float, label: str, *, steps: int = 4) -> Drawing:
    """One mark as a bar of `steps` bands, thicker the more it weighs, with the cut line through it.

    Args:
        share: of the points that could be had, 0–1.
        cut: where one passes, in percent.
        weight: of this mark; `heaviest` is the greatest beside it.
    """
    width, height, gap = 300.0, 16.0, 2.0
    thick = 5.0 + 7.0 * (weight / heaviest if heaviest else 0.0)
    top = (height - thick) / 2
    marks: list[Mark] = []
    step = width / steps
    for n in range(steps):
        x, wide = n * step, step - (gap if n < steps - 1 else 0)
        done = min(1.0, max(0.0, share * steps - n)) * wide
        marks.append(Block(x, top, wide, thick, "line", 1.5))
        if done:
            marks.append(Block(x, top, done, thick, "accent", 1.5))
    x = width * cut / 100
    marks.append(Stroke(((x, 0), (x, height)), "ink", 1.4))
    return Drawing("bar", width, height, label, tuple(marks), stretches=True)


def ring_drawing(
    total: float | None, cut: float, *, passed: bool, figure: str, line: str, label: str
) -> Drawing:
    """The ring as a drawing, with the figure and the pass mark written inside."""

    def at(share: float, r: float) -> tuple[float, float]:
        angle = math.radians(share * 360 - 90)
        return 64 + r * math.cos(angle), 64 + r * math.sin(angle)

    def arc(share: float) -> tuple[tuple[float, float], ...]:
        steps = max(1, round(96 * share))
        return tuple(at(share * n / steps, RING_RADIUS) for n in range(steps + 1))

    marks: list[Mark] = [Stroke(arc(1.0), "line", 9)]
    if total:
        marks.append(Stroke(arc(min(100.0, total) / 100), "pass" if passed else "accent", 9))
    marks.append(Stroke((at(cut / 100, RING_RADIUS - 9), at(cut / 100, RING_RADIUS + 9)), "ink", 2.5))
    marks.append(Words(64, 72, figure, 30, "ink", "middle", bold=True))
    marks.append(Words(64, 88, line, 10, "soft", "middle"))
    return Drawing("ring", 128, 128, label, tuple(marks))
