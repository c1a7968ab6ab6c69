"""The half of the recogniser that reads in order: who says what of whom, which no bag of words can tell.

A small network goes over the characters of a stretch once: convolutions over three characters, then
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

from threadpoolctl import threadpool_limits

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

    def read(self, text: str, stretches: Sequence[Sequence[Clause]], role: str) -> "Reading":
        """What it makes of each stretch of an utterance, by itself; time and memory are linear in their
        length."""
        rows: list[int] = []
        lengths: list[int] = []
        where: dict[int, tuple[int, int]] = {}
        for clauses in stretches:
            numbers, spans = numbered(spelled(text, clauses), role, self.numbers)
            for clause, (start, end) in zip(clauses, spans, strict=True):
                where[clause.start] = len(rows) + start, len(rows) + end
            rows += numbers
            lengths.append(len(numbers))
        looks, finds = self._heads(rows, arranged(lengths))
        return Reading(self.ids, where, looks, finds)

    def _heads(self, rows: Sequence[int], order: "Order") -> tuple[Any, Any]:
        state = self.embedding[list(rows)]
        for layer in self.layers:
            state = _passed(state, layer, order)
        both = state @ self.heads + self.heads_bias
        return both[:, : len(self.ids)], both[:, len(self.ids) :]


@dataclass(frozen=True, slots=True)
class Order:
    """Stretches one after the other as rows, and how all of them are gone over at once."""

    first: Any
    "Rows with which a stretch begins."
    last: Any
    "Rows with which one ends."
    forwards: Any
    "All rows by their place in their stretch, longer stretches before shorter ones."
    backwards: Any
    "The same, places counted from the end."
    steps: tuple[int, ...]
    "Stretches that are still going on at each place."


def arranged(lengths: Sequence[int]) -> Order:
    """The order for stretches of so many rows each, none of them empty."""
    import numpy as np

    sizes = np.array(lengths, dtype=int)
    ends = np.cumsum(sizes)
    of = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(of)) - (ends - sizes)[of]
    rank = np.empty_like(sizes)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    forwards, backwards = (np.lexsort((rank[of], at)) for at in (place, sizes[of] - 1 - place))
    return Order(ends - sizes, ends - 1, forwards, backwards, tuple(np.bincount(place).tolist()))


@dataclass(frozen=True, slots=True)
class Reading:
    """Stretches of an utterance, read. `looks` and `finds` are rows × behaviours."""

    ids: tuple[BehaviourId, ...]
    where: dict[int, tuple[int, int]]
    "Rows of each clause, first and beyond the last, by the offset the clause starts at."
    looks: Any
    finds: Any

    def of(self, clauses: Sequence[Clause]) -> dict[BehaviourId, float]:
        """Log-odds of every behaviour in consecutive clauses of a stretch, which the rest of it surrounds."""
        import numpy as np

        start, end = self.where[clauses[0].start][0], self.where[clauses[-1].start][1]
        if start >= end:
            return dict.fromkeys(self.ids, NOTHING)
        looks = self.looks[start:end]
        weights = np.exp(looks - looks.max(axis=0))
        found = (weights * self.finds[start:end]).sum(axis=0) / weights.sum(axis=0)
        return dict(zip(self.ids, found.tolist(), strict=True))


def _passed(state: Any, layer: Layer, order: Order) -> Any:
    """`state` (rows × d) after one layer."""
    import numpy as np

    d = state.shape[1]
    centred = state - state.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _EPSILON)
    around = np.zeros((len(state), 3 * d), dtype="float32")
    here = around[:, d : 2 * d]
    np.add(centred / spread * layer.norm[0], layer.norm[1], out=here)
    around[1:, :d], around[:-1, 2 * d :] = here[:-1], here[1:]
    around[order.first, :d] = around[order.last, 2 * d :] = 0
    near = np.maximum(around @ layer.near + layer.near_bias, 0)
    gates = near @ layer.gates + layer.gates_bias
    keep = 1 / (1 + np.exp(-1 - gates[:, : 2 * d]))
    remembered = _remembered(keep, (1 - keep) * gates[:, 2 * d :], order)
    return state + np.tanh(remembered) @ layer.out + layer.out_bias + near


def _remembered(keep: Any, new: Any, order: Order) -> Any:
    """What is kept of the last row and what is new, row after row: forwards in the first half of the columns,
    backwards in the second."""
    import numpy as np

    d = keep.shape[1] // 2
    halves = (order.forwards, slice(None, d)), (order.backwards, slice(d, None))
    kept, memory = (
        np.concatenate([all_[rows, half] for rows, half in halves], axis=1) for all_ in (keep, new)
    )
    start, last = order.steps[0], memory[: order.steps[0]]
    for going in order.steps[1:]:
        here = memory[start : start + going]
        here += last[:going] * kept[start : start + going]
        start, last = start + going, here
    out = np.empty_like(memory)
    for rows, half in halves:
        out[rows, half] = memory[:, half]
    return out


@cache
def network() -> Network:
    """The shipped network.

    Its products are small: BLAS keeps to one thread from now on, for several that share so little work wait
    for each other wherever several processes mark at once.
    """
    threadpool_limits(1, "blas")
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
