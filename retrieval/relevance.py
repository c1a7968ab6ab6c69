"""How likely it is that anything here answers a question: logistic regression over what search knows of it.

Fitted by `tools/fit_relevance.py`; its coefficients are in `corpus/relevance.json`.
"""

import json
import math
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files

from retrieval.text import fold


@dataclass(frozen=True, slots=True)
class Topic:
    """What is known of a question."""

    words: float
    """Share of its words, by weight, that can be found anywhere; about 0 to 1, like all but the last two."""
    pairs: float
    """The same of its pairs of characters."""
    features: float
    """Share of its weight on features the built-in embedder knows."""
    grasped: float
    """Share of its weight left in the embedder's few dimensions: low where its words never go together."""
    concepts: float
    """Groups of the thesaurus it touches, over its words."""
    elsewhere: float
    """1 when it uses a word of another subject, see `elsewhere`."""
    asked: float
    """How like it the likest authored question is."""
    matched: float
    """What the matcher gives the passage it belongs to most."""
    content: float
    """The same of work contents."""
    subject: float
    """Log-odds that it is of our subject, by its words; any number."""
    length: float
    """Logarithm of how many terms it has."""


@cache
def _fitted() -> tuple[float, tuple[float, ...]]:
    raw = json.loads(files("retrieval").joinpath("corpus/relevance.json").read_text(encoding="utf-8"))
    return float(raw["intercept"]), tuple(map(float, raw["weights"]))


def relevance(topic: Topic) -> float:
    """0 to 1, of the best passage there is; a lesser one answers less."""
    intercept, weights = _fitted()
    total = intercept + sum(w * x for w, x in zip(weights, astuple(topic), strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def _words() -> tuple[str, ...]:
    text = files("retrieval").joinpath("corpus/elsewhere.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(dict.fromkeys(fold(word) for line in lines for word in line.split()))


def elsewhere(question: str) -> bool:
    """Whether it uses a word of a subject that is none of ours: another trade's exam, a recipe, a repair."""
    folded = fold(question)
    return any(word in folded for word in _words())
