"""Search over what ships and the organisation's documents, following their changes while it is open."""

import threading
from collections.abc import Sequence
from pathlib import Path

from retrieval.documents.snapshots import folder, leave
from retrieval.documents.store import DocumentStore
from retrieval.passages import Passage, shipped
from retrieval.ports import Embedder
from retrieval.search import Search, open_search


class Library:
    """Opened when first asked; opened anew when another process, too, has added or removed documents."""

    def __init__(self, home: Path, embedder: Embedder | None, chroma_url: str | None) -> None:
        """Nothing is opened yet.

        Args:
            home: the data folder.
            embedder: the built-in one when None.
            chroma_url: a Chroma server instead of the folder.
        """
        self._home, self._embedder, self._url = home, embedder, chroma_url
        self._store = DocumentStore(home)
        self._lock = threading.Lock()
        self._stamp: str | None = None
        self._open: list[Search] = []
        """The last is current; somebody may still be asking the one before it, nobody an older one."""

    @property
    def search(self) -> Search:
        """Over the documents as they are now.

        Raises:
            ProviderError: a part cannot be reached, or the documents cannot be read.
        """
        with self._lock:
            stamp = self._store.fingerprint()
            if self._stamp != stamp:
                opened = self._opened(self._store.passages())
                if self._url is None:
                    leave(self._home, folder(self._home, opened.passages))
                self._open.append(opened)
                self._stamp = stamp
            while len(self._open) > 2:
                self._open.pop(0).close()
            return self._open[-1]

    def index(self, documents: Sequence[Passage]) -> None:
        """Make exactly these documents searchable, beside what ships; only what is new is embedded.

        Raises:
            ProviderError: a part cannot be reached; what was searchable before still is.
        """
        self._opened(documents).close()

    def close(self) -> None:
        """Let go of the files; what is asked for afterwards is opened anew."""
        with self._lock:
            for each in self._open:
                each.close()
            self._open, self._stamp = [], None

    def _opened(self, documents: Sequence[Passage]) -> Search:
        return open_search(self._home, self._embedder, self._url, passages=[*shipped(), *documents])
