"""Trains the classifier of the built-in recogniser and writes `bot/data/recogniser.npz`.

Reads `bot/data/utterances` (utterances with all their labels, `tools/utterances.py`) and the examples and
counter-examples of the vocabulary (known for one label only). What counts as a word is what jieba cuts out of
them more than once. Limits and confidence come from cross-validation on the utterances that are spoken as in
a talk; the golden sets are never read. Deterministic: the same inputs give the same bytes.

    python tools/train_recogniser.py [--check]   # --check: compare with the stored file, write nothing
"""

import io
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import utterances  # noqa: E402
from recogniser_limits import calibration, limits  # noqa: E402
from storing import store  # noqa: E402

from bot.ports import Context  # noqa: E402
from bot.recogniser.card import parts as card_parts  # noqa: E402
from bot.recogniser.card import standing  # noqa: E402
from bot.recogniser.clauses import split  # noqa: E402
from bot.recogniser.engine import matched  # noqa: E402
from bot.recogniser.features import LONGEST_WORD, normal, tokens, units  # noqa: E402
from bot.recogniser.fusion import matches  # noqa: E402
from retrieval.text import fold  # noqa: E402
from scenarios.behaviours import BehaviourId, vocabulary  # noqa: E402
from scenarios.loading import find_station  # noqa: E402
from scenarios.station import Role  # noqa: E402

TARGET = ROOT / "bot" / "data" / "recogniser.npz"
LEARNED = tuple(entry for entry in vocabulary() if not entry.by_rule)
IDS = tuple(entry.id for entry in LEARNED)
STRENGTH, POSITIVE_WEIGHT, FOLDS, RARE, KEPT = 2.0, 3.0, 4, 3, 50_000
"The last: how many features stay, those that weigh most for some behaviour."
LIKELY, LIKELY_FAULT = 0.42, 0.6
"""Chance from which a good act, and a fault, is taken to be there at the earliest: doubt is the candidate's.
Below, the best F1 of a single behaviour is mostly luck."""
CHANCES = np.array([LIKELY_FAULT if e.polarity == "negative" else LIKELY for e in LEARNED])
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
    "Features of each unit the recogniser cuts it into."
    said: int = -1
    "Number of the utterance it is a part of: both are held out together."
    usual: bool = True
    "Whether it was written as people speak in a talk, not to be hard."


def utterance(
    text: str, role: str, labels: frozenset[str], words: frozenset[str], said: int = -1, station: str = ""
) -> Utterance:
    """Cut into units as the recogniser does."""
    folded = fold(text)
    clauses = split(folded)
    acts = matched(folded, clauses, Context(Role(role)))
    where = card_parts(find_station(station) if station else None)
    parts = tuple(
        frozenset({
            *tokens(folded, unit.clauses, role, words, matches(acts, unit.clauses)),
            *standing(folded[unit.start : unit.end], where),
        })
        for unit in units(clauses)
    )
    return Utterance(text, role, labels, parts, said)


def lexicon(texts: Iterable[str]) -> frozenset[str]:
    """Words of two to `LONGEST_WORD` characters that occur in more than one of the texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(60)
    found = Counter(word for text in texts for word in set(jieba.cut(normal(fold(text))[1:-1], HMM=False)))
    return frozenset(word for word, n in found.items() if 1 < len(word) <= LONGEST_WORD and n >= RARE)


def corpus(
    words: frozenset[str], folder: Path = utterances.FOLDER
) -> tuple[list[Utterance], list[Utterance]]:
    """All training utterances, in a fixed order; and those marked parts that say less than their whole."""
    whole, parts = [], []
    for number, said in enumerate(utterances.read(folder, without=utterances.CONTRAST)):
        one = utterance(said.text, said.role, said.labels, words, number, said.station)
        whole.append(replace(one, usual=said.usual))
        if len(said.parts) > 1:
            parts += [
                utterance(text, said.role, labels, words, number, said.station) for text, labels in said.parts
            ]
    return whole, parts


def examples(words: frozenset[str]) -> list[tuple[BehaviourId, bool, Utterance]]:
    """Examples (True) and counter-examples (False) of the vocabulary."""
    return [
        (entry.id, shown, utterance(text, PARTNER.get(entry.id, "customer"), frozenset({entry.id}), words))
        for entry in LEARNED
        for shown, texts in ((True, entry.examples), (False, entry.counter_examples))
        for text in texts
    ]


@dataclass(frozen=True)
class Training:
    """Everything as numbers."""

    rows: dict[str, int]
    "Column of each feature."
    rarity: Any
    "How much each feature says by being rare: the root of its inverse document frequency."
    documents: Any
    "Utterances, then their parts, then examples; × features, sparse."
    target: Any
    "Documents × behaviours: 1 shown, 0 not shown, -1 not known."
    said: Any
    "Number of the utterance each document belongs to, -1 for examples."
    units: Any
    "Units of the utterances × features."
    starts: Any
    "First unit of each utterance."


def training(
    texts: list[Utterance], parts: list[Utterance], shown: list[tuple[BehaviourId, bool, Utterance]]
) -> Training:
    """Features that more than `RARE` documents have, and what each document has of them."""
    from scipy.sparse import diags

    every = [*texts, *parts, *(one for _, _, one in shown)]
    documents = [frozenset[str]().union(*one.parts) for one in every]
    counts = Counter(token for document in documents for token in document)
    rows = {token: row for row, token in enumerate(sorted(t for t, n in counts.items() if n >= RARE))}
    seen = np.array([counts[token] for token in rows])
    rarity = np.sqrt(np.clip(np.log((len(documents) + 1) / seen) / 4, 0.05, None))
    target = np.full((len(every), len(IDS)), -1, dtype="int8")
    for number, one in enumerate([*texts, *parts]):
        target[number] = [behaviour in one.labels for behaviour in IDS]
    for number, (behaviour, is_shown, _) in enumerate(shown, len(texts) + len(parts)):
        target[number, IDS.index(behaviour)] = is_shown
    units = [unit for text in texts for unit in (text.parts or (frozenset[str](),))]
    starts = np.cumsum([0, *(max(1, len(text.parts)) for text in texts)])[:-1]
    weigh = diags(rarity)
    return Training(
        rows,
        rarity,
        (matrix(documents, rows) @ weigh).tocsr(),
        target,
        np.array([one.said for one in every]),
        (matrix(units, rows) @ weigh).tocsr(),
        starts,
    )


def matrix(documents: list[frozenset[str]], rows: dict[str, int]) -> Any:
    """Documents × features, sparse."""
    from scipy.sparse import csr_matrix

    columns = [sorted(rows[token] for token in document if token in rows) for document in documents]
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((column for each in columns for column in each), dtype="int64", count=int(starts[-1]))
    return csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(documents), len(rows)))


def fit(data: Training, chosen: Any, ids: Iterable[str] = IDS) -> tuple[Any, Any]:
    """Weights (features × `ids`) and biases from the documents in `chosen` (true or false each)."""
    from sklearn.linear_model import LogisticRegression

    weights, biases = [], []
    for column in map(IDS.index, ids):
        known = np.flatnonzero(chosen & (data.target[:, column] >= 0))
        model = LogisticRegression(
            C=STRENGTH, solver="liblinear", class_weight={0: 1.0, 1: POSITIVE_WEIGHT}, random_state=0
        ).fit(data.documents[known], data.target[known, column])
        weights.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return np.array(weights).T, np.array(biases)


def weightiest(data: Training) -> Training:
    """The same with only the features that a first fit gives the most weight."""
    weights, _ = fit(data, np.ones(len(data.said), dtype=bool))
    weights *= data.rarity[:, None]
    most = np.abs(weights / np.abs(weights).max(axis=0)).max(axis=1)
    kept = np.sort(np.argsort(-most, kind="stable")[:KEPT])
    names = list(data.rows)
    return only(data, [names[row] for row in kept])


def only(data: Training, names: list[str]) -> Training:
    """The same with only these features."""
    kept = np.array([data.rows[name] for name in names])
    return replace(
        data,
        rows={name: row for row, name in enumerate(names)},
        rarity=data.rarity[kept],
        documents=data.documents[:, kept],
        units=data.units[:, kept],
    )


def unseen(data: Training) -> Any:
    """Log-odds of every utterance (its best unit's) from a model that was trained on nothing of it."""
    texts = len(data.starts)
    fold_of = np.empty(texts, dtype=int)
    fold_of[np.random.default_rng(0).permutation(texts)] = np.arange(texts) % FOLDS
    out = np.zeros((texts, len(IDS)))
    for held in range(FOLDS):
        away = np.isin(data.said, np.flatnonzero(fold_of == held))
        weights, biases = fit(data, ~away)
        best = np.maximum.reduceat(data.units @ weights + biases, data.starts, axis=0)
        out[fold_of == held] = best[fold_of == held]
    return out


def stored() -> bytes:
    """The npz file for the corpus as it is."""
    words = lexicon(said.text for said in utterances.read(without=utterances.CONTRAST))
    texts, parts = corpus(words)
    data = training(texts, parts, examples(words))
    data = weightiest(data)
    usual = np.array([t.usual for t in texts])
    scores, truth = unseen(data)[usual], data.target[: len(texts)][usual] == 1
    slope, intercept = calibration(scores, truth)
    least = (np.log(CHANCES / (1 - CHANCES)) - intercept) / slope
    weights, biases = fit(data, np.ones(len(data.said), dtype=bool))
    weights *= data.rarity[:, None]
    scale = np.abs(weights).max(axis=0) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        ids=np.array(" ".join(IDS)),
        words=np.frombuffer("\n".join(sorted(words)).encode("utf-8"), dtype="uint8"),
        vocabulary=np.frombuffer("\n".join(data.rows).encode("utf-8"), dtype="uint8"),
        weights=np.round(weights / scale).astype("int8"),
        scale=scale.astype("float32"),
        bias=biases.astype("float32"),
        limits=np.round(limits(scores, truth, least, IDS), 2),
        calibration=np.round([slope, intercept], 3),
    )
    print(f"{len(texts)} utterances, {len(parts)} parts, {len(words)} words, {len(data.rows)} features")
    return file.getvalue()


def main() -> int:
    """Write the file, or say whether the stored one is current."""
    return store(TARGET, stored())


if __name__ == "__main__":
    raise SystemExit(main())
