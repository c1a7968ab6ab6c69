"""Which passage a question belongs to, learned from the questions and sentences of the passages themselves.

Regularised least squares from a text's features to the passages and to the work contents they stand under
(Rifkin, Yeo & Poggio 2003), solved by a few steps of conjugate gradients: stopping early generalises better
here than the exact solution, and takes seconds. Search by words or nearness looks at one passage at a time;
this one knows what tells them apart.
"""

import hashlib
import io
import json
import os
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.passages import Passage
from retrieval.words import features

VERSION = "matching-1"
"""Change it with anything that changes the weights."""
STEPS = 8
"""Conjugate gradient steps."""
SLIGHT = 0.015
"""Weights nearer to zero than this are left out."""
QUESTION, HEADING, SENTENCE = 1.0, 1.0, 0.5
"""How much each kind of text counts."""
_ENDS = re.compile(r"[。；！？!?;\n]")
_SHORTEST = 5


class Matcher:
    """Made by `train`, kept by `save`, read back by `read`."""

    def __init__(
        self, name: str, ids: Sequence[str], vocabulary: Sequence[str], idf: NDArray[np.float32], weights: Any
    ) -> None:
        """Put its parts together; use `open_matcher` instead.

        Args:
            name: fingerprint of what it learned from.
            ids: what it tells apart: ids of passages, then codes of work contents.
            vocabulary: the features, in the order of the rows of `weights`.
            idf: one weight a feature, float32[f].
            weights: sparse f × len(ids).
        """
        self.name, self.ids = name, tuple(ids)
        self._row = {feature: i for i, feature in enumerate(vocabulary)}
        self._idf, self._weights = idf, weights

    def scores(self, question: str, folder: Path) -> NDArray[np.float32]:
        """Of every passage and content, in order of `ids`: about 0 for what is not meant, up to about 1.

        Args:
            question: anything.
            folder: cache of the word cutter.
        """
        counted = features(question, folder)
        known = [(self._row[each], n) for each, n in counted.items() if each in self._row]
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        rows = np.asarray([row for row, _ in known])
        weights = (1 + np.log([n for _, n in known])) * self._idf[rows]
        return np.asarray((weights / np.linalg.norm(weights)) @ self._weights[rows], dtype=np.float32)

    @classmethod
    def train(cls, passages: Sequence[Passage], folder: Path) -> "Matcher":
        """Learn from `passages`, which have questions; the same passages give the same matcher."""
        from scipy.sparse import csr_matrix

        contents = sorted({content_of(passage) for passage in passages})
        ids = [passage.id for passage in passages] + contents
        shown = list(_shown(passages))
        counted = [features(text, folder) for text, _, _ in shown]
        found = Counter(feature for each in counted for feature in each)
        vocabulary = sorted(found)
        column = {feature: i for i, feature in enumerate(vocabulary)}
        spread = np.asarray([found[feature] for feature in vocabulary], dtype=np.float32)
        idf = (np.log((1 + len(shown)) / (1 + spread)) + 1).astype(np.float32)
        rows = [np.asarray([1 + np.log(n) for n in each.values()], dtype=np.float32) for each in counted]
        columns = [np.asarray([column[feature] for feature in each], dtype=np.int64) for each in counted]
        weighed = [row * idf[which] for row, which in zip(rows, columns, strict=True)]
        texts = csr_matrix(
            (
                np.concatenate([row / np.linalg.norm(row) for row in weighed]),
                np.concatenate(columns),
                np.cumsum([0, *map(len, columns)]),
            ),
            shape=(len(shown), len(vocabulary)),
        )
        target = np.zeros((len(shown), len(ids)), dtype=np.float32)
        for number, (_, which, _) in enumerate(shown):
            target[number, which] = 1
            target[number, len(passages) + contents.index(content_of(passages[which]))] = 1
        ridge = np.asarray([1 / weight for _, _, weight in shown], dtype=np.float32)
        weights = np.asarray(texts.T @ _solve(texts, target, ridge))
        weights[np.abs(weights) < SLIGHT] = 0
        return cls(_name(passages), ids, vocabulary, idf, csr_matrix(weights))

    def save(self, file: Path) -> None:
        """Write it whole or not at all; plain arrays and JSON, nothing that could run when read."""
        file.parent.mkdir(parents=True, exist_ok=True)
        head = json.dumps({"name": self.name, "ids": self.ids, "vocabulary": list(self._row)})
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as stream:
            np.savez(
                stream,
                head=np.frombuffer(head.encode(), np.uint8),
                idf=self._idf,
                data=self._weights.data.astype(np.float16),
                indices=self._weights.indices.astype(np.int16),
                starts=self._weights.indptr,
            )
        Path(temporary).replace(file)

    @classmethod
    def read(cls, file: Path) -> "Matcher":
        """What `save` wrote.

        Raises:
            OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile: it is missing or damaged.
        """
        from scipy.sparse import csr_matrix

        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            head = json.loads(stored["head"].tobytes().decode())
            parts = (stored["data"].astype(np.float32), stored["indices"].astype(np.int32), stored["starts"])
            weights = csr_matrix(parts, shape=(len(head["vocabulary"]), len(head["ids"])))
            return cls(head["name"], head["ids"], head["vocabulary"], stored["idf"], weights)


class Matched:
    """A matcher's scores laid over everything that can be found."""

    def __init__(self, passages: Sequence[Passage], matcher: Matcher, folder: Path) -> None:
        """An item of the standard has the score of the best note that explains it; a document has none.

        Args:
            passages: what `scores` answers about.
            matcher: trained on some of them.
            folder: cache of the word cutter.
        """
        self._matcher, self._folder, self._size = matcher, folder, len(passages)
        place = {each: i for i, each in enumerate(matcher.ids)}
        explained: dict[str, list[int]] = {}
        for passage in passages:
            if passage.id in place:
                explained.setdefault(passage.code, []).append(place[passage.id])
        links = [
            (i, where)
            for i, passage in enumerate(passages)
            if passage.kind != "document"
            for where in ([place[passage.id]] if passage.id in place else explained.get(passage.code, ()))
        ]
        self._links = np.asarray(links, dtype=np.int64).reshape(-1, 2).T
        contents = [(i, place.get(content_of(p), -1)) for i, p in enumerate(passages) if p.kind != "document"]
        self._contents = (
            np.asarray([pair for pair in contents if pair[1] >= 0], dtype=np.int64).reshape(-1, 2).T
        )

    def scores(self, question: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of every passage: its own score, and that of the content it stands under; 0 where there is none."""
        found = self._matcher.scores(question, self._folder)
        own, content = np.zeros(self._size, np.float32), np.zeros(self._size, np.float32)
        np.maximum.at(own, self._links[0], found[self._links[1]])
        content[self._contents[0]] = found[self._contents[1]]
        return own, content


def content_of(passage: Passage) -> str:
    """The work content it stands under; its own code where that is no item's."""
    return passage.code.rpartition(".")[0] or passage.code


def _shown(passages: Sequence[Passage]) -> Iterator[tuple[str, int, float]]:
    """Every text to learn from, the position of its passage, and how much it counts."""
    for which, passage in enumerate(passages):
        for question in passage.questions:
            yield question, which, QUESTION
        yield f"{passage.title} {passage.heading}", which, HEADING
        if passage.synonyms:
            yield " ".join(passage.synonyms), which, HEADING
        for sentence in _ENDS.split(passage.text):
            if len(sentence) >= _SHORTEST:
                yield sentence, which, SENTENCE


def _solve(texts: Any, target: NDArray[np.float32], ridge: NDArray[np.float32]) -> NDArray[np.float32]:
    """`STEPS` steps towards the solution of (K + diag(ridge)) A = target, K the texts' inner products."""
    solution, rest = np.zeros_like(target), target.copy()
    along, size = rest.copy(), np.square(rest).sum(axis=0)
    for _ in range(STEPS):
        image = texts @ (texts.T @ along) + ridge[:, None] * along
        step = size / np.maximum((along * image).sum(axis=0), 1e-12)
        solution += step * along
        rest -= step * image
        size, before = np.square(rest).sum(axis=0), size
        along = rest + (size / np.maximum(before, 1e-12)) * along
    return solution


def _name(passages: Sequence[Passage]) -> str:
    whole = json.dumps([VERSION, STEPS, SLIGHT, *(passage.id for passage in passages)])
    return f"matching-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def open_matcher(passages: Sequence[Passage], home: Path) -> Matcher:
    """The matcher of `passages`: read from the data folder, or trained (some seconds, once) and kept.

    Args:
        passages: what it tells apart; those with questions, in a fixed order.
        home: the data folder.
    """
    file = home / "embedder" / f"{_name(passages)}.npz"
    try:
        return Matcher.read(file)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):  # absent and damaged end alike
        trained = Matcher.train(passages, home / "cache")
        trained.save(file)
        return trained
