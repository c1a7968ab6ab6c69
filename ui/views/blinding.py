"""What a blind mark shows, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion to be given a band."""

    id: str
    title: str
    weight: int
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlindForm:
    """What an examiner is asked before he sees the machine's mark; no criteria while it is not made yet."""

    criteria: tuple[Criterion, ...]
    red_lines: tuple[tuple[str, str], ...] = ()
    "(id, title) of all the rubric has."


@dataclass(frozen=True, slots=True)
class BlindRow:
    """One criterion in both marks."""

    title: str
    mine: int
    machine: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A blind mark beside the machine's."""

    rows: tuple[BlindRow, ...]
    total: float | None
    machine_total: float | None
    crossed: tuple[str, ...]
    "Titles of the red lines that were crossed."
    when: str
    same: int
    differs: bool
    "Some band that stands is not the one given blind."
