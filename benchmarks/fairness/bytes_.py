"""Same input, same bytes: every script played and marked in two fresh processes that hash apart."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.fairness.kit import SCRIPTED, Row
from benchmarks.measure import Measure
from bot.recogniser import BuiltinRecogniser
from rubrics.playtest import play_one
from scenarios.loading import library

ROOT = Path(__file__).parents[2]
HASHED = ("1", "4242")
"""What `PYTHONHASHSEED` is in the two."""
SEED = 4


def start(names: Sequence[str] = ()) -> tuple[subprocess.Popen[str], ...]:
    """The two, under way; all stations when none is named."""
    code = f"import sys; from {__name__} import tell; tell(sys.argv[1:])"
    return tuple(
        subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-c", code, *names],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in HASHED
    )


def rows(processes: tuple[subprocess.Popen[str], ...]) -> Iterator[Measure]:
    """How many talks or reports differ."""
    one, other = (dict(json.loads(each.communicate()[0])) for each in processes)
    apart = tuple(name for name in one if one[name] != other.get(name))
    yield Row(
        f"of {len(one)} talks and reports made twice, not the same bytes", len(apart), "<=0", where=apart
    )


def digests(names: Sequence[str]) -> dict[str, str]:
    """SHA-256 of each talk with its report, by station and player."""
    recogniser, out = BuiltinRecogniser(), {}
    for name in names:
        for player in SCRIPTED:
            played = asyncio.run(play_one(library()[name], player, SEED, recogniser=recogniser))
            made = [played.transcript.as_json(), played.report.as_json()]
            text = json.dumps(made, ensure_ascii=False)
            out[f"{name} {player}"] = hashlib.sha256(text.encode()).hexdigest()
    return out


def tell(names: Sequence[str]) -> None:
    """What each of the two processes does."""
    print(json.dumps(digests(names or tuple(library()))))
