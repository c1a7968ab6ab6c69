"""The behaviour vocabulary: what a candidate observably does in one utterance.

The ids are a contract between the recogniser, the director, stations and rubrics. Their meaning is in
`behaviours.yaml`, which instructors read too; this module is its typed form.
"""

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.errors import InputError

Polarity = Literal["positive", "negative", "neutral"]


class BehaviourId(StrEnum):
    """Every behaviour, in the order of the vocabulary."""

    GREET = "greet"
    INTRODUCE = "introduce"
    ACKNOWLEDGE_EMOTION = "acknowledge_emotion"
    APOLOGISE = "apologise"
    OWN = "own"
    REASSURE = "reassure"
    PARAPHRASE = "paraphrase"
    ASK_OPEN = "ask_open"
    ASK_FACT = "ask_fact"
    EXPLAIN = "explain"
    ANALYSE_CAUSE = "analyse_cause"
    OFFER_SOLUTION = "offer_solution"
    OFFER_CHOICE = "offer_choice"
    COMPENSATE = "compensate"
    COMMIT_DEADLINE = "commit_deadline"
    PREVENT = "prevent"
    CHECK_AGREEMENT = "check_agreement"
    PROMISE_FOLLOW_UP = "promise_follow_up"
    HAND_OVER = "hand_over"
    THANK = "thank"
    CLOSE = "close"
    SET_BOUNDARY = "set_boundary"
    HIGHLIGHT_BENEFIT = "highlight_benefit"
    TRADE = "trade"
    REPORT_FACTS = "report_facts"
    ASK_SUPPORT = "ask_support"
    ACCEPT_CRITICISM = "accept_criticism"
    PRAISE = "praise"
    SPECIFIC_FEEDBACK = "specific_feedback"
    INVITE_SELF_ASSESSMENT = "invite_self_assessment"
    AGREE_GOAL = "agree_goal"
    ENCOURAGE = "encourage"
    BLAME_OTHER = "blame_other"
    DENY_RESPONSIBILITY = "deny_responsibility"
    FLAT_REFUSAL = "flat_refusal"
    DISMISS = "dismiss"
    ARGUE = "argue"
    RUSH = "rush"
    INSULT = "insult"
    THREATEN = "threaten"
    OVER_PROMISE = "over_promise"
    DISCLOSE_PRIVATE = "disclose_private"
    JARGON = "jargon"
    SHIFT_WORK = "shift_work"
    BADMOUTH = "badmouth"
    META_INSTRUCTION = "meta_instruction"
    OFF_TOPIC = "off_topic"
    MISSTATE = "misstate"


class BehaviourDef(BaseModel):
    """One entry of the vocabulary."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: BehaviourId
    name: str
    """Chinese name, at most six characters, as shown on the page."""
    polarity: Polarity
    """Whether doing it helps the talk, harms it, or depends."""
    definition: str
    """One or two Chinese sentences an instructor can judge by."""
    examples: tuple[str, ...] = Field(min_length=12)
    """Utterances that show it, in several trades and registers, some without punctuation."""
    counter_examples: tuple[str, ...] = Field(min_length=6)
    """Near misses: negated, reported, asked, conditional, ironic."""
    by_rule: bool = False
    """Seen by holding words against a station's rules or a document, never by words alone."""


@cache
def vocabulary() -> tuple[BehaviourDef, ...]:
    """All behaviours, in the order of `BehaviourId`.

    Raises:
        InputError: `behaviours.yaml` misses one, repeats one, or an entry is malformed.
    """
    place = "scenarios/behaviours.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load(files("scenarios").joinpath("behaviours.yaml").read_text(encoding="utf-8"), loader)  # noqa: S506
    try:
        entries = tuple(BehaviourDef.model_validate(entry) for entry in raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            f"行为词表有一项不合格：{first['msg']}", file=place, field=str(first["loc"])
        ) from error
    if [entry.id for entry in entries] != list(BehaviourId):
        raise InputError("行为词表与程序里的编号不一致", mend="每个编号写一项，顺序相同", file=place)
    return entries


@cache
def behaviour(behaviour_id: BehaviourId) -> BehaviourDef:
    """The vocabulary entry of one id."""
    return next(entry for entry in vocabulary() if entry.id is behaviour_id)
