"""A language model as judge: one criterion a call, several samples, the median; evidence only.

It returns verdicts and quotes, never a mark. What it quotes is verified by `verify.py`, what it says is
added up by `score.py`. A criterion it cannot judge is a failure with a reason, never a number: one that
fails takes the whole talk with it.
"""

import asyncio
from dataclasses import dataclass

from bot.chat_parts.asking import Meter
from bot.chat_parts.trouble import ChatError, Why
from bot.ports import ChatModel
from bot.transcript import Transcript
from rubrics.answers import Answers
from rubrics.gate import Gate
from rubrics.llm_asking import Late, Talk
from rubrics.llm_prompt import prompt_hash
from rubrics.llm_reading import Sample
from rubrics.model import Rubric
from rubrics.ports import CriterionFailure, CriterionVerdict, Effort, JudgeInfo, Verdicts
from rubrics.sampling import LEAST, STEP, agreement, combined, wanting
from scenarios.station import Station

VERSION = "2"
_HOPELESS = frozenset({Why.KEY, Why.QUOTA, Why.MODEL, Why.UNREACHABLE})
"No other criterion will fare better: stop at once."
_OUT_OF_REACH = _HOPELESS | {Why.BUSY, Why.SERVER, Why.TIMEOUT, Why.FOREIGN}
STRIKES = 3
"""Criteria of one talk for which nobody answered, with nothing had at all, that make it out of reach."""


@dataclass(frozen=True, slots=True)
class Price:
    """What the endpoint's owner asks for a million tokens, in whatever currency; None: not told."""

    input: float | None = None
    output: float | None = None

    def of(self, input_tokens: int, output_tokens: int) -> float | None:
        """The cost of so many tokens; None where a price is missing."""
        if self.input is None or self.output is None:
            return None
        return round((input_tokens * self.input + output_tokens * self.output) / 1e6, 6)


@dataclass(frozen=True, slots=True)
class Habits:
    """How much is asked."""

    samples: int = 3
    "Answers for each criterion, odd; their median counts."
    most: int = 11
    "As many where more could change a band or the result; with fewer than three `samples` none are added."
    at_once: int = 8
    "Requests under way at the same time, all talks together."
    again: int = 1
    "How often an answer that came back unusable is asked for anew."
    deadline: float = 600.0
    "s for one talk, from its first request."

    def __post_init__(self) -> None:
        for name, value in (("samples", self.samples), ("most", self.most)):
            if value % 2 == 0 or not 1 <= value <= 11:
                raise ValueError(f"{name} must be odd, 1–11, not {value}")


class LlmJudge:
    """The `Judge` of a configured model."""

    def __init__(
        self,
        model: ChatModel,
        habits: Habits | None = None,
        *,
        answers: Answers | None = None,
        identity: str = "",
        price: Price | None = None,
    ) -> None:
        """Nothing is asked yet.

        Args:
            model: who judges.
            habits: how much is asked.
            answers: where answers are kept; None: nowhere.
            identity: what else than the model's name tells its answers from another's: endpoint, sampling.
            price: for the cost in the report.
        """
        self._model, self._habits, self._answers = model, habits or Habits(), answers
        self._identity, self._price = f"{identity} {model.name}", price or Price()
        self._gates: dict[asyncio.AbstractEventLoop, Gate] = {}
        self._talks = 0

    @property
    def info(self) -> JudgeInfo:
        """Named with its model."""
        return JudgeInfo("llm", VERSION, self._model.name)

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:
        """See `Judge.judge`: all criteria at once, within the limit; cancelling it cancels them all.

        Raises:
            ProviderError: the endpoint is out of reach, for every criterion or for good.
        """
        begun = asyncio.get_running_loop().time()
        with Meter() as meter:
            talk = self._talk(transcript, station, rubric)
            samples = await _Round(talk, rubric, self._habits).run()
        made = {c.id: combined(c, samples.taken[c.id]) for c in rubric.criteria if samples.taken.get(c.id)}
        used = meter.usage
        effort = Effort(
            calls=used.calls,
            retries=used.retries,
            kept=talk.kept,
            untold=used.calls - used.told,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            cached_tokens=used.cached_tokens,
            seconds=round(asyncio.get_running_loop().time() - begun, 3),
            cost=self._price.of(used.input_tokens, used.output_tokens),
            criteria=tuple((n, len(samples.taken[n]), agreement(each)) for n, each in made.items()),
        )
        criteria: tuple[CriterionVerdict | CriterionFailure, ...] = tuple(made.values())
        if samples.failed:
            criteria = _none(rubric, samples.failed)
        return Verdicts(self.info, criteria, (("prompt", prompt_hash()), ("samples", self._told())), effort)

    def _told(self) -> str:
        low, high = self._habits.samples, self._habits.most
        return f"{low}-{high}" if LEAST <= low < high else str(low)

    def _talk(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Talk:
        self._talks += 1
        return Talk(
            self._model,
            self._gate(),
            self._answers,
            self._identity,
            transcript,
            station,
            rubric,
            order=self._talks,
            again=self._habits.again,
            seconds=self._habits.deadline,
        )

    def _gate(self) -> Gate:
        """One gate for each event loop: what waits belongs to the loop it waits on."""
        for gone in [loop for loop in list(self._gates) if loop.is_closed()]:
            self._gates.pop(gone, None)
        loop = asyncio.get_running_loop()
        if loop not in self._gates:
            self._gates[loop] = Gate(self._habits.at_once)
        return self._gates[loop]


class _Stop(Exception):
    """The talk cannot be judged any more; `failed` says why."""


class _Round:
    """The samples of one talk: taken round by round until no more are wanted, or one cannot be had."""

    def __init__(self, talk: Talk, rubric: Rubric, habits: Habits) -> None:
        self.taken: dict[str, list[Sample]] = {each.id: [] for each in rubric.criteria}
        self.failed: dict[str, str] = {}
        "Reasons in Chinese by criterion; when there are any, the talk is not judged."
        self._talk, self._rubric, self._habits = talk, rubric, habits
        self._unanswered: dict[str, ChatError] = {}

    async def run(self) -> "_Round":
        """Itself, with everything taken.

        Raises:
            ProviderError: the endpoint is out of reach.
        """
        names, count = tuple(self.taken), self._habits.samples
        try:
            while names:
                await self._take(names, count)
                names = wanting(self._rubric, self.taken, self._habits.most)
                count = STEP
        except _Stop:
            pass
        finally:
            self._talk.keep()
        return self

    async def _take(self, names: tuple[str, ...], count: int) -> None:
        """`count` more samples of each of these criteria: those kept from before, the others asked for."""
        wanted = [(name, len(self.taken[name]) + n) for name in names for n in range(count)]
        kept = self._talk.kept_of(wanted)
        for (name, _), sample in kept.items():
            self.taken[name].append(sample)
        if len(kept) < len(wanted):
            await self._ask([each for each in wanted if each not in kept])

    async def _ask(self, wanted: list[tuple[str, int]]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [(name, group.create_task(self._one(name, number))) for name, number in wanted]
        except* (_Stop, ChatError, Late) as group_error:
            raise self._why(group_error) from None
        if self._unanswered:
            self.failed |= {name: error.what for name, error in self._unanswered.items()}
            if len(self._unanswered) == len(self.taken):
                raise next(iter(self._unanswered.values()))
            raise _Stop
        for name, task in tasks:
            if (sample := task.result()) is not None:
                self.taken[name].append(sample)

    async def _one(self, name: str, number: int) -> Sample | None:
        """One sample; None where the endpoint gave nothing and others may still fare better."""
        if name in self._unanswered:
            return None
        try:
            return await self._talk.sample(name, number)
        except ChatError as error:
            if error.why in _HOPELESS:
                raise
            if error.why in _OUT_OF_REACH and not self._talk.had:
                self._unanswered[name] = error
                if len(self._unanswered) >= STRIKES:
                    raise
                return None
            self.failed[name] = error.what
            raise _Stop from None
        except ValueError as error:  # `Unusable`
            self.failed[name] = f"模型没有给出合格的判断：{error}"
            raise _Stop from None

    def _why(self, group: BaseExceptionGroup[Exception]) -> Exception:
        """What ends the talk: out of reach before late before anything else."""
        errors = list(_flat(group))
        reach = next((each for each in errors if isinstance(each, ChatError)), None)
        if reach is not None:
            return reach
        if any(isinstance(each, Late) for each in errors) and not self.failed:
            told = f"评这一份超过了 {self._habits.deadline:g} 秒，没有评完（KOUSHI_LLM_DEADLINE 可以放宽）"
            self.failed = dict.fromkeys(self.taken, told)
        return _Stop()


def _flat(group: BaseExceptionGroup[Exception]) -> list[Exception]:
    out: list[Exception] = []
    for each in group.exceptions:
        out += _flat(each) if isinstance(each, BaseExceptionGroup) else [each]
    return out


def _none(rubric: Rubric, failed: dict[str, str]) -> tuple[CriterionFailure, ...]:
    """One criterion that failed takes the others with it: no mark is made of part of a judgement."""
    titles = "、".join(f"“{rubric.criterion(each).title}”" for each in failed)
    reason = f"{titles}没有评出来，整份不评分"
    return tuple(CriterionFailure(each.id, failed.get(each.id, reason)) for each in rubric.criteria)
