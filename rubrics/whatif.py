"""Two marks of the same station beside each other: what changed, and by which checks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.exchange import Exchange
from bot.transcript import Transcript

RANK = {"not_met": 0, "cannot_judge": 1, "partly": 1, "met": 2}


@dataclass(frozen=True, slots=True)
class Change:
    """One criterion in both marks; bands and points None where it was not scored."""

    title: str
    bands: tuple[int | None, int | None]
    points: tuple[float | None, float | None]
    most: int
    gained: tuple[str, ...]
    "Texts of the checks that came out better."
    lost: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether anything about it is another."""
        return self.points[0] != self.points[1] or bool(self.gained or self.lost)


@dataclass(frozen=True, slots=True)
class Compared:
    """Before and after; totals None where there is none."""

    totals: tuple[float | None, float | None]
    passed: tuple[bool | None, bool | None]
    changes: tuple[Change, ...]

    @property
    def by(self) -> float | None:
        """What the total gained; None where one of them is not scored."""
        before, after = self.totals
        return None if before is None or after is None else round(after - before, 2)


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Compared | None:
    """Two `koushi.report/1`; None where they were made by different rubrics, which do not compare."""
    if before["rubric"] != after["rubric"]:
        return None
    old = {each["id"]: each for each in before["criteria"]}
    return Compared(
        (before["total"], after["total"]),
        (before["passed"], after["passed"]),
        tuple(_change(old[each["id"]], each) for each in after["criteria"]),
    )


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    was = {check["id"]: check["verdict"] for check in old["checks"]}
    return Change(
        new["title"],
        (old["band"], new["band"]),
        (old["points"], new["points"]),
        new["weight"],
        tuple(_moved(was, new, 1)),
        tuple(_moved(was, new, -1)),
    )


def _moved(was: Mapping[str, str], new: Mapping[str, Any], way: int) -> Iterator[str]:
    for check in new["checks"]:
        before = was.get(check["id"], check["verdict"])
        if (RANK[check["verdict"]] - RANK[before]) * way > 0:
            yield check.get("text", check["id"])


def with_exchange(transcript: Transcript, exchange: Exchange) -> Transcript:
    """The talk with one utterance and its reply replaced; all else is held as it was."""
    index = exchange.turn.index
    turns = list(transcript.turns)
    turns[index] = replace(exchange.turn, index=index)
    if index + 1 < len(turns):
        turns[index + 1] = replace(turns[index + 1], text=exchange.reply)
    return replace(transcript, turns=tuple(turns))
