"""How clearly a manner must be heard: all limits at once, to catch the most at one cost in faithful words."""

from typing import Any

import numpy as np

STEPS = (1, 2, 4, 8)
"""Faithful wordings more that one step may give up."""


def together(faithful: Any, broken: Any, most: float) -> Any:
    """Limits above which at most the share `most` of the faithful wordings is heard in some manner.

    Greedy: from limits that refuse nobody, always the step that catches most broken wordings for each
    faithful one it gives up.

    Args:
        faithful: log-odds, wordings × manners; -inf where the move wants the manner.
        broken: the same of wordings that break something.
        most: 0–1.
    """
    limits = faithful.max(axis=0)
    while True:
        steps = [each for column in range(len(limits)) for each in _lower(faithful, limits, column)]
        allowed = [each for each in steps if _heard(faithful, each).mean() <= most]
        if not allowed:
            return limits
        best = max(allowed, key=lambda each: _worth(faithful, broken, limits, each))
        if _worth(faithful, broken, limits, best) <= 0:
            return limits
        limits = best


def _lower(faithful: Any, limits: Any, column: int) -> list[Any]:
    """The limits with one of them lowered past the next few faithful wordings."""
    below = np.sort(faithful[faithful[:, column] < limits[column], column])[::-1]
    out = []
    for step in STEPS:
        if step <= len(below) and np.isfinite(below[step - 1]):
            lowered = limits.copy()
            lowered[column] = below[step - 1]
            out.append(lowered)
    return out


def _heard(scores: Any, limits: Any) -> Any:
    return (scores > limits).any(axis=1)


def _worth(faithful: Any, broken: Any, now: Any, then: Any) -> float:
    """Broken wordings more that are caught, for each faithful one more (and a little) that is refused."""
    caught = _heard(broken, then).sum() - _heard(broken, now).sum()
    lost = _heard(faithful, then).sum() - _heard(faithful, now).sum()
    return float(caught / (lost + 0.3))
