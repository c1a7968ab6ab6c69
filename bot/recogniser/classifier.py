"""The learned half of the recogniser: a logistic regression per behaviour (`tools/train_recogniser.py`).

Stored as whole numbers of one byte with a scale per behaviour, so that the file is small, loads in
milliseconds and executes nothing. Scores are log-odds.
"""

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

from scenarios.behaviours import BehaviourId

FILE = "data/recogniser.npz"
Id = TypeVar("Id", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Classifier(Generic[Id]):
    """Weights of all classes (behaviours). `rows` numbers the features; `weights` is features × classes."""

    ids: tuple[Id, ...]
    words: frozenset[str]
    rows: dict[str, int]
    weights: Any
    scale: Any
    bias: Any
    limits: dict[Id, float]
    "Log-odds from which each is taken to be there."
    calibration: tuple[float, float]
    "Slope and intercept of the log-odds at which what it scores is true."

    def scored(self, seen: Iterable[str]) -> dict[Id, float]:
        """Log-odds of every class for what was seen of a stretch."""
        total = self.weights[self._rows(seen)].sum(axis=0, dtype="int32") * self.scale + self.bias
        return dict(zip(self.ids, total.tolist(), strict=True))

    def chance(self, score: float) -> float:
        """The chance that a behaviour with this score is there (Platt scaling on held-out utterances)."""
        slope, intercept = self.calibration
        return 1 / (1 + math.exp(-(slope * score + intercept)))

    def _rows(self, seen: Iterable[str]) -> list[int]:
        known = self.rows.get
        return [row for token in seen if (row := known(token)) is not None]


@cache
def classifier() -> Classifier[BehaviourId]:
    """The shipped classifier."""
    return read(files("bot").joinpath(FILE).read_bytes(), BehaviourId)


def read(stored: bytes, classes: type[Id]) -> Classifier[Id]:
    """The classifier in the bytes of an npz file."""
    import numpy as np

    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        ids = tuple(classes(name) for name in str(arrays["ids"]).split())
        vocabulary = bytes(arrays["vocabulary"]).decode("utf-8").split("\n")
        slope, intercept = arrays["calibration"].tolist()
        return Classifier(
            ids,
            frozenset(bytes(arrays["words"]).decode("utf-8").split("\n")),
            {token: row for row, token in enumerate(vocabulary)},
            arrays["weights"],
            arrays["scale"],
            arrays["bias"],
            dict(zip(ids, arrays["limits"].tolist(), strict=True)),
            (slope, intercept),
        )
