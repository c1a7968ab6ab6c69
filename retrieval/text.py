"""Chinese text made comparable without moving a single character.

Everything here keeps length: position i of the folded text is position i of what was said, so that a
match found in the folded text can be quoted verbatim from the original.
"""

import unicodedata
from functools import cache, lru_cache
from typing import Any


@cache
def _converter() -> Any:
    import opencc  # loads a dictionary of a few MB; only when Chinese is really compared

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    wide = unicodedata.normalize("NFKC", char)
    char = wide if len(wide) == 1 else char
    lower = char.lower()
    char = lower if len(lower) == 1 else char
    if "\u4e00" <= char <= "\u9fff":
        simple: str = _converter().convert(char)
        return simple if len(simple) == 1 else char
    return char


def fold(text: str) -> str:
    """Fold full-width to half-width, upper to lower case and traditional to simplified characters.

    The result has exactly the length of `text`; a character with no one-to-one counterpart stays.
    """
    return _remembered(text) if len(text) <= _SAID else "".join(map(_fold_char, text))


_SAID = 600
"""Characters up to which a text is remembered folded: what people say is looked at from many sides."""


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return "".join(map(_fold_char, text))


def han_count(text: str) -> int:
    """How many Han characters the text has: what lengths of notes and letters are given in."""
    return sum("\u4e00" <= char <= "\u9fff" for char in text)


SENTENCE_ENDS = "。！？；!?;…\n"
CLOSERS = "”』」）)’"


def sentences(text: str) -> tuple[str, ...]:
    """Split at 。！？；… and line ends, keeping the mark (and closing quotes) with its sentence."""
    out: list[str] = []
    start = 0
    for i, char in enumerate(text):
        following = text[i + 1] if i + 1 < len(text) else ""
        ended = char in SENTENCE_ENDS and following not in SENTENCE_ENDS + CLOSERS
        closed = char in CLOSERS and i > 0 and text[i - 1] in SENTENCE_ENDS
        if ended or closed:
            out.append(text[start : i + 1])
            start = i + 1
    out.append(text[start:])
    return tuple(piece.strip() for piece in out if piece.strip())
