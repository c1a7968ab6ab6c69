"""Which authored lines fit a move: the station's own first, then those common to the role."""

from functools import cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from bot.director.state import Move, MoveKind
from bot.ports import Cue
from retrieval.errors import InputError
from scenarios.parts import Line, Lines
from scenarios.station import Kind

_POOLS = TypeAdapter(dict[str, Lines])


@cache
def common(name: str) -> dict[str, Lines]:
    """Lines any counterpart of that role, or any letter, may say, by move."""
    source = resources.files("scenarios") / "lines" / f"{name}.yaml"
    if not source.is_file():
        raise InputError(f"没有 {name} 的通用台词", mend=f"补上 scenarios/lines/{name}.yaml")
    return _POOLS.validate_python(yaml.safe_load(source.read_text(encoding="utf-8")))


def pool(cue: Cue, key: str) -> tuple[Lines, ...]:
    """The pools of that key in order of preference."""
    station = cue.station
    whose = str(station.kind if station.kind is Kind.LETTER else station.role)
    return station.lines.get(key, ()), common(whose).get(key, ())


def _of_demand(cue: Cue, move: Move) -> tuple[Lines, ...]:
    demand = cue.station.demand(move.demand or "")
    return (demand.presses if move.kind is MoveKind.PRESS_DEMAND else demand.accepts,)


def _of_concern(cue: Cue, move: Move) -> tuple[Lines, ...]:
    concern = cue.station.concern(move.concern or "")
    return (
        {
            MoveKind.HINT_CONCERN: concern.hints,
            MoveKind.TELL_CONCERN: concern.tells,
            MoveKind.EASE_CONCERN: concern.eased,
        }[move.kind],
    )


def candidates(cue: Cue, move: Move) -> tuple[Lines, ...]:
    """Every pool that could word the move, in order of preference (facts apart: each is told)."""
    if move.demand and move.kind in {MoveKind.PRESS_DEMAND, MoveKind.ACCEPT_DEMAND}:
        return _of_demand(cue, move)
    if move.concern:
        return _of_concern(cue, move)
    if move.point:
        return (cue.station.point(move.point).follow_ups, *pool(cue, str(move.kind)))
    if move.option and move.kind in {MoveKind.WEIGH_OFFER, MoveKind.DOUBT_OFFER}:
        return (cue.station.option(move.option).reacts, *pool(cue, str(move.kind)))
    return pool(cue, move.pool)


def reaction(cue: Cue, move: Move) -> tuple[Lines, ...]:
    """Pools for the first short sound."""
    return pool(cue, f"reaction.{move.reaction}") if move.reaction else ()


def rescue(cue: Cue) -> tuple[Lines, ...]:
    """When a move's own lines are used up: what is still wanted, then what any such person says."""
    open_demands = [d.presses for d in cue.station.demands if d.id not in cue.state.met]
    return (*open_demands, *pool(cue, "vent"), *pool(cue, "prompt"))


def own(lines: tuple[Lines, ...]) -> tuple[Line, ...]:
    """All lines of the pools, flat."""
    return tuple(line for some in lines for line in some)
