"""Whether a question is of our subject, by its words: logistic regression over what search sees of a text.

Fitted by `tools/fit_relevance.py` on authored questions and on questions about all else; stored as whole
numbers of one byte, so that the file is small and executes nothing.
"""

import io
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "corpus/subject.npz"


@dataclass(frozen=True, slots=True)
class Subject:
    """Weights of features, times `scale`."""

    rows: Mapping[str, int]
    weights: Any
    idf: Any
    scale: float
    bias: float

    def score(self, features: Counter[str]) -> float:
        """Log-odds that a question with these features (`retrieval.words.features`) is of our subject."""
        known = [(self.rows[each], n) for each, n in features.items() if each in self.rows]
        size = math.sqrt(sum(((1 + math.log(n)) * self.idf[row]) ** 2 for row, n in known)) or 1.0
        total = sum((1 + math.log(n)) * self.idf[row] * self.weights[row] for row, n in known)
        return float(total / size * self.scale + self.bias)


@cache
def subject() -> Subject:
    """The shipped one."""
    return read(files("retrieval").joinpath(FILE).read_bytes())


def read(stored: bytes) -> Subject:
    """What `pack` made."""
    import numpy as np

    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        names = bytes(arrays["vocabulary"]).decode("utf-8").split("\n")
        scale, bias = arrays["numbers"].tolist()
        weights, idf = arrays["weights"].tolist(), arrays["idf"].tolist()
        return Subject({name: row for row, name in enumerate(names)}, weights, idf, scale, bias)


def pack(vocabulary: list[str], weights: Any, idf: Any, bias: float) -> bytes:
    """The bytes of a file: `weights` and `idf` one number a feature of `vocabulary`."""
    import numpy as np

    scale = float(np.abs(weights).max()) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        vocabulary=np.frombuffer("\n".join(vocabulary).encode("utf-8"), dtype="uint8"),
        weights=np.round(np.asarray(weights) / scale).astype("int8"),
        idf=np.asarray(idf).astype("float16"),
        numbers=np.array([scale, bias]),
    )
    return file.getvalue()
