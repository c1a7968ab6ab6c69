"""Where what is said stands at this station: on which part of the candidate's card, or with the counterpart.

Somebody who names what the card lets them give is offering, whatever the phrasing; who names what it forbids
is setting a limit, who names what it tells is reporting, who says what the counterpart knows takes it up.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.figures import figures
from retrieval.text import fold
from scenarios.parts import Card, Fact
from scenarios.station import Station

SHARED = (1, 2, 4, 8)
"""Runs of `RUN` characters in common: each of these numbers, reached, is a feature."""
RUN = 3
_DIGIT = re.compile(r"[\d十百千万三四五六七八九]")
_PUNCTUATION = re.compile(r"[\W_]+")


class Part(NamedTuple):
    """Runs of characters and figures of one part of what a station tells."""

    name: str
    runs: frozenset[str]
    figures: frozenset[str]


def parts(station: Station | None) -> tuple[Part, ...]:
    """What is known, may be given, may not be done, what the counterpart knows; nothing without a station."""
    return _parts(station.card, station.facts) if station is not None else ()


@lru_cache(maxsize=128)
def _parts(card: Card, facts: tuple[Fact, ...]) -> tuple[Part, ...]:
    told = tuple(text for fact in facts for text in (fact.value, *(line.say for line in fact.tells)))
    texts = {
        "known": (card.situation, *card.known),
        "powers": card.powers,
        "limits": card.limits,
        "told": told,
    }
    return tuple(
        Part(name, frozenset().union(*(_runs(fold(text)) for text in each)), figures("\n".join(each)))
        for name, each in texts.items()
    )


def standing(stretch: str, known: tuple[Part, ...]) -> Iterator[str]:
    """Features of folded `stretch` beside the `parts` of a station; none outside one."""
    if not known:
        return
    yield "c:"
    runs = _runs(stretch)
    said = figures(stretch) if _DIGIT.search(stretch) else frozenset()
    shared = [len(runs & part.runs) for part in known]
    most = max(shared)
    for part, count in zip(known, shared, strict=True):
        if count:
            yield from (f"c:{part.name}>{n}" for n in SHARED if count >= n)
            if count == most:
                yield f"c:most={part.name}"
        if said & part.figures:
            yield f"c:{part.name}#"


def _runs(folded: str) -> frozenset[str]:
    text = _PUNCTUATION.sub("", folded)
    return frozenset(text[i : i + RUN] for i in range(len(text) - RUN + 1))
