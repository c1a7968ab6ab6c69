"""The vector index: Chroma, in a folder or on a server. The only importer of `chromadb`.

Passages are stored under the hash of their content, in a collection named after the embedder. So building is
a comparison of two sets: what is missing is added, what is stale is dropped, and a build that was cut short
is finished by the next one.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from retrieval.errors import ProviderError
from retrieval.index_care import PATIENCE, empty, marked, of_the_machine
from retrieval.passages import Passage
from retrieval.ports import Embedder, Vectors

_EVERY_LEVEL = 9  # stored for passages of no level: above all three, so that "at least" lets them through
_PIECE = 256  # passages embedded and written at a time
_PROBES, _PROBE_DEPTH = (
    9,
    200,
)  # stored vectors asked for when an index is opened, and how deep each is looked for
_SURELY_FOUND = 100_000  # up to so many passages every one of them must be found


class _DamagedError(Exception):
    """The folder answers, but wrongly."""


class VectorIndex:
    """Nearest passages by cosine."""

    def __init__(self, collection: Any, client: Any) -> None:
        """Use `open_index`."""
        self._collection, self._client = collection, client
        self._size = 0

    def nearest(self, vector: Vectors, depth: int, level: int | None = None) -> list[tuple[str, float]]:
        """(passage id, cosine −1 to 1), nearest first, at most `depth`.

        Args:
            vector: float32[d]; a zero vector is near nothing.
            depth: how many.
            level: of the candidate; a higher level covers the lower ones.
        """
        if not vector.any():
            return []
        size = self._size
        # Chroma's own filter costs some 8 ms at 3000 passages, asking for more 1 ms: filter here, mostly.
        found = self._query(vector, min(size, depth if level is None else 4 * depth), None)
        kept = [(each, cosine) for each, cosine, at in found if level is None or at >= level]
        if len(kept) < depth and len(found) < size:
            kept = [(each, cosine) for each, cosine, _ in self._query(vector, min(size, depth), level)]
        return kept[:depth]

    def _query(self, vector: Vectors, n: int, level: int | None) -> list[tuple[str, float, int]]:
        if n == 0:
            return []
        where = None if level is None else {"level": {"$gte": level}}
        answer = self._collection.query(
            query_embeddings=[vector], n_results=n, where=where, include=["distances", "metadatas"]
        )
        triples = zip(answer["ids"][0], answer["distances"][0], answer["metadatas"][0], strict=True)
        return [(each, 1 - float(distance), int(meta["level"])) for each, distance, meta in triples]

    def count(self) -> int:
        """Passages stored."""
        return int(self._collection.count())

    def sync(self, passages: Sequence[Passage], embedder: Embedder) -> int:
        """Store exactly `passages`; returns how many had to be embedded."""
        wanted = {passage.id: passage for passage in passages}
        stored = set(self._collection.get(include=[])["ids"])
        stale, missing = sorted(stored - wanted.keys()), [wanted[each] for each in wanted.keys() - stored]
        missing.sort(key=lambda passage: (passage.code, passage.id))
        for start in range(0, len(stale), _PIECE):
            self._collection.delete(ids=stale[start : start + _PIECE])
        for start in range(0, len(missing), _PIECE):
            self._write(missing[start : start + _PIECE], embedder)
        self.measure()
        return len(missing)

    def measure(self) -> None:
        """Asks for the size, once: it costs as much as a search."""
        self._size = self.count()

    def _write(self, passages: Sequence[Passage], embedder: Embedder) -> None:
        self._collection.upsert(
            ids=[passage.id for passage in passages],
            embeddings=embedder.embed([passage.searchable for passage in passages]),
            metadatas=[
                {"level": passage.level or _EVERY_LEVEL, "code": passage.code} for passage in passages
            ],
        )

    def probe(self, passages: Sequence[Passage]) -> None:
        """Whether stored vectors find themselves; a folder with lost parts answers, but wrongly.

        The search is approximate: of a million, a sound one misses some. There one of them is enough.

        Raises:
            _DamagedError: they do not.
        """
        found = self.revisit([passage.id for passage in passages])
        if found and not (all(found) if len(passages) <= _SURELY_FOUND else any(found)):
            raise _DamagedError("a stored passage does not find itself")

    def revisit(self, ids: Sequence[str]) -> list[bool]:
        """Whether some of these, spread over all, are found by their own vectors.

        Raises:
            _DamagedError: one of them is not stored.
        """
        places = {i * (len(ids) - 1) // (_PROBES - 1) for i in range(_PROBES)} if ids else set()
        some = [ids[i] for i in sorted(places)]
        stored = self._collection.get(ids=some, include=["embeddings"])["embeddings"] if some else []
        if len(stored) != len(some):
            raise _DamagedError("stored passages are missing")
        return [self._finds(vector) for vector in stored if vector.any()]

    def _finds(self, vector: Vectors) -> bool:
        return any(cosine > 0.999 for _, cosine in self.nearest(vector, min(self._size, _PROBE_DEPTH)))

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def open_index(
    passages: Sequence[Passage], embedder: Embedder, *, folder: Path, url: str | None = None
) -> VectorIndex:
    """The index of `passages`, built or brought up to date when needed.

    Args:
        passages: all there is to find.
        embedder: whose vectors are stored.
        folder: the data folder's part for Chroma; a damaged one is emptied and built again.
        url: of a Chroma server; nothing is ever emptied there.

    Raises:
        ProviderError: the server cannot be reached, or the folder cannot be written.
    """
    if url is not None:
        return _from_server(passages, embedder, url)
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock"), timeout=PATIENCE):  # one builds, the others find it built
            return _from_folder(passages, embedder, folder)
    except _failures() as error:  # filelock's Timeout is an OSError
        raise ProviderError(
            f"检索索引建不起来：{error}", mend="检查数据目录的空间与写权限", file=folder
        ) from error


def _from_folder(passages: Sequence[Passage], embedder: Embedder, folder: Path) -> VectorIndex:
    watched = _Watched(embedder)
    with marked(folder):
        try:
            return _ready(_in_folder(folder), passages, watched)
        except (ProviderError, MemoryError):
            raise
        except Exception as error:  # what a damaged file makes Chroma raise is anything
            if watched.failed or of_the_machine(error):
                raise
            empty(folder)  # everything in it can be made again, at a price
        return _ready(_in_folder(folder), passages, embedder)


class _Watched:
    """An embedder of which it is known whether it failed: the folder is none the worse for that."""

    def __init__(self, inner: Embedder) -> None:
        self._inner, self.name, self.failed = inner, inner.name, False

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.failed = True
        made = self._inner.embed(texts)
        self.failed = False
        return made


def _try(folder: Path) -> None:
    """Searches every collection for some of its own vectors: the work of that process."""
    client = _in_folder(folder)
    for collection in client.list_collections():
        index = VectorIndex(collection, client)
        index.measure()
        index.revisit(collection.get(include=[])["ids"])


def _failures() -> tuple[type[Exception], ...]:
    import httpx
    from chromadb.errors import ChromaError

    return (OSError, ValueError, _DamagedError, ChromaError, httpx.HTTPError)


def _ready(client: Any, passages: Sequence[Passage], embedder: Embedder) -> VectorIndex:
    try:
        collection = client.get_or_create_collection(
            f"koushi-{embedder.name}",
            embedding_function=None,  # or Chroma fetches a model from the network
            configuration={"hnsw": {"space": "cosine"}},
        )
        index = VectorIndex(collection, client)
        index.sync(passages, embedder)
        index.probe(passages)
    except BaseException:
        client.close()  # or the next client of this folder in this process is this one again
        raise
    return index


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _in_folder(folder: Path) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient

    try:
        return chromadb.PersistentClient(path=folder, settings=_settings())
    except Exception:
        # Chroma remembers one system a folder, also the half-started one. Open clients hold their own.
        SharedSystemClient.clear_system_cache()
        raise


def _from_server(passages: Sequence[Passage], embedder: Embedder, url: str) -> VectorIndex:
    import chromadb

    parts = urlsplit(url if "//" in url else f"http://{url}")
    secure = parts.scheme == "https"
    try:
        client = chromadb.HttpClient(
            host=parts.hostname or "localhost",
            port=parts.port or (443 if secure else 8000),
            ssl=secure,
            settings=_settings(),
        )
        return _ready(client, passages, embedder)
    except _failures() as error:
        raise ProviderError(
            f"Chroma 服务 {parts.hostname} 用不了：{type(error).__name__}",
            mend="检查 KOUSHI_CHROMA_URL 与服务是否在运行",
        ) from error


if __name__ == "__main__":
    _try(Path(sys.argv[1]))
