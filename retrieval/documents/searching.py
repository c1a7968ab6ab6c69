"""Documents' passages searched by their words, beside what ships and without changing how that is ranked."""

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.documents.postings import Postings, Words
from retrieval.passages import Passage


class DocumentWords:
    """Word scores of documents' passages; those of one document are prepared once and kept."""

    def __init__(self, documents: Sequence[Passage], shipped: Sequence[Passage], folder: Path) -> None:
        """Ready at once when nothing has changed since last time.

        Args:
            documents: positions are what `scores` answers about; passages of one document stand together.
            shipped: everything else there is to find: how rare a word is, is judged over both.
            folder: the cache.
        """
        self._words: Words | None = None
        if documents:
            kept = _Cache(folder / "postings")
            groups = [kept.postings(each) for _, each in groupby(documents, key=_file)]
            self._words = Words(groups, kept.postings(shipped))
            kept.sweep()

    def scores(self, query: str) -> NDArray[np.float32]:
        """0 to 1, the share of the query's words by weight, in order; float32[documents' passages]."""
        return np.zeros(0, dtype=np.float32) if self._words is None else self._words.scores(query)


def _file(passage: Passage) -> str:
    return passage.code.rpartition("#")[0]


class _Cache:
    """Postings by content: made when missing or damaged, thrown away when nobody asks for them any more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked: set[str] = set()

    def postings(self, passages: Iterable[Passage]) -> Postings:
        texts = [passage.searchable for passage in passages]
        key = hashlib.sha256("\x00".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._asked.add(key)
        file = self._folder / f"{key}.npz"
        with contextlib.suppress(OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return Postings.unpacked(file.read_bytes())
        made = Postings.of(texts)
        self._keep(file, made.packed())
        return made

    def _keep(self, file: Path, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not answers
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".new")
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).replace(file)

    def sweep(self) -> None:
        for file in self._folder.glob("*.npz"):
            if file.stem not in self._asked:
                file.unlink(missing_ok=True)
