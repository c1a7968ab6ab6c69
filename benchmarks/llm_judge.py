"""How steady a model's marks are: the same talks marked again and again.

Against the endpoint of `KOUSHI_LLM_BASE_URL` where one is set; and always against a local one that is noisy
on purpose (one check in five is a matter of opinion): one sample, three, and as many as are wanted.
"""

import asyncio
import os
import statistics
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks.judge_speed import server
from benchmarks.judge_talks import rubric, talks
from benchmarks.measure import Measure
from bot.chat import ChatEndpoint
from bot.recogniser import BuiltinRecogniser
from bot.transcript import Transcript
from rubrics.builtin_judge import BuiltinJudge
from rubrics.llm_judge import Habits, LlmJudge
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.model import Rubric
from rubrics.ports import Judge
from rubrics.report import Report
from scenarios.loading import find_station

TALKS, REPEATS = 12, 8
REAL_TALKS, REAL_REPEATS = 9, 5
NOISE = 0.3
"""How often an answer differs where it is a matter of opinion; elsewhere a tenth of that."""
AT_ONCE = 32
Row = partial(Measure, "llm-judge")
COMMAND = "KOUSHI_LLM_BASE_URL=… KOUSHI_LLM_MODEL=… make bench ROW=llm-judge"
Marks = Sequence[Sequence[float]]
"""Totals by talk and repeat."""


def run() -> Iterator[Measure]:
    """Bars: total SD ≤ 2, flips ≤ 5 % (`marking.md`)."""
    for name, samples, most in (("1 sample", 1, 1), ("3 samples", 3, 3), ("3-11 samples", 3, 11)):
        bars = ("<=2", "<=0.05") if most > 3 else (None, None)
        with server("--latency", "0", "--noise", str(NOISE)) as url:
            habits = Habits(samples=samples, most=most, at_once=AT_ONCE)
            reports = asyncio.run(_repeated(url, "bench", "", habits, talks()[:TALKS], rubric(), REPEATS))
        yield from _steadiness(f"noisy server, {name}", reports, bars)
    yield from _real()


def _real() -> Iterator[Measure]:
    """The configured endpoint, on the talks of the complaint rubric."""
    url, model = os.environ.get("KOUSHI_LLM_BASE_URL", ""), os.environ.get("KOUSHI_LLM_MODEL", "")
    if not url:
        print(f"llm-judge    a model, repeated: not measured; {COMMAND}")
        return
    some, by = talks()[:REAL_TALKS], find_rubric("complaint-handling")
    key = os.environ.get("KOUSHI_LLM_API_KEY", "")
    habits = Habits(at_once=int(os.environ.get("KOUSHI_LLM_CONCURRENCY", "8")))
    reports = asyncio.run(_repeated(url, model, key, habits, some, by, REAL_REPEATS))
    yield from _steadiness(f"{model}, 3-11 samples", reports, ("<=2", "<=0.05"))
    own = asyncio.run(_builtin(some, by))
    theirs = [statistics.mean(t) if (t := _totals(each)) else None for each in reports]
    both = [(a, b) for a, b in zip(own, theirs, strict=True) if a is not None and b is not None]
    gaps = [abs(a - b) for a, b in both]
    yield Row(f"{model} and built-in: mean gap of totals", statistics.mean(gaps))
    agreed = [(a >= by.cut_score) == (b >= by.cut_score) for a, b in both]
    yield Row(f"{model} and built-in: same result", statistics.mean(agreed))


async def _repeated(
    url: str, model: str, key: str, habits: Habits, some: Sequence[Transcript], by: Rubric, repeats: int
) -> list[list[Report]]:
    """Every talk `repeats` times; nothing is kept, or there would be nothing to repeat."""
    async with ChatEndpoint(url, model, key, timeout=120, total=240, attempts=6) as chat:
        judge = LlmJudge(chat, habits)
        return [
            list(await asyncio.gather(*(_mark(talk, by, judge) for _ in range(repeats)))) for talk in some
        ]


async def _mark(talk: Transcript, by: Rubric, judge: Judge) -> Report:
    station = find_station(talk.station) if talk.station else None
    return await mark(talk, station=station, rubric=by, judge=judge, recogniser=BuiltinRecogniser())


async def _builtin(some: Sequence[Transcript], by: Rubric) -> list[float | None]:
    judge = BuiltinJudge(BuiltinRecogniser())
    return [(await _mark(talk, by, judge)).total for talk in some]


def _totals(reports: Sequence[Report]) -> list[float]:
    return [each.total for each in reports if each.total is not None]


def _steadiness(
    name: str, reports: Sequence[Sequence[Report]], bars: tuple[str | None, str | None]
) -> Iterator[Measure]:
    spreads = [statistics.pstdev(totals) for each in reports if len(totals := _totals(each)) > 1]
    told = [[r.passed for r in each if r.passed is not None] for each in reports]
    flips = sum(min(each.count(True), each.count(False)) for each in told) / sum(map(len, told))
    efforts: list[Mapping[str, Any]] = [r.effort.as_json() for each in reports for r in each if r.effort]
    calls = statistics.mean(effort["calls"] for effort in efforts)
    worst = (round(min(spreads), 2), round(max(spreads), 2))
    yield Row(f"{name}: SD of a talk's total", statistics.mean(spreads), bars[0], spread=worst)
    yield Row(f"{name}: flips of pass or fail", flips, bars[1])
    yield Row(f"{name}: calls a talk", calls)
