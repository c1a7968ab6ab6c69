"""The learned half of the recogniser: a logistic regression per behaviour (`tools/train_recogniser.py`).

Stored as whole numbers of one byte with a scale per behaviour, so that the file is small, loads in
milliseconds and executes nothing. Scores are log-odds.
"""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.recogniser.clauses import Clause
from bot.recogniser.features import tokens
from scenarios.behaviours import BehaviourId

FILE = "data/recogniser.npz"


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of all behaviours. `rows` numbers the features; `weights` is features × behaviours."""

    ids: tuple[BehaviourId, ...]
    words: frozenset[str]
    rows: dict[str, int]
    weights: Any
    scale: Any
    bias: Any
    limits: dict[BehaviourId, float]
    "Log-odds from which each is taken to be there."
    calibration: tuple[float, float]
    "Slope and intercept of the log-odds at which what it scores is true."

    def scores(
        self, text: str, clauses: Sequence[Clause], role: str, matched: Iterable[str]
    ) -> dict[BehaviourId, float]:
        """Log-odds of every behaviour for the stretch of folded `text` that `clauses` span.

        `matched` are the behaviours whose patterns match there.
        """
        known = self._known(text, clauses, role, matched)
        total = self.weights[known].sum(axis=0, dtype="int32") * self.scale + self.bias
        return dict(zip(self.ids, total.tolist(), strict=True))

    def chance(self, score: float) -> float:
        """The chance that a behaviour with this score is there (Platt scaling on held-out utterances)."""
        slope, intercept = self.calibration
        return 1 / (1 + math.exp(-(slope * score + intercept)))

    def _known(self, text: str, clauses: Sequence[Clause], role: str, matched: Iterable[str]) -> list[int]:
        found = tokens(text, clauses, role, self.words, matched)
        return [self.rows[token] for token in found if token in self.rows]


@cache
def classifier() -> Classifier:
    """The shipped classifier."""
    return read(files("bot").joinpath(FILE).read_bytes())


def read(stored: bytes) -> Classifier:
    """The classifier in the bytes of an npz file."""
    import numpy as np

    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        ids = tuple(BehaviourId(name) for name in str(arrays["ids"]).split())
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
