"""Prints whole talks into `docs/talks`: the built-in counterpart with scripted candidates, one of each role.

`--check` says whether what is there is what the program makes today.
"""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.clock import VirtualClock  # noqa: E402
from bot.exchange import Exchange  # noqa: E402
from bot.opening import seeded_id  # noqa: E402
from bot.recogniser import BuiltinRecogniser  # noqa: E402
from bot.session import Session, Tools  # noqa: E402
from bot.store import TalkStore  # noqa: E402
from bot.wording.authored import AuthoredWording  # noqa: E402
from retrieval.database import engine, upgrade  # noqa: E402
from scenarios.loading import find_station  # noqa: E402
from scenarios.station import RolePlay, Station  # noqa: E402
from ui.commands.practice import STOPS  # noqa: E402

FOLDER = ROOT / "docs" / "talks"
PARAPHRASES = ROOT / "tests" / "golden" / "paraphrases"


@dataclass(frozen=True)
class Print:
    """Which talk: a station, whose words, which seed. `words` is a script of the station or a file's name."""

    station: str
    words: str
    seed: int
    who: str


PRINTS = (
    Print("l3-bank-transfer-anxious", "strong.d2", 3, "好的考生"),
    Print("l3-complaint-spike-report", "strong.d1", 5, "好的考生"),
    Print("l3-warehouse-will-not-expedite", "strong.d2", 2, "好的考生"),
    Print("l2-clinic-know-all", "borderline.h2", 4, "一般的考生"),
    Print("l2-renewal-after-outages", "strong.d1", 7, "好的考生"),
    Print("l1-defensive-top-agent", "strong.d1", 6, "好的考生"),
    Print("l3-aircon-third-visit", "weak", 8, "差的考生"),
    Print("l3-q-complaint-steps", "borderline", 1, "一般的考生"),
)


def main() -> int:
    """Write all of them, or compare."""
    stale = []
    for each in PRINTS:
        file = FOLDER / f"{each.station}.md"
        text = asyncio.run(printed(each))
        if "--check" in sys.argv:
            stale += [] if file.is_file() and file.read_text(encoding="utf-8") == text else [file.name]
        else:
            file.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run tools/print_talks.py")
    return 1 if stale else 0


async def printed(each: Print) -> str:
    """One talk as Markdown."""
    station = find_station(each.station)
    database = engine("sqlite://")
    upgrade(database)
    tools = Tools(BuiltinRecogniser(), AuthoredWording(), TalkStore(database), VirtualClock())
    session = Session.begin(tools, station, seed=each.seed, talk_id=seeded_id(station, each.seed))
    lines = [*_head(station, each), f"**{station.persona.address}**：{session.transcript().turns[0].text}\n"]
    for said in _words(station, each.words):
        if session.ended:
            break
        lines += _exchange(station, await session.take(said))
    session.end()
    database.dispose()
    return "\n".join([*lines, f"—— {STOPS[str(session.stop_reason)]} ——"]) + "\n"


def _words(station: Station, words: str) -> tuple[str, ...]:
    if words in station.players:
        return station.players[words].says  # type: ignore[index]
    text = (PARAPHRASES / f"{station.id}.{words}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip())


def _head(station: Station, each: Print) -> list[str]:
    how = f"koushi practice {station.id} --script … --seed {each.seed}"
    return [
        f"# {station.title}",
        "",
        f"{station.level} 级 · {station.trade} · 难度 {station.difficulty} · {each.who} · 种子 {each.seed}",
        "",
        f"> {' '.join(station.card.situation.split())}",
        "",
        f"对方由内置的导演和台词扮演，没有用语言模型（`{how}`）。每轮后面小字是对方心情变化的原因，考试时看不到。",
        "",
    ]


def _exchange(station: Station, exchange: Exchange) -> list[str]:
    lines = [f"**考生**：{exchange.turn.text}\n"]
    if isinstance(station, RolePlay):
        state = exchange.state
        why = "；".join(exchange.reasons)
        lines.append(f"<sub>紧张 {state.tension}，信任 {state.trust}：{why}</sub>\n")
    return [*lines, f"**{station.persona.address}**：{exchange.reply}\n"]


if __name__ == "__main__":
    sys.exit(main())
