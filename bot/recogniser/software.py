"""The learned ear for words spoken to the software that marks or plays, above the net of `addressing.py`.

A logistic regression of its own over what the recogniser sees of a stretch, because such words are learned
from other material than deeds are (`tools/train_software.py`, `bot/data/software`).
"""

import re
from collections.abc import Iterator, Mapping, Set
from functools import cache
from importlib.resources import files
from itertools import combinations

from bot.recogniser.classifier import Classifier, classifier, read
from bot.recogniser.features import LONGEST_WORD, cut, normal
from bot.recogniser.rules import read_yaml
from scenarios.behaviours import BehaviourId

FILE = "data/software.npz"
META = BehaviourId.META_INSTRUCTION
NEAR = 9
"""Words from one to another that are still near it."""
NEXT = 7
"""Words that have a kind, from one to another whose order still tells."""
_SIGNS = re.compile(r"[\[\]{}<>/=_#|\\*【】〔〕「」‖→]")
_LATIN = re.compile(r"[a-z]{3,}")


@cache
def model() -> Classifier[BehaviourId]:
    """The shipped classifier: one class."""
    return read(files("bot").joinpath(FILE).read_bytes(), BehaviourId)


@cache
def _kinds() -> tuple[Mapping[str, tuple[str, ...]], int]:
    """(the kinds of a word, characters of the longest word)."""
    out: dict[str, tuple[str, ...]] = {}
    for kind, words in read_yaml("recogniser/kinds.yaml").items():
        for word in str(words).split():
            out[word] = (*out.get(word, ()), kind)
    return out, max(map(len, out))


def kinds(stretch: str) -> list[str]:
    """The kinds of the words in folded `stretch`, in their order; words may overlap."""
    known, longest = _kinds()
    out: list[str] = []
    for at in range(len(stretch)):
        for size in range(longest, 0, -1):
            found = known.get(stretch[at : at + size])
            if found:
                out += found
                break
    return out


def signs(stretch: str) -> Iterator[str]:
    """What tells such words beside what the recogniser sees: brackets, markup, words in Latin letters, as
    only written tricks have them; words near each other in their order, because each of them (记录, 算, 通过)
    is said to customers too; and which kinds of words stand together in the stretch. What stands around it
    does not tell: honest words beside such words stay honest."""
    yield from (f"<{sign}>" for sign in sorted(set(_SIGNS.findall(stretch))))
    if _LATIN.search(stretch):
        yield "<latin>"
    row = ["^", *cut(normal(stretch)[1:-1], classifier().words, LONGEST_WORD), "$"]
    for at, word in enumerate(row):
        yield from (f"p:{word}~{other}" for other in row[at + 1 : at + NEAR])
    said = kinds(stretch)
    for at, kind in enumerate(said):
        yield from (f"k:{kind}>{other}" for other in said[at + 1 : at + NEXT])
    for size in (1, 2, 3):
        yield from (f"k:{'&'.join(each)}" for each in combinations(sorted(set(said)), size))


def addresses(seen: Set[str], stretch: str) -> float:
    """Log-odds that folded `stretch`, whose features are `seen`, speaks to the software."""
    return model().scored({*seen, *signs(stretch)})[META]
