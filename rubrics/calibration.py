"""Machine totals brought to the examiners' scale: a line below 100 marks, isotonic from there on.

Only ever shown beside the raw total, which it never changes, with its out-of-fold error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from retrieval.errors import InputError
from rubrics.agreement.figures import SEED
from rubrics.agreement.marks import Talk
from rubrics.agreement.needed import CALIBRATION
from rubrics.agreement.study import mean_total
from rubrics.provenance import digest

Floats = npt.NDArray[np.float64]
Kind = Literal["linear", "isotonic"]
ISOTONIC_FROM = 100
"""Marks from which isotonic regression takes over: it fits steps, which small samples lead astray
(Niculescu-Mizil & Caruana 2005, ICML); the out-of-fold error shows it when they still do."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One talk to learn from."""

    talk: str
    group: str
    "Its candidate where known, else the talk: a group is never on both sides of a fold."
    raw: float
    examiner: float
    "Mean of the blind totals."


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration with how far it errs on talks it was not fitted on, in points."""

    kind: Kind
    n: int
    knots: tuple[tuple[float, float], ...]
    "(raw, calibrated); straight between them, level beyond the ends."
    mae: float
    rmse: float
    "Out of fold."
    raw_mae: float
    raw_rmse: float
    "Of the raw totals on the same talks."
    own: Mapping[str, float]
    "Of each talk that took part, its value by the fits that had not seen it."

    @property
    def helps(self) -> bool:
        """Whether it errs less than the raw totals, out of fold."""
        return self.mae < self.raw_mae

    def value(self, talk: str, raw: float) -> float:
        """The calibrated total, to one decimal; for a talk that took part, out of fold."""
        return self.own[talk] if talk in self.own else _rounded(np.array([raw]), self.knots)[0]


def points(talks: Sequence[Talk]) -> tuple[Point, ...]:
    """What can be learned from: blind totals of talks on which no red line acts, in a fixed order."""
    found = []
    for talk in talks:
        marks = [mark for mark in talk.marks if mark.blind and not mark.red]
        mean, raw = mean_total(marks), talk.machine.total
        if mean is not None and raw is not None and not talk.machine.red:
            found.append(Point(talk.id, talk.candidate or talk.id, raw, mean))
    return tuple(sorted(found, key=lambda each: each.talk))


def hash_of(given: Sequence[Point]) -> str:
    """Of the marks: another mark, another hash."""
    return digest([[each.talk, each.group, each.raw, round(each.examiner, 6)] for each in given])


def fit(given: Sequence[Point]) -> Fit:
    """A calibration, tested out of fold.

    Raises:
        InputError: fewer than 30 talks or five candidates, raw totals that do not differ, or examiners who
            give less where the machine gives more.
    """
    n, groups = len(given), len({each.group for each in given})
    if n < CALIBRATION:
        raise InputError(f"现在 {n} 场盲评能用来校准，至少要 {CALIBRATION} 场", mend="再盲评一些")
    if groups < FOLDS:
        raise InputError(f"这些对话只来自 {groups} 位考生，至少要 {FOLDS} 位", mend="再盲评别的考生的")
    raw = np.array([each.raw for each in given])
    if np.ptp(raw) == 0:
        raise InputError("机评总分全一样，校准不了", mend="盲评的对话要有好有差")
    examiner = np.array([each.examiner for each in given])
    kind: Kind = "isotonic" if n >= ISOTONIC_FROM else "linear"
    knots = _knots(kind, raw, examiner)
    if knots[-1][1] <= knots[0][1]:
        raise InputError("机评分越高、考评员给得反而不高，校准不了", mend="先看一致性，找出哪几项对不上")
    own = _out_of_fold(kind, raw, examiner, [each.group for each in given])
    (mae, rmse), (raw_mae, raw_rmse) = _errors(own - examiner), _errors(raw - examiner)
    kept = {each.talk: float(value) for each, value in zip(given, own, strict=True)}
    return Fit(kind, n, knots, mae, rmse, raw_mae, raw_rmse, kept)


def _errors(apart: Floats) -> tuple[float, float]:
    return round(float(np.abs(apart).mean()), 3), round(float(np.sqrt((apart**2).mean())), 3)


def _out_of_fold(kind: Kind, raw: Floats, examiner: Floats, groups: Sequence[str]) -> Floats:
    from sklearn.model_selection import GroupKFold

    own = np.empty_like(raw)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED % 2**32)
    for learn, test in folds.split(raw, groups=groups):
        own[test] = _rounded(raw[test], _knots(kind, raw[learn], examiner[learn]))
    return own


def _knots(kind: Kind, raw: Floats, examiner: Floats) -> tuple[tuple[float, float], ...]:
    """The fit by scikit-learn, as the points between which it is straight."""
    if kind == "linear":
        from sklearn.linear_model import LinearRegression

        line = LinearRegression().fit(raw[:, None], examiner)
        ends = np.array([0.0, 100.0])
        return tuple(zip(ends.tolist(), line.predict(ends[:, None]).tolist(), strict=True))
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression(y_min=0, y_max=100, out_of_bounds="clip").fit(raw, examiner)
    found = zip(steps.X_thresholds_.tolist(), steps.y_thresholds_.tolist(), strict=True)
    return tuple(_thinned([(float(x), float(y)) for x, y in found]))


def _thinned(knots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Without the middles of level stretches."""
    kept = []
    for _, same in groupby(knots, key=lambda each: each[1]):
        stretch = list(same)
        kept += [stretch[0], stretch[-1]] if len(stretch) > 1 else stretch
    return kept


def _rounded(raw: Floats, knots: Sequence[tuple[float, float]]) -> Any:
    xs, ys = zip(*knots, strict=True)
    return np.round(np.clip(np.interp(raw, xs, ys), 0, 100), 1) + 0.0
