"""The learned half of the recogniser: a logistic regression per behaviour (`tools/train_recogniser.py`).

Stored as whole numbers of one byte with a scale per behaviour, so that the file is small, loads in
milliseconds and executes nothing. Scores are log-odds.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.recogniser.clauses import Clause
from bot.recogniser.features import tokens
from scenarios.behaviours import BehaviourId

FILE = "data/recogniser.npz"


@dataclass(frozen=True, slots=True)
class Limits:
    """Log-odds for one behaviour: `alone` suffices without a pattern, `backing` keeps a pattern's match."""

    alone: float
    backing: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of all behaviours. `rows` numbers the features; `weights` is features × behaviours."""

    ids: tuple[BehaviourId, ...]
    rows: dict[str, int]
    weights: Any
    scale: Any
    bias: Any
    limits: dict[BehaviourId, Limits]

    def scores(self, text: str, clauses: Sequence[Clause], role: str) -> dict[BehaviourId, float]:
        """Log-odds of every behaviour for the stretch of folded `text` that `clauses` span."""
        known = self._known(text, clauses, role)
        total = self.weights[known].sum(axis=0, dtype="int32") * self.scale + self.bias
        return dict(zip(self.ids, total.tolist(), strict=True))

    def score(self, text: str, clauses: Sequence[Clause], role: str, id_: BehaviourId) -> float:
        """Log-odds of one behaviour."""
        column = self.ids.index(id_)
        known = self._known(text, clauses, role)
        return float(self.weights[known, column].sum(dtype="int32") * self.scale[column] + self.bias[column])

    def _known(self, text: str, clauses: Sequence[Clause], role: str) -> list[int]:
        return [self.rows[token] for token in tokens(text, clauses, role) if token in self.rows]


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
        limits = arrays["limits"].tolist()
        return Classifier(
            ids,
            {token: row for row, token in enumerate(vocabulary)},
            arrays["weights"],
            arrays["scale"],
            arrays["bias"],
            {id_: Limits(*pair) for id_, pair in zip(ids, limits, strict=True)},
        )
