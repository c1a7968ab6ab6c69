"""`koushi prescreen --judge llm` without its start-up: `python -m benchmarks.judge_run URL FOLDER`.

Counted is what `prescreen` does from the first file to the last line of `reports.jsonl`: reading, parsing,
finding out what the candidates did, asking, verifying, adding up, writing. Not counted are Python, imports,
and the processes that help, which a first batch of other talks has started.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.reading import parse_transcript
from rubrics.batch_loop import Hands, hands, in_one_loop
from rubrics.intake import Found, found
from rubrics.journal import Journal
from rubrics.loading import find_rubric
from rubrics.marker import Marker
from scenarios.loading import find_station
from ui.settings import Settings, read
from ui.wiring import batch_marker

CONCURRENCY = 32


def settings(url: str, home: Path, **more: str) -> Settings:
    """One sample each; what is measured is the machinery."""
    return read({
        "KOUSHI_HOME": str(home),
        "KOUSHI_LLM_BASE_URL": url,
        "KOUSHI_LLM_MODEL": "bench",
        "KOUSHI_LLM_CONCURRENCY": str(CONCURRENCY),
        "KOUSHI_LLM_SAMPLES": "1",
        **more,
    })


def batch(
    files: Sequence[Found], marker: Marker, runner: asyncio.Runner, helping: Hands, out: Path
) -> tuple[float, list[Mapping[str, Any]]]:
    """Seconds for these files, and their lines."""
    begun, journal = time.perf_counter(), Journal(out, resume=False)
    lines = [journal.add(outcome) for outcome in in_one_loop(files, marker, runner, CONCURRENCY, helping)]
    took = time.perf_counter() - begun
    journal.close()
    return took, lines


async def judging(files: Sequence[Found], marker: Marker) -> float:
    """Seconds for the judge alone over all talks, every answer kept: the best of three."""
    talks = [parse_transcript(each.read(), each.name) for each in files]
    by = [(talk, find_station(talk.station) if talk.station else None) for talk in talks]
    rubric, took = find_rubric(str(marker.rubric)), []
    for _ in range(3):
        begun = time.perf_counter()
        for talk, station in by:
            await marker.judge.judge(talk, station, rubric)
        took.append(time.perf_counter() - begun)
    return min(took)


def main() -> None:
    """Fresh, then again from the cache."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    files, rubric = list(found([folder / "talks"])), str(folder / "ten-criteria.yaml")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        set_ = settings(url, home)
        warm = replace(batch_marker(set_.without_cache(), "llm", None, rubric), finish=None)
        whole = batch_marker(set_, "llm", None, rubric)
        marker = replace(whole, finish=None)
        with (
            hands(partial(batch_marker, set_, "builtin", None, rubric)) as helping,
            asyncio.Runner() as runner,
        ):
            batch(files[:16], warm, runner, helping, home / "warm")
            cpu = time.process_time()
            fresh, lines = batch(files, marker, runner, helping, home / "fresh")
            cpu = time.process_time() - cpu
            again, kept = batch(files, marker, runner, helping, home / "again")
            alone = runner.run(judging(files, marker))
            assert whole.finish is not None
            runner.run(whole.finish())
    told = {
        "fresh": fresh,
        "again": again,
        "cpu": cpu,
        "judging": alone,
        "calls": sum(line["effort"]["calls"] for line in lines),
        "kept": sum(line["effort"]["kept"] for line in kept),
        "scored": sum(line["outcome"] == "scored" for line in (*lines, *kept)),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
