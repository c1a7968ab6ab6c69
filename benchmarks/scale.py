"""The same search at 10 000 and 100 000 passages of documents: time to build, disk, memory, p95.

Texts are drawn from the shipped corpus's own sentences, vectors are random (their making is a provider's
affair); everything else is what `koushi search` runs. `KOUSHI_SCALE=1000000` adds that size (an hour, 10 GB).
"""

import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.measure import Measure
from retrieval.index import open_index
from retrieval.passages import Passage, shipped
from retrieval.ports import Vectors, unit
from retrieval.search import Search
from retrieval.text import sentences

SIZES = (10_000, 100_000)
LENGTH = 250
"""Characters of a passage."""
PER_DOCUMENT = 200
DIMENSIONS = 192
"""As the built-in embedder's."""
QUESTIONS = 200


class Synthetic:
    """A random unit vector a text, the same for the same text."""

    name = "synthetic"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32[n, 192]."""
        rows = [np.random.default_rng(hash(text) & 0xFFFFFFFF).standard_normal(DIMENSIONS) for text in texts]
        return unit(np.asarray(rows, dtype=np.float32))


def run() -> Iterator[Measure]:
    """Every size in a folder of its own, smallest first."""
    more = os.environ.get("KOUSHI_SCALE")
    for size in (*SIZES, *([int(more)] if more else [])):
        with tempfile.TemporaryDirectory() as folder:
            yield from _at(size, Path(folder))


def _at(size: int, home: Path) -> Iterator[Measure]:
    def measure(what: str, value: float, bar: str | None = None) -> Measure:
        return Measure("scale", f"{size:>7} passages: {what}", value, bar)

    passages, embedder = [*shipped(), *_documents(size)], Synthetic()
    before, start = _resident(), time.perf_counter()
    index = open_index(passages, embedder, folder=home / "chroma")
    built = time.perf_counter()
    Search(passages, embedder, index, home / "cache")
    yield measure("vectors built, s", built - start)
    yield measure("words built, s", time.perf_counter() - built)
    yield measure("disk, MB", sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 1e6)
    start = time.perf_counter()
    again = open_index(passages, embedder, folder=home / "chroma")
    search = Search(passages, embedder, again, home / "cache")
    yield measure("opened again, s", time.perf_counter() - start)
    start = time.perf_counter()
    more = [*passages, *_documents(PER_DOCUMENT, first=size)]
    added = Search(more, embedder, open_index(more, embedder, folder=home / "chroma"), home / "cache")
    yield measure(f"{PER_DOCUMENT} more added, s", time.perf_counter() - start)
    times = _times(search, [passage.text[:24] for passage in passages[-QUESTIONS:]])
    yield measure("p50_ms", times[len(times) // 2])
    yield measure("p95_ms", times[int(len(times) * 0.95)], "<=60" if size <= 100_000 else None)
    yield measure("memory grown, MB", (_resident() - before) / 1e6)
    for each in (search, added, index):
        each.close()


def _documents(size: int, first: int = 0) -> list[Passage]:
    rng = random.Random(first)
    pool = [sentence for passage in shipped() for sentence in sentences(passage.text)]
    out: list[Passage] = []
    for number in range(first, first + size):
        text = ""
        while len(text) < LENGTH:
            text += rng.choice(pool)
        name = f"规定{number // PER_DOCUMENT}.pdf"
        title = f"{name} · 第{number % PER_DOCUMENT + 1}页"
        out.append(Passage(f"doc:{name}#p{number % PER_DOCUMENT + 1}", "document", title, text, None))
    return out


def _times(search: Search, queries: Sequence[str]) -> list[float]:
    """Milliseconds, sorted."""
    search.search(queries[0])
    out = []
    for query in queries:
        start = time.perf_counter()
        search.search(query)
        out.append((time.perf_counter() - start) * 1000)
    return sorted(out)


def _resident() -> int:
    """Bytes of this process in memory now; where that cannot be read, the most there have been."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(pages) * resource.getpagesize()
