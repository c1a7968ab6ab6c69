"""What the pages show, as plain data; `ui/practise` fills it from sessions, stations and reports."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["practice", "exam"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A station as the candidate may see it before choosing it."""

    id: str
    title: str
    trade: str
    level: int
    role: str
    temperament: str
    gender: str
    age: int
    minutes: int
    difficulty: int
    name: str = ""
    "How the counterpart is addressed."
    situation: str = ""
    "For the search box."
    best: float | None = None
    "This person's best total, 0–100."
    tried: int = 0
    "Talks of this person on it that were marked."
    functions: tuple[str, ...] = ()
    "Functions of the standard it exercises: `L3.6 客户问题与投诉`."
    kind: Literal["roleplay", "question", "letter"] = "roleplay"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A talk that stopped in the middle."""

    talk_id: str
    title: str
    turns: int


@dataclass(frozen=True, slots=True)
class CardView:
    """The card: what may be read before the talk."""

    tile: Tile
    channel: str
    you_are: str
    situation: str
    known: tuple[str, ...]
    powers: tuple[str, ...]
    limits: tuple[str, ...]
    task: str
    standard: tuple[tuple[str, str], ...]
    "Code and text of each skill item."
    mode: Mode = "practice"
    reading_s: int = 60
    "Reading time in exam mode, seconds."


@dataclass(frozen=True, slots=True)
class Bubble:
    """One utterance. `turn` is its index in the whole transcript; -1 for a reply that is being spoken."""

    turn: int
    mine: bool
    text: str
    heard: str | None = None
    delta: int | None = None
    "Change of tension by this turn; None when it is not shown."
    reasons: tuple[str, ...] = ()
    rewind: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class TalkView:
    """A talk in the middle or at its end."""

    id: str
    card: CardView
    bubbles: tuple[Bubble, ...]
    turns: int
    kind: Literal["roleplay", "question", "letter"]
    length: tuple[int, int]
    "Han characters wanted of a letter; (0, 0) in a talk."
    most: int
    "Characters one utterance may have."
    elapsed_s: float
    limit_s: float
    tension: int | None = None
    "None in exam mode: nothing is shown."
    reason: str = ""
    "The last reason, for the dial."
    stop: str | None = None
    branch: bool = False
    busy: bool = False
    "A reply is on its way."
    notice: str = ""
    "One sentence above the composer."
    hint: str = ""
    marking: bool = False
    "The report is being made."
    draft: str = ""
    "Put into the text box once."
    sent: str = ""
    "Nonce of the last utterance that has been committed: the browser may forget its copy."
    refused: str = ""
    "Nonce of an utterance that was not taken: the words stay in the box."
    ask_consent: bool = False
    voice: str = ""
    "`server`, `browser` or empty when replies are not spoken."
    speak: int = -1
    "Index of the reply to be spoken now; -1 for none (a reload says nothing again)."
