"""What the page sends: checked at the door."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scenarios.yamlfile import MAX_BYTES

MOST_SEEDS = 20
MOST_SAID = 40
"""Utterances of one talk with a draft: more than any station allows."""
Seed = Annotated[int, Field(ge=0, le=2**31)]
PlayerName = Literal[
    "strong", "borderline", "weak", "silent", "parrot", "stuffer", "over_promiser", "insulter", "injector",
    "off_topic", "repeater",
]  # fmt: skip


def _whole(value: Any) -> Any:
    """Half an emoji is no text: a sign that no text may hold stands for it, so that its line can be told."""
    return re.sub("[\ud800-\udfff]", "\uffff", value) if isinstance(value, str) else value


class Event(BaseModel):
    """Every event brings the text as it stands in the editor: nothing is remembered between two of them."""

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, BeforeValidator(_whole)] = Field(max_length=MAX_BYTES + 1)
    "One character more than can be read, so that what is too long is told like everything else."
    serial: int = 0
    "Comes back with the answer: the page knows which text it is about."


class TalkEvent(Event):
    """The whole talk so far, to be played again from its seed."""

    seed: Seed
    says: tuple[Annotated[str, Field(max_length=20_000)], ...] = Field(default=(), max_length=MOST_SAID)


class Cause(BaseModel):
    """As in `koushi station play-test --json`."""

    id: str
    title: str
    points: float
    checks: tuple[str, ...]


class Row(BaseModel):
    """One play as the page keeps it: an entry of `koushi station play-test --json`."""

    player: PlayerName
    seed: Seed
    total: float | None
    outcome: Literal["scored", "unscored"]
    reason: str | None
    stop_reason: str
    within: bool
    too_low: bool
    causes: tuple[Cause, ...]


class PlaysEvent(Event):
    """A play-test in the middle: what has been played, and whether to go on."""

    seeds: int = Field(ge=1, le=MOST_SEEDS)
    done: tuple[Row, ...] = Field(default=(), max_length=11 * MOST_SEEDS)
    go_on: bool = True


class PlayedEvent(Event):
    """One play to be looked at."""

    player: PlayerName
    seed: Seed


class SaveEvent(Event):
    """`key` is the id under which the text was opened; `seen` names the file that was there then."""

    key: str = Field(max_length=200)
    seen: str = Field(max_length=64)
    yes: bool = False
