"""The seam of the marking: a judge reads a talk and says of each check whether it was shown.

A judge does language only. It never sees a total, never adds up, and never decides a band: that is
`score.py`. Whatever it quotes is verified by `verify.py` before it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All that a judge has to say about one talk. Must hold exactly the rubric's criterion ids."""

    judge: JudgeInfo
    criteria: tuple[CriterionVerdict | CriterionFailure, ...]
    provenance: tuple[tuple[str, str], ...] = ()
    "What made it besides: prompt hashes, samples taken; (name, value) pairs, kept in the report."


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
