"""Search over the shipped corpus: time a query, and the share of items found again by half their words."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Measure
from retrieval.lexical import Lexical
from retrieval.passages import shipped
from retrieval.search import open_search

QUESTIONS = 200


def run() -> Iterator[Measure]:
    """p50 and p95 in ms against plain BM25 on the same queries in the same run."""
    passages = shipped()
    queries = [p.text[: max(4, len(p.text) // 2)] for p in passages][:QUESTIONS]
    with tempfile.TemporaryDirectory() as folder:
        search = open_search(Path(folder))
        plain = Lexical([p.text for p in passages], Path(folder))
        ours, theirs = _times(search.search, queries), _times(plain.scores, queries)
        hits = sum(any(h.passage.text.startswith(query) for h in search.search(query)) for query in queries)
        search.close()
    yield Measure("retrieval", "items found by their first half, @5", hits / len(queries))
    for name, at in (("p50_ms", 0.5), ("p95_ms", 0.95)):
        bar = "<=15" if at > 0.9 else None
        yield Measure("retrieval", name, _at(ours, at), bar, rival="plain bm25s", rival_value=_at(theirs, at))


def _times(ask: Callable[[str], object], queries: list[str]) -> list[float]:
    ask(queries[0])
    out = []
    for query in queries:
        start = time.perf_counter()
        ask(query)
        out.append((time.perf_counter() - start) * 1000)
    return out


def _at(times: list[float], share: float) -> float:
    return statistics.quantiles(times, n=100)[round(share * 100) - 1]
