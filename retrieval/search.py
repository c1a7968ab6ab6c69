"""Hybrid search: what is near in meaning and what shares the words, fused by rank.

Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009): a passage's mark is the sum of 1 / (60 + rank) over
the lists it is in.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import InputError
from retrieval.index import VectorIndex, open_index
from retrieval.lexical import Lexical
from retrieval.passages import Passage, shipped
from retrieval.ports import Embedder
from retrieval.standard import CODE, normal
from retrieval.text import fold
from retrieval.words import runs, topic

LONGEST = 2000
"""Characters a query may have."""
MOST = 100
"""Hits that may be asked for."""
_RRF = 60
_DEPTH = 50  # how far down each list is read
_TYPED_CODE = re.compile(rf"(?<![a-z0-9.])({CODE.pattern})(?![a-z0-9.]*[a-z0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found."""

    passage: Passage
    score: float
    """0 to 1, higher is better; says how well it ranks among the others, not whether it answers."""
    cosine: float
    """−1 to 1: nearness of meaning; 0 when it was not near enough to be looked at."""
    bm25: float
    """0 and up: weight of the words it shares with the query."""

    def as_json(self) -> dict[str, Any]:
        """One entry of `koushi search --json`."""
        return {**self.passage.as_json(), "score": round(self.score, 4)}


class Search:
    """Everything that can be found, ready to be asked; may be used by several threads at once."""

    def __init__(
        self, passages: Sequence[Passage], embedder: Embedder, index: VectorIndex, folder: Path
    ) -> None:
        """Put the parts together; `open_search` does it with the usual ones.

        Args:
            passages: all there is to find; exactly what `index` holds.
            embedder: turns the query into a vector of the index.
            index: holds the vectors of `passages`.
            folder: cache of the word cutter.
        """
        self.passages = tuple({passage.id: passage for passage in passages}.values())
        self.embedder, self.index = embedder, index
        self._folder = folder
        self._position = {passage.id: i for i, passage in enumerate(self.passages)}
        self._lexical = Lexical([passage.searchable for passage in self.passages], folder)

    def search(self, query: str, *, level: int | None = None, k: int = 5) -> tuple[Hit, ...]:
        """The best `k` passages, best first; fewer or none when nothing fits.

        Args:
            query: a question, words, or a code of the standard (its items then come first).
            level: 1, 2 or 3 of the candidate; a higher level covers the lower ones. None: everything.
            k: 1 to 100.

        Raises:
            InputError: an empty or overlong query, or a level or `k` that does not exist.
            ProviderError: the embedder cannot be reached.
        """
        _check(query, level, k)
        if not runs(query):
            return ()
        named = self._named(query, level)
        asked = named[0].passage.searchable if len(named) == 1 else query  # one item: what else is like it
        ranked = self._ranked(topic(asked, self._folder), level)
        rest = [hit for hit in ranked if hit.passage.id not in {each.passage.id for each in named}]
        return tuple([*named, *rest][:k])

    def close(self) -> None:
        """Let go of the index's files."""
        self.index.close()

    def _ranked(self, about: str, level: int | None) -> list[Hit]:
        bm25 = self._lexical.scores(about)
        near = self.index.nearest(self.embedder.embed([about])[0], _DEPTH, level)
        cosine = {self._position[each]: value for each, value in near if value > 0 and each in self._position}
        allowed = [i for i in np.argsort(-bm25, kind="stable") if bm25[i] > 0]
        shared = [int(i) for i in allowed if self.passages[i].allowed(level)][:_DEPTH]
        marks = _fuse(cosine, shared)
        order = sorted(marks, key=lambda i: (-marks[i], i))
        return [Hit(self.passages[i], marks[i], cosine.get(i, 0.0), float(bm25[i])) for i in order]

    def _named(self, query: str, level: int | None) -> list[Hit]:
        """Passages whose code, or the code of what they stand under, is written in the query."""
        codes = [normal(match[1]) for match in _TYPED_CODE.finditer(fold(query))]
        found = [
            passage
            for code in dict.fromkeys(codes)
            for passage in self.passages
            if passage.allowed(level) and f"{passage.code}.".startswith(f"{code}.")
        ]
        unique = list(dict.fromkeys(found))
        return [Hit(passage, 1.0, 0.0, 0.0) for passage in unique]


def _check(query: str, level: int | None, k: int) -> None:
    if not query.strip():
        raise InputError("没有写要找什么", mend="写一个问题、几个词，或者标准的编码，如 L3.6.2.K1")
    if len(query) > LONGEST:
        raise InputError(
            f"问题太长：{len(query)} 字，最多 {LONGEST} 字", mend="只写要问的那一句；整篇文字请拆开问"
        )
    if level not in {None, 1, 2, 3}:
        raise InputError(f"没有 {level} 级", mend="等级是 1、2 或 3", field="level")
    if not 1 <= k <= MOST:
        raise InputError(f"不能要 {k} 条", mend=f"一次要 1 到 {MOST} 条", field="k")


def _fuse(*lists: Iterable[int]) -> dict[int, float]:
    """Position → mark, 0 to 1; 1 is first in every list."""
    marks: dict[int, float] = {}
    for each in lists:
        for rank, position in enumerate(each, 1):
            marks[position] = marks.get(position, 0.0) + (_RRF + 1) / (_RRF + rank) / len(lists)
    return marks


def open_search(
    home: Path,
    embedder: Embedder | None = None,
    chroma_url: str | None = None,
    *,
    passages: Sequence[Passage] | None = None,
) -> Search:
    """Search over `passages`, its index built in the data folder when needed (about two seconds, once).

    Args:
        home: the data folder; made when missing.
        embedder: the built-in one when None.
        chroma_url: a Chroma server instead of the folder.
        passages: what ships with the program when None.

    Raises:
        ProviderError: a part that was asked for cannot be reached, or the folder cannot be written.
    """
    from retrieval.embedding import open_local

    every = shipped() if passages is None else passages
    trained = embedder or open_local([passage.searchable for passage in shipped()], home)
    index = open_index(every, trained, folder=home / "chroma", url=chroma_url)
    return Search(every, trained, index, home / "cache")
