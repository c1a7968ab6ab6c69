"""A language model as judge: one criterion a call, several samples, the median; evidence only.

It returns verdicts and quotes, never a mark. What it quotes is verified by `verify.py`, what it says is
added up by `score.py`. A criterion it cannot judge is a failure with a reason, never a number.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.chat_parts.trouble import ChatError, Why
from bot.ports import ChatModel
from bot.transcript import Transcript, Turn
from retrieval.errors import ProviderError
from retrieval.text import fold
from rubrics.llm_prompt import MAX_QUOTES, SYSTEM, prompt_hash, question, schema, shared
from rubrics.model import Criterion, Rubric
from rubrics.ports import (
    CheckVerdict,
    CriterionFailure,
    CriterionVerdict,
    JudgeInfo,
    Quote,
    Verdict,
    Verdicts,
)
from scenarios.station import Station

T = TypeVar("T")
VERSION = "1"
_ORDER = {Verdict.NOT_MET: 0, Verdict.PARTLY: 1, Verdict.MET: 2}
_HOPELESS = frozenset({Why.KEY, Why.QUOTA, Why.MODEL, Why.UNREACHABLE})
"No other criterion will fare better: stop at once."
_OUT_OF_REACH = _HOPELESS | {Why.BUSY, Why.SERVER, Why.TIMEOUT, Why.FOREIGN}
_WRAP = "“”\"'「」『』…. 　"
_SURE_ENOUGH = 4
"Characters from which a quote under a wrong turn number may be moved to the one turn that holds it."


class Unusable(ValueError):
    """An answer that is no verdict on our checks; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class _Failed:
    failure: CriterionFailure
    error: ProviderError | None


class LlmJudge:
    """The `Judge` of a configured model."""

    def __init__(self, model: ChatModel, *, samples: int = 3, at_once: int = 4, again: int = 1) -> None:
        """Nothing is asked yet.

        Args:
            model: who judges.
            samples: answers for each criterion, 1–11, odd; their median counts.
            at_once: requests under way at the same time, all talks together.
            again: how often a sample that came back unusable is asked for anew.
        """
        if samples % 2 == 0 or not 1 <= samples <= 11:
            raise ValueError(f"samples must be odd, 1–11, not {samples}")
        self._model, self._samples, self._again, self._at_once = model, samples, again, at_once
        self._gates: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}

    @property
    def info(self) -> JudgeInfo:
        """Named with its model."""
        return JudgeInfo("llm", VERSION, self._model.name)

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:
        """See `Judge.judge`: all criteria at once, within `at_once`; cancelling it cancels them all.

        Raises:
            ProviderError: the endpoint is out of reach, for every criterion or for good.
        """
        begin = shared(transcript, station)
        found = await _together([self._criterion(begin, transcript, each) for each in rubric.criteria])
        failed = [each for each in found if isinstance(each, _Failed)]
        errors = [f.error for f in failed if isinstance(f.error, ChatError) and f.error.why in _OUT_OF_REACH]
        if errors and len(errors) == len(rubric.criteria):
            raise errors[0]
        return Verdicts(
            self.info,
            _all_or_none(rubric, found),
            (("prompt", prompt_hash()), ("samples", str(self._samples))),
        )

    async def _criterion(
        self, begin: str, transcript: Transcript, criterion: Criterion
    ) -> CriterionVerdict | _Failed:
        """The median of its samples; the first sample that cannot be had fails it."""
        candidates = list(transcript.candidate_turns())
        form = schema(criterion, [turn.index for turn in candidates])
        text = f"{begin}\n\n{question(criterion)}"
        try:
            samples = await _together([
                self._sample(text, form, criterion, candidates) for _ in range(self._samples)
            ])
        except Unusable as error:
            return _Failed(CriterionFailure(criterion.id, f"模型没有给出合格的判断：{error}"), None)
        except ProviderError as error:
            if isinstance(error, ChatError) and error.why in _HOPELESS:
                raise
            return _Failed(CriterionFailure(criterion.id, error.what), error)
        return CriterionVerdict(
            criterion.id, tuple(_median([s[check.id] for s in samples]) for check in criterion.checks)
        )

    async def _sample(
        self, text: str, form: Mapping[str, Any], criterion: Criterion, turns: Sequence[Turn]
    ) -> dict[str, CheckVerdict]:
        """One answer, read strictly; unusable ones are asked for anew `again` times."""
        for last in (*(False,) * self._again, True):
            try:
                async with self._gate():
                    answer = await self._model.structured(SYSTEM, [{"role": "user", "content": text}], form)
                return read(answer, criterion, turns)
            except (Unusable, ProviderError) as error:
                # A wrong shape has been asked for twice already, by the model's client.
                worth = isinstance(error, Unusable) or getattr(error, "why", None) in {Why.EMPTY, Why.CUT}
                if last or not worth:
                    raise
        raise AssertionError("unreachable: the last round returns or raises")

    def _gate(self) -> asyncio.Semaphore:
        """One gate for each event loop: a semaphore belongs to the loop it was first waited on."""
        for gone in [loop for loop in list(self._gates) if loop.is_closed()]:
            self._gates.pop(gone, None)
        return self._gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._at_once))


def _all_or_none(
    rubric: Rubric, found: Sequence[CriterionVerdict | _Failed]
) -> tuple[CriterionVerdict | CriterionFailure, ...]:
    """One criterion that failed takes the others with it: no mark is made of part of a judgement."""
    failures = {each.failure.id: each.failure for each in found if isinstance(each, _Failed)}
    if not failures:
        return tuple(each for each in found if not isinstance(each, _Failed))
    titles = "、".join(f"“{rubric.criterion(each).title}”" for each in failures)
    reason = f"{titles}没有评出来，整份不评分"
    return tuple(failures.get(each.id, CriterionFailure(each.id, reason)) for each in rubric.criteria)


def read(answer: Mapping[str, Any], criterion: Criterion, turns: Sequence[Turn]) -> dict[str, CheckVerdict]:
    """An answer as verdicts by check id.

    Raises:
        Unusable: other ids than the criterion's, or anything but quotes and a verdict.
    """
    wanted = {check.id for check in criterion.checks}
    if not isinstance(answer, Mapping) or set(answer) != wanted:
        raise Unusable(f"应当有且只有这些观察点：{'、'.join(sorted(wanted))}")
    return {check_id: _check(check_id, answer[check_id], turns) for check_id in answer}


def _check(check_id: str, entry: Any, turns: Sequence[Turn]) -> CheckVerdict:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("quotes"), Sequence):
        raise Unusable(f"观察点 {check_id} 缺少 quotes 或 verdict")
    if entry.get("verdict") not in set(Verdict):
        raise Unusable(f"观察点 {check_id} 的 verdict 不在规定的四种之内：{str(entry.get('verdict'))[:40]}")
    found = (_quote(each, turns) for each in entry["quotes"])
    quotes = tuple(dict.fromkeys(quote for quote in found if quote))[:MAX_QUOTES]
    return CheckVerdict(check_id, Verdict(entry["verdict"]), quotes)


def _quote(entry: Any, turns: Sequence[Turn]) -> Quote | None:
    """A quote in the candidate's own writing. What is nowhere stays as it is, for `verify.py` to drop."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("quote"), str):
        raise Unusable("有一条 quote 不是文字")
    if type(entry.get("turn")) is not int:
        raise Unusable("有一条 quote 没有写明是第几轮")
    words = entry["quote"].strip(_WRAP)
    if not words:
        return None
    held = {turn.index: text for turn in turns if (text := _verbatim(words, turn.text))}
    named = int(entry["turn"])
    if named not in held and len(held) == 1 and len(words) >= _SURE_ENOUGH:
        named = next(iter(held))
    return Quote(named, held.get(named, words))


def _verbatim(words: str, text: str) -> str | None:
    """The passage of `text` that `words` is, but for width, case and script of characters."""
    if words in text:
        return words
    at = fold(text).find(fold(words))
    return text[at : at + len(words)] if at >= 0 else None


def _median(samples: Sequence[CheckVerdict]) -> CheckVerdict:
    """The middle verdict, the lower of two; *cannot be judged* when half or more say so.

    Its evidence is what the samples of that verdict quote, the most quoted first; its confidence the
    share of samples that agree with it.
    """
    judged = sorted((s for s in samples if s.verdict in _ORDER), key=lambda s: _ORDER[s.verdict])
    if 2 * len(judged) <= len(samples):
        share = (len(samples) - len(judged)) / len(samples)
        return CheckVerdict(samples[0].id, Verdict.CANNOT_JUDGE, (), round(share, 4))
    verdict = judged[(len(judged) - 1) // 2].verdict
    agreeing = [s for s in judged if s.verdict is verdict]
    counted = Counter(quote for sample in agreeing for quote in sample.evidence)
    quotes = tuple(quote for quote, _ in counted.most_common(MAX_QUOTES))
    return CheckVerdict(samples[0].id, verdict, quotes, round(len(agreeing) / len(samples), 4))


async def _together(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All at once, results in order; the first failure, or being cancelled, stops the others and waits."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
