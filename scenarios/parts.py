"""What stations are made of: lines, people, facts, wishes, offers, points of content."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from scenarios.behaviours import BehaviourId

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^L[123](\.\d+(\.\d+(\.[SK]\d+)?)?)?$")]
Range = Annotated[tuple[int, int], Field(description="下限与上限，种子在其间取值")]


class Band(StrEnum):
    """Tension, as heard in the voice: hot from 65, warm from 35, calm below (of 100)."""

    HOT = "hot"
    WARM = "warm"
    CALM = "calm"


NEGATIVE_CAUSES = (
    "blame_other", "deny_responsibility", "flat_refusal", "dismiss", "argue", "rush", "insult", "threaten",
    "over_promise", "disclose_private", "jargon", "shift_work", "badmouth", "misstate",
)  # fmt: skip
MOVE_KEYS = frozenset({
    "vent", "nothing_to_tell", "weigh_offer", "doubt_offer", "test_promise", "call_out_repeat", "prompt",
    "pull_back", "deflect", "greeting", "agree", "nod", "ask_on",
    "nothing_to_tell.told", "nothing_to_tell.choice", "call_out_change",
    "repeat_question", "farewell", "walk_out", "escalate", "time_up", "turns_up",
    "reaction.softened", "reaction.relieved", "reaction.stung", "reaction.sceptical",
    *(f"protest.{cause}" for cause in NEGATIVE_CAUSES),
})  # fmt: skip
"""Pools of lines a station or a role may bring; facts, concerns, demands and options carry their own."""
SLOTS = frozenset({"deadline", "amount", "option", "quote", "name", "question", "rule"})
"""What a line may pick up from the talk, besides `{fact.ID}`."""


class Part(BaseModel):
    """Common to every piece of a station: unknown fields are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(Part):
    """One authored line, said at most once in a talk.

    Slots in braces are filled from the talk: `{deadline}` `{amount}` `{option}` `{quote}` (what the
    candidate said), `{name}` (how they introduced themselves), `{fact.ID}` (a fact's value), `{rule.ID}`
    (a rule's text), `{rule}` (the rule that was just misstated), `{question}` (an oral question as it was
    read).
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
    giveaways: tuple[Text, ...] = ()
    "Sentences, in other words than `tells`, by which it would be given away before it is asked for."
    essential: bool = True
    "Needed to settle the matter: marking asks how many of these were established."


class Rule(Part):
    """A rule that holds in this station: what a candidate says of policy, term or amount is held against it.

    Counterparts who know the rules may cite it: `{rule.ID}` in a line is its text.
    """

    id: Key
    title: Text
    "Where it stands, as one would name it: 《售后服务规定》第六条."
    text: Text
    "One rule in one sentence: 同一故障三十天内再次维修不收上门费."
    about: tuple[Text, ...] = Field(min_length=1)
    "Words or regular expressions that show a statement to be about this rule, and not about some other time."


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
    giveaways: tuple[Text, ...] = ()
    "Sentences, in other words than `tells`, by which it would be given away too early."
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


class KeyPoint(Part):
    """A point of content that an answer or a letter should make; sealed from the candidate."""

    id: Key
    title: Text
    "The point as an examiner's key has it."
    accepts: tuple[Text, ...] = Field(min_length=2)
    "Ways to say it (regular expressions allowed); one of them, not negated, makes the point."
    follow_ups: Lines = ()
    "How the examiner asks for what is missing, giving nothing away."
    essential: bool = True
    "Counts in full marks; what is not essential is only shown."


class Slip(Part):
    """A mistake that candidates often make about the matter."""

    id: Key
    title: Text
    "What is wrong about it, in one sentence."
    phrases: tuple[Text, ...] = Field(min_length=1)
    "Words or regular expressions by which it is seen, when not negated."
