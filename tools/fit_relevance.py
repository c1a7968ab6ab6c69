"""Fits `relevance.json` and `subject.npz` in `retrieval/corpus`.

Run it after the notes, the thesaurus or the ranking have changed.

Answerable: our own questions in `relevance/inside.txt`, the odd half of the evaluation set, and every fifth
authored question, asked of an index that has never seen it. Not answerable: `relevance/outside.txt` and the
odd half of the set's; each counts once more as if no word of it were listed as another subject's, for the
next question's may not be. The even half stays unseen, for `benchmarks/retrieval.py`.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.preprocessing import StandardScaler, normalize

from retrieval import search as searching
from retrieval.passages import Passage, learned, shipped
from retrieval.relevance import Topic
from retrieval.search import Search
from retrieval.subject import pack
from retrieval.words import features

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "tests" / "golden" / "questions.yaml"
CORPUS = HERE.parent / "retrieval" / "corpus"
EVERY = 5
_NAMES = [field.name for field in fields(Topic)]
_ELSEWHERE, _SUBJECT = _NAMES.index("elsewhere"), _NAMES.index("subject")
WEIGHTS = (1.0, 0.4, 1.0, 0.3)
"""Of one question inside, authored, outside, and outside with its words not listed."""
FALSE_REFUSALS = 0.08
"""Share of our own answerable questions that may be refused; they are harder than those people ask. The
intercept is moved so that 0.5 lies there."""
SUBJECT_STRENGTH = 10.0
FOLDS = KFold(10, shuffle=True, random_state=0)


def lines(name: str) -> list[str]:
    """The questions of one file."""
    text = (HERE / "relevance" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def odd(cases: Iterable[dict[str, str]]) -> list[str]:
    """The half of the evaluation set that may be looked at."""
    return [case["question"] for case in cases if int(case["id"][1:]) % 2]


def held_back(passages: Sequence[Passage]) -> tuple[list[Passage], list[str]]:
    """The passages without every fifth question, and those questions."""
    kept, out = [], []
    for passage in passages:
        out += passage.questions[::EVERY]
        rest = tuple(q for i, q in enumerate(passage.questions) if i % EVERY)
        kept.append(replace(passage, questions=rest))
    return kept, out


def opened(passages: Sequence[Passage], folder: Path) -> Search:
    """Search over them, its embedder trained on nothing else."""
    from retrieval.embedding import open_local

    return searching.open_search(folder, open_local(learned(passages), folder), passages=passages)


def rows(search: Search, questions: Iterable[str]) -> list[tuple[float, ...]]:
    """What is known of each question."""
    return [astuple(search.topic(question)) for question in questions]


def by_words(inside: Sequence[str], outside: Sequence[str], folder: Path) -> tuple[Any, bytes]:
    """Log-odds of each question from a model that has not seen it, and the model of all as a file."""
    counted = [features(question, folder) for question in (*inside, *outside)]
    found = Counter(feature for each in counted for feature in each)
    vocabulary = sorted(feature for feature, n in found.items() if n > 1)
    column = {feature: i for i, feature in enumerate(vocabulary)}
    idf = np.array([np.log(len(counted) / found[feature]) + 1 for feature in vocabulary])
    known = [[(column[feature], n) for feature, n in each.items() if feature in column] for each in counted]
    flat = [(which, (1 + np.log(n)) * idf[which]) for each in known for which, n in each]
    matrix = normalize(
        csr_matrix(
            ([value for _, value in flat], [which for which, _ in flat], np.cumsum([0, *map(len, known)])),
            shape=(len(known), len(vocabulary)),
        )
    )
    target = np.repeat([1, 0], [len(inside), len(outside)])
    model = LogisticRegression(
        C=SUBJECT_STRENGTH, class_weight="balanced", solver="liblinear", random_state=0
    )
    unseen = cross_val_predict(model, matrix, target, cv=FOLDS, method="decision_function")
    model.fit(matrix, target)
    return unseen, pack(vocabulary, model.coef_[0], idf, float(model.intercept_[0]))


def main() -> None:
    """Fit, tell how well it does on folds, write."""
    golden = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    kept, authored = held_back(shipped())
    inside = lines("inside.txt") + odd(golden["in_corpus"])
    outside = lines("outside.txt") + odd(golden["out_of_corpus"])
    others = [question for passage in kept for question in passage.questions]
    with tempfile.TemporaryDirectory() as folder:
        words, file = by_words([*inside, *authored, *others], outside, Path(folder) / "cache")
        (CORPUS / "subject.npz").write_bytes(file)
        whole, part = opened(shipped(), Path(folder)), opened(kept, Path(folder))
        known = (rows(whole, inside), rows(part, authored), rows(whole, outside))
        whole.close()
        part.close()
    x = np.asarray([row for each in known for row in each])
    first = len(inside) + len(authored)
    x[:first, _SUBJECT], x[first:, _SUBJECT] = words[:first], words[-len(outside) :]
    unlisted = x[first:].copy()
    unlisted[:, _ELSEWHERE] = 0
    _fit(np.concatenate([x, unlisted]), [len(inside), len(authored), len(outside), len(outside)])


def _fit(x: Any, sizes: list[int]) -> None:
    y, weight = np.repeat([1, 1, 0, 0], sizes), np.repeat(WEIGHTS, sizes)
    scaler = StandardScaler().fit(x)
    model, z = LogisticRegression(C=1.0, max_iter=5000), scaler.transform(x)
    logit = cross_val_predict(
        model, z, y, cv=list(FOLDS.split(z)), method="decision_function", params={"sample_weight": weight}
    )
    by_part = np.split(logit, np.cumsum(sizes)[:-1])
    limit = float(np.quantile(by_part[0], FALSE_REFUSALS))
    names = ("inside", "authored, unseen", "outside", "outside, not listed")
    for name, values in zip(names, by_part, strict=True):
        print(f"on folds, refused: {(values < limit).mean():.3f} of {len(values)} {name}")
    model.fit(z, y, sample_weight=weight)
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - (weights * scaler.mean_).sum() - limit)
    fitted = {"intercept": round(intercept, 4), "weights": [round(float(w), 4) for w in weights]}
    (CORPUS / "relevance.json").write_text(json.dumps(fitted) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
