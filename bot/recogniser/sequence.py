"""The half of the recogniser that reads in order: who says what of whom, which no bag of words can tell.

A small network goes over the characters of the whole utterance once: convolutions over three characters, then
gates that keep or forget what came before and what follows (a recurrence whose gates see the input only:
Lei et al. 2018, "Simple Recurrent Units"; Feng et al. 2024, "Were RNNs All We Needed?"). Each behaviour then
looks for itself where it shows (label-wise attention, Mullenbach et al. 2018), in the clauses asked about.
Learned by `tools/train_sequence.py`; stored as whole numbers of one byte with a scale per column, so that the
file is small and executes nothing.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.recogniser.clauses import Clause
from bot.recogniser.features import normal
from scenarios.behaviours import BehaviourId

FILE = "data/sequence.npz"
PAD, UNKNOWN, HIDDEN = range(3)
"""Numbers of what is no character: nothing, one never learned, one hidden while learning."""
BREAK = "|"
"""Stands between clauses, whatever mark was written there or none."""
NOTHING = -9.0
"""Log-odds of any behaviour where no character is."""
ALONE = 2**18
"""Multiplications up to which OpenBLAS keeps a product to one thread."""
_EPSILON = 1e-5


def spelled(text: str, clauses: Sequence[Clause]) -> list[str]:
    """The characters of each clause of folded `text` as the network reads them: no marks, numbers as 0."""
    return [normal(text[clause.start : clause.end])[1:-1] for clause in clauses]


def numbered(
    said: Sequence[str], role: str, numbers: dict[str, int]
) -> tuple[list[int], list[tuple[int, int]]]:
    """(who is spoken to, then the characters as numbers; where each clause begins and ends among them)."""
    out, spans = [numbers.get(f"@{role}", UNKNOWN)], []
    for clause in said:
        if len(out) > 1:
            out.append(numbers[BREAK])
        spans.append((len(out), len(out) + len(clause)))
        out += [numbers.get(char, UNKNOWN) for char in clause]
    return out, spans


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of one layer; d is the width of the network."""

    norm: Any
    "2 × d: scale and shift of the normalised input."
    near: Any
    "3d × d, from a character and its two neighbours."
    near_bias: Any
    gates: Any
    "d × 4d: what is kept (forwards, backwards), what comes new (forwards, backwards)."
    gates_bias: Any
    out: Any
    "2d × d."
    out_bias: Any


@dataclass(frozen=True, slots=True)
class Network:
    """Everything learned. `numbers` numbers the characters."""

    ids: tuple[BehaviourId, ...]
    numbers: dict[str, int]
    embedding: Any
    "Characters × d."
    layers: tuple[Layer, ...]
    heads: Any
    "d × 2 behaviours: where each looks, and what it finds there (log-odds)."
    heads_bias: Any
    limits: dict[BehaviourId, float]
    "Log-odds, of both halves of the recogniser together, from which each is taken to be there."
    calibration: tuple[float, float]
    "Slope and intercept of the log-odds at which what both score is true."

    def read(self, text: str, clauses: Sequence[Clause], role: str) -> "Reading":
        """What it makes of an utterance; time and memory are linear in its length."""
        numbers, spans = numbered(spelled(text, clauses), role, self.numbers)
        looks, finds = self._heads(numbers)
        where = {clause.start: span for clause, span in zip(clauses, spans, strict=True)}
        return Reading(self.ids, where, looks, finds)

    def _heads(self, numbers: Sequence[int]) -> tuple[Any, Any]:
        state = self.embedding[list(numbers)]
        for layer in self.layers:
            state = _passed(state, layer)
        both = _times(state, self.heads) + self.heads_bias
        return both[:, : len(self.ids)], both[:, len(self.ids) :]


@dataclass(frozen=True, slots=True)
class Reading:
    """One utterance, read. `looks` and `finds` are positions × behaviours."""

    ids: tuple[BehaviourId, ...]
    where: dict[int, tuple[int, int]]
    "First and last position of each clause, by the offset the clause starts at."
    looks: Any
    finds: Any

    def of(self, clauses: Sequence[Clause]) -> dict[BehaviourId, float]:
        """Log-odds of every behaviour in consecutive clauses, which the rest of the utterance surrounds."""
        import numpy as np

        start, end = self.where[clauses[0].start][0], self.where[clauses[-1].start][1]
        if start >= end:
            return dict.fromkeys(self.ids, NOTHING)
        looks = self.looks[start:end]
        weights = np.exp(looks - looks.max(axis=0))
        found = (weights * self.finds[start:end]).sum(axis=0) / weights.sum(axis=0)
        return dict(zip(self.ids, found.tolist(), strict=True))


def _passed(state: Any, layer: Layer) -> Any:
    """`state` (positions × d) after one layer."""
    import numpy as np

    length, d = state.shape
    centred = state - state.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _EPSILON)
    padded = np.zeros((length + 2, d), dtype="float32")
    padded[1:-1] = centred / spread * layer.norm[0] + layer.norm[1]
    around = np.concatenate((padded[:-2], padded[1:-1], padded[2:]), axis=1)
    near = np.maximum(_times(around, layer.near) + layer.near_bias, 0)
    gates = _times(near, layer.gates) + layer.gates_bias
    keep = 1 / (1 + np.exp(-1 - gates[:, : 2 * d]))
    new = (1 - keep) * gates[:, 2 * d :]
    keep, new = _turned(keep, d), _turned(new, d)
    memory, last = np.empty((length, 2 * d), dtype="float32"), np.zeros(2 * d, dtype="float32")
    for at in range(length):
        np.multiply(last, keep[at], out=memory[at])
        memory[at] += new[at]
        last = memory[at]
    return state + _times(_turned(np.tanh(memory), d), layer.out) + layer.out_bias + near


def _times(rows: Any, matrix: Any) -> Any:
    """`rows` @ `matrix`, a few rows at a time: more, and BLAS shares so little work among threads, which
    wait for each other wherever several processes mark at once."""
    import numpy as np

    step = max(1, ALONE // matrix.size)
    whole = len(rows) // step * step
    out = np.empty((len(rows), matrix.shape[1]), dtype="float32")
    np.matmul(
        rows[:whole].reshape(-1, step, rows.shape[1]),
        matrix,
        out=out[:whole].reshape(-1, step, matrix.shape[1]),
    )
    out[whole:] = rows[whole:] @ matrix
    return out


def _turned(both: Any, d: int) -> Any:
    """Forwards and backwards side by side, the second half of the columns from last to first."""
    import numpy as np

    return np.concatenate((both[:, :d], both[::-1, d:]), axis=1)


@cache
def network() -> Network:
    """The shipped network."""
    return read(files("bot").joinpath(FILE).read_bytes())


def read(stored: bytes) -> Network:
    """The network in the bytes of an npz file."""
    import numpy as np

    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:

        def matrix(name: str) -> Any:
            return arrays[name].astype("float32") * arrays[f"{name}.scale"]

        ids = tuple(BehaviourId(name) for name in str(arrays["ids"]).split())
        symbols = bytes(arrays["symbols"]).decode("utf-8").split("\n")
        slope, intercept = arrays["calibration"].tolist()
        layers = tuple(
            Layer(
                arrays[f"{n}.norm"],
                matrix(f"{n}.near"),
                arrays[f"{n}.near_bias"],
                matrix(f"{n}.gates"),
                arrays[f"{n}.gates_bias"],
                matrix(f"{n}.out"),
                arrays[f"{n}.out_bias"],
            )
            for n in range(int(arrays["layers"]))
        )
        return Network(
            ids,
            {symbol: number for number, symbol in enumerate(symbols, HIDDEN + 1)},
            matrix("embedding"),
            layers,
            matrix("heads"),
            arrays["heads_bias"],
            dict(zip(ids, arrays["limits"].tolist(), strict=True)),
            (slope, intercept),
        )
