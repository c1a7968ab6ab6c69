"""The eleven candidates on many seeds: bands and their order, red lines, review load, spread."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.fairness.kit import SCRIPTED, Found, Kit, Row
from benchmarks.measure import Measure
from benchmarks.talks import spreads
from bot.transcript import Transcript
from rubrics.doubt import ABSTAIN_SE
from rubrics.evidence import gather
from rubrics.limits import beyond
from rubrics.players import automatic
from rubrics.playtest import Played
from rubrics.red_lines import SURE
from rubrics.report import Report

SEEDS, FEW = 20, 2
"""Seeds of the station's own scripts, and of the players that fit any station."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One play, as much of it as the rows need."""

    player: str
    seed: int
    total: float | None
    outcome: str
    passed: bool | None
    within: bool
    review: bool
    fired: tuple[str, ...]
    "Red lines that took effect."
    asked: tuple[str, ...]
    "Red lines that an examiner is asked about."
    rash: tuple[str, ...]
    "Red lines that took effect though no act behind them was sure."
    abstains: bool
    "Whether the abstain band is the cut ± 1 standard error, as it should be."


def look(kit: Kit) -> list[Seen]:
    """Every play of one station."""
    plan = [(name, seed) for name in SCRIPTED for seed in range(1, SEEDS + 1)]
    plan += [(each.name, seed) for each in automatic(kit.station) for seed in range(1, FEW + 1)]
    return [_seen(kit, kit.play(name, seed)) for name, seed in plan]


def _seen(kit: Kit, played: Played) -> Seen:
    report = played.report
    return Seen(
        played.player,
        played.seed,
        report.total,
        report.outcome,
        report.passed,
        played.within,
        report.needs_review,
        tuple(f"{hit.id}「{hit.quote.quote}」" for hit in report.red_lines if hit.effect != "review"),
        tuple(f"{hit.id}「{hit.quote.quote}」" for hit in report.red_lines if hit.effect == "review"),
        tuple(_rash(kit, played.transcript, report)),
        _abstains(report),
    )


def _rash(kit: Kit, transcript: Transcript, report: Report) -> Iterator[str]:
    evidence = gather(transcript, kit.station, kit.station.role, kit.recogniser)
    for hit in report.red_lines:
        here = [a for a in evidence.acts if a.turn == hit.quote.turn and a.quote == hit.quote.quote]
        sure = any(a.confidence >= SURE or beyond(a, kit.station) for a in here)
        if hit.effect != "review" and not sure:
            yield f"{hit.id}「{hit.quote.quote}」"


def _abstains(report: Report) -> bool:
    if report.total is None or report.standard_error is None:
        return True
    near = abs(report.total - report.cut_score) <= ABSTAIN_SE * report.standard_error
    told = any("一个标准误" in reason for reason in report.review_reasons)
    return near == told and (not near or report.needs_review)


def rows(found: Found) -> Iterator[Measure]:
    """From separation to spread."""
    every: list[tuple[str, Seen]] = [(name, each) for name, list_ in found.items() for each in list_]
    yield from _bands(every)
    yield from _order(every)
    yield from _others(every)
    yield from _red(every)
    yield from _review(every)
    sds = spreads((name, each.player, each.total) for name, each in every)
    where = tuple(f"{who}: {sd:.2f}" for sd, who in sds if sd > 3)
    yield Row(
        f"SD of totals over {SEEDS} seeds, worst ({sds[-1][1]})", round(sds[-1][0], 2), "<=3", where=where
    )


def _bands(every: list[tuple[str, Seen]]) -> Iterator[Measure]:
    for player, bar in (("strong", "80 and more"), ("borderline", "55–69"), ("weak", "45 and less")):
        mine = [(name, each) for name, each in every if each.player == player]
        where = tuple(f"{n} {each.player} {each.seed}: {each.total}" for n, each in mine if not each.within)
        share = sum(each.within for _, each in mine) / len(mine)
        yield Row(f"{player} scripts at {bar} ({len(mine)} plays)", share, ">=1", where=where)


def _order(every: list[tuple[str, Seen]]) -> Iterator[Measure]:
    totals = {(name, each.seed, each.player): each.total or 0.0 for name, each in every}
    places = {(name, seed) for name, seed, player in totals if player == "strong"}
    wrong = tuple(
        f"{name} seed {seed}"
        for name, seed in sorted(places)
        if not totals[name, seed, "strong"] > totals[name, seed, "borderline"] > totals[name, seed, "weak"]
    )
    yield Row(f"of {len(places)}, not strong > borderline > weak", len(wrong), "<=0", where=wrong)


def _others(every: list[tuple[str, Seen]]) -> Iterator[Measure]:
    for player in dict.fromkeys(each.player for _, each in every if each.player not in SCRIPTED):
        mine = [(name, each) for name, each in every if each.player == player]
        if player == "silent":
            good = [each.outcome == "unscored" and each.passed is None and each.review for _, each in mine]
            what = "silent: unscored, passed null, to the examiner"
        else:
            good, what = [each.passed is False for _, each in mine], f"{player} fails"
        where = tuple(f"{n} {e.seed}: {e.total}" for (n, e), ok in zip(mine, good, strict=True) if not ok)
        yield Row(f"{what} ({len(mine)} plays)", sum(good) / len(good), ">=1", where=where)


def _red(every: list[tuple[str, Seen]]) -> Iterator[Measure]:
    mine = [(name, each) for name, each in every if each.player in {"strong", "borderline"}]
    fired = tuple(f"{n} {e.player} {e.seed}: {' '.join(e.fired)}" for n, e in mine if e.fired)
    asked = tuple(f"{n} {e.player} {e.seed}: {' '.join(e.asked)}" for n, e in mine if e.asked)
    rash = tuple(f"{n} {e.player} {e.seed}: {' '.join(e.rash)}" for n, e in every if e.rash)
    share = len(fired) / len(mine)
    yield Row(f"red lines on {len(mine)} strong and borderline plays", share, "<=0.01", where=fired)
    yield Row("red lines there that ask for review", len(asked) / len(mine), "<=0.01", where=asked)
    yield Row(f"red lines fired on less than {SURE} confidence", len(rash), "<=0", where=rash)


def _review(every: list[tuple[str, Seen]]) -> Iterator[Measure]:
    scripted = [each.review for _, each in every if each.player in SCRIPTED]
    few = [each.review for _, each in every if each.seed <= FEW]
    loads = {
        name: sum(e.review for n, e in every if n == name and e.seed <= FEW)
        for name in dict.fromkeys(n for n, _ in every)
    }
    worst = max(loads, key=loads.__getitem__)
    own = "no bar: a borderline script is written to lie about the cut"
    yield Row("needs_review, share of the stations' own scripts", sum(scripted) / len(scripted), note=own)
    note = f"most at {worst}: {loads[worst]} of {len(few) // len(loads)}"
    yield Row("needs_review, share of all eleven players", sum(few) / len(few), "<=0.25", note=note)
    wrong = tuple(f"{n} {e.player} {e.seed}: {e.total}" for n, e in every if not e.abstains)
    yield Row("abstain band other than the cut ± 1 standard error", len(wrong), "<=0", where=wrong)
