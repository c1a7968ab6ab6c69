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

CROWDED = 40
"""Characters above which one clause of a unit is easily hidden among the others."""
SURE_ALONE, SURE_NEGATIVE, SURE_BACKED, UNSURE_STATION = 0.78, 0.7, 0.97, 0.6
"""Ceilings of confidence: without a pattern, of a fault without a pattern, of a pattern that is backed,
of the station's own words in a sentence that does not sound like it."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act in the making; `start` and `end` are offsets of its clauses."""

    id: B
    start: int
    end: int
    confidence: float
    clause: Clause
    by_station: bool = False
    score: float = 0.0
    "Log-odds the classifier gives it in its sentence."
    alone: bool = False
    "No pattern matched."


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
        scored = [_scored(text, unit, role, act, scores[act.id]) for act in here]
        kept = [judged for act in scored if (judged := _backed(act))]
        seen = {act.id for act in here}
        out += kept
        out += _alone(text, unit, role, {i: s for i, s in scores.items() if i not in seen})
    return out


def _scored(text: str, unit: Unit, role: str, act: Act, score: float) -> Act:
    """The act with its log-odds: in the unit, or in its own clause where the unit hides it among others."""
    model = classifier()
    if score <= model.limits[act.id].backing and unit.end - unit.start > CROWDED:
        score = max(score, model.score(text, (act.clause,), role, act.id))
    return replace(act, score=score)


def _backed(act: Act) -> Act | None:
    """The act with its confidence raised or lowered, None when it is too unlikely.

    What names a fact or an option of the station stays: the classifier knows no station.
    """
    limit = classifier().limits[act.id]
    if act.score > limit.alone:
        return replace(act, confidence=min(SURE_BACKED, act.confidence + 0.06))
    if act.score > limit.backing:
        return act
    return replace(act, confidence=min(act.confidence, UNSURE_STATION)) if act.by_station else None


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
        ceiling = SURE_NEGATIVE if negative else SURE_ALONE
        yield Act(id_, first.start, last.end, min(sure, ceiling), first, score=score, alone=True)


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
