"""One turn of the counterpart.

1. weigh the behaviours: which are distinct acts, which repeats, which come too early (`acts`)
2. feel them: tension, trust, patience, with reasons (`mood`)
3. note what they bring out and settle: facts, concerns, demands, promises (`progress`)
4. leave when it has been too much, when time or turns are over; else choose the move (`moves`)
5. settle the phase, and what lines may pick up from the talk (`slots`)
"""

import random
import re
from dataclasses import replace

from bot.director.acts import Act, weigh
from bot.director.effects import OFFERS
from bot.director.mood import feel
from bot.director.moves import choose, ending
from bot.director.progress import Progress, everything_met, note
from bot.director.state import ENDINGS, Move, MoveKind, Phase, Stage, State, Step, StopReason
from bot.director.temper import TEMPERS
from bot.director.turntaking import takes_back
from bot.ports import Behaviour
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Role, RolePlay

OWN_NAME = re.compile(
    r"(?:我叫|我是[^，。！？]{0,12}?的|免贵姓|我姓)([\u4e00-\u9fff]{1,3})(?=[，。！？!?,. ]|$)"
)
MOST = 0.6
"""Share of the essential demands with which one can part in peace."""
COMPLETES = {Role.SUPERVISOR, Role.SUBORDINATE, Role.COLLEAGUE, Role.EXAMINER}


def begin(station: RolePlay, seed: int) -> State:
    """The counterpart before the first word, drawn by the seed within the station's bands."""
    draw = random.Random(f"{seed}:{station.ref}")
    concerns = [c.id for c in station.concerns]
    draw.shuffle(concerns)
    concerns.sort(key=lambda key: not station.concern(key).first)
    return State(
        seed=seed,
        tension=draw.randint(*station.mood.tension),
        trust=draw.randint(*station.mood.trust),
        patience=draw.randint(*station.mood.patience),
        concerns=tuple((key, Stage.UNTOUCHED) for key in concerns),
    )


def _phase(station: RolePlay, state: State, acts: tuple[Act, ...], move: Move) -> Phase:
    kinds = {a.seen.id for a in acts if a.counted and not a.negative}
    ground = {key.split(":", 1)[0] for key in state.earned}
    if move.kind in ENDINGS:
        return Phase.ENDED
    if MoveKind.AGREE in {move.kind, move.follow.kind if move.follow else None}:
        return Phase.CLOSING
    if state.phase is Phase.CLOSING and everything_met(station, state):
        return Phase.CLOSING
    if state.met or (state.phase is Phase.NEGOTIATING) or (kinds & OFFERS and state.phase is Phase.EXPLORING):
        return Phase.NEGOTIATING
    calmer = bool(ground & {str(B.ACKNOWLEDGE_EMOTION), str(B.APOLOGISE), str(B.OWN), str(B.REPORT_FACTS)})
    if state.phase is Phase.EXPLORING or calmer or state.facts:
        return Phase.EXPLORING
    return Phase.VENTING


def _slots(
    station: RolePlay, state: State, seen: tuple[Behaviour, ...], text: str
) -> tuple[tuple[str, str], ...]:
    slots = dict(state.slots)
    for passing in ("quote", "option", "amount", "rule"):  # a time stays in mind, these do not
        slots.pop(passing, None)
    for behaviour in seen:
        for name in ("deadline", "amount"):
            if name in behaviour.args and behaviour.id is not B.ASK_FACT:
                slots[name] = behaviour.args[name]
        if "option" in behaviour.args:
            slots["option"] = station.option(behaviour.args["option"]).label
        if behaviour.id is B.MISSTATE and knows_rules(station):
            slots["rule"] = behaviour.args["says"].rstrip("。；;.")
        if 3 <= len(behaviour.quote) <= 12:
            slots["quote"] = behaviour.quote.strip("，。！？、,.!? ")
    if takes_back(text) and slots.get("deadline") == dict(state.slots).get("deadline"):
        slots.pop("deadline", None)  # which time counts now was not caught: better none than the old one
    introduced = OWN_NAME.search(text)
    if introduced:
        name = introduced.group(1)
        slots["name"] = name if len(name) > 1 else f"小{name}"  # nobody is called 许 to their face
    return tuple(slots.items())


def knows_rules(station: RolePlay) -> bool:
    """Whether this counterpart can say how a rule reads: by temperament, or as it is their own firm's."""
    return TEMPERS[station.temperament].cites or station.role in {Role.SUPERVISOR, Role.COLLEAGUE}


def natural_end(station: RolePlay) -> StopReason:
    """How a talk of this role ends when everything is agreed."""
    return StopReason.COMPLETED if station.role in COMPLETES else StopReason.SETTLED


def _stop(station: RolePlay, state: State, move: Move, *, time_over: bool) -> StopReason | None:
    if move.kind is MoveKind.FAREWELL:
        settled = everything_met(station, state) or state.phase is Phase.CLOSING
        over = StopReason.TIME_OVER if time_over else StopReason.TURNS_OVER
        return natural_end(station) if settled else over
    return {
        MoveKind.WALK_OUT: StopReason.WALKED_OUT,
        MoveKind.ESCALATE: StopReason.ESCALATED,
        MoveKind.TIME_UP: StopReason.TIME_OVER,
        MoveKind.TURNS_UP: StopReason.TURNS_OVER,
    }.get(move.kind)


def _move(
    station: RolePlay,
    before: State,
    state: State,
    acts: tuple[Act, ...],
    progress: Progress,
    text: str,
    time_over: bool,
) -> Move:
    left = ending(station, state)
    if left:
        return left
    move = choose(station, before, state, acts, progress, text)
    if move.kind is MoveKind.FAREWELL:
        return move
    if not time_over and state.turn < station.max_turns:
        return move
    if _in_peace(station, state):
        return Move(MoveKind.FAREWELL)
    return Move(MoveKind.TIME_UP if time_over else MoveKind.TURNS_UP)


def _in_peace(station: RolePlay, state: State) -> bool:
    """Whether who has to stop now does so without a grudge: calm, and most of what they wanted is there."""
    wanted = [demand.id for demand in station.demands if demand.essential]
    there = sum(each in state.met for each in wanted)
    return state.tension < station.mood.settles_below and there >= MOST * len(wanted)


def _lasting(move: Move) -> MoveKind:
    """Which part of a double move the next turn has to answer."""
    if move.follow and move.follow.kind in {MoveKind.TEST_PROMISE, MoveKind.AGREE}:
        return move.follow.kind
    return move.kind


def _tested(state: State, move: Move) -> State:
    """Marks the promises that have been questioned."""
    if MoveKind.TEST_PROMISE not in {move.kind, move.follow.kind if move.follow else None}:
        return state
    return state.with_(promises=tuple(replace(p, tested=True) for p in state.promises))


def step(
    station: RolePlay, state: State, seen: tuple[Behaviour, ...], text: str, *, time_over: bool = False
) -> Step:
    """What the counterpart makes of one candidate utterance. Pure: same arguments, same result."""
    before = state.with_(turn=state.turn + 1)
    acts = weigh(station, before, seen, text)
    felt, why = feel(station, before, acts, text)
    noted, progress, brought = note(station, felt, acts, text)
    move = _move(station, before, noted, acts, progress, text, time_over)
    after = _tested(noted, move).with_(
        phase=_phase(station, noted, acts, move),
        slots=_slots(station, noted, seen, text),
        last=_lasting(move),
        stop=_stop(station, noted, move, time_over=time_over),
    )
    return Step(after, move, (*why, *brought), tuple(a.counted for a in acts))
