"""The recogniser on utterances labelled by someone who had seen neither patterns nor examples."""

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import Measure
from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from scenarios.station import Role

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "utterances.yaml"
ENOUGH = 5
"""Cases a behaviour needs to count in the macro mean."""


def f1(hit: int, wrong: int, missed: int) -> float:
    """Harmonic mean of precision and recall; 1 when there was nothing to find and nothing found."""
    return 2 * hit / (2 * hit + wrong + missed) if hit + wrong + missed else 1.0


def counts(cases: list[dict[str, Any]]) -> tuple[Counter[str], Counter[str], Counter[str], float]:
    """Hits, wrong marks and misses by behaviour, and the share of traps wrongly marked."""
    recogniser = BuiltinRecogniser()
    hit, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    traps = fallen = 0
    for case in cases:
        context = Context(Role(case["role"]), case.get("previous") or "")
        found = {str(b.id) for b in recogniser.recognise(case["text"], context)}
        wanted = set(case["labels"])
        hit.update(found & wanted)
        wrong.update(found - wanted)
        missed.update(wanted - found)
        if (case.get("trap") or "none") != "none":
            traps, fallen = traps + 1, fallen + bool(found - wanted)
    return hit, wrong, missed, fallen / max(1, traps)


def run() -> Iterator[Measure]:
    """F1, traps, time an utterance."""
    cases = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    for half, chosen in (("all", cases), ("held out (even)", cases[::2])):
        hit, wrong, missed, traps = counts(chosen)
        known = [b for b in hit | missed if hit[b] + missed[b] >= ENOUGH]
        micro = f1(hit.total(), wrong.total(), missed.total())
        macro = statistics.mean(f1(hit[b], wrong[b], missed[b]) for b in known)
        yield Measure("recogniser", f"micro-F1, {half}", micro, ">=0.80")
        yield Measure("recogniser", f"macro-F1, {half}", macro, ">=0.72")
        yield Measure("recogniser", f"traps wrongly marked, {half}", traps, "<=0.08")
    yield _time([case["text"] for case in cases])


def _time(texts: list[str]) -> Measure:
    recogniser, context = BuiltinRecogniser(), Context(Role.CUSTOMER)
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for text in texts:
            recogniser.recognise(text, context)
        rounds.append((time.perf_counter() - start) / len(texts) * 1000)
    spread = (round(min(rounds), 2), round(max(rounds), 2))
    return Measure("recogniser", "ms an utterance", statistics.median(rounds), "<=3", spread)
