"""Trains the half of the recogniser that reads in order and writes `bot/data/sequence.npz`.

Learns from `bot/data/utterances` and its marked parts, the examples of the vocabulary and
`bot/data/software`. A fifth is held out first: from it come the limits and the confidence of both halves
together; then all of it is learned. Needs `tools/train_recogniser.py` and `tools/train_software.py` to have
run, and torch, which is not among koushi's requirements (`pip install torch`); some 25 minutes on two cores.
Deterministic on one machine: the same inputs give the same bytes.

    python tools/train_sequence.py [--check]   # --check: compare with the stored file, write nothing
"""

import io
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import train_recogniser as bag  # noqa: E402
import train_software as software  # noqa: E402
import utterances  # noqa: E402
from recogniser_limits import calibration, limits  # noqa: E402
from sequence_model import LONGEST, Item, arrays, learned  # noqa: E402
from storing import store  # noqa: E402

from bot.recogniser.clauses import split  # noqa: E402
from bot.recogniser.features import units  # noqa: E402
from bot.recogniser.fusion import BESIDE, together  # noqa: E402
from bot.recogniser.sequence import BREAK, HIDDEN, NOTHING, Network, numbered, read, spelled  # noqa: E402
from bot.recogniser.software import META  # noqa: E402
from retrieval.text import fold  # noqa: E402

TARGET = ROOT / "bot" / "data" / "sequence.npz"
IDS = bag.IDS
RARE, FOLDS = 4, 5
"""Utterances a character must be in to be learned; one of so many is held out."""
OF_SOFTWARE, OF_CONTRAST = 2.0, 2.0
"""What words to the software, and contrasts, weigh beside an utterance."""


@dataclass(frozen=True)
class Told:
    """Something to learn from, as it is spelled."""

    role: str
    said: tuple[str, ...]
    "Characters of each clause."
    known: tuple[int, ...]
    "1 shown, 0 not shown, -1 not known, for each behaviour."
    weight: float
    held: bool


def _row(labels: frozenset[str]) -> tuple[int, ...]:
    return tuple(int(id_ in labels) for id_ in IDS)


def _only(id_: str, *, shown: bool) -> tuple[int, ...]:
    return tuple(int(shown) if each == id_ else -1 for each in IDS)


def is_held(text: str) -> bool:
    """Whether an utterance belongs to the fifth that is held out."""
    return crc32(text.encode("utf-8")) % FOLDS == 0


def _told(role: str, text: str, known: tuple[int, ...], weight: float, *, held: bool) -> Told:
    folded = fold(text)
    return Told(role, tuple(spelled(folded, split(folded))), known, weight, held)


def told() -> list[Told]:
    """Everything, in a fixed order."""
    plain = {said.text for said in utterances.read(without=utterances.CONTRAST)}
    out = []
    for said in utterances.read():
        weight, held = 1.0 if said.text in plain else OF_CONTRAST, is_held(said.text)
        stretches = ((said.text, said.labels), *(said.parts if len(said.parts) > 1 else ()))
        out += [_told(said.role, text, _row(labels), weight, held=held) for text, labels in stretches]
    for entry in bag.LEARNED:
        role = bag.PARTNER.get(entry.id, "customer")
        for shown, texts in ((True, entry.examples), (False, entry.counter_examples)):
            known = _only(entry.id, shown=shown)
            out += [_told(role, text, known, 1.0, held=False) for text in texts]
    for number, (_, rows) in enumerate(software.written()):
        for row in rows:
            known, held = _only(META, shown=row["kind"] == "attack"), number % FOLDS == 0
            out.append(_told(row["role"], row["text"], known, OF_SOFTWARE, held=held))
    return [each for each in out if any(each.said)]


def symbols(every: Sequence[Told]) -> list[str]:
    """What is numbered: characters that are no rarity, the break, who is spoken to."""
    counts = Counter(char for each in every for char in set("".join(each.said)))
    roles = sorted({f"@{each.role}" for each in every})
    return [BREAK, *sorted(char for char, n in counts.items() if n >= RARE), *roles]


def network(every: Sequence[Told], known_symbols: list[str]) -> dict[str, Any]:
    """Arrays of a network that has learned all of `every`."""
    numbers = {symbol: number for number, symbol in enumerate(known_symbols, HIDDEN + 1)}
    items = [
        Item(numbered(each.said, each.role, numbers)[0][:LONGEST], each.known, each.weight) for each in every
    ]
    model = learned(items, HIDDEN + 1 + len(known_symbols), len(IDS), numbers[BREAK])
    return arrays(model) | {
        "ids": np.array(" ".join(IDS)),
        "symbols": np.frombuffer("\n".join(known_symbols).encode("utf-8"), dtype="uint8"),
    }


def packed(made: dict[str, Any], at: Any, fitted: tuple[float, float], origin: str) -> bytes:
    """The npz file."""
    file = io.BytesIO()
    extra = {"limits": np.round(at, 2), "calibration": np.round(fitted, 3), "learned_from": np.array(origin)}
    np.savez_compressed(file, **made, **extra)
    return file.getvalue()


def _best(scores: Any, starts: Any) -> Any:
    return np.maximum.reduceat(scores, starts, axis=0)


def _read(net: Network, said: utterances.Said) -> Any:
    """What the network makes of each unit of an utterance."""
    folded = fold(said.text)
    cut = [unit.clauses for unit in units(split(folded))]
    if not cut:
        return [[NOTHING] * len(IDS)]
    read_ = net.read(folded, cut, said.role)
    return [list(read_.of(clauses).values()) for clauses in cut]


def both(net: Network) -> tuple[Any, Any]:
    """Scores of both halves, and the truth, of the held-out utterances that are spoken as in a talk."""
    words = bag.lexicon(said.text for said in utterances.read(without=utterances.CONTRAST))
    texts, parts = bag.corpus(words)
    data = bag.weightiest(bag.training(texts, parts, bag.examples(words)))
    held = np.array([is_held(text.text) for text in texts])
    weights, biases = bag.fit(data, ~np.isin(data.said, np.flatnonzero(held)))
    of_bag = data.units @ weights + biases
    of_net = np.array([
        row for said in utterances.read(without=utterances.CONTRAST) for row in _read(net, said)
    ])
    scores = _best(together(of_bag, of_net), data.starts)
    chosen = held & np.array([text.usual for text in texts])
    return scores[chosen], data.target[: len(texts)][chosen] == 1


def software_limit(net: Network) -> float:
    """The log-odds from which words count as spoken to the software."""
    every = list(software.lines())
    writers = [name for name, _ in software.written()]
    out = np.array([writers.index(e.writer) % FOLDS == 0 if e.writer else is_held(e.text) for e in every])
    judged = [each for each, away in zip(every, out, strict=True) if away]
    fitted = software.fit([each for each, away in zip(every, out, strict=True) if not away])
    of_bag, starts = fitted.of_units(judged)
    column = IDS.index(META)
    said = [utterances.Said(each.text, each.role, frozenset()) for each in judged]
    of_net = np.array([row[column] for each in said for row in _read(net, each)])
    return software.limit(judged, _best(np.minimum(together(of_bag, of_net), of_bag + BESIDE), starts))


def stored() -> bytes:
    """The npz file for the material as it is."""
    every = told()
    known = symbols(every)
    print(f"{len(every)} utterances and lines, {len(known)} characters and roles")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        part = pool.submit(network, [each for each in every if not each.held], known)
        whole = pool.submit(network, every, known)
        judged = read(packed(part.result(), np.zeros(len(IDS)), (1.0, 0.0), ""))
        made = whole.result()
    scores, truth = both(judged)
    fitted = calibration(scores, truth)
    least = (np.log(bag.CHANCES / (1 - bag.CHANCES)) - fitted[1]) / fitted[0]
    at = limits(scores, truth, least, IDS)
    at[IDS.index(META)] = software_limit(judged)
    return packed(made, at, fitted, utterances.digest())


def main() -> int:
    """Write the file, or say whether the stored one is current."""
    return store(TARGET, stored())


if __name__ == "__main__":
    raise SystemExit(main())
