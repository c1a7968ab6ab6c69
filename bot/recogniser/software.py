"""The learned ear for words spoken to the software that marks or plays, above the net of `addressing.py`.

A logistic regression of its own over what the recogniser sees of a stretch, because such words are learned
from other material than deeds are (`tools/train_software.py`, `bot/data/software`).
"""

import re
from collections.abc import Iterator, Set
from functools import cache
from importlib.resources import files

from bot.recogniser.classifier import Classifier, read
from scenarios.behaviours import BehaviourId

FILE = "data/software.npz"
META = BehaviourId.META_INSTRUCTION
_SIGNS = re.compile(r"[\[\]{}<>/=_#|\\*【】〔〕「」‖→]")
_LATIN = re.compile(r"[a-z]{3,}")


@cache
def model() -> Classifier[BehaviourId]:
    """The shipped classifier: one class."""
    return read(files("bot").joinpath(FILE).read_bytes(), BehaviourId)


def signs(stretch: str) -> Iterator[str]:
    """Features that only written tricks have: brackets, markup, words in Latin letters."""
    yield from (f"<{sign}>" for sign in sorted(set(_SIGNS.findall(stretch))))
    if _LATIN.search(stretch):
        yield "<latin>"


def addresses(seen: Set[str], stretch: str) -> float:
    """Log-odds that folded `stretch`, whose features are `seen`, speaks to the software."""
    return model().scored({*seen, *signs(stretch)})[META]
