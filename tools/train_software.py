"""Trains the ear for words spoken to the software and writes `bot/data/software.npz`.

Reads `bot/data/software` (words to the software, and words that only look so) and, for what candidates say
otherwise, `bot/data/utterances`. The limit comes from cross-validation in which nothing of a writer judged
has been learned from. The golden sets are never read. Deterministic: same input, same bytes.

    python tools/train_software.py [--check]   # --check: compare with the stored file, write nothing
"""

import io
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import utterances  # noqa: E402
from storing import store  # noqa: E402
from train_recogniser import matrix  # noqa: E402

from bot.ports import Context  # noqa: E402
from bot.recogniser.classifier import classifier  # noqa: E402
from bot.recogniser.clauses import split  # noqa: E402
from bot.recogniser.engine import matched  # noqa: E402
from bot.recogniser.features import tokens, units  # noqa: E402
from bot.recogniser.fusion import matches  # noqa: E402
from bot.recogniser.software import META, signs  # noqa: E402
from retrieval.text import fold  # noqa: E402
from scenarios.station import Role  # noqa: E402

FOLDER = ROOT / "bot" / "data" / "software"
TARGET = ROOT / "bot" / "data" / "software.npz"
STRENGTH, WEIGHT, RARE, KEPT = 2.0, 6.0, 2, 80_000
"The second: of words to the software and of those that only look so, beside any others."
LOOKALIKES, OTHERS, LEAST = 0.025, 0.002, 1.6
"""Share of words that only look so, and of all other words of candidates, that may be heard as such; the
lowest limit in any case. Who wrote the lookalikes was asked to come within a breath of the other kind."""


@dataclass(frozen=True)
class Line:
    """One utterance as features of the units it is judged by."""

    writer: str
    text: str
    role: str
    meta: bool
    units: tuple[frozenset[str], ...]


def line(writer: str, text: str, role: str, *, meta: bool) -> Line:
    """Cut and seen as the recogniser does."""
    folded = fold(text)
    clauses = split(folded)
    acts = matched(folded, clauses, Context(Role(role)))
    words = classifier().words
    parts = (
        frozenset(tokens(folded, unit.clauses, role, words, matches(acts, unit.clauses)))
        | frozenset(signs(folded[unit.start : unit.end]))
        for unit in units(clauses)
    )
    return Line(writer, text, role, meta, tuple(parts))


def written() -> list[tuple[str, list[dict[str, str]]]]:
    """Each writer with the lines written for this, in a fixed order."""
    paths = sorted(FOLDER.glob("*.jsonl"))
    return [(p.stem, list(map(json.loads, p.read_text(encoding="utf-8").splitlines()))) for p in paths]


def lines() -> Iterator[Line]:
    """Everything learned from, in a fixed order; who wrote the utterances is not known."""
    for writer, rows in written():
        for row in rows:
            yield line(writer, row["text"], row["role"], meta=row["kind"] == "attack")
    for said in utterances.read(without=utterances.CONTRAST):
        yield line("", said.text, said.role, meta=META in said.labels)


@dataclass(frozen=True)
class Fitted:
    """Weights by feature."""

    rows: dict[str, int]
    weights: Any
    bias: float

    def of_units(self, judged: Sequence[Line]) -> tuple[Any, Any]:
        """Log-odds of every unit of all, and the number of the first of each."""
        every = [unit for each in judged for unit in (each.units or (frozenset[str](),))]
        starts = np.cumsum([0, *(max(1, len(each.units)) for each in judged)])[:-1]
        return matrix(every, self.rows) @ self.weights + self.bias, starts


def fit(told: Sequence[Line]) -> Fitted:
    """A feature weighs by how rare it is, too."""
    from sklearn.linear_model import LogisticRegression

    documents = [frozenset[str]().union(*each.units) for each in told]
    counts = Counter(token for document in documents for token in document)
    rows = {token: row for row, token in enumerate(sorted(t for t, n in counts.items() if n >= RARE))}
    seen = np.array([counts[token] for token in rows])
    rarity = np.sqrt(np.clip(np.log((len(documents) + 1) / seen) / 4, 0.05, None))
    weight = [WEIGHT if each.meta or each.writer else 1.0 for each in told]
    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
    model.fit(
        matrix(documents, rows).multiply(rarity).tocsr(), [each.meta for each in told], sample_weight=weight
    )
    return Fitted(rows, model.coef_[0] * rarity, float(model.intercept_[0]))


def limit(judged: Sequence[Line], scores: Any) -> float:
    """The log-odds from which words count as spoken to the software, by held-out lines and their scores."""
    meta, blind = np.array([e.meta for e in judged]), np.array([e.writer != "" for e in judged])
    alike, others = scores[~meta & blind], scores[~meta & ~blind]
    least = max(float(np.quantile(alike, 1 - LOOKALIKES)), float(np.quantile(others, 1 - OTHERS)), LEAST)
    print(
        f"of {int((meta & blind).sum())} to the software {(scores[meta & blind] > least).mean():.3f} heard,"
    )
    print(f"of {len(alike)} lookalikes {(alike > least).mean():.3f}", end=", ")
    print(f"of {len(others)} other utterances {(others > least).mean():.4f}")
    return round(least, 2)


def stored() -> bytes:
    """The npz file for the material as it is."""
    told = list(lines())
    fitted = fit(told)
    kept = np.sort(np.argsort(-np.abs(fitted.weights), kind="stable")[:KEPT])
    names, weights = list(fitted.rows), fitted.weights[kept]
    scale = np.abs(weights).max(keepdims=True) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        ids=np.array(str(META)),
        words=np.frombuffer(b"", dtype="uint8"),
        vocabulary=np.frombuffer("\n".join(names[row] for row in kept).encode("utf-8"), dtype="uint8"),
        weights=np.round(weights / scale).astype("int8")[:, None],
        scale=scale.astype("float32"),
        bias=np.array([fitted.bias], dtype="float32"),
        limits=np.zeros(1),
        calibration=np.array([1.0, 0.0]),
    )
    print(f"{len(told)} lines, {len(kept)} features")
    return file.getvalue()


def main() -> int:
    """Write the file, or say whether the stored one is current."""
    return store(TARGET, stored())


if __name__ == "__main__":
    raise SystemExit(main())
