"""What an examiner writes: one rubric, as data.

A rubric is criteria with weights, each tied to items of the standard, described by behavioural anchors
(0–4) and made markable by observable checks. A check is a condition over what the *candidate* did: the
counterpart's mood and the outcome of the talk are not in this vocabulary, so they cannot be marked.
"""

from math import ceil
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.behaviours import BehaviourId
from scenarios.parts import Code, Slug, Text
from scenarios.station import Role, Station

Arg = Literal["deadline", "amount", "option", "fact"]
LEAVES = ("any", "all", "says", "facts", "concerns", "demands", "points", "slips", "length")
Percent = Annotated[int, Field(ge=1, le=100)]


class Part(BaseModel):
    """Common to every piece of a rubric: unknown fields are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Amount(Part):
    """How many of a station's facts, concerns or demands: `min` of them, or a `share` (0–1], rounded up."""

    min: int | None = Field(default=None, ge=1)
    share: float | None = Field(default=None, gt=0, le=1)
    loosely: bool = False
    "Of demands: what was named was offered, though its deadline or its particulars are missing."

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.min is None) == (self.share is None):
            raise ValueError("min 与 share 必须且只能写一个")
        return self

    def needed(self, out_of: int) -> int:
        """The count that satisfies it; never more than there are."""
        return min(self.min, out_of) if self.min is not None else ceil((self.share or 1) * out_of - 1e-9)


class Condition(Part):
    """Something the candidate did. What is written must all hold, of the same act where it is about one.

    Leaves: see `LEAVES`. Branches: `every`, `either`.
    The rest narrows which acts count.
    """

    any: tuple[BehaviourId, ...] = ()
    "One of these behaviours was shown (`times` distinct acts of them)."
    all: tuple[BehaviourId, ...] = ()
    "Each of these behaviours was shown."
    times: int = Field(default=1, ge=1, le=12)
    "Distinct acts: the same behaviour about the same target counts once, however often it is said."
    says: tuple[Text, ...] = ()
    "Content point: one of these variants (regular expressions) was said, and not negated."
    facts: Amount | None = None
    "Essential facts of the station that the candidate asked for."
    concerns: Amount | None = None
    "Concerns of the station that the candidate took up in a constructive sentence."
    demands: Amount | None = None
    "Demands of the station for which the candidate did what they need (`Demand.met_by`)."
    points: Amount | None = None
    "Essential key points of an oral question or a letter that were made."
    slips: int | None = Field(default=None, ge=1)
    "At least so many of the mistakes that the station lists were made."
    length: Literal["within", "near"] | None = None
    "Of a letter: all of it together is as long as the station wants, or within a quarter of that."
    every: tuple["Condition", ...] = ()
    either: tuple["Condition", ...] = ()

    within_turns: int | None = Field(default=None, ge=1)
    "Within the candidate's first n turns."
    last_turns: int | None = Field(default=None, ge=1)
    "Within the candidate's last n turns."
    from_turn: int | None = Field(default=None, ge=2)
    "Not before the candidate's n-th turn."
    before: tuple[BehaviourId, ...] = ()
    "Earlier than the first of any of these, one of which must come."
    after: tuple[BehaviourId, ...] = ()
    "Later than the first of any of these."
    together: tuple[BehaviourId, ...] = ()
    "In the same turn as one of these."
    with_: tuple[Arg, ...] = Field(default=(), alias="with")
    "Names these: in the act itself or elsewhere in the same turn."
    tied: bool = False
    "In a sentence about this matter, not a phrase that fits any customer."
    within_limits: bool = False
    "An offer the station allows, and no more of it than it allows."

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(getattr(self, name) for name in (*LEAVES, "every", "either")):
            raise ValueError(f"条件是空的：至少写 {'、'.join(LEAVES)}、every、either 之一")
        if self.times > 1 and not self.any:
            raise ValueError("times 只能与 any 一起用")
        return self


class Applies(Part):
    """When a check can be asked for at all."""

    needs: tuple[BehaviourId, ...] = Field(min_length=1)
    "Some demand or concern of the station is met by one of these; where there is no station it applies."

    def to(self, station: Station | None) -> bool:
        """Whether this station gives occasion for it."""
        if station is None:
            return True
        wanted = [each.met_by for each in station.demands] + [each.settled_by for each in station.concerns]
        return any(set(need.any_of) & set(self.needs) for need in wanted)


class Check(Part):
    """One observable thing, judged met, partly, not met or not to be judged.

    With `not` it is an absence check: it can only take away from what the criterion has earned.
    """

    id: Slug
    text: Text
    "What the examiner looks for, in one Chinese sentence; also what an LLM judge reads."
    weight: int = Field(default=1, ge=1, le=5)
    "Within the criterion."
    met: Condition | None = None
    partly: Condition | None = None
    not_: Condition | None = Field(default=None, alias="not")
    applies: Applies | None = None
    "Where the station gives no occasion for it, it cannot be judged and does not count."
    better: tuple[Text, ...] = ()
    """Sentences the candidate could have said; slots `{address}` `{concern}` `{fact}` `{option}` `{demand}`
    `{point}` `{rule}` are filled from the station, and a line whose slot cannot be filled is not used."""
    missed: Text | tuple[Text, ...] = ()
    "What to tell the candidate when it is missing, with the same slots; the text when none fits."

    @property
    def absence(self) -> bool:
        """Whether it can only deduct."""
        return self.not_ is not None

    @property
    def misses(self) -> tuple[str, ...]:
        """`missed` as lines, the most particular first."""
        return (self.missed,) if isinstance(self.missed, str) else self.missed

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.met is None) == (self.not_ is None):
            raise ValueError("met 与 not 必须且只能写一个")
        if self.not_ is not None and self.partly is not None:
            raise ValueError("带 not 的扣分点不写 partly")
        return self


class Anchors(Part):
    """What an examiner sees at each band, 0–4."""

    b0: Text = Field(alias="0")
    b1: Text = Field(alias="1")
    b2: Text = Field(alias="2")
    b3: Text = Field(alias="3")
    b4: Text = Field(alias="4")

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, data: Any) -> Any:
        """YAML reads `0:` as a number."""
        return {str(key): value for key, value in data.items()} if isinstance(data, dict) else data

    def text(self, band: int) -> str:
        """The anchor of that band."""
        return (self.b0, self.b1, self.b2, self.b3, self.b4)[band]


class Criterion(Part):
    """One thing that is marked, 0–4, with its share of the hundred."""

    id: Slug
    title: Text
    standard: tuple[Code, ...] = Field(min_length=1)
    weight: Percent
    anchors: Anchors
    checks: tuple[Check, ...] = Field(min_length=4, max_length=8)

    @model_validator(mode="after")
    def _checks(self) -> Self:
        ids = [check.id for check in self.checks]
        if len(set(ids)) != len(ids):
            raise ValueError("同一评分项里有重复的观察点编号")
        if not any(not check.absence for check in self.checks):
            raise ValueError("至少要有一个不带 not 的观察点：没做错不等于做到了")
        return self


class Cap(Part):
    """The total is at most this."""

    cap: int = Field(ge=0, le=100)


class RedLine(Part):
    """What must never happen; `fail`, or a cap on the total."""

    id: Slug
    title: Text
    when: tuple[BehaviourId, ...] = Field(min_length=1)
    effect: Literal["fail"] | Cap


class Least(Part):
    """The least there must be to mark at all: candidate turns of substance, and Han characters in them."""

    turns: int = Field(default=3, ge=1)
    han: int = Field(default=20, ge=1)


class Rubric(Part):
    """One scheme of marking. Ids are slugs that say what it is: `complaint-handling`."""

    id: Slug
    version: int = Field(ge=1)
    title: Text
    applies_to: tuple[Role, ...] = Field(min_length=1)
    cut_score: int = Field(default=60, ge=1, le=100)
    least: Least = Least()
    criteria: tuple[Criterion, ...] = Field(min_length=4, max_length=10)
    red_lines: tuple[RedLine, ...] = ()

    @property
    def ref(self) -> str:
        """`id@version`, as reports name it."""
        return f"{self.id}@{self.version}"

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of that id; KeyError when there is none."""
        for each in self.criteria:
            if each.id == criterion_id:
                return each
        raise KeyError(criterion_id)

    @model_validator(mode="after")
    def _sums(self) -> Self:
        total = sum(each.weight for each in self.criteria)
        if total != 100:
            raise ValueError(f"各评分项的权重合计应为 100，现在是 {total}")
        for name, ids in (
            ("评分项", [each.id for each in self.criteria]),
            ("红线", [each.id for each in self.red_lines]),
        ):
            if len(set(ids)) != len(ids):
                raise ValueError(f"有重复的{name}编号")
        return self
