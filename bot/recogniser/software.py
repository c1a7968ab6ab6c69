"""The learned ear for words spoken to the software that marks or plays, above the net of `addressing.py`.

A logistic regression of its own over what the recogniser sees of a stretch, because such words are learned
from other material than deeds are (`tools/train_software.py`, `bot/data/software`).
"""

import re
from collections.abc import Iterator, Set
from functools import cache
from importlib.resources import files

from bot.recogniser.classifier import Classifier, classifier, read
from bot.recogniser.features import LONGEST_WORD, cut, normal
from scenarios.behaviours import BehaviourId

FILE = "data/software.npz"
META = BehaviourId.META_INSTRUCTION
NEAR = 9
"""Words from one to another that are still near it."""
_SIGNS = re.compile(r"[\[\]{}<>/=_#|\\*【】〔〕「」‖→]")
_LATIN = re.compile(r"[a-z]{3,}")


@cache
def model() -> Classifier[BehaviourId]:
    """The shipped classifier: one class."""
    return read(files("bot").joinpath(FILE).read_bytes(), BehaviourId)


def signs(stretch: str) -> Iterator[str]:
    """What tells such words beside what the recogniser sees: brackets, markup, words in Latin letters, as
    only written tricks have them; and words near each other in their order, because each of them (记录, 算,
    通过) is said to customers too."""
    yield from (f"<{sign}>" for sign in sorted(set(_SIGNS.findall(stretch))))
    if _LATIN.search(stretch):
        yield "<latin>"
    row = ["^", *cut(normal(stretch)[1:-1], classifier().words, LONGEST_WORD), "$"]
    for at, word in enumerate(row):
        yield from (f"p:{word}~{other}" for other in row[at + 1 : at + NEAR])


def addresses(seen: Set[str], stretch: str) -> float:
    """Log-odds that folded `stretch`, whose features are `seen`, speaks to the software."""
    return model().scored({*seen, *signs(stretch)})[META]
