"""What a turn brings out and settles: facts, concerns, demands, promises."""

from dataclasses import dataclass

from bot.director.acts import Act, fulfils, touches
from bot.director.state import Phase, Promise, Stage, State
from bot.director.temper import TEMPERS
from bot.director.turntaking import changes_word, hands_over
from bot.limits import beyond
from scenarios.behaviours import BehaviourId as B
from scenarios.station import RolePlay

OPENERS = {
    B.ASK_OPEN,
    B.ACKNOWLEDGE_EMOTION,
    B.PARAPHRASE,
    B.OWN,
    B.ACCEPT_CRITICISM,
    B.INVITE_SELF_ASSESSMENT,
}
INQUIRIES = OPENERS | {B.ASK_FACT, B.APOLOGISE, B.REASSURE, B.PRAISE, B.CHECK_AGREEMENT}


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of this turn, in ids of the station."""

    told: tuple[str, ...] = ()
    "Facts asked for now and not told before."
    asked_in_vain: bool = False
    "Asked for something told already or unknown to the station."
    asked_again: bool = False
    "Asked for something told already."
    changed: bool = False
    "What was promised before was taken back."
    moved: tuple[str, Stage] | None = None
    "The one concern that took a step."
    met: tuple[str, ...] = ()
    "Demands newly met."
    early: tuple[str, ...] = ()
    "Demands whose answer came too early."


def _facts(state: State, acts: tuple[Act, ...]) -> tuple[tuple[str, ...], bool, bool]:
    asked = [a.seen.args.get("fact") for a in acts if a.seen.id in {B.ASK_FACT, B.ASK_OPEN}]
    fresh = tuple(dict.fromkeys(f for f in asked if f and f not in state.facts))
    in_vain = any(a.seen.id is B.ASK_FACT for a in acts) and not fresh
    return fresh[:2], in_vain, in_vain and any(f in state.facts for f in asked if f)


def _next_stage(
    station: RolePlay, state: State, acts: tuple[Act, ...], text: str, concern_id: str, stage: Stage
) -> Stage:
    concern = station.concern(concern_id)
    kinds = {a.seen.id for a in acts if a.counted and not a.negative}
    touched = touches(concern, text)
    if stage is Stage.EXPRESSED and fulfils(concern.settled_by, acts, state, text):
        return Stage.SETTLED
    if stage is Stage.HINTED and ((touched and kinds & INQUIRIES) or kinds & OPENERS or hands_over(text)):
        return Stage.EXPRESSED
    heard = state.turn > 1 or B.ACKNOWLEDGE_EMOTION in kinds  # nobody opens up at the first polite question
    ready = heard and state.trust >= TEMPERS[station.temperament].opens_at
    if stage is Stage.UNTOUCHED and ready and ((touched and kinds) or kinds & OPENERS):
        return Stage.HINTED
    return stage


def everything_met(station: RolePlay, state: State) -> bool:
    """Whether all essential demands are accepted."""
    return all(d.id in state.met for d in station.demands if d.essential)


def content(station: RolePlay, state: State) -> bool:
    """Whether the counterpart has what they want and is calm enough to agree."""
    return everything_met(station, state) and state.tension < station.mood.settles_below


def _concern(station: RolePlay, state: State, acts: tuple[Act, ...], text: str) -> tuple[str, Stage] | None:
    """One concern takes one step: the one spoken of before others, the furthest along, the seed's order.

    Who has all they asked for and is calm does not begin anew; a concern told may still be settled.
    """
    unfit = any((a.negative and a.counted) or beyond(station, a.seen.id, a.seen.args) for a in acts)
    if unfit or state.phase is Phase.CLOSING:
        return None
    spoken_of = {key for key, _ in state.concerns if touches(station.concern(key), text)}
    order = (Stage.EXPRESSED, Stage.HINTED, Stage.UNTOUCHED)
    waiting = sorted(
        state.concerns, key=lambda c: (c[0] not in spoken_of, order.index(c[1]) if c[1] in order else 9)
    )
    half_out = any(stage is Stage.HINTED for _, stage in state.concerns)
    for concern_id, stage in waiting:
        if stage is Stage.UNTOUCHED and half_out and concern_id not in spoken_of:
            continue  # one thing at a time: what has been hinted comes out before the next is hinted
        after = _next_stage(station, state, acts, text, concern_id, stage)
        if after is not stage and (after is Stage.SETTLED or not content(station, state)):
            return concern_id, after
    return None


def _demands(
    station: RolePlay, state: State, acts: tuple[Act, ...], text: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if any(a.negative and a.counted for a in acts):
        return (), ()
    met: list[str] = []
    early: list[str] = []
    late: list[str] = []
    hot = state.tension >= 82
    for demand in station.demands:
        if demand.id in state.met:
            continue
        if fulfils(demand.met_by, acts, state, text):
            givers = [a for a in acts if a.seen.id in demand.met_by.any_of]
            (early if hot or all(a.early for a in givers) else met).append(demand.id)
        elif demand.id in state.heard and not hot and any(a.counted for a in acts):
            late.append(demand.id)
    return (*met, *late), tuple(early)


def _promises(state: State, acts: tuple[Act, ...], *, changed: bool) -> tuple[Promise, ...]:
    """With the times named now; one that takes another back stands in its place."""
    named = (act.seen.args.get("deadline") for act in acts if act.seen.id is not B.ASK_FACT)
    known = {promise.text for promise in state.promises}
    new = tuple(Promise(when, state.turn) for when in dict.fromkeys(named) if when and when not in known)
    return (*(state.promises[:-1] if new and changed else state.promises), *new)


def note(
    station: RolePlay, state: State, acts: tuple[Act, ...], text: str
) -> tuple[State, Progress, tuple[str, ...]]:
    """The state with what this turn brought out and settled, what that was, and the reasons."""
    told, in_vain, again = _facts(state, acts)
    met, early = _demands(station, state, acts, text)
    moved = _concern(station, state.with_(met=(*state.met, *met)), acts, text)
    changed = changes_word(state, text)
    promises = _promises(state, acts, changed=changed)
    reasons: list[str] = [f"问到了「{station.fact(f).label}」" for f in told]
    if moved:
        words = {
            Stage.HINTED: "露出了一点",
            Stage.EXPRESSED: "把真正在意的说了出来",
            Stage.SETTLED: "心结解开了",
        }
        reasons.append(f"「{station.concern(moved[0]).title}」{words[moved[1]]}")
    reasons += [f"要求「{station.demand(d).title}」有了着落" for d in met]
    reasons += [f"要求「{station.demand(d).title}」说得太早，先没接" for d in early if d not in state.heard]
    concerns = tuple((key, moved[1] if moved and key == moved[0] else stage) for key, stage in state.concerns)
    after = state.with_(
        facts=(*state.facts, *told),
        concerns=concerns,
        met=(*state.met, *met),
        heard=tuple(dict.fromkeys((*state.heard, *early))),
        promises=promises,
    )
    return after, Progress(told, in_vain, again, changed, moved, met, early), tuple(reasons)
