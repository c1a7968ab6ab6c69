"""Which criteria rest on a skill: those that can earn least at a station without it.

Reckoned from the rubric and the station alone, before any talk is looked at: a check counts as lost when its
condition cannot be met by one who does everything but the skill's behaviours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rubrics.model import Amount, Check, Condition, Criterion
from scenarios.behaviours import BehaviourId as B
from scenarios.parts import Demand
from scenarios.station import Station

RESTS = 0.1
"""Share of a criterion's credit that cannot be had without a skill, for the criterion to rest on it."""
SPEAKS = 0.4
"""Share of a criterion's credit that must speak of a skill for the criterion to be involved in it."""
ASKING = frozenset({B.ASK_FACT, B.ASK_OPEN, B.INVITE_SELF_ASSESSMENT})
"""How facts are asked for."""
DATING = frozenset({B.COMMIT_DEADLINE, B.PROMISE_FOLLOW_UP})
"""How a time is set."""


@dataclass(frozen=True, slots=True)
class Without:
    """One who shows everything at a station but some behaviours."""

    station: Station
    behaviours: frozenset[B]

    def resting(self, criteria: Sequence[Criterion]) -> list[str]:
        """Ids of the criteria that rest on the behaviours: of those that lose much, those that lose most."""
        shares = {each.id: _share(each, self._lost) for each in criteria}
        most = max(shares.values())
        return [name for name, share in shares.items() if share >= max(RESTS, most - 0.05)]

    def involved(self, criteria: Sequence[Criterion]) -> list[str]:
        """Ids of the criteria much of whose credit speaks of the behaviours at all: also as what comes
        first, or later."""
        return [each.id for each in criteria if _share(each, self._spoken_of) >= SPEAKS]

    def _lost(self, check: Check) -> float:
        if check.met is None or self._possible(check.met):
            return 0.0
        return 0.5 if check.partly and self._possible(check.partly) else 1.0

    def _spoken_of(self, check: Check) -> float:
        return float(any(self._speaks(each) for each in (check.met, check.partly) if each))

    def _possible(self, condition: Condition) -> bool:
        if set(condition.all) & self.behaviours or self._only(condition.any):
            return False
        if condition.facts and self._only(tuple(ASKING)):
            return False
        if "deadline" in condition.with_ and self._only(tuple(DATING)):
            return False
        if condition.demands and not self._fills(condition.demands):
            return False
        if not all(self._possible(each) for each in condition.every):
            return False
        return not condition.either or any(self._possible(each) for each in condition.either)

    def _only(self, behaviours: Sequence[B]) -> bool:
        """Whether they are asked for and none of them is left."""
        return bool(behaviours) and set(behaviours) <= self.behaviours

    def _fills(self, amount: Amount) -> bool:
        essential = [each for each in self.station.demands if each.essential]
        filled = sum(self._met(each, amount) for each in essential)
        return filled >= amount.needed(len(essential))

    def _met(self, demand: Demand, amount: Amount) -> bool:
        dated = demand.met_by.deadline and not amount.loosely
        return not self._only(demand.met_by.any_of) and not (dated and self._only(tuple(DATING)))

    def _speaks(self, condition: Condition) -> bool:
        named = {*condition.any, *condition.all, *condition.before, *condition.after, *condition.together}
        named |= ASKING if condition.facts else frozenset()
        named |= DATING if "deadline" in condition.with_ else frozenset()
        if condition.demands:
            named.update(b for each in self.station.demands for b in each.met_by.any_of)
        parts = (*condition.every, *condition.either)
        return bool(named & self.behaviours) or any(self._speaks(each) for each in parts)


def _share(criterion: Criterion, part: Callable[[Check], float]) -> float:
    """The share of a criterion's credit: `part` (0–1) of each check."""
    credit = [check for check in criterion.checks if check.met is not None]
    return sum(check.weight * part(check) for check in credit) / sum(check.weight for check in credit)
