"""Do criteria leak into one another? Candidates who can some things and not others, and how their bands go
together.

A made-up candidate has a chance of its own for every skill. Each sentence of the strong script is said with
the chance of the skill it shows, or else a sentence of the weak script stands there. Skills are drawn
independently, so that what correlates does so by the rubric and the judge.
"""

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from benchmarks.fairness.ablation import SKILLS
from benchmarks.fairness.kit import Found, Kit, Row, rewritten
from benchmarks.measure import Measure
from bot.transcript import Turn
from rubrics.countable import spans
from scenarios.loading import library

CANDIDATES = 200
"""Made-up candidates of each rubric, shared out among its stations."""
SAME = 0.85
"""Correlation from which two criteria would be one."""
Bands = list[dict[str, int]]


@cache
def _stations(rubric: str) -> int:
    return sum(station.rubric == rubric for station in library().values())


def look(kit: Kit) -> Bands:
    """Bands by criterion of each made-up candidate."""
    strong, weak = kit.scripts["strong"].transcript, kit.scripts["weak"].transcript
    poor = [text[slice(*span)] for text in (t.text for t in weak.candidate_turns()) for span in spans(text)]
    turns = list(strong.candidate_turns())
    parts = [[(turn.text[slice(*span)], _skill(turn, span)) for span in spans(turn.text)] for turn in turns]
    dice, out = random.Random(zlib.crc32(kit.station.id.encode())), []
    for _ in range(-(-CANDIDATES // _stations(kit.station.rubric))):
        chances: dict[str, float] = defaultdict(dice.random)
        texts = [_said(each, chances, poor, dice) for each in parts]
        report = kit.mark(rewritten(strong, lambda n, _, texts=texts: texts[n]))
        if report.total is not None:
            out.append({each.id: each.band for each in report.criteria if each.band is not None})
    return out


def _skill(turn: Turn, span: tuple[int, int]) -> str:
    """The skill a sentence shows; its own words where it shows none, so that content points vary alone."""
    shown = [b.id for b in turn.behaviours or () if span[0] <= b.start < span[1]]
    skills = [name for name, behaviours in SKILLS.items() if any(b in behaviours for b in shown)]
    return skills[0] if skills else turn.text[slice(*span)]


def _said(
    parts: Sequence[tuple[str, str]], chances: dict[str, float], poor: Sequence[str], dice: random.Random
) -> str:
    kept = [text for text, skill in parts if dice.random() < chances[skill]]
    return "".join(kept) if kept else dice.choice(poor)


def rows(found: Found) -> Iterator[Measure]:
    """Mean and largest correlation of bands, by rubric."""
    by_rubric: dict[str, Bands] = defaultdict(list)
    for name, bands in found.items():
        by_rubric[library()[name].rubric] += bands
    for rubric, bands in sorted(by_rubric.items()):
        pairs = sorted(correlations(bands), key=lambda each: -abs(each[0]))
        rs = [r for r, _, _ in pairs]
        largest = ", ".join(f"{a}–{b} {r:.2f}" for r, a, b in pairs[:3])
        note = f"largest: {largest}; {len(bands)} made-up candidates"
        yield Row(f"{rubric}: mean r of bands between criteria", float(np.mean(rs)), note=note)
        where = tuple(f"{a}–{b}: {r:.2f}" for r, a, b in pairs if abs(r) >= SAME)
        yield Row(f"{rubric}: largest |r|", abs(rs[0]), f"<={SAME}", where=where)


def correlations(bands: Bands) -> Iterator[tuple[float, str, str]]:
    """(r, criterion, criterion) of each pair, over those who were scored in both and varied."""
    names = sorted({name for each in bands for name in each})
    for one, other in combinations(names, 2):
        both = np.array([(each[one], each[other]) for each in bands if one in each and other in each])
        if len(both) > 2 and both.std(axis=0).min() > 0:
            yield float(np.corrcoef(both.T)[0, 1]), one, other
