"""Patterns and both learned halves together: the classifier, and the network that reads in order.

The classifier counts a pattern's match among its features, so the score weighs all three; the chance that
goes with the score is the confidence. A behaviour is seen from the score on that serves it best
(`Network.limits`); one that no pattern saw only where nothing in its clause takes the meaning away (a
question, a report, an if-part, irony), and it is never sure enough to trip a red line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bot.recogniser.card import parts, standing
from bot.recogniser.classifier import Classifier, classifier
from bot.recogniser.clauses import Clause
from bot.recogniser.features import Unit, tokens, units
from bot.recogniser.rules import CONDITIONAL, rules
from bot.recogniser.sequence import network
from bot.recogniser.software import addresses
from scenarios.behaviours import BehaviourId as B
from scenarios.behaviours import behaviour
from scenarios.station import Station

CROWDED = 40
"""Characters above which one clause of a unit is easily hidden among the others."""
STATED = 4.0
"""Log-odds less that it takes for what the station's own words show."""
SUREST, SUREST_ALONE, SUREST_FAULT, STATION = 0.97, 0.9, 0.7, 0.6
"""Ceilings of confidence: at all, without a pattern, of a fault without one. What a station's own words have
at least."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act in the making; `start` and `end` are offsets of its clauses."""

    id: B
    start: int
    end: int
    confidence: float
    clause: Clause
    by_station: bool = False
    by_pattern: bool = False
    score: float = 0.0
    "Log-odds the classifier gives it in its sentence."

    @property
    def alone(self) -> bool:
        """Whether nobody but the classifier saw it."""
        return not (self.by_station or self.by_pattern)


@cache
def _void(id_: B) -> frozenset[str]:
    """What takes a behaviour's meaning away: what its strictest pattern says."""
    found = [rule.void for rule in rules() if rule.id is id_]
    strictest = frozenset.intersection(*found) if found else frozenset()
    return strictest | {"if", "then"} if id_ in CONDITIONAL else strictest


CAREFUL, PLAIN = 0.55, 0.3
"""Log-odds more that what no pattern saw needs in an utterance by itself, better missed than wrongly seen;
and less that it takes there for a single clause that a pattern saw which is hardly ever wrong."""
PLAINEST = 0.85
"""Confidence of a pattern from which that is so."""
EASED = 1.1
"""Log-odds by which a good act in a talk needs less: by itself an utterance is often of the kind that shows
nothing, a candidate at a station has come to do something. Faults need as much as ever, and so does what the
slogans of service (您的满意是我们的动力) sound like."""
SLOGANS = {B.OWN, B.REASSURE}
LEAST, LEAST_OF_SLOGANS = 0.3, 0.55
"""Chance below which what only the classifier sees is not there; and what slogans sound like."""


WARY = 1.0
"""Log-odds more that it takes, outside a talk, for what only the classifier sees where something in the words
may turn their meaning: a negation, a question, a report, an if-part, irony."""
_NEGATION = re.compile(r"[不没别莫未甭无休]|哪能|哪敢")


MOCKING = 2.5
"""Log-odds less than an insult needs from which kind words in the same breath are heard as mockery."""
BESIDE = 1.0
"""Log-odds at most by which the network can make words likelier to be spoken to the software than their own
ear does: 评个星级员工 is no order to it."""

DEAF = -4.0
"""Log-odds of the network below which that ear is not asked at all."""


def together(of_bag: Any, of_order: Any) -> Any:
    """Log-odds of both halves as one: who sees only which words there are, and who reads them in order."""
    return (of_bag + of_order) / 2


def _eased(model: Classifier[B]) -> Classifier[B]:
    """The classifier for utterances of a talk."""
    limits = {
        id_: limit - EASED * (behaviour(id_).polarity == "positive" and id_ not in SLOGANS)
        for id_, limit in model.limits.items()
    }
    return replace(model, limits=limits)


@cache
def _models() -> tuple[Classifier[B], Classifier[B]]:
    """Outside a talk, and in one, with the limits of both halves together."""
    read = network()
    model = replace(classifier(), limits=read.limits, calibration=read.calibration)
    return model, _eased(model)


def weigh(
    text: str, clauses: Sequence[Clause], role: str, acts: Sequence[Act], station: Station | None = None
) -> list[Act]:
    """Acts of patterns in folded `text` that the classifier leaves, and those it adds; `station` where the
    words are of a talk there."""
    seen = _Seen(_models()[station is not None], text, clauses, role, acts, station)
    out: list[Act] = []
    for unit in units(clauses):
        here = [act for act in acts if _in(act, unit)]
        scores = seen.of(unit.clauses)
        scored = ((_scored(seen, unit, act, scores[act.id]), _credit(seen, act)) for act in here)
        mocking = scores[B.INSULT] > seen.model.limits[B.INSULT] - MOCKING
        out += [act for act, credit in scored if act.score > seen.model.limits[act.id] - credit]
        known = {act.id for act in here}
        out += _alone(seen, unit, {i: s for i, s in scores.items() if i not in known})
        if mocking:
            out = [
                replace(act, clause=replace(act.clause, ironic=True)) if _in(act, unit) else act
                for act in out
            ]
    return out


def _credit(seen: "_Seen", act: Act) -> float:
    """Log-odds less that it takes because something else than the classifier saw it."""
    if act.by_station:
        return STATED
    plain = act.by_pattern and act.confidence >= PLAINEST and seen.is_all(act)
    return PLAIN if seen.alone and plain else 0.0


def _in(act: Act, unit: Unit) -> bool:
    return unit.start <= act.clause.start < unit.end


def doubtful(text: str, act: Act) -> bool:
    """Whether only the classifier sees it, not clearly, in words of folded `text` that may mean otherwise.

    Words to the software mean what they say: asked, denied or supposed.
    """
    if not act.alone or not _void(act.id) or act.score > _models()[False].limits[act.id] + WARY:
        return False
    clause = act.clause
    turned = clause.question or clause.conditional or clause.consequent or clause.ironic
    return turned or clause.reported_from >= 0 or bool(_NEGATION.search(text[act.start : act.end]))


class _Seen:
    """What the classifier makes of the stretches of one utterance: looked at once, however often asked."""

    def __init__(
        self,
        model: Classifier[B],
        text: str,
        clauses: Sequence[Clause],
        role: str,
        acts: Sequence[Act],
        station: Station | None,
    ) -> None:
        self.model, self._text, self._role, self._acts, self._card = model, text, role, acts, parts(station)
        self.alone = station is None
        self._read = network().read(text, [unit.clauses for unit in units(clauses)], role)
        self._scores: dict[tuple[int, int], dict[B, float]] = {}
        self._seen: dict[tuple[int, int], set[str]] = {}

    def of(self, clauses: Sequence[Clause]) -> dict[B, float]:
        """Log-odds of every behaviour in these clauses; words to the software have an ear of their own."""
        return self._deeds(clauses) | {B.META_INSTRUCTION: self._software(clauses)}

    def is_all(self, act: Act) -> bool:
        """Whether nothing else is said."""
        return act.end - act.start >= len(self._text.strip(",，.。!?~ \n"))

    def clause(self, clause: Clause, id_: B) -> float:
        """Log-odds of one behaviour in one clause."""
        return self._software((clause,)) if id_ is B.META_INSTRUCTION else self._deeds((clause,))[id_]

    def _deeds(self, clauses: Sequence[Clause]) -> dict[B, float]:
        span = clauses[0].start, clauses[-1].end
        if span not in self._scores:
            read = self._read.of(clauses)
            known = self.model.scored(self._tokens(clauses))
            self._scores[span] = {id_: together(score, read[id_]) for id_, score in known.items()}
        return self._scores[span]

    def _software(self, clauses: Sequence[Clause]) -> float:
        stretch = self._text[clauses[0].start : clauses[-1].end]
        read = self._read.of(clauses)[B.META_INSTRUCTION]
        if read < DEAF:
            return read
        known = addresses(self._tokens(clauses), stretch)
        return min(float(together(known, read)), known + BESIDE)

    def _tokens(self, clauses: Sequence[Clause]) -> set[str]:
        span = clauses[0].start, clauses[-1].end
        if span not in self._seen:
            found = tokens(self._text, clauses, self._role, self.model.words, matches(self._acts, clauses))
            found.update(standing(self._text[span[0] : span[1]], self._card))
            self._seen[span] = found
        return self._seen[span]


def matches(acts: Sequence[Act], clauses: Sequence[Clause]) -> frozenset[str]:
    """Behaviours whose patterns match in these clauses. The station's own words are no pattern."""
    start, end = clauses[0].start, clauses[-1].end
    return frozenset(act.id for act in acts if act.by_pattern and start <= act.clause.start < end)


def _scored(seen: _Seen, unit: Unit, act: Act, score: float) -> Act:
    """The act with its score: in the unit, or in its own clause where the unit hides it among others.

    What names a fact or an option of the station is believed, where it does not sound like something quite
    different: the classifier knows no station.
    """
    crowded = unit.end - unit.start > CROWDED or act.by_station
    if score <= seen.model.limits[act.id] and crowded:
        score = max(score, seen.clause(act.clause, act.id))
    sure = min(seen.model.chance(score), SUREST)
    if act.by_station:
        sure = max(sure, min(act.confidence, STATION))
    return replace(act, score=score, confidence=sure)


def _alone(seen: _Seen, unit: Unit, scores: dict[B, float]) -> Iterator[Act]:
    for id_, score in scores.items():
        careful = CAREFUL if seen.alone and id_ is not B.META_INSTRUCTION else 0.0
        if score <= seen.model.limits[id_] + careful:
            continue
        first, last = _where(seen, unit, id_)
        if any(_loses_meaning(clause, _void(id_)) for clause in (first, last)):
            continue
        ceiling = SUREST_FAULT if behaviour(id_).polarity == "negative" else SUREST_ALONE
        sure = min(seen.model.chance(score), ceiling)
        if sure < (LEAST_OF_SLOGANS if id_ in SLOGANS else LEAST):
            continue
        yield Act(id_, first.start, last.end, sure, first, score=score)


def _where(seen: _Seen, unit: Unit, id_: B) -> tuple[Clause, Clause]:
    """The clause that shows the behaviour best, with the neighbours that show it too."""
    if len(unit.clauses) == 1:
        return unit.clauses[0], unit.clauses[0]
    each = [seen.clause(clause, id_) for clause in unit.clauses]
    first = last = max(range(len(each)), key=each.__getitem__)
    floor = min(seen.model.limits[id_], each[first]) - 0.5
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
