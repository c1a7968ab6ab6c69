"""From held-out scores to where a behaviour is taken to be there, and how sure that is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

NEAR = 3.0
"Log-odds below zero from which confidence is fitted: what lies far below is never marked."
PRIOR = 6.0
"Weight, in utterances, of what is best for all behaviours when limits of one are chosen."


def limits(scores: Any, truth: Any, least: Any, ids: Sequence[str]) -> Any:
    """For each behaviour the log-odds that give the best F1, drawn towards what is best for all."""
    ladder = np.arange(-2.6, 2.61, 0.1)
    said = scores[None] > ladder[:, None, None]
    hits, marked = (said & truth).sum(axis=1), said.sum(axis=1) + truth.sum(axis=0)
    prior = PRIOR / truth.sum()
    value = 2 * (hits + prior * hits.sum(axis=1, keepdims=True))
    value /= marked + prior * marked.sum(axis=1, keepdims=True)
    best = ladder[value.argmax(axis=0)]
    best = np.maximum(best, least)
    _tell(scores > best, truth, ids)
    return best


def _tell(said: Any, truth: Any, ids: Sequence[str]) -> None:
    each = 2 * (said & truth).sum(axis=0) / np.maximum(said.sum(axis=0) + truth.sum(axis=0), 1)
    for behaviour, value in sorted(zip(ids, each, strict=True), key=lambda pair: pair[1])[:12]:
        print(f"  {behaviour}: {value:.2f}")
    print(f"cross-validated: micro-F1 {2 * (said & truth).sum() / (said.sum() + truth.sum()):.3f}")


def calibration(scores: Any, truth: Any) -> tuple[float, float]:
    """Slope and intercept of the log-odds that a behaviour is there, by its score (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    near = scores > -NEAR
    model = LogisticRegression(C=1e6).fit(scores[near][:, None], truth[near])
    return float(model.coef_[0, 0]), float(model.intercept_[0])
