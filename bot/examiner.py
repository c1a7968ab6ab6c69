"""The examiner of an oral question: hears the answer, asks after what is missing, closes.

1. note which key points the words make (`bot.points`)
2. who addresses the software, wanders off, asks for the question again or says nothing is answered as such
3. else up to two follow-ups, each after an essential point that is missing, never naming it
4. close when nothing is missing, no follow-up is left, or time is over

Pure and deterministic. The state is the director's: `met` holds the points made, `heard` those asked after.
"""

import re

from bot.director.state import Move, MoveKind, Phase, State, Step, StopReason
from bot.points import made
from bot.ports import Behaviour
from retrieval.text import han_count
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Question

FOLLOW_UPS = 2
MOST_TURNS = 8
"Candidate turns after which the examiner closes, whatever was said."
LEAST_HAN = 4
"Han characters from which words are an answer."
CALM = 20
"Tension of somebody who only listens; nothing moves it."
_AGAIN = re.compile(
    r"(题目?|问题|问)?(再|重新?)(说|念|读|讲|重复)一?(遍|次|下)|没听(清|懂|明白|到)|什么问题|问的是(什么|啥)"
)
_GIVES_UP = re.compile(
    r"(不知道|不会|不清楚|想不起来|答不(上|出)|没(有)?(了|别的)|(就|只有)(这些|这么多)|说完了|答完了|没有补充)"
)


def begin(_station: Question, seed: int) -> State:
    """Before the first word."""
    return State(seed=seed, tension=CALM, trust=50, patience=FOLLOW_UPS, phase=Phase.EXPLORING)


def step(
    station: Question, state: State, seen: tuple[Behaviour, ...], text: str, *, time_over: bool = False
) -> Step:
    """What the examiner makes of one utterance."""
    new = tuple(p for p in made(station.points, text) if p not in state.met)
    noted = state.with_(turn=state.turn + 1, met=(*state.met, *new))
    move = _move(station, noted, seen, text, progressed=bool(new), time_over=time_over)
    reasons = tuple(f"说到了“{station.point(p).title}”" for p in new) or _why_not(move)
    after = noted.with_(
        heard=(*noted.heard, move.point) if move.point else noted.heard,
        idle=0 if new or move.kind is MoveKind.ASK_ON else noted.idle + 1,
        phase=Phase.ENDED if move.kind in _STOPS else Phase.EXPLORING,
        last=move.kind,
        stop=_STOPS.get(move.kind),
    )
    return Step(after, move, reasons, tuple(True for _ in seen))


_STOPS = {MoveKind.FAREWELL: StopReason.COMPLETED, MoveKind.TIME_UP: StopReason.TIME_OVER}


def missing(station: Question, state: State) -> tuple[str, ...]:
    """Essential points that have not been made, in the station's order."""
    return tuple(p.id for p in station.points if p.essential and p.id not in state.met)


def _move(
    station: Question,
    state: State,
    seen: tuple[Behaviour, ...],
    text: str,
    *,
    progressed: bool,
    time_over: bool,
) -> Move:
    if time_over:
        return Move(MoveKind.TIME_UP)
    if state.turn >= MOST_TURNS:
        return Move(MoveKind.FAREWELL)
    aside = None if progressed else _aside(state, {b.id for b in seen}, text)
    return aside or _follow_up(station, state) or Move(MoveKind.FAREWELL)


def _aside(state: State, kinds: set[B], text: str) -> Move | None:
    """What is no answer to the question is answered as what it is; only so often."""
    if state.idle >= FOLLOW_UPS:
        return None
    if B.META_INSTRUCTION in kinds:
        return Move(MoveKind.DEFLECT)
    if _AGAIN.search(text):
        return Move(MoveKind.REPEAT_QUESTION)
    if kinds == {B.OFF_TOPIC}:
        return Move(MoveKind.PULL_BACK)
    if han_count(text) < LEAST_HAN and not _GIVES_UP.search(text):
        return Move(MoveKind.PROMPT)
    return None


def _follow_up(station: Question, state: State) -> Move | None:
    """After the first essential point that is missing and has not been asked after."""
    asked = len(state.heard)
    left = [p for p in missing(station, state) if p not in state.heard]
    return Move(MoveKind.ASK_ON, point=left[0]) if left and asked < FOLLOW_UPS else None


def _why_not(move: Move) -> tuple[str, ...]:
    return {
        MoveKind.DEFLECT: ("这句话不是在回答题目",),
        MoveKind.PULL_BACK: ("说的是题目以外的事",),
        MoveKind.REPEAT_QUESTION: ("要求重念题目，不影响评分",),
        MoveKind.PROMPT: ("还没有开始回答",),
    }.get(move.kind, ("没有说到新的要点",))
