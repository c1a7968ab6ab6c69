"""What an instructor writes: one station, as data.

A station says what the candidate is to do, with whom, what is known and what is allowed, and in which words
the counterpart speaks. It says nothing about marks: the rubric is named, not contained (architecture: the
counterpart's code has no route to the marking scheme).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from scenarios.parts import (
    Card,
    Code,
    Concern,
    Demand,
    Fact,
    KeyPoint,
    Line,
    Lines,
    Mood,
    Option,
    Part,
    Persona,
    Player,
    Rule,
    Slip,
    Slug,
    Text,
    Voice,
)


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


EXAMINER = Persona(
    name="考官",
    address="老师",
    voice=Voice(gender="female", age=45, edge="zh-CN-XiaoxiaoNeural", espeak="cmn+f2"),
    background="口试的考官，只问题目上的事，不评价、不提示。",
    manner="平和、清楚、不紧不慢。",
)


class Station(Part):
    """What every kind of station has. Ids are slugs that say what it is: `l3-aircon-third-visit`.

    The parts that only some kinds use are empty in the others, so that whoever reads a talk or a mark need
    not ask which kind it was.
    """

    id: Slug
    version: int = Field(ge=1)
    kind: Kind
    title: Text
    level: Literal[1, 2, 3]
    role: Role
    trade: Text
    channel: Channel = Channel.FACE
    difficulty: Literal[1, 2, 3, 4, 5]
    minutes: int = Field(ge=2, le=30)
    standard: tuple[Code, ...] = Field(min_length=1)
    rubric: Slug
    card: Card
    persona: Persona
    facts: tuple[Fact, ...] = ()
    concerns: tuple[Concern, ...] = ()
    demands: tuple[Demand, ...] = ()
    options: tuple[Option, ...] = ()
    rules: tuple[Rule, ...] = ()
    "What is policy here; a candidate's statement that goes against it is noticed, felt and marked."
    documents: tuple[Text, ...] = ()
    """Documents of the organisation (names as `koushi corpus list` tells them) that are policy here, too; `*`
    for all there are."""
    points: tuple[KeyPoint, ...] = ()
    slips: tuple[Slip, ...] = ()
    lines: Mapping[str, Lines] = Field(default_factory=dict)
    "Own lines by move, e.g. `protest.blame_other`, `walk_out`; they go before the common lines."
    players: Mapping[Literal["strong", "borderline", "weak"], Player]

    @property
    def ref(self) -> str:
        """`id@version`, as reports name it."""
        return f"{self.id}@{self.version}"

    @property
    def openings(self) -> Lines:
        """What the counterpart may begin with."""
        raise NotImplementedError

    def fact(self, fact_id: str) -> Fact:
        """The fact of that id; StopIteration when the station has none."""
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

    def point(self, point_id: str) -> KeyPoint:
        """The key point of that id."""
        return next(point for point in self.points if point.id == point_id)


class RolePlay(Station):
    """A talk with somebody who knows, wants and fears something."""

    kind: Literal[Kind.ROLEPLAY] = Kind.ROLEPLAY
    temperament: Temperament
    channel: Channel
    max_turns: int = Field(default=14, ge=4, le=30)
    "Candidate turns after which the counterpart ends the talk."
    mood: Mood
    opening: Lines = Field(min_length=2)
    facts: tuple[Fact, ...]
    concerns: tuple[Concern, ...] = Field(min_length=1)
    demands: tuple[Demand, ...] = Field(min_length=1)

    @property
    def openings(self) -> Lines:
        """The opening lines, of which the seed draws one."""
        return self.opening


class Question(Station):
    """An oral question: the examiner asks, follows up on what was missing, closes."""

    kind: Literal[Kind.QUESTION]
    role: Literal[Role.EXAMINER]
    question: Text
    "As the examiner reads it."
    persona: Persona = EXAMINER
    points: tuple[KeyPoint, ...] = Field(min_length=3)

    @property
    def openings(self) -> Lines:
        """The question itself: the same words for everybody."""
        return (Line(say=self.question),)


class Letter(Station):
    """A letter that the candidate answers with a letter."""

    kind: Literal[Kind.LETTER]
    letter: Text
    "As it arrived, signature and all."
    length: Annotated[tuple[int, int], Field(description="回信的字数范围")] = (150, 800)
    "Han characters a good reply has."
    points: tuple[KeyPoint, ...] = Field(min_length=3)

    @property
    def openings(self) -> Lines:
        """The letter."""
        return (Line(say=self.letter),)
