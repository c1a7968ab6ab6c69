"""Talks of candidates who say anything: does the counterpart stay whole? And do seeds move marks?

A random candidate draws each utterance from the shipped scripts of all stations, the automatic players and
the utterances the recogniser learns from, so that deeds, misdeeds and nonsense come in any order.
"""

import asyncio
import random
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from benchmarks.measure import Measure
from bot.clock import VirtualClock
from bot.exchange import Exchange
from bot.ports import Cue
from bot.recogniser import BuiltinRecogniser
from bot.session import Session, Tools
from bot.store import TalkStore
from bot.wording.authored import AuthoredWording
from retrieval.database import engine, upgrade
from rubrics.players import ELSEWHERE, INJECTIONS, INSULTS, POLITE, PROMISES
from rubrics.playtest import Played, play_test
from scenarios.behaviours import BehaviourId as B
from scenarios.loading import library
from scenarios.station import RolePlay, Station

TALKS, MOST, SEEDS = 1000, 40, 20
ASKING = {B.ASK_FACT, B.ASK_OPEN}
Row = partial(Measure, "talks")


class Remembering(AuthoredWording):
    """The built-in wording, with every sentence it gave."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def pieces(self, cue: Cue) -> tuple[str, ...]:
        """The reply as sentences; kept."""
        out = super().pieces(cue)
        self.said += out
        return out


@dataclass
class Faults:
    """What must not happen, counted, with the first few told."""

    repeated: int = 0
    leaked: int = 0
    unended: int = 0
    softened: int = 0
    crashed: int = 0
    told: list[str] = field(default_factory=list)

    def tell(self, what: str) -> None:
        """Remembered for who has to mend it."""
        self.told += [what] if len(self.told) < 20 else []


@cache
def anything() -> tuple[str, ...]:
    """What a random candidate may say."""
    from tools.utterances import read

    own = [line for s in library().values() for p in s.players.values() for line in p.says]
    learned = [said.text for said in read()]
    return (*own, *POLITE, *PROMISES, *INSULTS[:2], *INJECTIONS, *ELSEWHERE, *learned, "嗯", "……", "？？？")


def utterance(station: Station, rng: random.Random, before: Sequence[str]) -> str:
    """Half of the time from this station's own scripts, sometimes what was said already."""
    own = [line for player in station.players.values() for line in player.says]
    if before and rng.random() < 0.15:
        return rng.choice(before)
    return rng.choice(own if rng.random() < 0.5 else anything())[:1500]


def talk(station: Station, seed: int, faults: Faults) -> None:
    """One talk to its end, looked at turn by turn."""
    rng, wording, database = random.Random(seed), Remembering(), engine("sqlite://")
    upgrade(database)
    tools = Tools(BuiltinRecogniser(), wording, TalkStore(database), VirtualClock())
    session, said = Session.begin(tools, station, seed=seed), []
    tension, known = session.state.tension, set[str]()
    try:
        while not session.ended and len(said) < MOST:
            said.append(utterance(station, rng, said))
            exchange = asyncio.run(session.take(said[-1]))
            _look(station, exchange, tension, known, faults)
            tension, known = exchange.state.tension, set(exchange.state.facts)
    except Exception as error:  # noqa: BLE001  counted: whatever it is, it must not be
        faults.crashed += 1
        faults.tell(f"{station.id} {seed}: {error!r}")
    if not session.ended:
        faults.unended += 1
        faults.tell(f"{station.id} {seed}: no end after {len(said)}")
    twice = [piece for n, piece in enumerate(wording.said) if piece in wording.said[:n]]
    faults.repeated += len(twice)
    for piece in twice:
        faults.tell(f"{station.id} {seed}: again {piece}")
    database.dispose()


def _look(station: Station, exchange: Exchange, tension: int, known: set[str], faults: Faults) -> None:
    seen = exchange.turn.behaviours or ()
    for fact in station.facts:
        if fact.id in known:
            continue
        asked = any(re.search(each, exchange.turn.text) for each in fact.asks)
        asked = asked or any(b.id in ASKING or b.args.get("fact") == fact.id for b in seen)
        out = any(line.say in exchange.reply for line in fact.tells) or fact.id in exchange.state.facts
        if out and not asked:
            faults.leaked += 1
            faults.tell(f"{station.id}: {fact.id} told to {exchange.turn.text[:30]}")
    if seen and not any(exchange.turn.counted) and exchange.state.tension < tension:
        faults.softened += 1
        faults.tell(f"{station.id}: softened by {exchange.turn.text[:30]}")


def spreads(totals: Iterable[tuple[str, str, float | None]]) -> list[tuple[float, str]]:
    """SD over seeds of each station and player, from (station, player, total) of plays; the worst last."""
    by: dict[tuple[str, str], list[float]] = {}
    for station, player, total in totals:
        by.setdefault((station, player), []).extend([] if total is None else [total])
    return sorted((statistics.pstdev(each) if each else 0.0, f"{s} {p}") for (s, p), each in by.items())


def run() -> Iterator[Measure]:
    """The issue's thousand talks, and twenty seeds of every station's scripts."""
    plays = [each for each in library().values() if isinstance(each, RolePlay)]
    faults = Faults()
    for number in range(TALKS):
        talk(plays[number % len(plays)], number, faults)
    for name in ("crashed", "unended", "repeated", "leaked", "softened"):
        yield Row(f"{TALKS} random talks: {name}", getattr(faults, name), "<=0")
    for line in faults.told:
        print(f"  {line}")
    yield from _seeds(list(library().values()))


def _seeds(stations: Sequence[Station]) -> Iterator[Measure]:
    """All eleven players on every seed: who falls out of band, and how the totals spread."""
    talks: list[int] = []
    everything: list[tuple[str, Played]] = []
    for station in stations:
        done = asyncio.run(play_test(station, tuple(range(1, SEEDS + 1))))
        everything += [(station.id, each) for each in done]
        for player in station.players:
            mine = [each for each in done if each.player == player]
            talks.append(len({tuple(turn.text for turn in each.transcript.turns) for each in mine}))
    worst = spreads((name, each.player, each.report.total) for name, each in everything)[-1]
    outside = sum(not each.within for _, each in everything)
    yield Row(f"of {len(everything)} plays on {SEEDS} seeds, out of band", outside, "<=0")
    yield Row(f"SD of totals over seeds, worst ({worst[1]})", worst[0], "<=3")
    yield Row(f"different talks in {SEEDS} seeds, median", statistics.median(talks))
