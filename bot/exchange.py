"""One step of a talk: what the candidate said, what was decided, what came back."""

from dataclasses import dataclass
from typing import Self

from bot.director.state import Move, State
from bot.store import Kept
from bot.transcript import Turn


@dataclass(frozen=True, slots=True)
class Exchange:
    """One candidate turn and what came of it; `turn.index` counts in the whole transcript."""

    turn: Turn
    move: Move
    reply: str
    state: State
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, kept: Kept, reply: str) -> Self:
        """From what is stored of the candidate's turn, and the reply."""
        payload = kept.payload
        return cls(
            turn=kept.turn,
            move=Move.from_json(payload["move"]),
            reply=reply,
            state=State.from_json(payload["state"]),
            reasons=tuple(payload["reasons"]),
        )
