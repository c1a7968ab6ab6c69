"""The organisation's documents as policy: the passages of named documents that share words with a text.

By words alone, so that no index has to be opened while somebody waits for an answer in a talk.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.documents.searching import DocumentWords
from retrieval.documents.store import DocumentStore
from retrieval.passages import Passage

MOST = 8
"""Passages a text is held against."""
ALL = "*"


@dataclass(frozen=True, slots=True)
class _Open:
    stamp: str
    passages: tuple[Passage, ...]
    words: DocumentWords


class Policy:
    """The documents of one data folder, read when first asked and again when they have changed."""

    def __init__(self, home: Path) -> None:
        """Nothing is opened yet."""
        self._store, self._cache = DocumentStore(home), home / "cache"
        self._lock = threading.Lock()
        self._open: dict[tuple[str, ...], _Open] = {}

    def about(self, text: str, documents: Sequence[str]) -> tuple[Passage, ...]:
        """Up to `MOST` passages of the documents so named (`*`: of all), best first; none when none fits.

        Raises:
            ProviderError: the documents cannot be read.
        """
        opened = self._of(tuple(documents))
        scores = opened.words.scores(text)
        best = np.argsort(-scores, kind="stable")[:MOST]
        return tuple(opened.passages[int(i)] for i in best if scores[i] > 0)

    def missing(self, documents: Sequence[str]) -> tuple[str, ...]:
        """Names that no document has."""
        known = {each.name for each in self._store.documents()}
        return tuple(name for name in documents if name != ALL and name not in known)

    def _of(self, names: tuple[str, ...]) -> _Open:
        with self._lock:
            stamp = self._store.fingerprint()
            opened = self._open.get(names)
            if opened is None or opened.stamp != stamp:
                chosen = [d for d in self._store.documents() if ALL in names or d.name in names]
                passages = tuple(passage for each in chosen for passage in self._store.of(each))
                opened = _Open(stamp, passages, DocumentWords(passages, (), self._cache / "policy"))
                kept = {key: each for key, each in self._open.items() if each.stamp == stamp}
                self._open = {**kept, names: opened}
            return opened
