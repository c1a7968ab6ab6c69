"""The strong script in another order, on the fixed transcript: what the counterpart said stays where it was.

An oral answer and a letter are said at once. There sentences are shuffled; what they must contain is content,
which is worth the same in any order, so that their rows have no bar.
"""

import random
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.fairness.kit import Found, Kit, Row, rewritten
from benchmarks.measure import Measure
from bot.transcript import Transcript
from rubrics.countable import spans
from scenarios.loading import library
from scenarios.station import Kind

SHUFFLES = 20
ENOUGH = 0.9
"""Share of the shuffles that must score lower."""


def look(kit: Kit) -> float:
    """Share of shuffles that score lower."""
    talk = kit.scripts["strong"].transcript
    total, dice, lower = kit.mark(talk).total or 0.0, random.Random(5), 0
    for _ in range(SHUFFLES):
        other = _turns(talk, dice) if kit.station.kind is Kind.ROLEPLAY else _sentences(talk, dice)
        lower += (kit.mark(other).total or 0.0) < total
    return lower / SHUFFLES


def _turns(talk: Transcript, dice: random.Random) -> Transcript:
    said = [turn.text for turn in talk.candidate_turns()]
    dice.shuffle(said)
    return rewritten(talk, lambda n, _: said[n])


def _sentences(talk: Transcript, dice: random.Random) -> Transcript:
    def mixed(_: int, text: str) -> str:
        parts = [text[slice(*span)] for span in spans(text)]
        dice.shuffle(parts)
        return "".join(parts)

    return replace(rewritten(talk, mixed), id=talk.id)


def rows(found: Found) -> Iterator[Measure]:
    """The worst role-play; the others for the record."""
    kinds = {name: library()[name].kind for name in found}
    plays = {name: share for name, share in found.items() if kinds[name] is Kind.ROLEPLAY}
    where = tuple(f"{name}: {share:.2f}" for name, share in plays.items() if share < ENOUGH)
    yield Row(
        f"of {SHUFFLES} shuffles, lower; worst of {len(plays)} role-plays",
        min(plays.values(), default=1.0),
        ">=0.9",
        where=where,
    )
    for kind in (Kind.QUESTION, Kind.LETTER):
        mine = [share for name, share in found.items() if kinds[name] is kind]
        if mine:
            note = "sentences shuffled; no bar: a point of content is worth the same wherever it is made"
            yield Row(
                f"of {SHUFFLES} shuffles, lower; mean of {len(mine)} {kind.value}s",
                sum(mine) / len(mine),
                note=note,
            )
