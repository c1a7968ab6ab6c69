"""What the coach hands over: plain data for the page, the terminal and JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from rubrics.coach_notes import Basis


@dataclass(frozen=True, slots=True)
class Weakness:
    """One weak moment. `item` is (code, text) of the standard; `effect` empty where nobody has a mood."""

    turn: int
    said: str
    effect: str
    missed: str
    better: str
    note: Basis | None
    item: tuple[str, str]
    criterion: str
    check: str
    lost: float
    hurt: bool
    instead: bool
    "Whether the sentence is to be said instead of what was said, and not before it."


@dataclass(frozen=True, slots=True)
class Strength:
    """Something done well, to be kept."""

    turn: int
    said: str
    did: str
    effect: str
    item: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Missing:
    """A key point of an oral question or a letter that was not made, and what the note says of it."""

    title: str
    note: Basis | None


@dataclass(frozen=True, slots=True)
class Coaching:
    """All of it, in the order of the talk."""

    weak: tuple[Weakness, ...]
    strong: tuple[Strength, ...]
    missing: tuple[Missing, ...]
    practise: tuple[tuple[str, str], ...]
    "Items of the standard (code, text) that cost most, the dearest first: what to drill."

    def as_json(self) -> dict[str, Any]:
        """As `koushi practice --json` and exports carry it."""
        return asdict(self)


def item(code: str) -> tuple[str, str]:
    """(code, text) of an item of the standard."""
    from retrieval.standard import Item, find

    part = find(code)
    return code, part.text if isinstance(part, Item) else part.name
