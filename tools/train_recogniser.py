"""Trains the classifier of the built-in recogniser and writes `bot/data/recogniser.npz`.

Reads `bot/data/utterances/*.yaml` (whole utterances with all their labels) and the examples and
counter-examples of the vocabulary (known for one label only). Limits are chosen by cross-validation on the
utterances; the golden set is never read. Deterministic: the same inputs give the same bytes.

    python tools/train_recogniser.py [--check]   # --check: compare with the stored file, write nothing
"""

import io
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.ports import Context  # noqa: E402
from bot.recogniser.clauses import split  # noqa: E402
from bot.recogniser.engine import matched  # noqa: E402
from bot.recogniser.features import tokens, units  # noqa: E402
from retrieval.text import fold  # noqa: E402
from scenarios.behaviours import BehaviourId, vocabulary  # noqa: E402
from scenarios.station import Role  # noqa: E402

TARGET = ROOT / "bot" / "data" / "recogniser.npz"
IDS = tuple(BehaviourId)
STRENGTH, POSITIVE_WEIGHT, FOLDS, RARE = 2.0, 3.0, 5, 2
PRIOR = 6.0
"Weight, in utterances, of what is best for all behaviours when limits of one are chosen."
LEAST = -2.0
FLOOR = {e.id: -1.2 for e in vocabulary() if e.polarity == "negative"} | {BehaviourId.INSULT: -0.6}
"Log-odds needed at least without a pattern: a fault wrongly seen costs more than one missed."
PARTNER = (
    dict.fromkeys(["report_facts", "ask_support", "accept_criticism"], "supervisor")
    | dict.fromkeys(
        ["praise", "specific_feedback", "invite_self_assessment", "agree_goal", "encourage"], "subordinate"
    )
    | dict.fromkeys(["trade", "highlight_benefit"], "client")
)
"Who is spoken to in the examples of the vocabulary; customers, otherwise."


@dataclass(frozen=True)
class Utterance:
    """A labelled utterance as units of features."""

    text: str
    role: str
    labels: frozenset[str]
    parts: tuple[frozenset[str], ...]


def utterance(text: str, role: str, labels: frozenset[str]) -> Utterance:
    """Cut into units as the recogniser does."""
    folded = fold(text)
    parts = tuple(frozenset(tokens(folded, unit.clauses, role)) for unit in units(split(folded)))
    return Utterance(text, role, labels, parts)


def corpus(folder: Path = ROOT / "bot" / "data" / "utterances") -> list[Utterance]:
    """All training utterances, in a fixed order."""
    out = []
    for path in sorted(folder.glob("*.yaml")):
        for key, texts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            role, _, names = key.partition("/")
            labels = frozenset(() if names == "none" else (BehaviourId(name) for name in names.split()))
            out += [utterance(text, role, labels) for text in texts]
    return out


def examples() -> list[tuple[BehaviourId, bool, Utterance]]:
    """Examples (True) and counter-examples (False) of the vocabulary."""
    return [
        (entry.id, shown, utterance(text, PARTNER.get(entry.id, "customer"), frozenset({entry.id})))
        for entry in vocabulary()
        for shown, texts in ((True, entry.examples), (False, entry.counter_examples))
        for text in texts
    ]


def whole(one: Utterance) -> frozenset[str]:
    """Features of all units together."""
    return frozenset().union(*one.parts)


def features(documents: list[frozenset[str]]) -> dict[str, int]:
    """Rows of the features that more than one document has."""
    counts = Counter(token for document in documents for token in document)
    return {token: row for row, token in enumerate(sorted(t for t, n in counts.items() if n >= RARE))}


def rarities(documents: list[frozenset[str]], rows: dict[str, int]) -> Any:
    """How much each feature says by being rare: the root of its inverse document frequency."""
    seen = np.asarray(matrix(documents, rows).sum(axis=0)).ravel()
    return np.sqrt(np.clip(np.log((len(documents) + 1) / seen) / 4, 0.05, None))


def matrix(documents: list[frozenset[str]], rows: dict[str, int]) -> Any:
    """Documents × features, sparse."""
    from scipy.sparse import csr_matrix

    starts, columns = [0], []
    for document in documents:
        columns += sorted(rows[token] for token in document if token in rows)
        starts.append(len(columns))
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(documents), len(rows)))


def fit(
    texts: list[Utterance], shown: list[tuple[BehaviourId, bool, Utterance]]
) -> tuple[dict[str, int], Any, Any]:
    """Rows, weights (features × behaviours) and biases."""
    from scipy.sparse import diags, vstack
    from sklearn.linear_model import LogisticRegression

    documents, extra = [whole(t) for t in texts], [whole(t) for _, _, t in shown]
    rows = features(documents + extra)
    rarity = rarities(documents + extra, rows)
    given, added = matrix(documents, rows) @ diags(rarity), (matrix(extra, rows) @ diags(rarity)).tocsr()
    weights, biases = [], []
    for behaviour in IDS:
        known = [i for i, (id_, _, _) in enumerate(shown) if id_ == behaviour]
        target = [behaviour in t.labels for t in texts] + [shown[i][1] for i in known]
        model = LogisticRegression(
            C=STRENGTH, solver="liblinear", class_weight={False: 1.0, True: POSITIVE_WEIGHT}, random_state=0
        ).fit(vstack([given, added[known]]), target)
        weights.append(model.coef_[0] * rarity)
        biases.append(model.intercept_[0])
    return rows, np.array(weights).T, np.array(biases)


def scored(texts: list[Utterance], rows: dict[str, int], weights: Any, biases: Any) -> Any:
    """Utterances × behaviours: the best unit's log-odds."""
    out = np.full((len(texts), len(IDS)), -20.0)
    for i, text in enumerate(texts):
        if text.parts:
            out[i] = (matrix(list(text.parts), rows) @ weights + biases).max(axis=0)
    return out


def unseen(texts: list[Utterance], shown: list[tuple[BehaviourId, bool, Utterance]]) -> Any:
    """Log-odds of every utterance from a model that was not trained on it."""
    order = np.random.default_rng(0).permutation(len(texts))
    out = np.zeros((len(texts), len(IDS)))
    for fold_number in range(FOLDS):
        held = order[fold_number::FOLDS]
        rest = [texts[i] for i in sorted(set(range(len(texts))) - set(held.tolist()))]
        out[held] = scored([texts[i] for i in held], *fit(rest, shown))
    return out


def rule_matches(texts: list[Utterance]) -> Any:
    """Utterances × behaviours: what the authored patterns alone would say."""
    out = np.zeros((len(texts), len(IDS)), dtype=bool)
    for i, text in enumerate(texts):
        seen = matched(text.text, Context(Role(text.role)))
        out[i] = [behaviour in seen for behaviour in IDS]
    return out


def limits(scores: Any, patterns: Any, truth: Any) -> Any:
    """For each behaviour (alone, backing) that give the best F1, drawn towards what is best for all."""
    alone, backing = np.arange(-2.6, 2.61, 0.2), np.arange(-7.0, 0.6, 0.5)
    counts = np.zeros((len(IDS), len(alone), len(backing), 2))
    for a, high in enumerate(alone):
        for b, low in enumerate(backing):
            said = (scores > high) | (patterns & (scores > low))
            counts[:, a, b, 0] = (said & truth).sum(axis=0)
            counts[:, a, b, 1] = said.sum(axis=0) + truth.sum(axis=0)
    total = counts.sum(axis=0)
    prior = total / truth.sum() * PRIOR
    value = 2 * (counts[..., 0] + prior[..., 0]) / (counts[..., 1] + prior[..., 1])
    best = value.reshape(len(IDS), -1).argmax(axis=1)
    a, b = np.unravel_index(best, (len(alone), len(backing)))
    print(f"cross-validated: micro-F1 {_micro(scores, patterns, truth, alone[a], backing[b]):.3f}")
    floor = np.array([FLOOR.get(behaviour, LEAST) for behaviour in IDS])
    return np.stack([np.maximum(alone[a], floor), np.minimum(backing[b], alone[a])], axis=1)


def _micro(scores: Any, patterns: Any, truth: Any, alone: Any, backing: Any) -> float:
    said = (scores > alone) | (patterns & (scores > backing))
    each = 2 * (said & truth).sum(axis=0) / np.maximum(said.sum(axis=0) + truth.sum(axis=0), 1)
    for behaviour, value in sorted(zip(IDS, each, strict=True), key=lambda pair: pair[1])[:12]:
        print(f"  {behaviour}: {value:.2f}")
    return float(2 * (said & truth).sum() / (said.sum() + truth.sum()))


def stored() -> bytes:
    """The npz file for the corpus as it is."""
    texts, shown = corpus(), examples()
    truth = np.array([[behaviour in t.labels for behaviour in IDS] for t in texts])
    chosen = limits(unseen(texts, shown), rule_matches(texts), truth)
    rows, weights, biases = fit(texts, shown)
    scale = np.abs(weights).max(axis=0) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        ids=np.array(" ".join(IDS)),
        vocabulary=np.frombuffer("\n".join(rows).encode("utf-8"), dtype="uint8"),
        weights=np.round(weights / scale).astype("int8"),
        scale=scale.astype("float32"),
        bias=biases.astype("float32"),
        limits=np.round(chosen, 2).astype("float32"),
    )
    print(f"{len(texts)} utterances, {len(rows)} features, {len(file.getvalue()) // 1024} KB")
    return file.getvalue()


def main() -> int:
    """Write the file, or say whether the stored one is current."""
    made = stored()
    if "--check" in sys.argv:
        same = TARGET.is_file() and TARGET.read_bytes() == made
        print("current" if same else "out of date: run tools/train_recogniser.py")
        return 0 if same else 1
    TARGET.write_bytes(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
