"""The seam of the marking: a judge reads a talk and says of each check whether it was shown.

A judge does language only. It never sees a total, never adds up, and never decides a band: that is
`score.py`. Whatever it quotes is verified by `verify.py` before it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from bot.transcript import Transcript
from rubrics.model import Rubric
from scenarios.station import Station


class Verdict(StrEnum):
    """What a judge says of one check. For an absence check `met` means: the fault did not occur."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    CANNOT_JUDGE = "cannot_judge"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the candidate that show something. `quote` is verbatim in turn `turn` of the transcript."""

    turn: int
    "Index in the whole transcript, from 0."
    quote: str
    behaviour: str | None = None
    "Id of the behaviour it shows, where the judge knows one."


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """One check of a criterion as judged; `confidence` 0–1 is the judge's own."""

    id: str
    verdict: Verdict
    evidence: tuple[Quote, ...] = ()
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """A criterion as judged: every one of its checks, in any order."""

    id: str
    checks: tuple[CheckVerdict, ...]


@dataclass(frozen=True, slots=True)
class CriterionFailure:
    """A criterion that could not be judged, with the reason in Chinese: never a 0, never a 50."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class JudgeInfo:
    """Who judged, as reports name it."""

    kind: str
    "`builtin` or `llm`."
    version: str
    model: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """`judge` of a report."""
        return {"kind": self.kind, "version": self.version, "model": self.model}


@dataclass(frozen=True, slots=True)
class Effort:
    """What a model's judgement took, all of the talk's criteria and samples together."""

    calls: int = 0
    "Answers the endpoint gave, used or not."
    retries: int = 0
    kept: int = 0
    "Answers that came from the cache and cost nothing."
    untold: int = 0
    "Answers whose tokens the endpoint did not tell."
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    "Of the input, what the endpoint had read before; the price makes no difference."
    seconds: float = 0.0
    "By the clock, other talks' requests included that were under way at the same time."
    cost: float | None = None
    "In the currency of the prices in the settings; None without them."
    criteria: tuple[tuple[str, int, float], ...] = ()
    "(id, samples, share of them that agree with the median) of each criterion."

    def plus(self, other: "Effort | None") -> "Effort":
        """Both together; the samples are this one's."""
        if other is None:
            return self
        names = ("calls", "retries", "kept", "untold", "input_tokens", "output_tokens", "cached_tokens")
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        cost = None if self.cost is None or other.cost is None else round(self.cost + other.cost, 6)
        return replace(self, **sums, seconds=round(self.seconds + other.seconds, 3), cost=cost)

    def as_json(self) -> dict[str, Any]:
        """`effort` of a report; samples are told with each criterion."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "criteria"}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All that a judge has to say about one talk. Must hold exactly the rubric's criterion ids."""

    judge: JudgeInfo
    criteria: tuple[CriterionVerdict | CriterionFailure, ...]
    provenance: tuple[tuple[str, str], ...] = ()
    "What made it besides: prompt hashes, samples taken; (name, value) pairs, kept in the report."
    effort: Effort | None = None
    "None for a judge that asks nobody."


class Judge(Protocol):
    """Judges a talk against a rubric."""

    @property
    def info(self) -> JudgeInfo:
        """Who this is."""
        ...

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:
        """One verdict per check. A criterion that fails is a `CriterionFailure`, not an exception.

        Raises:
            ProviderError: nothing at all could be had from a provider asked for by name.
        """
        ...


class ScriptedJudge:
    """A double that answers what it was told to, in order; use as a context manager.

    An unexpected call raises, and so does leaving the block with a step unused.
    """

    def __init__(self, steps: Sequence[Verdicts | Exception], kind: str = "scripted") -> None:
        self.steps = list(steps)
        self.calls: list[Transcript] = []
        self._info = JudgeInfo(kind, "1")

    @property
    def info(self) -> JudgeInfo:
        """Named in the report like any judge."""
        return self._info

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:  # noqa: ARG002
        """The next step; an exception given as a step is raised."""
        self.calls.append(transcript)
        if not self.steps:
            raise AssertionError(f"unexpected call {len(self.calls)} of the scripted judge")
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def __enter__(self) -> "ScriptedJudge":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self.steps:
            raise AssertionError(f"{len(self.steps)} steps of the scripted judge were not used")
