"""Patterns and classifier together: what one of them sees is judged by the other.

A pattern's match stays unless the classifier finds it most unlikely. What no pattern matched counts when the
classifier is sure of it and nothing in its clause takes the meaning away (a question, a report, an if-part,
irony). The classifier alone is never sure enough to trip a red line.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.recogniser.classifier import classifier
from bot.recogniser.clauses import Clause
from bot.recogniser.features import Unit, units
from bot.recogniser.rules import CONDITIONAL, rules
from scenarios.behaviours import BehaviourId as B
from scenarios.behaviours import behaviour

STATION_SLACK = 3.0
"""Log-odds by which the station's own words may be less likely than an authored pattern's match."""
SURE_ALONE, SURE_NEGATIVE, SURE_BACKED = 0.78, 0.7, 0.97
"""Ceilings of confidence: without a pattern, of a fault without a pattern, of a pattern that is backed."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act in the making; `start` and `end` are offsets of its clauses."""

    id: B
    start: int
    end: int
    confidence: float
    clause: Clause
    by_station: bool = False


@cache
def _void(id_: B) -> frozenset[str]:
    """What takes a behaviour's meaning away: what its strictest pattern says."""
    found = [rule.void for rule in rules() if rule.id is id_]
    strictest = frozenset.intersection(*found) if found else frozenset()
    return strictest | {"if", "then"} if id_ in CONDITIONAL else strictest


def weigh(text: str, clauses: Sequence[Clause], role: str, acts: Sequence[Act]) -> list[Act]:
    """Acts of patterns in folded `text` that the classifier leaves, and those it adds."""
    model = classifier()
    out: list[Act] = []
    rest = list(acts)
    for unit in units(clauses):
        scores = model.scores(text, unit.clauses, role)
        here = [act for act in rest if unit.start <= act.clause.start < unit.end]
        kept = [judged for act in here if (judged := _backed(act, scores[act.id]))]
        seen = {act.id for act in here}
        out += kept
        out += _alone(text, unit, role, {i: s for i, s in scores.items() if i not in seen})
    return out


def _backed(act: Act, score: float) -> Act | None:
    """The act with its confidence raised or lowered, None when it is too unlikely."""
    limit = classifier().limits[act.id]
    if score <= limit.backing - (STATION_SLACK if act.by_station else 0.0):
        return None
    if score > limit.alone:
        return replace(act, confidence=min(SURE_BACKED, act.confidence + 0.06))
    return act


def _alone(text: str, unit: Unit, role: str, scores: dict[B, float]) -> Iterator[Act]:
    limits = classifier().limits
    for id_, score in scores.items():
        if score <= limits[id_].alone:
            continue
        first, last = _where(text, unit, role, id_)
        if any(_loses_meaning(clause, _void(id_)) for clause in (first, last)):
            continue
        negative = behaviour(id_).polarity == "negative"
        sure = 0.55 + 0.25 / (1 + math.exp(-(score - limits[id_].alone)))
        yield Act(id_, first.start, last.end, min(sure, SURE_NEGATIVE if negative else SURE_ALONE), first)


def _where(text: str, unit: Unit, role: str, id_: B) -> tuple[Clause, Clause]:
    """The clause that shows the behaviour best, with the neighbours that show it too."""
    if len(unit.clauses) == 1:
        return unit.clauses[0], unit.clauses[0]
    model = classifier()
    each = [model.score(text, (clause,), role, id_) for clause in unit.clauses]
    first = last = max(range(len(each)), key=each.__getitem__)
    floor = min(model.limits[id_].alone, each[first]) - 0.5
    while first > 0 and each[first - 1] > floor:
        first -= 1
    while last < len(each) - 1 and each[last + 1] > floor:
        last += 1
    return unit.clauses[first], unit.clauses[last]


def _loses_meaning(clause: Clause, void: frozenset[str]) -> bool:
    return (
        ("question" in void and clause.question)
        or ("reported" in void and 0 <= clause.reported_from <= clause.start + 6)
        or ("if" in void and clause.conditional)
        or ("then" in void and clause.consequent)
        or ("irony" in void and clause.ironic)
    )
