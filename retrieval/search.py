"""Hybrid search: what shares the words, what is near in meaning, what was asked before, what was learned.

A passage's mark is a weighted mean of these, each about 0 to 1 (a convex combination, which Bruch et al. 2023
found better than fusing ranks). Then variety: what says the same as a passage above it gives way.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.asked import Asked
from retrieval.documents.postings import K1
from retrieval.documents.searching import DocumentWords
from retrieval.documents.snapshots import folder as state
from retrieval.embedding import LocalEmbedder, open_local
from retrieval.errors import InputError
from retrieval.index import VectorIndex, open_index
from retrieval.lexical import Lexical
from retrieval.matching import Matched, Matcher, open_matcher
from retrieval.passages import Passage, learned, shipped
from retrieval.ports import Embedder
from retrieval.relevance import Topic, elsewhere, relevance
from retrieval.standard import CODE, normal
from retrieval.subject import subject
from retrieval.text import fold
from retrieval.words import features, runs, topic

LONGEST = 2000
"""Characters a query may have."""
MOST = 100
"""Hits that may be asked for."""
ANSWERS = 0.5
"""Relevance from which the best hit is taken to answer; below it the honest reply is that nothing does."""
_WORDS, _MEANING, _ASKED, _MATCHED, _CONTENT = 0.25, 0.15, 0.1, 0.25, 0.25
"""Weights of the parts of a mark; they make 1."""
_DOCUMENT = 2.0
"""What a document's mark is raised by: nothing was asked of it before or learned from its questions."""
_SAME_CODE, _SAME_CONTENT = 0.6, 0.8  # of its mark, what a passage keeps for each such passage above it
_DEPTH = 100  # how far down each list is read
_ENOUGH = 1000  # and where passages of other levels are passed over
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
    """0 to 1: weight of the words it shares with the query."""
    relevance: float = 1.0
    """0 to 1: how likely it is that this answers the query; from `ANSWERS` on it is taken to do so."""

    def as_json(self) -> dict[str, Any]:
        """One entry of `koushi search --json`."""
        return {**self.passage.as_json(), "score": round(self.score, 4)}


class Search:
    """Everything that can be found, ready to be asked; may be used by several threads at once."""

    def __init__(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        index: VectorIndex,
        folder: Path,
        judge: LocalEmbedder | None = None,
        matcher: Matcher | None = None,
    ) -> None:
        """Put the parts together; `open_search` does it with the usual ones.

        Args:
            passages: all there is to find; exactly what `index` holds.
            embedder: turns the query into a vector of the index.
            index: holds the vectors of `passages`.
            folder: cache of the word cutter.
            judge: the built-in embedder, whoever embeds: it tells whether a question is of our subject.
                None: `embedder` where that is it, else nothing is held against a question.
            matcher: knows which of the passages a question belongs to; left out of the mark when None.
        """
        unique = {passage.id: passage for passage in passages}.values()
        documents = [passage for passage in unique if passage.kind == "document"]
        own = [passage for passage in unique if passage.kind != "document"]
        self.passages = (*own, *documents)
        self.embedder, self.index = embedder, index
        self._folder = folder
        self._judge = judge or (embedder if isinstance(embedder, LocalEmbedder) else None)
        self._position = {passage.id: i for i, passage in enumerate(self.passages)}
        self._lexical = Lexical([passage.searchable for passage in own], folder)
        self._documents = DocumentWords(documents, own, folder)
        self._asked = Asked([passage.questions for passage in self.passages])
        self._matched = Matched(self.passages, matcher, folder) if matcher else None

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
        one = len({hit.passage.code for hit in named}) == 1
        asked = named[0].passage.text if one else query  # of one item: what else is like it
        ranked = self._ranked(asked, level)
        before = {each.passage for each in named}
        rest = [hit for hit in ranked if hit.passage not in before] if named else ranked
        return tuple([*named, *rest][:k])

    def close(self) -> None:
        """Let go of the index's files."""
        self.index.close()

    def _ranked(self, query: str, level: int | None) -> list[Hit]:
        about = topic(query, self._folder)
        bm25 = np.concatenate([self._lexical.scores(about), self._documents.scores(about)])
        asked = self._asked.nearest(query)
        near = self.index.nearest(self.embedder.embed([about])[0], _DEPTH, level)
        cosine = {self._position[each]: value for each, value in near if value > 0 and each in self._position}
        some = np.flatnonzero(bm25)
        shared = (int(i) for i in some[np.argsort(-bm25[some], kind="stable")[:_ENOUGH]])
        allowed = [i for i in shared if self.passages[i].allowed(level)][:_DEPTH]
        own, content = self._learned(query)
        learned_ = _MATCHED * own + _CONTENT * content
        likely_ = (int(i) for i in np.argsort(-learned_, kind="stable")[:_DEPTH])
        meant = [i for i in likely_ if learned_[i] > 0 and self.passages[i].allowed(level)]
        hits = []
        for i in sorted({*cosine, *allowed, *meant}):
            meaning, words, before = cosine.get(i, 0.0), float(bm25[i]), _again(float(asked[i]))
            mark = _MEANING * meaning + _WORDS * words + _ASKED * before + max(0.0, float(learned_[i]))
            mark *= _DOCUMENT if self.passages[i].kind == "document" else 1
            hits.append(Hit(self.passages[i], mark, meaning, words))
        best, likely = max((hit.score for hit in hits), default=1.0), relevance(self.topic(query))
        judged = [replace(hit, relevance=max(likely * hit.score / best, _stated(hit))) for hit in hits]
        return _varied(sorted(judged, key=lambda hit: -hit.score))

    def _learned(self, query: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The matcher's scores of every passage and of its content; all 0 without a matcher."""
        if self._matched is None:
            return (np.zeros(len(self.passages), np.float32),) * 2
        return self._matched.scores(query)

    def topic(self, query: str) -> Topic:
        """What is known of a query, for `relevance`."""
        about = topic(query, self._folder)
        known = self._lexical.known(about)
        seen, grasped = self._judge.grasp(about) if self._judge else (1.0, 1.0)
        other, asked = float(elsewhere(query)), float(self._asked.nearest(query).max(initial=0.0))
        own, content = self._learned(query)
        best = float(own.max(initial=0.0)), float(content.max(initial=0.0))
        ours, length = subject().score(features(query, self._folder)), math.log(1 + known.terms)
        return Topic(
            known.words, known.pairs, seen, grasped, known.concepts, other, asked, *best, ours, length
        )

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


def _stated(hit: Hit) -> float:
    """A document answers by its words: what ships, and what that knows of, says nothing about it."""
    whole = 1 / (1 + K1)  # what a passage of usual length gets that has every word once
    return min(1.0, hit.bm25 / whole) if hit.passage.kind == "document" else 0.0


def _again(likeness: float) -> float:
    """Only nearly the same question counts: those that share half their words are about anything."""
    return max(0.0, 2 * likeness - 1)


def _varied(hits: Sequence[Hit]) -> list[Hit]:
    """Best first; marked down for each passage of its item above it, a little for each of its content."""
    above, beside, out = Counter[str](), Counter[str](), []
    for hit in hits:
        code, content = hit.passage.code, hit.passage.code.rpartition(".")[0]
        documents = hit.passage.kind == "document"
        kept = 1.0 if documents else _SAME_CODE ** above[code] * _SAME_CONTENT ** beside[content]
        out.append(replace(hit, score=hit.score * kept))
        above[code] += 1
        beside[content] += 1
    return sorted(out, key=lambda hit: -hit.score)


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
    every = shipped() if passages is None else passages
    local = open_local(learned(shipped()), home)
    trained = embedder or local
    index = open_index(every, trained, folder=state(home, every), url=chroma_url)
    matcher = open_matcher([passage for passage in every if passage.questions], home)
    return Search(every, trained, index, home / "cache", local, matcher)
