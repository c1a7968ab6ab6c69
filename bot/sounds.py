"""How alike two texts sound: whether one may be what a speech recogniser made of the other.

Sounds come from espeak-ng, which is on the machine anyway, one character at a time and without tones. What
recognisers and speakers mix up (zh and z, sh and s, ch and c, -ng and -n) counts as the same.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from retrieval.errors import ProviderError
from retrieval.text import fold

CLOSE = 0.7
"""Share of the longer text that must sound the same."""
_LEFT_OUT = re.compile(r"[\d_|' .\[;:]")
"Tones, stress, pauses, and the mark that sets zh, ch, sh apart from z, c, s."


def close(one: str, other: str) -> bool:
    """Whether they sound alike."""
    return alike(one, other) >= CLOSE


def alike(one: str, other: str) -> float:
    """0–1: how much of the longer sounds the same, in the same order; punctuation says nothing."""
    first, second = _said(one), _said(other)
    longer = max(len(first), len(second))
    return 1.0 if not longer else 1 - _distance(first, second) / longer


def _said(text: str) -> list[str]:
    return [_sound(char) for char in re.sub(r"[^\w]", "", fold(text))]


@lru_cache(maxsize=8192)
def _sound(char: str) -> str:
    """One character's; itself where nothing can read it."""
    from bot.speaking.espeak import engine

    try:
        read = engine().sounds(char)
    except ProviderError:
        return char
    return _LEFT_OUT.sub("", read).replace("N", "n") or char


def _distance(first: Sequence[str], second: Sequence[str]) -> int:
    """The fewest sounds to be added, dropped or exchanged to make one of the other (Levenshtein)."""
    row = list(range(len(second) + 1))
    for n, mine in enumerate(first, 1):
        last, row[0] = row[0], n
        for m, theirs in enumerate(second, 1):
            last, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, last + (mine != theirs))
    return row[-1]
