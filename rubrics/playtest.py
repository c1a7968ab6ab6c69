"""Plays a station with scripted candidates and holds their marks against the bars of `docs/marking.md`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.opening import seeded_id
from bot.ports import Recogniser
from bot.rehearsal import fleeting
from bot.session import Session
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
class Cause:
    """A criterion that put a mark outside its bar."""

    id: str
    title: str
    points: float
    """Lost by a mark that is too low, earned by one that is too high."""
    checks: tuple[str, ...]
    """What was not done, or what was."""


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

    @property
    def too_low(self) -> bool:
        """Outside its bar from below; one that should not have been scored, or passed, is too high."""
        total = self.report.total
        wanted = {"strong": STRONG, "borderline": BORDERLINE[0]}.get(self.player)
        return wanted is not None and (total is None or total < wanted or self.report.passed is False)

    def causes(self, most: int = 3) -> tuple[Cause, ...]:
        """The criteria by which a mark outside its bar missed it, the heaviest first; empty when within."""
        return () if self.within else causes(self.report, low=self.too_low)[:most]

    def as_json(self, station: str) -> dict[str, Any]:
        """One entry of `koushi station play-test --json`."""
        return {
            "station": station,
            "player": self.player,
            "seed": self.seed,
            "total": self.report.total,
            "outcome": self.report.outcome,
            "reason": self.report.reason,
            "passed": self.report.passed,
            "stop_reason": self.stop_reason,
            "needs_review": self.report.needs_review,
            "within": self.within,
            "too_low": self.too_low,
            "causes": [asdict(cause) for cause in self.causes()],
        }


def causes(report: Report, *, low: bool) -> tuple[Cause, ...]:
    """All criteria by what they took (`low`) or gave, the most first."""
    out = []
    for each in report.criteria:
        if each.outcome == "scored" and each.points is not None:
            points = round(each.max_points - each.points if low else each.points, 1)
            told = tuple(text for text, check in each.checks if (check.verdict == "met") is not low)
            out.append(Cause(each.id, each.title, points, told))
    return tuple(sorted((each for each in out if each.points > 0), key=lambda each: -each.points))


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

    say = player if callable(player) else scripted(tuple(player))
    recogniser = recogniser or BuiltinRecogniser()
    with fleeting(recogniser, AuthoredWording()) as tools:
        session = Session.begin(tools, station, seed=seed, mode="exam", talk_id=seeded_id(station, seed))
        heard, said = session.transcript().turns[0].text, 0
        while not session.ended and (line := say(heard, said)) is not None:
            heard, said = (await session.take(line)).reply, said + 1
        session.end()
    transcript, rubric = session.transcript(), find_rubric(station.rubric)
    report = await mark(
        transcript, station=station, rubric=rubric, judge=BuiltinJudge(recogniser), recogniser=recogniser
    )
    return transcript, report, str(session.stop_reason)


async def play_one(
    station: Station, player: str, seed: int, *, recogniser: Recogniser | None = None
) -> Played:
    """One of the eleven candidates on one seed."""
    found = await play(station, players(station)[player], seed, recogniser=recogniser)
    return Played(player, seed, *found)


async def play_test(
    station: Station, seeds: tuple[int, ...] = (1,), *, recogniser: Recogniser | None = None
) -> tuple[Played, ...]:
    """All eleven candidates on each seed, in a fixed order."""
    return tuple([
        await play_one(station, name, seed, recogniser=recogniser)
        for seed in seeds
        for name in players(station)
    ])


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
