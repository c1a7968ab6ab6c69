"""Other people's words for the same deeds (`tests/golden/paraphrases`), by whom they paraphrase."""

from collections.abc import Iterator

from benchmarks.bands import paraphrased
from benchmarks.fairness.kit import SCRIPTED, Found, Kit, Row
from benchmarks.measure import Measure

Seen = tuple[str, str, int, float | None, bool]
"""Name of the file, player, seed, total, within its band."""


def look(kit: Kit) -> list[Seen]:
    """Every paraphrase of one station."""
    out = []
    for name, played in paraphrased(kit.station, (1,), kit.recogniser):
        kit.quotes.look(played.transcript, played.report)
        out.append((name, played.player, played.seed, played.report.total, played.within))
    return out


def rows(found: Found) -> Iterator[Measure]:
    """Shares in band."""
    for player in SCRIPTED:
        mine = [each for list_ in found.values() for each in list_ if each[1] == player]
        if not mine:
            continue
        inside = sum(each[4] for each in mine) / len(mine)
        where = tuple(dict.fromkeys(f"{name}: {total}" for name, _, _, total, ok in mine if not ok))
        files = len({each[0] for each in mine})
        yield Row(f"blind {player} paraphrases in band ({files} of them)", inside, ">=0.9", where=where)
