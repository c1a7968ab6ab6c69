"""The LLM judge against a bare loop and two rivals: 40 talks × 10 criteria, 32 at once, 50 ms a call.

One local server, one sample each, every contestant in a process of its own, one after the other, three times.
What is counted of ours is told in `judge_run.py`; of the others, the same calls after a first talk.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.judge_talks import CRITERIA, TALKS, write
from benchmarks.measure import Measure

REPEATS = 3
ROOT = Path(__file__).parent.parent
RIVALS = ROOT / ".venv-rivals" / "bin" / "python"
Row = partial(Measure, "judge-speed")


@contextmanager
def server(*options: str) -> Iterator[str]:
    """The local endpoint in its own process; its address."""
    command = [sys.executable, "-m", "benchmarks.judge_server", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.kill()


def ran(*command: str) -> dict[str, Any]:
    """The JSON a contestant prints last."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("KOUSHI_")} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def run() -> Iterator[Measure]:
    """Seconds, and the ratios that have a bar."""
    print(f"judge-speed: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name, server() as url:
        write(folder := Path(name) / "batch")
        rounds = [_round(url, str(folder)) for _ in range(REPEATS)]
    for each in rounds:
        assert each["koushi"]["calls"] == each["bare"]["calls"] == TALKS * CRITERIA, each
        assert (each["koushi"]["kept"], each["koushi"]["scored"]) == (TALKS * CRITERIA, 2 * TALKS), each
    bare = [each["bare"]["seconds"] for each in rounds]
    ours = [each["koushi"]["fresh"] for each in rounds]
    yield _of("bare httpx loop, s", bare)
    yield _of("koushi, s", ours)
    yield _of("CPU of the bare loop, s", [each["bare"]["cpu"] for each in rounds])
    yield _of("CPU of koushi without its helpers, s", [each["koushi"]["cpu"] for each in rounds])
    yield _of("koushi over the bare loop", [a / b for a, b in zip(ours, bare, strict=True)], "<=1.3")
    yield _of(
        "second run: judging from the cache, s", [each["koushi"]["judging"] for each in rounds], "<=0.1"
    )
    yield _of("second run: whole, s", [each["koushi"]["again"] for each in rounds])
    for rival in ("autorubric", "deepeval"):
        theirs = [each[rival]["seconds"] for each in rounds]
        yield _of(f"{rival}, s", theirs)
        made = [a / b for a, b in zip(ours, theirs, strict=True)]
        yield _of(f"koushi over {rival}", made)


def _round(url: str, folder: str) -> dict[str, dict[str, Any]]:
    rival = partial(ran, str(RIVALS), "benchmarks/rivals/judge.py")
    return {
        "bare": ran(sys.executable, "-m", "benchmarks.judge_bare", url, folder),
        "koushi": ran(sys.executable, "-m", "benchmarks.judge_run", url, folder),
        "autorubric": rival("autorubric", url, folder),
        "deepeval": rival("deepeval", url, folder),
    }


def _of(what: str, values: list[float], bar: str | None = None) -> Measure:
    spread = (round(min(values), 3), round(max(values), 3))
    return Row(what, statistics.median(values), bar, spread=spread)
