"""Do other people's words for the same deeds land in the same band? And do the shipped scripts?"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import Measure
from bot.ports import Recogniser
from rubrics.players import scripted
from rubrics.playtest import Played, play, play_test
from scenarios.loading import library
from scenarios.station import Station

PARAPHRASES = Path(__file__).parent.parent / "tests" / "golden" / "paraphrases"
SEEDS = (1, 2, 3)


def paraphrased(
    station: Station, seeds: Sequence[int] = SEEDS, recogniser: Recogniser | None = None
) -> Iterator[tuple[str, Played]]:
    """Each blind paraphrase of a station's scripts, played: (name of its file, the play)."""
    for file in sorted(PARAPHRASES.glob(f"{station.id}.*.txt")):
        kind = file.name.split(".")[1]
        lines = tuple(line for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
        for seed in seeds:
            found = asyncio.run(play(station, scripted(lines), seed, recogniser=recogniser))
            yield file.stem, Played(kind, seed, *found)


def run() -> Iterator[Measure]:
    """Shares in band, by kind of script; the worst spread of a total over seeds."""
    done = [played for station in library().values() for _, played in paraphrased(station)]
    for kind in ("strong", "borderline", "weak"):
        inside = [each.within for each in done if each.player == kind]
        yield Measure("bands", f"blind {kind} paraphrases in band", sum(inside) / len(inside), ">=0.9")
    for station in library().values():
        plays = asyncio.run(play_test(station, SEEDS))
        yield Measure(
            "bands", f"{station.id}: players in band", sum(p.within for p in plays) / len(plays), ">=1"
        )
