"""A talk beside the one it was begun again from, as it is shown."""

from dataclasses import dataclass

from rubrics.whatif import Compared
from ui.views.tension import Course


@dataclass(frozen=True, slots=True)
class Branch:
    """A talk begun again from turn `turn` of the one shown; `total` None until it is marked."""

    talk: str
    turn: int
    ended: bool
    total: float | None


@dataclass(frozen=True, slots=True)
class Rewound:
    """Where a talk comes from and what came of it. `said`: before and now, at the turn it left by."""

    parent: str = ""
    turn: int = 0
    ended: bool = False
    "Whether the talk it left had come to its end."
    said: tuple[str, str] = ("", "")
    compared: Compared | None = None
    courses: tuple[Course | None, Course | None] = (None, None)
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """Another sentence at `turn`, the rest held: the reply, tension and trust (as it was, as it would be)."""

    turn: int
    text: str
    reply: str
    was: str
    tension: tuple[int, int] | None
    trust: tuple[int, int] | None
    reasons: tuple[str, ...]
    compared: Compared | None
