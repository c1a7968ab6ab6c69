"""How fast the built-in judge marks talks of a dozen turns, with behaviours stored and from bare text.

And how fast a batch of files goes on all cores, against the same files in one process.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from benchmarks.measure import Measure
from bot.recogniser import BuiltinRecogniser
from bot.recogniser.addressing import addressed
from bot.recogniser.clauses import split
from bot.transcript import Transcript
from rubrics.batch import cores, in_processes
from rubrics.builtin_judge import BuiltinJudge
from rubrics.intake import Found
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.players import scripted
from rubrics.playtest import play
from scenarios.loading import library
from ui.settings import read
from ui.wiring import batch_marker

TALKS = 20
FILES = 200


def run() -> Iterator[Measure]:
    """Talks a second on one core."""
    station = library()["l3-aircon-third-visit"]
    talk, _, _ = asyncio.run(play(station, scripted(station.players["strong"].says), 1))
    bare = replace(talk, turns=tuple(replace(t, behaviours=None, counted=()) for t in talk.turns))
    yield Measure("marking", "talks a second, behaviours stored", asyncio.run(_rate(talk)), ">=100")
    yield Measure("marking", "talks a second, from bare text", asyncio.run(_rate(bare)), ">=25")
    one, all_ = _batch(bare, 1), _batch(bare, cores())
    name = f"files a second, {cores()} processes"
    yield Measure("marking", name, all_, rival="one process", rival_value=round(one, 1))


async def _rate(talk: Transcript) -> float:
    station = library()[talk.station or ""]
    recogniser = BuiltinRecogniser()
    judge, rubric = BuiltinJudge(recogniser), find_rubric(station.rubric)
    start = time.perf_counter()
    for _ in range(TALKS):
        for remembered in (addressed, split):
            remembered.cache_clear()  # it is always another talk
        await mark(talk, station=station, rubric=rubric, judge=judge, recogniser=recogniser)
    return TALKS / (time.perf_counter() - start)


def _batch(talk: Transcript, workers: int) -> float:
    """Files a second of `koushi prescreen`, once the processes have started."""
    data = json.dumps(talk.as_json()).encode()
    files = [Found(f"{n}.json", lambda: data) for n in range(FILES)]
    results = in_processes(files, partial(batch_marker, read(), "builtin", None, None), workers)
    for _ in range(workers):
        next(results)
    start = time.perf_counter()
    rest = sum(1 for _ in results)
    return rest / (time.perf_counter() - start)
