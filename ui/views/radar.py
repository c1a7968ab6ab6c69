"""What was reached of each function of the standard."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ui.views.drawing import Area, Dot, Drawing, Mark, Stroke, Words, width_of


@dataclass(frozen=True, slots=True)
class Share:
    """What was reached of one function of the standard, 0–1."""

    name: str
    share: float
    weight: float


def told(shares: Sequence[Share]) -> str:
    """The shares in words."""
    return "，".join(f"{each.name} {each.share:.0%}" for each in shares)


def radar(shares: Sequence[Share], cut: float, label: str) -> Drawing:
    """Three functions or more, each on a ray of its own; the dashed ring is the cut line."""
    width, height = 352.0, 240.0
    longest = max(width_of(each.name, 11) for each in shares)
    r = max(50.0, min(84.0, (width / 2 - longest) / 1.14))
    cx, cy = width / 2, height / 2 + (20 if len(shares) == 3 else 4)
    rays = [math.radians(360 * n / len(shares) - 90) for n in range(len(shares))]

    def at(ray: float, far: float) -> tuple[float, float]:
        return cx + far * r * math.cos(ray), cy + far * r * math.sin(ray)

    def ring_at(far: float) -> tuple[tuple[float, float], ...]:
        return tuple(at(ray, far) for ray in (*rays, rays[0]))

    shape = tuple(at(ray, each.share) for ray, each in zip(rays, shares, strict=True))
    marks: list[Mark] = [Area(shape, "accent-wash"), *(Stroke(ring_at(far), "line") for far in (0.5, 1.0))]
    marks += [Stroke(((cx, cy), at(ray, 1.0)), "line") for ray in rays]
    marks += [Stroke(ring_at(cut / 100), "ink", 1.0, dashed=True), Stroke((*shape, shape[0]), "accent", 2.0)]
    for ray, each in zip(rays, shares, strict=True):
        x, y = at(ray, each.share)
        marks.append(Dot(x, y, 3.5, "accent"))
        x, y = at(ray, 1.14)
        side = math.cos(ray)
        anchor: Literal["start", "middle", "end"] = (
            "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
        )
        lift = 0 if math.sin(ray) < -0.3 else 10 if math.sin(ray) > 0.3 else 2
        marks.append(Words(x, y + lift - 6, each.name, 11, "ink", anchor))
        marks.append(Words(x, y + lift + 8, f"{each.share:.0%}", 11, "soft", anchor))
    return Drawing("radar", width, height, label, tuple(marks))
