"""Which key points of a station, and which of its slips, a text makes. Negation takes a point away."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.figures import arabic
from bot.recogniser.clauses import NO_DENIAL
from retrieval.text import fold, sentences
from scenarios.parts import KeyPoint

_NEGATION = re.compile(r"(不|没|未|无|别|并非|无法|不能|不会|没有)[^，,。！？；!?;]{0,4}$")
"What stands before a variant and denies it."
BEFORE = 16
"""Characters before a variant that can deny it."""


@lru_cache(maxsize=4096)
def _pattern(variant: str) -> re.Pattern[str]:
    return re.compile(fold(variant))


def mentioned(variants: Iterable[str], text: str) -> Iterator[tuple[int, int, str]]:
    """Where variants (regular expressions) are in `text`, denied or not: (start, end, variant).

    Numbers are looked for as they are written and in digits: speech recognisers write 百分之十九.
    """
    plain = fold(text)
    digits, places = arabic(plain)
    for variant in variants:
        pattern, found = _pattern(variant), set[tuple[int, int]]()
        for match in pattern.finditer(plain):
            found.add(match.span())
            yield *match.span(), variant
        for match in pattern.finditer(digits) if digits != plain else ():
            span = places[match.start()], max(places[match.end()], places[match.end() - 1] + 1)
            if span not in found:
                yield *span, variant


def spoken(variants: Iterable[str], text: str) -> Iterator[tuple[int, int, str]]:
    """The mentions that nothing before them denies.

    A variant that itself begins with a negation (不是越多越好) is what it says.
    """
    plain = fold(text)
    return (m for m in mentioned(variants, text) if not _denied(plain[max(0, m[0] - BEFORE) : m[0]]))


def _denied(before: str) -> bool:
    return bool(_NEGATION.search(NO_DENIAL.sub("，", before)))


def made(points: Iterable[KeyPoint], text: str) -> tuple[str, ...]:
    """Ids of the points that `text` makes, each within one sentence, in the station's order."""
    each = sentences(text)
    return tuple(p.id for p in points if any(any(spoken(p.accepts, sentence)) for sentence in each))
