"""Deeds in name only: their very words, in a turn of phrase that does something else or nothing.

不好意思，麻烦让一让 clears the way, 您好点儿了吗 greets nobody, 往后我不再打来了 promises no call. What a
sentence takes back or gives to another is read in `disowning.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache

from bot.recogniser.clauses import Clause
from bot.recogniser.fusion import Act
from bot.recogniser.rules import compiled, read_yaml
from scenarios.behaviours import BehaviourId as B

HEAD = 14
"""Characters of a clause in which a turn of phrase that comes before the words can stand."""
REACH = 120
"""Characters of a sentence before and after a clause that are looked at."""


class Where(StrEnum):
    """Where a turn of phrase is looked for."""

    WORDS = auto()
    "In what shows the act, and the rest of its clause."
    SENTENCE = auto()
    BEFORE = auto()
    "In the sentence before the words, or at the head of their clause."
    HEAD = auto()
    "In their clause, before them or at its head."


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of phrase in which the words of an act do not do it."""

    pattern: re.Pattern[str]
    where: Where
    unless: re.Pattern[str] | None = None
    "Found in the sentence besides it, they do."


@cache
def turns() -> Mapping[B, tuple[Turn, ...]]:
    """For each behaviour the turns of phrase in which its words do not do it."""
    out: dict[B, tuple[Turn, ...]] = {}
    for block in read_yaml("recogniser/nominal.yaml").values():
        unless = compiled([block["unless"]]) if "unless" in block else None
        turn = Turn(compiled(block["any"]), Where(block["where"]), unless)
        for id_ in map(B, block["of"]):
            out[id_] = (*out.get(id_, ()), turn)
    return out


def in_name_only(text: str, here: Clause, act: Act) -> bool:
    """Whether the act, seen in clause `here` of folded `text`, is one in name only."""
    return any(_stands(turn, text, here, act) for turn in turns().get(act.id, ()))


def _stands(turn: Turn, text: str, here: Clause, act: Act) -> bool:
    start, end = _sentence(text, here)
    head = min(end, max(act.start, here.start + HEAD))
    begin, stop = {
        Where.WORDS: (here.start, max(here.end, act.end)),
        Where.SENTENCE: (start, end),
        Where.BEFORE: (start, head),
        Where.HEAD: (here.start, head),
    }[turn.where]
    found = turn.pattern.search(text[begin:stop])
    if not found or turn.unless is None:
        return bool(found)
    return not turn.unless.search(text[start : begin + found.start()] + "," + text[begin + found.end() : end])


def _sentence(text: str, here: Clause) -> tuple[int, int]:
    """Where the sentence of a clause begins and ends, no further from it than `REACH`."""
    begin, stop = max(0, here.start - REACH), min(len(text), here.end + REACH)
    start = max(text.rfind(mark, begin, here.start) for mark in "。!?;\n") + 1
    ends = [at for mark in "。!?;\n" if (at := text.find(mark, here.end, stop)) >= 0]
    return start or begin, min(ends, default=stop)
