"""Search by the words themselves: BM25 over words, character pairs and groups of the thesaurus."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.words import FUNCTION_WORDS, concepts, grams, words


@dataclass(frozen=True, slots=True)
class Known:
    """How much of a query occurs in any text; shares are by weight, 0 to 1."""

    words: float
    pairs: float
    concepts: float
    """Groups of the thesaurus it touches, over its words; 0 and up."""
    terms: int
    """How many different terms it has."""


class Lexical:
    """A BM25 index in memory. 400 passages take some 20 ms to build, so it is built, not stored."""

    def __init__(self, texts: Sequence[str], folder: Path) -> None:
        """Index `texts`; positions are what `scores` answers about.

        Args:
            texts: what to search, in order.
            folder: cache of the word cutter.
        """
        import bm25s

        self._folder = folder
        tokens = [self._tokens(text) for text in texts]
        found = Counter(token for each in tokens for token in set(each))
        self._size = len(tokens)
        self._idf = {token: _idf(self._size, n) for token, n in found.items()}
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        if found:
            self._index.index(tokens, show_progress=False)

    def _tokens(self, text: str) -> list[str]:
        about = [word for word in words(text, self._folder) if word not in FUNCTION_WORDS]
        return about + ["#" + pair for pair in grams(text, 2, 2)] + concepts(text)

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 of every text, in order, as a share of what the query's words weigh: 0 to 1. float32[n]."""
        asked = dict.fromkeys(self._tokens(query))
        known = [token for token in asked if token in self._idf]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known) / self._weight(asked), dtype=np.float32)

    def known(self, query: str) -> Known:
        """How much of the query is known here, by kind of term."""
        asked = dict.fromkeys(self._tokens(query))
        concepts_ = [token for token in asked if token.startswith("@")]
        pairs = [token for token in asked if token.startswith("#")]
        about = [token for token in asked if token[0] not in "@#"]
        touched = len(concepts_) / (1 + len(about))
        return Known(self._share(about), self._share(pairs), touched, len(asked))

    def _share(self, tokens: Sequence[str]) -> float:
        found = self._weight(token for token in tokens if token in self._idf)
        return found / (self._weight(tokens) or 1.0)

    def _weight(self, tokens: Iterable[str]) -> float:
        rarest = _idf(self._size, 0)
        return sum(self._idf.get(token, rarest) for token in tokens)


def _idf(size: int, found: int) -> float:
    return math.log(1 + (size - found + 0.5) / (found + 0.5))
