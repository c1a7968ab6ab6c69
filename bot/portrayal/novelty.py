"""How much of a sentence nobody has spoken of: a story that a model makes up brings words of its own."""

import re
from collections.abc import Set
from typing import NamedTuple

from bot.portrayal.secrets import bigrams, everyday

_CLAUSES = re.compile(r"[，,。！!？?；;…]")


class Novelty(NamedTuple):
    """Pairs of characters that nothing known has, counted in a sentence."""

    rare: int
    "Such as people in service talks do not use all the time either, in the clause that has most of them."
    rare_in_all: int
    "The same in the whole sentence."
    any: int
    "Of any kind, in the clause that has most of them."


WEIGHTS = (-0.27, 0.47, 0.66)
"""Log-odds of making something up for each of them; fitted by `tools/train_portrayal.py --novelty`."""


def novelty(sentence: str, known: Set[str]) -> Novelty:
    """Counted beside the pairs of what has been said and may be said (`known`)."""
    each = [bigrams(clause) - known for clause in _CLAUSES.split(sentence)]
    rare = [len(pairs - everyday()) for pairs in each]
    return Novelty(max(rare), sum(rare), max(map(len, each)))


def weigh(counted: Novelty) -> float:
    """Log-odds that it adds."""
    return sum(weight * count for weight, count in zip(WEIGHTS, counted, strict=True))
