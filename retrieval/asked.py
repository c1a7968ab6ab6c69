"""Questions that notes answer, compared with what is asked now."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.words import concepts, grams


class Asked:
    """TF-IDF cosines between a query and every authored question; a few thousand questions take some 2 ms."""

    def __init__(self, questions: Sequence[Sequence[str]]) -> None:
        """`questions`: those of each passage, in order of the passages; may be empty."""
        from scipy.sparse import csc_matrix

        counted = [_features(question) for each in questions for question in each]
        found = Counter(feature for each in counted for feature in each)
        self._size = len(questions)
        self._owner = np.asarray([i for i, each in enumerate(questions) for _ in each], dtype=np.int64)
        self._column = {feature: i for i, feature in enumerate(found)}
        self._rarest = float(np.log(1 + len(counted)) + 1)
        spread = np.asarray(list(found.values()), dtype=np.float32)
        self._idf = np.log((1 + len(counted)) / (1 + spread)) + 1
        rows = [self._weights(each) for each in counted]
        self._matrix = csc_matrix(
            (
                np.concatenate([w for _, w in rows] or [np.zeros(0)]).astype(np.float32),
                (
                    np.repeat(np.arange(len(rows)), [len(c) for c, _ in rows]),
                    np.concatenate([c for c, _ in rows] or [np.zeros(0, dtype=np.int64)]),
                ),
            ),
            shape=(len(rows), len(found)),
        )

    def _weights(self, counted: Counter[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Columns and weights, of length 1 together with what has no column."""
        known = [(self._column[each], n) for each, n in counted.items() if each in self._column]
        columns = np.asarray([column for column, _ in known], dtype=np.int64)
        weights = np.asarray([1 + np.log(n) for _, n in known]) * self._idf[columns] if known else np.zeros(0)
        unknown = sum(each not in self._column for each in counted) * self._rarest**2
        length = float(np.sqrt(np.square(weights).sum() + unknown)) or 1.0
        return columns, np.asarray(weights / length, dtype=np.float64)

    def nearest(self, query: str) -> NDArray[np.float32]:
        """Of every passage, how like its likest question is: 0 to 1, 1 is the same. float32[n passages]."""
        best = np.zeros(self._size, dtype=np.float32)
        columns, weights = self._weights(_features(query))
        if len(columns):
            np.maximum.at(best, self._owner, self._matrix[:, columns] @ weights.astype(np.float32))
        return best


def _features(text: str) -> Counter[str]:
    return Counter(grams(text, 1, 3) + concepts(text))
