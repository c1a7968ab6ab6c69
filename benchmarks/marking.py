"""How fast the built-in judge marks talks of a dozen turns, with behaviours stored and from bare text."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.measure import Measure
from bot.recogniser import BuiltinRecogniser
from bot.transcript import Transcript
from rubrics.builtin_judge import BuiltinJudge
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.players import scripted
from rubrics.playtest import play
from scenarios.loading import library

TALKS = 20


def run() -> Iterator[Measure]:
    """Talks a second on one core."""
    station = library()["l3-aircon-third-visit"]
    talk, _, _ = asyncio.run(play(station, scripted(station.players["strong"].says), 1))
    bare = replace(talk, turns=tuple(replace(t, behaviours=None, counted=()) for t in talk.turns))
    yield Measure("marking", "talks a second, behaviours stored", asyncio.run(_rate(talk)), ">=100")
    yield Measure("marking", "talks a second, from bare text", asyncio.run(_rate(bare)), ">=25")


async def _rate(talk: Transcript) -> float:
    station = library()[talk.station or ""]
    recogniser = BuiltinRecogniser()
    judge, rubric = BuiltinJudge(recogniser), find_rubric(station.rubric)
    start = time.perf_counter()
    for _ in range(TALKS):
        await mark(talk, station=station, rubric=rubric, judge=judge, recogniser=recogniser)
    return TALKS / (time.perf_counter() - start)
