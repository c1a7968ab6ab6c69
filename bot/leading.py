"""Who leads, by the kind of station: the director in a role-play, the examiner, or nobody but a letter."""

from bot import correspondence, examiner
from bot.director import step as director
from bot.director.state import Phase, State, Step, StopReason
from bot.ports import Behaviour
from scenarios.station import Letter, Question, RolePlay, Station

LONGEST_TURN, LONGEST_LETTER = 2000, 5000
"Characters; more is a document, not an utterance, and not a letter anybody reads."


def begin(station: Station, seed: int) -> State:
    """The counterpart before the first word."""
    match station:
        case RolePlay():
            return director.begin(station, seed)
        case Question():
            return examiner.begin(station, seed)
        case Letter():
            return correspondence.begin(station, seed)
    raise TypeError(type(station).__name__)


def step(
    station: Station, state: State, seen: tuple[Behaviour, ...], text: str, *, time_over: bool = False
) -> Step:
    """What the counterpart makes of one utterance. Pure: same arguments, same result."""
    match station:
        case RolePlay():
            return director.step(station, state, seen, text, time_over=time_over)
        case Question():
            return examiner.step(station, state, seen, text, time_over=time_over)
        case Letter():
            return correspondence.step(station, state, seen, text, time_over=time_over)
    raise TypeError(type(station).__name__)


def stopped(station: Station, state: State) -> StopReason:
    """Why it ended, when the candidate ended it: its natural end once all was agreed."""
    if isinstance(station, RolePlay) and state.phase is Phase.CLOSING:
        return director.natural_end(station)
    return StopReason.CANDIDATE_ENDED


def longest(station: Station) -> int:
    """Characters one utterance may have."""
    return LONGEST_LETTER if isinstance(station, Letter) else LONGEST_TURN
