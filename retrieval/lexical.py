"""Search by the words themselves: BM25 over words and character pairs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.words import grams, words


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
        self._known = {token for each in tokens for token in each}
        self._index = bm25s.BM25()
        if self._known:
            self._index.index(tokens, show_progress=False)
        self._size = len(tokens)

    def _tokens(self, text: str) -> list[str]:
        return words(text, self._folder) + grams(text, 2, 2)

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 of every text, in order; zero where no word is shared. float32[n]."""
        known = [token for token in self._tokens(query) if token in self._known]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)
