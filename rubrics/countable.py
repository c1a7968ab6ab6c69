"""Which words of a candidate can be evidence at all, before anything is made of them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.ports import Behaviour
from retrieval.text import fold, han_count
from scenarios.behaviours import BehaviourId

ECHO = 0.8
"Share of a turn's character pairs found in what the counterpart said, from which it is an echo."
MIN_REPEAT = 4
"Han characters from which a sentence said again is a repeat; 好的 and 再见 may be said twice."
_MARKING = re.compile(
    "考生|打分|满分|评分(系统|标准|点|员|项|规则)|总分.{0,4}\\d|系统提示|提示词|system prompt"
    "|(忽略|无视).{0,8}(指令|规则|要求|提示)"
)
"Nobody says these to a customer, a superior or a client; a second net under the recogniser's."
_SENTENCE = re.compile(r"[^。！？；!?;…\n]+[。！？；!?;…\n”』」）)]*")


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


def addressed(text: str) -> Iterator[Behaviour]:
    """Words of the marking itself, whatever the recogniser made of the sentence."""
    for match in _MARKING.finditer(fold(text)):
        quote = text[slice(*match.span())]
        yield Behaviour(BehaviourId.META_INSTRUCTION, quote, *match.span(), 0.9)


def is_word_list(sentence: str) -> bool:
    """Terms of the trade in a row, spoken by nobody to anybody: 核实 共情 方案 补偿 时限 回访."""
    words = [word for word in re.split(r"[\s、，,/|+。．.]+", sentence) if word]
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
