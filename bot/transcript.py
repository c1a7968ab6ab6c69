"""A talk as it is kept, marked and exchanged: `koushi.transcript/1`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.ports import Behaviour

FORMAT = "koushi.transcript/1"
Side = Literal["counterpart", "candidate"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance. `index` counts in the whole transcript from 0 (the opening); `at` is seconds."""

    index: int
    role: Side
    text: str
    heard: str | None = None
    "What the speech recogniser wrote, where the candidate corrected it or spoke at all."
    confidence: float | None = None
    at: float | None = None
    behaviours: tuple[Behaviour, ...] | None = None
    "As stored with a candidate's turn; None when they must be recognised."
    counted: tuple[bool, ...] = ()
    "Beside `behaviours`: did it earn or cost anything with the counterpart (False: a mere repeat)."


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole talk, in order."""

    id: str
    turns: tuple[Turn, ...]
    station: str | None = None
    rubric: str | None = None
    candidate: str | None = None
    stop_reason: str | None = None
    mode: str | None = None
    "`practice` or `exam`; None where it is not told."

    def candidate_turns(self) -> Iterator[Turn]:
        """The turns that are marked."""
        return (turn for turn in self.turns if turn.role == "candidate")

    def before(self, index: int) -> str:
        """What the counterpart said last before turn `index`; empty when nothing."""
        for turn in reversed(self.turns[:index]):
            if turn.role == "counterpart":
                return turn.text
        return ""

    def as_json(self) -> dict[str, Any]:
        """The exchange shape of `interfaces.md`."""
        return {
            "format": FORMAT,
            "id": self.id,
            "station": self.station,
            "rubric": self.rubric,
            "candidate": self.candidate,
            "stop_reason": self.stop_reason,
            "mode": self.mode,
            "turns": [
                {"role": t.role, "text": t.text, "heard": t.heard, "confidence": t.confidence, "at": t.at}
                for t in self.turns
            ],
        }
