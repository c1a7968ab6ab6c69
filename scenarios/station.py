"""What an instructor writes: one station, as data.

A station says who the counterpart is, what they know, want and fear, what the candidate is allowed to
do about it, and in which words the counterpart speaks. It says nothing about marks: the rubric is named,
not contained (architecture: the counterpart's code has no route to the marking scheme).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from scenarios.behaviours import BehaviourId

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^L[123](\.\d+(\.\d+(\.[SK]\d+)?)?)?$")]
Range = Annotated[tuple[int, int], Field(description="下限与上限，种子在其间取值")]


class Kind(StrEnum):
    """What the candidate does."""

    ROLEPLAY = "roleplay"
    QUESTION = "question"
    LETTER = "letter"


class Role(StrEnum):
    """Who the counterpart is to the candidate."""

    CUSTOMER = "customer"
    SUPERVISOR = "supervisor"
    SUBORDINATE = "subordinate"
    COLLEAGUE = "colleague"
    CLIENT = "client"
    EXAMINER = "examiner"


class Channel(StrEnum):
    """How the two talk."""

    FACE = "face_to_face"
    PHONE = "phone"
    CHAT = "chat"


class Temperament(StrEnum):
    """How the counterpart takes things; each has its parameters in `bot/director/temper.py`."""

    HOT = "hot"
    COLD = "cold"
    ANXIOUS = "anxious"
    KNOW_ALL = "know_all"
    LITIGIOUS = "litigious"
    SILENT = "silent"
    MANIPULATIVE = "manipulative"
    IMPATIENT = "impatient"
    DATA_MINDED = "data_minded"
    POLITICAL = "political"
    DEFENSIVE = "defensive"
    DISCOURAGED = "discouraged"
    OVERCONFIDENT = "overconfident"


class Band(StrEnum):
    """Tension, as heard in the voice: hot from 65, warm from 35, calm below (of 100)."""

    HOT = "hot"
    WARM = "warm"
    CALM = "calm"


NEGATIVE_CAUSES = (
    "blame_other", "deny_responsibility", "flat_refusal", "dismiss", "argue", "rush", "insult", "threaten",
    "over_promise", "disclose_private", "jargon", "shift_work", "badmouth",
)  # fmt: skip
MOVE_KEYS = frozenset({
    "vent", "nothing_to_tell", "weigh_offer", "doubt_offer", "test_promise", "call_out_repeat", "prompt",
    "pull_back", "deflect", "greeting", "agree", "farewell", "walk_out", "escalate", "time_up", "turns_up",
    "reaction.softened", "reaction.relieved", "reaction.stung", "reaction.sceptical",
    *(f"protest.{cause}" for cause in NEGATIVE_CAUSES),
})  # fmt: skip
"""Pools of lines a station or a role may bring; facts, concerns, demands and options carry their own."""
SLOTS = frozenset({"deadline", "amount", "option", "quote", "name"})
"""What a line may pick up from the talk, besides `{fact.ID}`."""


class Part(BaseModel):
    """Common to every piece of a station: unknown fields are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(Part):
    """One authored line, said at most once in a talk.

    Slots in braces are filled from the talk: `{deadline}` `{amount}` `{option}` `{quote}` (what the
    candidate said), `{name}` (how they introduced themselves), `{fact.ID}` (a fact's value).
    A line whose slot cannot be filled is not chosen.
    """

    say: Text
    when: tuple[Band, ...] = ()
    "Only in these bands of tension; in any when empty."

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: Any) -> Any:
        """A bare string is a line for any band."""
        return {"say": data} if isinstance(data, str) else data


Lines = tuple[Line, ...]


class Voice(Part):
    """How the counterpart sounds."""

    gender: Literal["male", "female"]
    age: int = Field(ge=16, le=90)
    edge: str = "zh-CN-YunjianNeural"
    espeak: str = "cmn+m3"


class Persona(Part):
    """Who the counterpart is; sealed from the candidate, given to whoever words the moves."""

    name: Text
    "Full name."
    address: Text
    "How the candidate would address them: 周先生, 李总."
    voice: Voice
    background: Text
    manner: Text
    "How they talk: pace, habits of speech, region, what sets them off."


class Card(Part):
    """What the candidate reads before the talk, and nothing more."""

    you_are: Text
    situation: Text
    known: tuple[Text, ...]
    powers: tuple[Text, ...]
    limits: tuple[Text, ...]
    task: Text


class Mood(Part):
    """Where the counterpart starts; each a band in which the seed draws (0–100, patience in setbacks)."""

    tension: Range
    trust: Range
    patience: Range
    settles_below: int = Field(default=45, ge=5, le=90)
    "Tension under which the counterpart can agree to anything final."
    walks_out_at: int = Field(default=96, ge=60, le=100)


class Fact(Part):
    """Something the counterpart knows and tells only when asked for it."""

    id: Key
    label: Text
    value: Text
    asks: tuple[Text, ...] = Field(min_length=1)
    "Words by which a question is recognised as asking for this fact: 型号, 哪一款, 什么牌子的."
    tells: Lines = Field(min_length=1)
    essential: bool = True
    "Needed to settle the matter: marking asks how many of these were established."


class Need(Part):
    """What has to be done by the candidate: any of the behaviours (and, when named, with such an option)."""

    any_of: tuple[BehaviourId, ...] = Field(min_length=1)
    options: tuple[Key, ...] = ()
    "If given, an offer counts only when it is one of these options of the station."
    deadline: bool = False
    "If true, a time or date must have been bound in the same utterance or before."
    phrases: tuple[Text, ...] = ()
    "If given, the utterance must touch one of these (regular expressions allowed)."


class Concern(Part):
    """What lies under the anger: untouched, hinted, expressed, settled; one step a turn."""

    id: Key
    title: Text
    phrases: tuple[Text, ...] = Field(min_length=1)
    "Words by which the candidate is seen to touch it."
    hints: Lines = Field(min_length=1)
    tells: Lines = Field(min_length=1)
    settled_by: Need
    eased: Lines = Field(min_length=1)
    first: bool = False
    "Surfaces before the others whatever the seed."


class Demand(Part):
    """What the counterpart wants before they agree."""

    id: Key
    title: Text
    presses: Lines = Field(min_length=2)
    met_by: Need
    accepts: Lines = Field(min_length=1)
    essential: bool = True


class Option(Part):
    """Something that could be offered in this station, allowed or not."""

    id: Key
    label: Text
    phrases: tuple[Text, ...] = Field(min_length=1)
    "Words or regular expressions by which the offer is recognised."
    allowed: bool = True
    max_amount: float | None = None
    "The most the candidate may offer of it, in `unit`; more is beyond the limits."
    unit: str = "元"
    reacts: Lines = ()
    "What the counterpart says to exactly this offer; the common lines when empty."


class Player(Part):
    """A scripted candidate by whom the station is proven: one utterance a line."""

    says: tuple[Text, ...] = Field(min_length=1)


class Station(Part):
    """One station of any kind. Ids are slugs that say what it is: `l3-aircon-third-visit`."""

    id: Slug
    version: int = Field(ge=1)
    kind: Kind = Kind.ROLEPLAY
    title: Text
    level: Literal[1, 2, 3]
    role: Role
    temperament: Temperament
    trade: Text
    channel: Channel
    difficulty: Literal[1, 2, 3, 4, 5]
    minutes: int = Field(ge=2, le=30)
    max_turns: int = Field(default=14, ge=4, le=30)
    "Candidate turns after which the counterpart ends the talk."
    standard: tuple[Code, ...] = Field(min_length=1)
    rubric: Slug
    card: Card
    persona: Persona
    mood: Mood
    opening: Lines = Field(min_length=2)
    facts: tuple[Fact, ...]
    concerns: tuple[Concern, ...] = Field(min_length=1)
    demands: tuple[Demand, ...] = Field(min_length=1)
    options: tuple[Option, ...] = ()
    lines: Mapping[str, Lines] = Field(default_factory=dict)
    "Own lines by move, e.g. `protest.blame_other`, `walk_out`; they go before the role's common lines."
    players: Mapping[Literal["strong", "borderline", "weak"], Player]

    @property
    def ref(self) -> str:
        """`id@version`, as reports name it."""
        return f"{self.id}@{self.version}"

    def fact(self, fact_id: str) -> Fact:
        """The fact of that id; KeyError when the station has none."""
        return next(fact for fact in self.facts if fact.id == fact_id)

    def concern(self, concern_id: str) -> Concern:
        """The concern of that id."""
        return next(concern for concern in self.concerns if concern.id == concern_id)

    def demand(self, demand_id: str) -> Demand:
        """The demand of that id."""
        return next(demand for demand in self.demands if demand.id == demand_id)

    def option(self, option_id: str) -> Option:
        """The option of that id."""
        return next(option for option in self.options if option.id == option_id)
