"""What the counterpart feels, knows and intends, and the one thing they do next.

All frozen, all JSON: a session is rebuilt from the state stored with its last candidate turn.
"""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from scenarios.parts import Band


class Phase(StrEnum):
    """Where the talk stands."""

    VENTING = "venting"
    EXPLORING = "exploring"
    NEGOTIATING = "negotiating"
    CLOSING = "closing"
    ENDED = "ended"


class Stage(StrEnum):
    """How far a hidden concern has come out; one step a turn."""

    UNTOUCHED = "untouched"
    HINTED = "hinted"
    EXPRESSED = "expressed"
    SETTLED = "settled"


class StopReason(StrEnum):
    """Why a talk ended (`interfaces.md`)."""

    SETTLED = "settled"
    WALKED_OUT = "walked_out"
    ESCALATED = "escalated"
    COMPLETED = "completed"
    TIME_OVER = "time_over"
    TURNS_OVER = "turns_over"
    CANDIDATE_ENDED = "candidate_ended"


class MoveKind(StrEnum):
    """What the counterpart does with a turn. The words are wording's business, never the deed."""

    VENT = "vent"
    "Goes on complaining: nothing yet has been done about how they feel."
    ANSWER_FACT = "answer_fact"
    "Tells the facts that were asked for."
    NOTHING_TO_TELL = "nothing_to_tell"
    """Was asked for something the station does not know; `cause`: `told` already, a `choice` between two."""
    HINT_CONCERN = "hint_concern"
    TELL_CONCERN = "tell_concern"
    EASE_CONCERN = "ease_concern"
    "Says that the concern is settled."
    PRESS_DEMAND = "press_demand"
    ACCEPT_DEMAND = "accept_demand"
    WEIGH_OFFER = "weigh_offer"
    "Hears an allowed offer that does not yet meet a demand."
    DOUBT_OFFER = "doubt_offer"
    "Does not believe, or calls out, an offer beyond the candidate's limits."
    TEST_PROMISE = "test_promise"
    "Comes back to a deadline the candidate named."
    PROTEST = "protest"
    "Answers a setback; `cause` is the behaviour."
    CALL_OUT_REPEAT = "call_out_repeat"
    CALL_OUT_CHANGE = "call_out_change"
    "The candidate took back a time, sum or number: wants to know which counts."
    GREETING = "greeting"
    "Nothing but courtesies were said."
    PROMPT = "prompt"
    "Nothing of substance was said: asks for it."
    PULL_BACK = "pull_back"
    "The candidate wandered off."
    DEFLECT = "deflect"
    "The candidate spoke to the software: answered in role."
    ASK_ON = "ask_on"
    "The examiner asks after a key point that is missing, without naming it."
    REPEAT_QUESTION = "repeat_question"
    AGREE = "agree"
    "Everything asked for is there: agrees, and waits for the close."
    NOD = "nod"
    "Has agreed, and takes note of something more."
    FAREWELL = "farewell"
    WALK_OUT = "walk_out"
    ESCALATE = "escalate"
    TIME_UP = "time_up"
    TURNS_UP = "turns_up"


ENDINGS = {
    MoveKind.FAREWELL,
    MoveKind.WALK_OUT,
    MoveKind.ESCALATE,
    MoveKind.TIME_UP,
    MoveKind.TURNS_UP,
}


class Reaction(StrEnum):
    """A short first reaction before the move itself; None when there is none."""

    SOFTENED = "softened"
    "Tension fell clearly."
    RELIEVED = "relieved"
    "Fell below the settling mark."
    STUNG = "stung"
    "Rose."
    SCEPTICAL = "sceptical"
    "Heard it, not convinced: something was tried too early or too vaguely."


@dataclass(frozen=True, slots=True)
class Move:
    """The director's decision for one turn. Ids are the station's."""

    kind: MoveKind
    reaction: Reaction | None = None
    facts: tuple[str, ...] = ()
    concern: str | None = None
    demand: str | None = None
    option: str | None = None
    cause: str | None = None
    "The behaviour answered by a protest; what kind of question there is nothing to tell about."
    point: str | None = None
    "The key point asked after."
    follow: "Move | None" = None
    "A second thing in the same breath, e.g. answers the fact and presses the demand."

    @property
    def pool(self) -> str:
        """Key of authored lines in a station or in a role's common lines: `protest.blame_other`."""
        return f"{self.kind}.{self.cause}" if self.cause else str(self.kind)

    def as_json(self) -> dict[str, Any]:
        """Without what is empty."""
        out: dict[str, Any] = {"kind": str(self.kind)}
        for name in ("reaction", "concern", "demand", "option", "cause", "point"):
            if getattr(self, name) is not None:
                out[name] = str(getattr(self, name))
        if self.facts:
            out["facts"] = list(self.facts)
        if self.follow:
            out["follow"] = self.follow.as_json()
        return out

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        return cls(
            kind=MoveKind(data["kind"]),
            reaction=Reaction(data["reaction"]) if "reaction" in data else None,
            facts=tuple(data.get("facts", ())),
            concern=data.get("concern"),
            demand=data.get("demand"),
            option=data.get("option"),
            cause=data.get("cause"),
            point=data.get("point"),
            follow=cls.from_json(data["follow"]) if "follow" in data else None,
        )


@dataclass(frozen=True, slots=True)
class Promise:
    """A time the candidate bound themselves to, in their own words; `turn` counts candidate turns."""

    text: str
    turn: int
    tested: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The counterpart after some turns. `tension`, `trust` 0–100; `patience` setbacks left to bear."""

    seed: int
    tension: int
    trust: int
    patience: int
    phase: Phase = Phase.VENTING
    turn: int = 0
    "Candidate turns so far."
    facts: tuple[str, ...] = ()
    "Told so far, in order."
    concerns: tuple[tuple[str, Stage], ...] = ()
    "In the order in which this seed lets them surface."
    met: tuple[str, ...] = ()
    "Demands accepted so far; of an oral question or a letter, key points made."
    earned: tuple[str, ...] = ()
    "`behaviour:target` of every positive act that has counted."
    setbacks: tuple[str, ...] = ()
    "Every negative behaviour, in order."
    promises: tuple[Promise, ...] = ()
    heard: tuple[str, ...] = ()
    """Demands for which the right thing was offered too early, taken up once the ground is laid; of an oral
    question, key points asked after."""
    slots: tuple[tuple[str, str], ...] = ()
    "What authored lines may pick up: deadline, amount, option, quote, name, latest as said."
    last: MoveKind | None = None
    idle: int = 0
    "Turns in a row that brought nothing."
    stop: StopReason | None = None

    @property
    def band(self) -> Band:
        """How it sounds."""
        if self.tension >= 65:
            return Band.HOT
        return Band.WARM if self.tension >= 35 else Band.CALM

    def stage(self, concern_id: str) -> Stage:
        """How far that concern has come out."""
        return dict(self.concerns)[concern_id]

    def with_(self, **changes: Any) -> Self:
        """A copy with these fields changed."""
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        """Everything, for storing; `from_json` is the inverse."""
        return asdict(self)

    def summary(self) -> dict[str, Any]:
        """What the outside sees: `{"tension", "trust", "phase"}`."""
        return {"tension": self.tension, "trust": self.trust, "phase": str(self.phase)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The state stored with a turn."""
        return cls(**{
            **data,
            "phase": Phase(data["phase"]),
            "facts": tuple(data["facts"]),
            "concerns": tuple((key, Stage(stage)) for key, stage in data["concerns"]),
            "met": tuple(data["met"]),
            "earned": tuple(data["earned"]),
            "setbacks": tuple(data["setbacks"]),
            "promises": tuple(Promise(**p) for p in data["promises"]),
            "heard": tuple(data["heard"]),
            "slots": tuple((key, value) for key, value in data["slots"]),
            "last": MoveKind(data["last"]) if data["last"] else None,
            "stop": StopReason(data["stop"]) if data["stop"] else None,
        })


@dataclass(frozen=True, slots=True)
class Step:
    """What one candidate turn did: the new state, the move, why, and which behaviours counted."""

    state: State
    move: Move
    reasons: tuple[str, ...]
    counted: tuple[bool, ...]
