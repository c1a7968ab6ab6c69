"""The built-in embedder: latent semantic analysis trained on our own passages. Nothing is downloaded.

Texts become TF-IDF weights of words, of groups of the thesaurus and of runs of one to three characters; a
truncated SVD of the passages finds which of them go together (Deerwester et al. 1990). It is trained once and
then frozen: documents added later are embedded with it, so that vectors already stored stay comparable.
"""

import hashlib
import io
import json
import math
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.ports import Vectors, unit
from retrieval.words import features

VERSION = "lsa-2"
"""Change it with anything that changes the vectors."""
SIZE = 192
"""Length of a vector, where there are that many texts to learn from."""
_MANY = (
    100  # texts from which on a feature must occur in two of them: one says nothing about what goes together
)


class LocalEmbedder:
    """Trained by `train`, kept by `save`, read back by `read`."""

    def __init__(
        self, name: str, vocabulary: Sequence[str], idf: NDArray[np.float32], axes: Vectors, folder: Path
    ) -> None:
        """Put its parts together; use `open_local` instead.

        Args:
            name: fingerprint of what it was trained on.
            vocabulary: the features, in the order of the columns.
            idf: one weight a feature, float32[f].
            axes: float32[f, d], from features to the vector.
            folder: cache of the word cutter.
        """
        self.name = name
        self._vocabulary = tuple(vocabulary)
        self._column = {feature: i for i, feature in enumerate(self._vocabulary)}
        self._idf, self._axes, self._folder = idf, axes, folder

    @property
    def size(self) -> int:
        """Length of a vector."""
        return int(self._axes.shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32[n, d], unit rows; a zero row for a text without one known feature."""
        out = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            columns, weights = self._weights(text)
            if len(columns):
                row[:] = weights @ self._axes[columns]
        return unit(out)

    def grasp(self, text: str) -> tuple[float, float]:
        """How much of a text it knows, and how much of it its vector holds: two shares of weight, 0 to 1."""
        columns, weights = self._weights(text)
        if not len(columns):
            return 0.0, 0.0
        unknown = (n for feature, n in features(text, self._folder).items() if feature not in self._column)
        rarest = float(self._idf.max())
        lost = sum((1 + math.log(n)) ** 2 for n in unknown) * rarest**2
        known = float(np.square(weights).sum())
        held = float(np.linalg.norm(weights @ self._axes[columns]))
        return math.sqrt(known / (known + lost)), held / math.sqrt(known + lost)

    def _weights(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        counted = features(text, self._folder)
        known = [(self._column[feature], n) for feature, n in counted.items() if feature in self._column]
        columns = np.asarray([column for column, _ in known], dtype=np.int64)
        counts = np.asarray([n for _, n in known], dtype=np.float32)
        return columns, (1 + np.log(counts)) * self._idf[columns] if known else counts

    @classmethod
    def train(cls, texts: Sequence[str], folder: Path) -> "LocalEmbedder":
        """Learn from `texts` (at least two); the same texts give the same embedder."""
        from scipy.sparse import csr_matrix
        from sklearn.decomposition import TruncatedSVD

        counted = [features(text, folder) for text in texts]
        found = Counter(feature for each in counted for feature in each)
        fewest = 2 if len(texts) >= _MANY else 1
        vocabulary = sorted(feature for feature, n in found.items() if n >= fewest)
        spread = np.asarray([found[feature] for feature in vocabulary], dtype=np.float32)
        idf = (np.log((1 + len(texts)) / (1 + spread)) + 1).astype(np.float32)
        size = max(1, min(SIZE, len(texts) - 1, len(vocabulary) - 1))
        blank = cls(_name(texts), vocabulary, idf, np.zeros((len(vocabulary), size), np.float32), folder)
        rows = [blank._weights(text) for text in texts]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        matrix = csr_matrix(
            (
                np.concatenate([w / np.linalg.norm(w) if len(w) else w for _, w in rows]),
                np.concatenate([columns for columns, _ in rows]),
                starts,
            ),
            shape=(len(texts), len(vocabulary)),
        )
        svd = TruncatedSVD(n_components=size, algorithm="randomized", n_iter=4, random_state=0).fit(matrix)
        axes = np.ascontiguousarray(svd.components_.T, dtype=np.float32)
        return cls(blank.name, vocabulary, idf, axes, folder)

    def save(self, file: Path) -> None:
        """Write it whole or not at all; plain arrays and JSON, nothing that could run when read."""
        file.parent.mkdir(parents=True, exist_ok=True)
        head = json.dumps({"name": self.name, "vocabulary": self._vocabulary}, ensure_ascii=False)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, head=np.frombuffer(head.encode(), np.uint8), idf=self._idf, axes=self._axes)
        Path(temporary).replace(file)

    @classmethod
    def read(cls, file: Path, folder: Path) -> "LocalEmbedder":
        """What `save` wrote.

        Raises:
            OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile: it is missing or damaged.
        """
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            head = json.loads(stored["head"].tobytes().decode())
            idf, axes = stored["idf"], stored["axes"]
        if not len(head["vocabulary"]) == len(idf) == len(axes):
            raise ValueError("the parts do not fit together")
        return cls(head["name"], head["vocabulary"], idf, axes, folder)


def _name(texts: Sequence[str]) -> str:
    whole = json.dumps([VERSION, SIZE, *texts], ensure_ascii=False)
    return f"local-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def open_local(texts: Sequence[str], home: Path) -> LocalEmbedder:
    """The embedder trained on `texts`: read from the data folder, or trained (about a second) and kept.

    Args:
        texts: what it learns from; in other order or wording it is another embedder.
        home: the data folder.
    """
    import zipfile

    folder = home / "cache"
    file = home / "embedder" / f"{_name(texts)}.npz"
    try:
        return LocalEmbedder.read(file, folder)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):  # absent and damaged end alike
        trained = LocalEmbedder.train(texts, folder)
        trained.save(file)
        return trained
