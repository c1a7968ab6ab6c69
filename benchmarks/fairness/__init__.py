"""`make bench ROW=fairness`: every bar of "What must hold" (`docs/marking.md`) over every shipped station.

A station is measured by one process from beginning to end, so that what it says is recognised once; the
sections look at a station and, when all have been looked at, make rows of what was found.
"""

import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Protocol, TypeVar

from benchmarks.fairness import ablation, attacks, bands, bytes_, failing, halo, lines, order, plays, stuffing
from benchmarks.fairness.kit import Found, Kit, Row
from benchmarks.llm_judge import COMMAND
from benchmarks.measure import Measure
from rubrics.batch import cores
from scenarios.loading import library
from scenarios.station import Kind

T = TypeVar("T")


class Section(Protocol):
    """One question about every station."""

    __name__: str

    def look(self, kit: Kit) -> Any:
        """What is found at one station; plain data, it crosses processes."""
        ...

    def rows(self, found: Found) -> Iterator[Measure]:
        """The rows, from what was found at all of them."""
        ...


SECTIONS: tuple[Section, ...] = (plays, bands, stuffing, order, ablation, attacks, halo, failing)


def look(station_id: str) -> dict[str, Any]:
    """Everything about one station."""
    kit = Kit(library()[station_id])
    found: dict[str, Any] = {}
    for section in SECTIONS:
        begin = time.perf_counter()
        found[section.__name__] = section.look(kit)
        found[f"{section.__name__} s"] = time.perf_counter() - begin
    return {**found, "quotes": kit.quotes}


def run() -> Iterator[Measure]:
    """All rows; what needs a model or people's marks says so."""
    names = [station.id for station in sorted(library().values(), key=lambda s: s.kind is not Kind.ROLEPLAY)]
    begin = time.perf_counter()
    fresh = bytes_.start()
    with ProcessPoolExecutor(cores(), multiprocessing.get_context("spawn")) as pool:
        spoken = pool.submit(lines.look)
        found = dict(_told(zip(names, pool.map(look, names), strict=True), begin))
        yield from bytes_.rows(fresh)
        yield from _quotes(found)
        for section in SECTIONS:
            yield from section.rows({name: each[section.__name__] for name, each in found.items()})
        yield from lines.rows(spoken.result())
    yield from failing.once()
    yield from _not_measured()
    _told_seconds(found)
    yield Row("seconds it took", round(time.perf_counter() - begin, 1), "<=600")


def _told(pairs: Iterable[tuple[str, T]], begin: float) -> Iterator[tuple[str, T]]:
    """As they come, with a word on how far it is."""
    for number, (name, found) in enumerate(pairs, 1):
        print(
            f"  {number}/{len(library())} {name} ({time.perf_counter() - begin:.0f} s)",
            file=sys.stderr,
            flush=True,
        )
        yield name, found


def _quotes(found: dict[str, dict[str, Any]]) -> Iterator[Measure]:
    checked = sum(each["quotes"].checked for each in found.values())
    wrong = tuple(line for each in found.values() for line in each["quotes"].wrong)
    yield Row(
        f"of {checked} credited quotes, not verbatim in a candidate turn", len(wrong), "<=0", where=wrong
    )


def _not_measured() -> Iterator[Measure]:
    model = COMMAND
    marks = "koushi agreement --json"
    for name, bar in (("SD of totals", "<=2"), ("flips of pass and fail", "<=0.05")):
        yield Row(f"LLM judge repeated: {name}", None, bar, note="needs an endpoint", command=model)
    for name, bar in (
        ("QWK per criterion, worst", ">=0.7"),
        ("QWK below human–human", "<=0.1"),
        ("r of totals", ">=0.8"),
        ("MAE of totals", "<=8"),
    ):
        yield Row(f"against examiners: {name}", None, bar, note="needs examiners' marks", command=marks)


def _told_seconds(found: dict[str, dict[str, Any]]) -> None:
    for section in SECTIONS:
        spent = sum(each[f"{section.__name__} s"] for each in found.values())
        print(f"{section.__name__.rpartition('.')[2]:12} {spent:8.1f} s of one core")
