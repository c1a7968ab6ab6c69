"""The counterpart's next move, chosen by rules an instructor can read, first match first."""

import random
from dataclasses import replace

from bot.director.acts import Act
from bot.director.effects import OFFERS, SEVERITY
from bot.director.mood import keeps_word
from bot.director.progress import Progress, content, everything_met
from bot.director.state import Move, MoveKind, Phase, Reaction, Stage, State
from bot.director.temper import TEMPERS
from bot.director.turntaking import asks, asks_consent, asks_decision, hands_over, offers_two
from bot.limits import beyond
from retrieval.text import han_count
from scenarios.behaviours import BehaviourId as B
from scenarios.station import RolePlay

COURTESIES = {B.GREET, B.INTRODUCE, B.THANK, B.CLOSE}
UNFORGIVEN_INSULTS = 2
A_WORD_MORE = 12
"""Han characters from which what is said after the agreement is listened to."""
SOUNDLESS = {
    MoveKind.PROTEST, MoveKind.DEFLECT, MoveKind.PROMPT, MoveKind.CALL_OUT_REPEAT, MoveKind.AGREE,
    MoveKind.GREETING, MoveKind.NOD, MoveKind.CALL_OUT_CHANGE, MoveKind.NOTHING_TO_TELL,
}  # fmt: skip
GIVING_WAY = {MoveKind.ACCEPT_DEMAND, MoveKind.EASE_CONCERN}
STILL_COMPLAINING = {MoveKind.VENT, MoveKind.TELL_CONCERN, MoveKind.PRESS_DEMAND, MoveKind.TEST_PROMISE}


def dice(state: State, purpose: str) -> random.Random:
    """The same seed, turn and purpose always throw the same."""
    return random.Random(f"{state.seed}:{state.turn}:{purpose}")


def ending(station: RolePlay, state: State) -> Move | None:
    """Leaves, or takes it higher, when it has been too much."""
    insults = state.setbacks.count(str(B.INSULT))
    if insults < UNFORGIVEN_INSULTS and state.tension < station.mood.walks_out_at and state.patience >= 0:
        return None
    up = dice(state, "leave").random() < TEMPERS[station.temperament].reports_up
    return Move(MoveKind.ESCALATE if up else MoveKind.WALK_OUT)


def _press(station: RolePlay, state: State) -> Move | None:
    """The first demand still open; after two presses of it the next one has its turn."""
    open_ = [d.id for d in station.demands if d.id not in state.met and d.id not in state.heard]
    if not open_:
        return None
    return Move(MoveKind.PRESS_DEMAND, demand=open_[(state.turn // 2) % len(open_)])


def _maybe_press(station: RolePlay, state: State) -> Move | None:
    wants = dice(state, "press").random() < TEMPERS[station.temperament].presses
    return _press(station, state) if wants and state.tension >= 25 else None


def _concern_move(moved: tuple[str, Stage]) -> Move:
    kind = {
        Stage.HINTED: MoveKind.HINT_CONCERN,
        Stage.EXPRESSED: MoveKind.TELL_CONCERN,
        Stage.SETTLED: MoveKind.EASE_CONCERN,
    }[moved[1]]
    return Move(kind, concern=moved[0])


def _trouble(station: RolePlay, acts: tuple[Act, ...]) -> Move | None:
    """The answer to what was done wrong in this turn, the worst of it."""
    kinds = {a.seen.id for a in acts if a.negative and a.counted}
    if B.META_INSTRUCTION in kinds:
        return Move(MoveKind.DEFLECT)
    too_far = next((a for a in acts if beyond(station, a.seen.id, a.seen.args)), None)
    worst = next((b for b in SEVERITY if b in kinds), None)
    if too_far and worst in {None, B.OVER_PROMISE}:
        return Move(MoveKind.DOUBT_OFFER, option=too_far.seen.args["option"])
    if worst:
        return Move(MoveKind.PROTEST, cause=str(worst))
    if kinds & {B.OFF_TOPIC}:
        return Move(MoveKind.PULL_BACK)
    return None


def _promise_to_test(station: RolePlay, state: State) -> bool:
    """At most one named time is questioned, a turn or more after it was named."""
    if any(p.tested for p in state.promises):
        return False
    ripe = [p for p in state.promises if state.turn - p.turn >= 1]
    return bool(ripe) and dice(state.with_(turn=0), "test").random() < TEMPERS[station.temperament].tests


def _agreement(station: RolePlay, state: State, acts: tuple[Act, ...], text: str) -> Move | None:
    """Once all is met: questions a promise (again, if that was talked around), agrees when calm enough."""
    if not everything_met(station, state) or state.phase is Phase.CLOSING:
        return None
    dodged = state.last is MoveKind.TEST_PROMISE and not keeps_word(acts, text)
    if _promise_to_test(station, state) or (dodged and dice(state, "again").random() < 0.6):
        return Move(MoveKind.TEST_PROMISE)
    if content(station, state):
        return Move(MoveKind.AGREE)
    return None


def _answering(
    station: RolePlay, state: State, progress: Progress, acts: tuple[Act, ...], text: str
) -> Move | None:
    """What answers the content of this turn."""
    if progress.told:
        move = Move(MoveKind.ANSWER_FACT, facts=progress.told)
        follow = _concern_move(progress.moved) if progress.moved else _maybe_press(station, state)
        return replace(move, follow=follow)
    agreed = _agreement(station, state, acts, text)
    if progress.met:
        follow = _concern_move(progress.moved) if progress.moved else agreed or _maybe_press(station, state)
        return Move(MoveKind.ACCEPT_DEMAND, demand=progress.met[0], follow=follow)
    if progress.moved:
        settled = progress.moved[1] is Stage.SETTLED
        return replace(_concern_move(progress.moved), follow=agreed if settled else None)
    return agreed or _hearing(station, state, progress, acts, text)


def _unanswerable(text: str, *, told: bool = False) -> Move:
    """The answer to a question about what no fact of the station tells."""
    return Move(MoveKind.NOTHING_TO_TELL, cause="told" if told else "choice" if offers_two(text) else None)


def _hearing(
    station: RolePlay, state: State, progress: Progress, acts: tuple[Act, ...], text: str
) -> Move | None:
    """What was offered or asked for without settling anything."""
    offered = next((a for a in acts if a.counted and a.seen.id in OFFERS), None)
    if offered:
        move = Move(MoveKind.WEIGH_OFFER, option=offered.seen.args.get("option"))
        return replace(move, follow=_maybe_press(station, state))
    if asks_decision(text) and not everything_met(station, state):
        return _press(station, state)
    if progress.asked_in_vain and not asks_consent(text):
        answer = _unanswerable(text, told=progress.asked_again)
        return replace(answer, follow=_maybe_press(station, state))
    return None


def _empty(station: RolePlay, state: State, acts: tuple[Act, ...], text: str) -> Move:
    """Nothing new was said: a question about something else, the same again, or nothing at all."""
    if asks(text):
        return (_press(station, state) if asks_consent(text) else None) or _unanswerable(text)
    if acts:
        return Move(MoveKind.CALL_OUT_REPEAT, follow=_maybe_press(station, state))
    return Move(MoveKind.PROMPT, follow=_press(station, state) if state.idle > 1 else None)


def _otherwise(station: RolePlay, state: State, acts: tuple[Act, ...], text: str) -> Move:
    """Nothing in particular was said: what is still open speaks."""
    counted = [a for a in acts if a.counted]
    if not counted and not hands_over(text):
        return _empty(station, state, acts, text)
    if any(a.seen.id is B.CLOSE for a in counted):  # wants to leave it at that: not before it is settled
        return _press(station, state) or Move(MoveKind.VENT)
    if counted and all(a.seen.id in COURTESIES for a in counted):
        return Move(MoveKind.GREETING, follow=_press(station, state) if state.turn > 1 else None)
    if state.phase is Phase.VENTING:
        return Move(MoveKind.VENT)
    return _press(station, state) or Move(MoveKind.VENT)


def _reaction(
    station: RolePlay, before: State, state: State, move: Move, acts: tuple[Act, ...]
) -> Reaction | None:
    """A first short sound, not at every turn, and never one that the move itself contradicts."""
    change = state.tension - before.tension
    if move.kind in SOUNDLESS:
        return None
    if change >= 6:
        return Reaction.STUNG
    if any(a.early and a.counted for a in acts):
        return None if move.kind in GIVING_WAY else Reaction.SCEPTICAL
    if move.kind in STILL_COMPLAINING or change > -8:
        return None
    below = station.mood.settles_below
    if before.tension >= below > state.tension:
        return Reaction.RELIEVED
    return Reaction.SOFTENED if dice(state, "react").random() < 0.6 else None


def _closing(state: State, acts: tuple[Act, ...], text: str) -> Move:
    """After agreeing: takes note as long as something more is brought, else says goodbye."""
    counted = {a.seen.id for a in acts if a.counted}
    taking_leave = counted & {B.CLOSE, B.THANK}
    if not taking_leave and asks(text) and not asks_consent(text):
        return _unanswerable(text)
    more = counted - COURTESIES or (state.idle < 2 and han_count(text) >= A_WORD_MORE)
    return Move(MoveKind.NOD if more and not taking_leave else MoveKind.FAREWELL)


def _changed(answer: Move | None) -> Move:
    """Calls out what was taken back, and says beside it only what has to be said in this turn."""
    due = {MoveKind.ANSWER_FACT, MoveKind.ACCEPT_DEMAND}
    follow = replace(answer, follow=None) if answer and answer.kind in due else None
    return Move(MoveKind.CALL_OUT_CHANGE, follow=follow)


def choose(
    station: RolePlay, before: State, state: State, acts: tuple[Act, ...], progress: Progress, text: str
) -> Move:
    """The move for this turn: trouble first, then the close, then what answers, then what is still open."""
    trouble = _trouble(station, acts)
    if trouble:
        return trouble
    answer = _answering(station, state, progress, acts, text)
    if progress.changed:
        return _changed(answer)
    if state.phase is Phase.CLOSING and not progress.told:
        return _closing(state, acts, text)
    move = answer or _otherwise(station, state, acts, text)
    return replace(move, reaction=_reaction(station, before, state, move, acts))
