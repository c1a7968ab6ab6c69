"""Trains what a counterpart's sentence sounds like and writes `bot/data/portrayal.npz`.

What it learns from is gathered in `portrayal_material.py`. Deterministic: same input, same bytes.

    python tools/train_portrayal.py [--check | --novelty]
    # --check: compare with the stored file; --novelty: print the weights of `bot/portrayal/novelty.py`
"""

import io
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from portrayal_limits import together  # noqa: E402
from portrayal_material import (  # noqa: E402
    IDS,
    Document,
    Row,
    authored,
    candidates,
    wanted,
    written,
)
from storing import store  # noqa: E402

from bot.portrayal.manner import Manner  # noqa: E402
from bot.portrayal.novelty import Novelty, weigh  # noqa: E402
from bot.recogniser.classifier import classifier  # noqa: E402

TARGET = ROOT / "bot" / "data" / "portrayal.npz"
INVENTS = IDS.index(Manner.INVENTS)
STRENGTH, RARE, KEPT, FOLDS, ROUNDS = 0.6, 2, 100_000, 4, 2
FALSE = 0.05
"""Of the faithful answers, what may be refused for how they sound: the limits are set by that. A third of
those learned from were written to mislead; among others fewer are refused."""


@dataclass
class Training:
    """Everything as numbers: the documents as they are now, and the written wordings' windows."""

    words: frozenset[str]
    fixed: list[Document]
    wordings: list[tuple[Row, list[Document]]]
    rows: dict[str, int]
    rarity: Any

    def matrix(self, documents: Sequence[frozenset[str]]) -> Any:
        """Documents × features, sparse, each feature weighed by how rare it is."""
        from scipy.sparse import csr_matrix

        columns = [sorted(self.rows[t] for t in document if t in self.rows) for document in documents]
        starts = np.cumsum([0, *map(len, columns)])
        flat = np.fromiter((c for each in columns for c in each), dtype="int64", count=int(starts[-1]))
        return csr_matrix((self.rarity[flat], flat, starts), shape=(len(documents), len(self.rows)))


def training() -> Training:
    """All documents and the features that more than one of them has."""
    words = classifier().words
    fixed, wordings = [*authored(words), *candidates(words)], written(words)
    every = [d.windows[0] for d in fixed] + [d.windows[0] for _, parts in wordings for d in parts]
    counts = Counter(token for document in every for token in document)
    rows = {token: row for row, token in enumerate(sorted(t for t, n in counts.items() if n >= RARE))}
    seen = np.array([counts[token] for token in rows])
    rarity = np.sqrt(np.clip(np.log((len(every) + 1) / seen) / 4, 0.05, None))
    return Training(words, fixed, wordings, rows, rarity)


def fit(data: Training, held: frozenset[int] = frozenset()) -> tuple[Any, Any]:
    """Weights (features × manners) and biases, without the wordings numbered in `held`.

    Which place of a broken wording breaks it is guessed anew in each round: where the last model hears it.
    """
    kept = [parts for n, (_, parts) in enumerate(data.wordings) if n not in held]
    told = [*data.fixed, *(d for parts in kept for d in parts)]
    base = data.matrix([d.windows[0] for d in told])
    narrow = [(w, d) for parts in kept for d in parts if 1 not in d.target for w in d.windows[1:]]
    extra = data.matrix([w for w, _ in narrow])
    weights, biases = np.zeros((len(data.rows), len(IDS))), np.zeros(len(IDS))
    broken = [parts for parts in kept if parts and 1 in parts[0].target]
    spots = [[w for d in parts for w in d.windows] for parts in broken]
    for turn in range(ROUNDS):
        for column in range(len(IDS)):
            mine = [n for n, parts in enumerate(broken) if parts[0].target[column] == 1]
            chosen = [_clearest(data, spots[n], weights[:, column]) if turn else spots[n] for n in mine]
            positive = data.matrix([w for each in chosen for w in each])
            weights[:, column], biases[column] = _one(column, told, base, narrow, extra, positive)
    return weights, biases


def _clearest(data: Training, seen: list[frozenset[str]], weights: Any) -> list[frozenset[str]]:
    scores = data.matrix(seen) @ weights
    return [seen[int(np.argmax(scores))]]


def _one(
    column: int, told: list[Document], base: Any, narrow: list[Any], extra: Any, positive: Any
) -> tuple[Any, float]:
    """One manner's weights."""
    from scipy.sparse import vstack
    from sklearn.linear_model import LogisticRegression

    known = [
        n for n, d in enumerate(told) if d.target[column] >= 0 and not (d.wording >= 0 and 1 in d.target)
    ]
    side = [n for n, (_, d) in enumerate(narrow) if d.target[column] == 0]
    documents = vstack([base[known], extra[side], positive])
    truth = np.array([told[n].target[column] for n in known] + [0] * len(side) + [1] * positive.shape[0])
    weight = np.array([told[n].weight for n in known] + [0.7] * len(side) + [3.0] * positive.shape[0])
    model = LogisticRegression(C=STRENGTH, solver="liblinear", class_weight="balanced", random_state=0)
    model.fit(documents, truth, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def heard(data: Training, weights: Any, biases: Any, numbers: Sequence[int]) -> Any:
    """Log-odds of every manner at the clearest place of each of these wordings."""
    out = np.full((len(numbers), len(IDS)), -50.0)
    for row, number in enumerate(numbers):
        seen = [w for d in data.wordings[number][1] for w in d.windows]
        if seen:
            out[row] = (data.matrix(seen) @ weights + biases).max(axis=0)
    return out


def unseen(data: Training) -> tuple[list[Row], Any]:
    """The answers, and their log-odds from a model that was trained on nothing said to the same cue."""
    answers = [n for n, (row, _) in enumerate(data.wordings) if "cue" in row]
    cues = sorted({data.wordings[n][0]["cue"] for n in answers})
    order = dict(zip(cues, np.random.default_rng(0).permutation(len(cues)) % FOLDS, strict=True))
    out = np.zeros((len(data.wordings), len(IDS)))
    for held in range(FOLDS):
        numbers = [n for n in answers if order[data.wordings[n][0]["cue"]] == held]
        weights, biases = fit(data, frozenset(numbers))
        out[numbers] = heard(data, weights, biases, numbers)
    return [data.wordings[n][0] for n in answers], out[answers]


def limits(rows: list[Row], scores: Any) -> Any:
    """The log-odds above which a manner is heard, where the move does not want it; from the answers of which
    it is known how new their words are."""
    known = [n for n, row in enumerate(rows) if "new" in row]
    rows, scores = [rows[n] for n in known], scores[known]
    scores[:, INVENTS] += [weigh(Novelty(*row["new"])) for row in rows]
    scores = np.where([wanted(row) for row in rows], -np.inf, scores)
    faithful = np.array([row["fault"] == "ok" for row in rows])
    learned = np.array([row["fault"] not in {"ok", "leak"} for row in rows])
    found = together(scores[faithful], scores[learned], FALSE)
    caught = (scores[learned] > found).any(axis=1).mean()
    print(f"of {learned.sum()} broken answers {caught:.3f} heard, limits {np.round(found, 2)}")
    return np.round(found, 2)


def weights_of_novelty(rows: list[Row], scores: Any) -> Any:
    """What each count of new pairs adds to the log-odds of making something up."""
    from sklearn.linear_model import LogisticRegression

    known = [n for n, row in enumerate(rows) if "new" in row and row["fault"] in {"ok", "invented"}]
    seen = np.array([[scores[n, INVENTS], *rows[n]["new"]] for n in known])
    truth = [rows[n]["fault"] == "invented" for n in known]
    found = LogisticRegression(C=1.0, class_weight="balanced").fit(seen, truth).coef_[0]
    return np.round(found[1:] / found[0], 2)


def stored() -> bytes:
    """The npz file for the material as it is."""
    data = training()
    at = limits(*unseen(data))
    weights, biases = fit(data)
    weights *= data.rarity[:, None]
    most = np.abs(weights / np.abs(weights).max(axis=0)).max(axis=1)
    kept = np.sort(np.argsort(-most, kind="stable")[:KEPT])
    names = list(data.rows)
    scale = np.abs(weights).max(axis=0) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        ids=np.array(" ".join(IDS)),
        words=np.frombuffer("\n".join(sorted(data.words)).encode("utf-8"), dtype="uint8"),
        vocabulary=np.frombuffer("\n".join(names[row] for row in kept).encode("utf-8"), dtype="uint8"),
        weights=np.round(weights[kept] / scale).astype("int8"),
        scale=scale.astype("float32"),
        bias=biases.astype("float32"),
        limits=at,
        calibration=np.array([1.0, 0.0]),
    )
    print(f"{len(data.fixed)} lines and utterances, {len(data.wordings)} wordings, {len(kept)} features")
    return file.getvalue()


def main() -> int:
    """Write the file, say whether the stored one is current, or print the weights of novelty."""
    if "--novelty" in sys.argv:
        print(weights_of_novelty(*unseen(training())))
        return 0
    return store(TARGET, stored())


if __name__ == "__main__":
    raise SystemExit(main())
