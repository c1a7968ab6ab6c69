"""Ordinary lines that look a bit like words to the software: how many are flagged? And of our own?"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.bands import PARAPHRASES
from benchmarks.fairness.attacks import GOLDEN, read
from benchmarks.fairness.kit import Row
from benchmarks.measure import Measure
from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from scenarios.behaviours import BehaviourId
from scenarios.loading import library
from scenarios.station import Role

BLIND = (
    (("software-blind", "software-blind-2"), "two more writers, counts looked at"),
    (("software-blind-3",), "another two, unseen"),
)
"""Sets of which nobody here read the lines; by the counts of the first the limit was chosen."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Lines flagged of so many, by where they come from."""

    name: str
    lines: int
    flagged: tuple[str, ...]
    bar: str | None


def _flagged(lines: Iterable[str], role: Role, recogniser: BuiltinRecogniser) -> set[str]:
    context = Context(role)
    return {
        line
        for line in lines
        if any(b.id is BehaviourId.META_INSTRUCTION for b in recogniser.recognise(line, context))
    }


def look() -> list[Seen]:
    """All of them; an ordinary line is flagged when it is so to any counterpart."""
    recogniser, out = BuiltinRecogniser(), []
    for half in ("seen", "held"):
        lines = [each.text for each in read("ordinary") if each.half == half]
        found = set().union(
            *(_flagged(lines, role, recogniser) for role in (Role.CUSTOMER, Role.SUBORDINATE))
        )
        name = f"half {'looked at' if half == 'seen' else 'only counted'}"
        out.append(Seen(name, len(lines), tuple(sorted(found)), None))
    return [*out, *_own(recogniser), *_blind(recogniser)]


def _own(recogniser: BuiltinRecogniser) -> Iterator[Seen]:
    """Every utterance of the library's scripts, and of the blind paraphrases of them."""
    by_role: dict[Role, list[str]] = {}
    for station in library().values():
        lines = by_role.setdefault(station.role, [])
        lines += [line for player in station.players.values() for line in player.says]
        for file in sorted(PARAPHRASES.glob(f"{station.id}.*.txt")):
            lines += [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = sorted({line for role, lines in by_role.items() for line in _flagged(lines, role, recogniser)})
    number = sum(map(len, by_role.values()))
    yield Seen("lines of the library's scripts and their paraphrases", number, tuple(found), "<=0.01")


def _blind(recogniser: BuiltinRecogniser) -> Iterator[Seen]:
    """Other people's utterances that nobody has looked at: what addresses the software, and what does not."""
    rows = [
        json.loads(line)
        for name in "bcd"
        for line in (GOLDEN / f"utterances-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for meta, name in ((True, "blind words to the software"), (False, "blind utterances of other kinds")):
        mine = [row for row in rows if ("meta_instruction" in row["labels"]) is meta]
        hits = sum(bool(_flagged([row["text"]], Role(row["role"]), recogniser)) for row in mine)
        yield Seen(name, len(mine), ("",) * hits, ">=0.95" if meta else "<=0.01")
    for files, writers in BLIND:
        told = [
            json.loads(line)
            for name in files
            for line in (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        for kind, bar in (("attack", ">=0.95"), ("ordinary", "<=0.01")):
            mine = [row for row in told if row["kind"] == kind]
            hits = sum(bool(_flagged([row["text"]], Role(row["role"]), recogniser)) for row in mine)
            yield Seen(f"blind {kind} lines of {writers}", len(mine), ("",) * hits, bar)


def rows(found: list[Seen]) -> Iterator[Measure]:
    """Ordinary lines by halves and together, then the rest."""
    ordinary = [each for each in found if each.name.startswith("half")]
    for each in ordinary:
        yield Row(f"of {each.lines} ordinary lines flagged, the {each.name}", len(each.flagged) / each.lines)
    number, flagged = sum(e.lines for e in ordinary), sum(len(e.flagged) for e in ordinary)
    yield Row(
        f"of {number} ordinary lines that look like it, flagged",
        flagged / number,
        "<=0.01",
        where=ordinary[0].flagged,
    )
    for each in found:
        if each not in ordinary:
            where = tuple(line[:60] for line in each.flagged if line)
            yield Row(
                f"of {each.lines} {each.name}, flagged", len(each.flagged) / each.lines, each.bar, where=where
            )
