"""Which words of a candidate can be evidence at all, before anything is made of them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from retrieval.text import fold, han_count

ECHO = 0.8
"Share of a turn's character pairs found in what the counterpart said, from which it is an echo."
MIN_QUOTE = 2
"Characters a quote must have at least: a single one is in every turn."
MIN_REPEAT = 4
"Han characters from which a sentence said again is a repeat; 好的 and 再见 may be said twice."
_SENTENCE = re.compile(r"[^。！？；!?;…\n]+[。！？；!?;…\n”』」）)]*")


_GAP = re.compile(r"(?:[\s、，,/|+。．]|(?<!\d)\.|\.(?!\d))+")
"Between words of a list; the dot of 88.6 is none."


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of `text`."""
    return (match.span() for match in _SENTENCE.finditer(text) if match.group().strip())


@lru_cache(maxsize=4096)
def pairs(text: str) -> frozenset[str]:
    """Character pairs of the folded text, punctuation and blanks left out."""
    plain = re.sub(r"[^\w]", "", fold(text))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def is_echo(text: str, heard_so_far: frozenset[str]) -> bool:
    """Whether a turn says nothing but what the counterpart said before."""
    mine = pairs(text)
    return len(mine) >= 4 and len(mine & heard_so_far) / len(mine) >= ECHO


def is_word_list(sentence: str) -> bool:
    """Terms of the trade in a row, spoken by nobody to anybody: 核实 共情 方案 补偿 时限 回访."""
    words = [word for word in _GAP.split(sentence) if word]
    short = sum(han_count(word) <= 4 for word in words)
    return len(words) >= 4 and short >= 0.8 * len(words) and not re.search(r"[我您你他她它吗呢吧]", sentence)


def said_before(sentence: str, said: set[str]) -> bool:
    """Whether this sentence was said before; remembers it."""
    plain = re.sub(r"[^\w]", "", fold(sentence))
    if han_count(plain) < MIN_REPEAT:
        return False
    if plain in said:
        return True
    said.add(plain)
    return False
