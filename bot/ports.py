"""The seams of the conversation: one verb each. Providers are chosen in `ui/wiring.py`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from bot.director.state import Move, State
from scenarios.behaviours import BehaviourId
from scenarios.parts import Voice
from scenarios.station import Role, Station

if TYPE_CHECKING:
    from retrieval.passages import Passage


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing the candidate observably did in one utterance.

    `quote == utterance[start:end]`, always. `confidence` is 0–1. `args` may hold `fact` (id asked for),
    `option` (id offered), `deadline` and `amount` (as said), `target` (what it is about, so that a
    second act of the same kind on another matter can be told from a repeat).
    """

    id: BehaviourId
    quote: str
    start: int
    end: int
    confidence: float
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What must be known to understand an utterance: who is spoken to, what they just said, where."""

    role: Role
    previous: str = ""
    station: Station | None = None


class Recogniser(Protocol):
    """Finds behaviours in one candidate utterance."""

    version: str

    def recognise(self, text: str, context: Context) -> tuple[Behaviour, ...]:
        """All behaviours, in order of `start`. Pure; never raises on any text."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """A recogniser that has to be asked ahead of time, because it takes some."""

    async def prepare(self, said: Sequence[tuple[str, Context]]) -> None:
        """Find out about these utterances, so that `recognise` can answer at once. Never raises."""
        ...


async def prepared(recogniser: Recogniser, said: Sequence[tuple[str, Context]]) -> None:
    """Lets the recogniser find out ahead, where it is of that kind."""
    if isinstance(recogniser, Preparing):
        await recogniser.prepare(said)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the recogniser of speech wrote down; `confidence` 0–1, `seconds` of audio."""

    text: str
    confidence: float
    seconds: float


@dataclass(frozen=True, slots=True)
class NotHeard:
    """Silence or noise: never a turn. `reason` is for the candidate, in Chinese."""

    reason: str


class Transcriber(Protocol):
    """Writes down speech."""

    name: str

    def transcribe(self, audio: NDArray[np.float32], hotwords: Sequence[str] = ()) -> Heard | NotHeard:
        """`audio` is mono, 16 kHz, −1..1. Blocking; call it in an executor."""
        ...


class Speaker(Protocol):
    """Says a text."""

    name: str
    sample_rate: int

    def speak(self, text: str, voice: Voice, mood: int) -> AsyncIterator[bytes]:
        """16-bit little-endian mono PCM at `sample_rate`; `mood` is the tension, 0–100."""
        ...


@dataclass(frozen=True, slots=True)
class Cue:
    """All that whoever words a move may know: no rubric, no fact that has not been asked for."""

    station: Station
    move: Move
    state: State
    candidate: str
    "What the candidate just said."
    slots: Mapping[str, str]
    "`deadline`, `amount`, `option`, `quote`, `name` as said so far; `fact.ID` of the facts told."
    history: tuple[tuple[str, str], ...]
    "The talk so far as (side, text), the opening included."
    rules: tuple[str, ...] = ()
    "Rules that fit what was just said, of the station and of the documents; for who knows the rules."


class Knowledge(Protocol):
    """What the organisation's documents say."""

    def about(self, text: str, documents: Sequence[str]) -> tuple["Passage", ...]:
        """Passages of the documents so named (`*`: of all) that share words with `text`, best first."""
        ...


class Wording(Protocol):
    """Puts a move into words."""

    name: str

    def word(self, cue: Cue) -> AsyncIterator[str]:
        """One to three spoken sentences, piece by piece. Never decides anything."""
        ...


class ChatModel(Protocol):
    """A language model behind an OpenAI-compatible endpoint."""

    name: str

    def stream(self, system: str, messages: Sequence[Mapping[str, str]]) -> AsyncIterator[str]:
        """The answer, piece by piece, without `<think>` blocks. ProviderError when it cannot be had."""
        ...

    async def structured(
        self, system: str, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """One JSON object that satisfies `schema`. ProviderError when it cannot be had."""
        ...
