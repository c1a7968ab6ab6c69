"""Strangers' words for the same deeds: each stays in its band, nearly always."""

from pathlib import Path

import pytest

from rubrics.players import scripted
from rubrics.playtest import play, within
from scenarios.loading import find_station

FILES = sorted((Path(__file__).parents[1] / "golden" / "paraphrases").glob("*.*.*.txt"))


async def _inside(kind: str) -> list[bool]:
    out = []
    for file in FILES:
        station, said_kind, _ = file.name.split(".", 2)
        if said_kind == kind:
            lines = tuple(line for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
            _, report, _ = await play(find_station(station), scripted(lines), 1)
            out.append(within(kind, report))
    return out


@pytest.mark.parametrize(("kind", "least"), [("strong", 0.85), ("borderline", 0.85), ("weak", 1.0)])
async def test_blind_paraphrases_land_in_their_band(kind: str, least: float) -> None:
    inside = await _inside(kind)
    assert len(inside) >= 35
    assert sum(inside) / len(inside) >= least
