"""A letter that is answered by a letter: one reply, and the matter rests. Pure."""

from bot.director.state import Move, MoveKind, Phase, State, Step, StopReason
from bot.points import made
from bot.ports import Behaviour
from scenarios.station import Letter

UPSET, WARY = 60, 35
"Tension and trust of whoever wrote; nothing moves them before the reply is read, and then it is over."


def begin(_station: Letter, seed: int) -> State:
    """The letter lies there."""
    return State(seed=seed, tension=UPSET, trust=WARY, patience=1)


def step(
    station: Letter, state: State, seen: tuple[Behaviour, ...], text: str, *, time_over: bool = False
) -> Step:
    """The reply goes out, in time or not: what was written is what is marked."""
    met = made(station.points, text)
    after = state.with_(
        turn=state.turn + 1,
        met=met,
        phase=Phase.ENDED,
        last=MoveKind.FAREWELL,
        stop=StopReason.TIME_OVER if time_over else StopReason.COMPLETED,
    )
    reasons = tuple(f"写到了“{station.point(p).title}”" for p in met)
    return Step(after, Move(MoveKind.FAREWELL), reasons, tuple(True for _ in seen))
