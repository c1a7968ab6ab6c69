"""Do other people's words for the same deeds land in the same band? And do the shipped scripts?"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measure
from rubrics.players import scripted
from rubrics.playtest import play, play_test, within
from scenarios.loading import library

PARAPHRASES = Path(__file__).parent.parent / "tests" / "golden" / "paraphrases"
SEEDS = (1, 2, 3)


def run() -> Iterator[Measure]:
    """Shares in band, by kind of script; the worst spread of a total over seeds."""
    for kind in ("strong", "borderline", "weak"):
        inside = []
        for file in sorted(PARAPHRASES.glob(f"*.{kind}.*.txt")):
            station = library()[file.name.split(".")[0]]
            lines = tuple(line for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
            for seed in SEEDS:
                _, report, _ = asyncio.run(play(station, scripted(lines), seed))
                inside.append(within(kind, report))
        yield Measure("bands", f"blind {kind} paraphrases in band", sum(inside) / len(inside), ">=0.9")
    for station in library().values():
        plays = asyncio.run(play_test(station, SEEDS))
        yield Measure(
            "bands", f"{station.id}: players in band", sum(p.within for p in plays) / len(plays), ">=1"
        )
