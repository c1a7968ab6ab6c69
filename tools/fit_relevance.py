"""Fits `retrieval/corpus/relevance.json`: run it after the notes, the thesaurus or the ranking have changed.

Answerable: our own questions in `relevance/inside.txt`, the odd half of the evaluation set, and every fifth
authored question, asked of an index that has never seen it. Not answerable: `relevance/outside.txt` and the
odd half of the set's; each counts once more as if no word of it were listed as another subject's, for the
next question's may not be. The even half stays unseen, for `benchmarks/retrieval.py`.
"""

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from retrieval import search as searching
from retrieval.passages import Passage, learned, shipped
from retrieval.relevance import Topic
from retrieval.search import Search

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "tests" / "golden" / "questions.yaml"
OUT = HERE.parent / "retrieval" / "corpus" / "relevance.json"
EVERY = 5
_ELSEWHERE = [field.name for field in fields(Topic)].index("elsewhere")
WEIGHTS = (1.0, 0.4, 1.0, 0.3)
"""Of one question inside, authored, outside, and outside with its words not listed."""
FALSE_REFUSALS = 0.05
"""Share of the answerable that may be refused: the intercept is moved so that 0.5 lies there."""


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


def main() -> None:
    """Fit, tell how well it does on folds, write."""
    golden = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    kept, unseen = held_back(shipped())
    with tempfile.TemporaryDirectory() as folder:
        whole, part = opened(shipped(), Path(folder)), opened(kept, Path(folder))
        inside = rows(whole, lines("inside.txt") + odd(golden["in_corpus"]))
        authored = rows(part, unseen)
        outside = rows(whole, lines("outside.txt") + odd(golden["out_of_corpus"]))
        whole.close()
        part.close()
    unlisted = [(*row[:_ELSEWHERE], 0.0, *row[_ELSEWHERE + 1 :]) for row in outside]
    parts = (inside, authored, outside, unlisted)
    x = np.asarray([row for part in parts for row in part])
    sizes = [len(part) for part in parts]
    y, weight = np.repeat([1, 1, 0, 0], sizes), np.repeat(WEIGHTS, sizes)
    scaler = StandardScaler().fit(x)
    model, z = LogisticRegression(C=1.0, max_iter=5000), scaler.transform(x)
    folds = list(KFold(10, shuffle=True, random_state=0).split(z))
    logit = cross_val_predict(
        model, z, y, cv=folds, method="decision_function", params={"sample_weight": weight}
    )
    by_part = np.split(logit, np.cumsum(sizes)[:-1])
    limit = float(np.quantile(by_part[0], FALSE_REFUSALS))
    for name, values in zip(
        ("inside", "authored, unseen", "outside", "outside, not listed"), by_part, strict=True
    ):
        print(f"on folds, refused: {(values < limit).mean():.3f} of {len(values)} {name}")
    model.fit(z, y, sample_weight=weight)
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - (weights * scaler.mean_).sum() - limit)
    fitted = {"intercept": round(intercept, 4), "weights": [round(float(w), 4) for w in weights]}
    OUT.write_text(json.dumps(fitted) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
