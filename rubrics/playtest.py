"""Plays a station with scripted candidates and holds their marks against the bars of `docs/marking.md`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.clock import VirtualClock
from bot.opening import seeded_id
from bot.ports import Recogniser
from bot.session import Session, Tools
from bot.store import TalkStore
from bot.transcript import Transcript
from rubrics.builtin_judge import BuiltinJudge
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.players import Say, players, scripted
from rubrics.report import Report
from scenarios.station import Station

STRONG = 80
BORDERLINE = (55, 69)
WEAK = 45


@dataclass(frozen=True, slots=True)
class Played:
    """One play: the talk, its mark, why it ended."""

    player: str
    seed: int
    transcript: Transcript
    report: Report
    stop_reason: str

    @property
    def within(self) -> bool:
        """Whether the mark is where it should be for such a candidate."""
        return within(self.player, self.report)

    def as_json(self, station: str) -> dict[str, Any]:
        """One entry of `koushi station play-test --json`."""
        return {
            "station": station,
            "player": self.player,
            "seed": self.seed,
            "total": self.report.total,
            "outcome": self.report.outcome,
            "passed": self.report.passed,
            "stop_reason": self.stop_reason,
            "needs_review": self.report.needs_review,
            "within": self.within,
        }


def within(player: str, report: Report) -> bool:
    """The bars: strong ≥ 80, borderline 55–69, weak ≤ 45, silent unscored, every other one fails."""
    if player == "silent":
        return report.outcome == "unscored"
    if report.total is None:
        return False
    if player == "strong":
        return report.total >= STRONG and report.passed is True
    if player == "borderline":
        return BORDERLINE[0] <= report.total <= BORDERLINE[1]
    if player == "weak":
        return report.total <= WEAK
    return report.passed is False


async def play(
    station: Station, player: Say | Sequence[str], seed: int, *, recogniser: Recogniser | None = None
) -> tuple[Transcript, Report, str]:
    """One scripted talk with the built-in parts, marked by the built-in judge: (talk, report, stop reason).

    `player` is one utterance a line, or a function of what was heard. Nothing is kept; the same station,
    lines and seed give the same bytes.
    """
    from bot.recogniser import BuiltinRecogniser
    from bot.wording.authored import AuthoredWording
    from retrieval.database import engine, upgrade

    say = player if callable(player) else scripted(tuple(player))
    recogniser = recogniser or BuiltinRecogniser()
    database = engine("sqlite://")
    upgrade(database)
    tools = Tools(recogniser, AuthoredWording(), TalkStore(database), VirtualClock())
    session = Session.begin(tools, station, seed=seed, mode="exam", talk_id=seeded_id(station, seed))
    heard, said = session.transcript().turns[0].text, 0
    while not session.ended and (line := say(heard, said)) is not None:
        heard, said = (await session.take(line)).reply, said + 1
    session.end()
    transcript = session.transcript()
    rubric = find_rubric(station.rubric)
    report = await mark(
        transcript, station=station, rubric=rubric, judge=BuiltinJudge(recogniser), recogniser=recogniser
    )
    database.dispose()
    return transcript, report, str(session.stop_reason)


async def play_test(
    station: Station, seeds: tuple[int, ...] = (1,), *, recogniser: Recogniser | None = None
) -> tuple[Played, ...]:
    """All eleven candidates on each seed, in a fixed order."""
    out = []
    for seed in seeds:
        for name, say in players(station).items():
            transcript, report, stop = await play(station, say, seed, recogniser=recogniser)
            out.append(Played(name, seed, transcript, report, stop))
    return tuple(out)


def complaints(station: Station, plays: tuple[Played, ...]) -> list[str]:
    """What is wrong with the marks, in Chinese; empty when the station is fair."""
    bars = {"strong": "不低于 80 分", "borderline": "55 到 69 分", "weak": "不高于 45 分", "silent": "不评分"}
    out = []
    for each in plays:
        if not each.within:
            total = "未评分" if each.report.total is None else f"{each.report.total:g} 分"
            bar = bars.get(each.player, "不通过")
            out.append(f"{station.id}：试考者 {each.player}（种子 {each.seed}）得 {total}，应当{bar}")
    return out
