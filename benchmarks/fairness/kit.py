"""What every section works with: one station, the built-in judge, each utterance recognised once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from benchmarks.measure import Measure
from bot.ports import Behaviour, Context
from bot.recogniser import BuiltinRecogniser
from bot.recogniser.disowning import echoes
from bot.recogniser.rules import rules
from bot.transcript import Transcript, Turn
from rubrics.builtin_judge import BuiltinJudge
from rubrics.countable import spans
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.model import Rubric
from rubrics.players import scripted
from rubrics.playtest import Played, play, play_one
from rubrics.report import Report
from scenarios.station import Kind, Station

Row = partial(Measure, "fairness")
Found = Mapping[str, Any]
"""What a section found, by station."""
SCRIPTED = ("strong", "borderline", "weak")
REPLIES = ("嗯。", "你接着说。", "我听着呢。")
"""What a counterpart says to a turn that was put in: nothing."""
STAYS, KEYWORDS_MOVE = 2.0, 5.0
"""Points by which words without a deed may move a total."""
ENDS = "。！？；!?;…\n~”’）)】"


class Remembering:
    """The built-in recogniser, that never works the same utterance out twice.

    Of what was said before it only knows whether patterns that wait for something heard it, and what is
    said again.
    """

    def __init__(self) -> None:
        self._own = BuiltinRecogniser()
        self.version = self._own.version
        self._known: dict[tuple[object, ...], tuple[Behaviour, ...]] = {}
        self._waiting = tuple(rule.after for rule in rules() if rule.after)

    def recognise(self, text: str, context: Context) -> tuple[Behaviour, ...]:
        """See `Recogniser.recognise`."""
        station = context.station.id if context.station else ""
        heard = tuple(bool(each.search(context.previous)) for each in self._waiting)
        echoed = context.previous if echoes(text, context.previous) else ""
        key = (text, context.role, heard, echoed, station)
        if key not in self._known:
            self._known[key] = self._own.recognise(text, context)
        return self._known[key]


@dataclass
class Quotes:
    """Credited quotes that were looked up in the turns they name."""

    checked: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, transcript: Transcript, report: Report) -> None:
        """Every quote of every check of one report."""
        for criterion in report.criteria:
            for _, check in criterion.checks:
                for quote in check.evidence:
                    turn = transcript.turns[quote.turn]
                    self.checked += 1
                    if turn.role != "candidate" or quote.quote not in turn.text:
                        self.wrong.append(f"{report.station} {criterion.id}/{check.id}: {quote.quote}")


class Kit:
    """One station with all that is needed to play and to mark it."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.recogniser = Remembering()
        self.judge = BuiltinJudge(self.recogniser)
        self.quotes = Quotes()

    @cached_property
    def rubric(self) -> Rubric:
        """The station's."""
        return find_rubric(self.station.rubric)

    @property
    def one_turn(self) -> bool:
        """Whether all is said at once: a letter."""
        return self.station.kind is Kind.LETTER

    def play(self, player: str, seed: int) -> Played:
        """One of the eleven candidates."""
        played = asyncio.run(play_one(self.station, player, seed, recogniser=self.recogniser))
        self.quotes.look(played.transcript, played.report)
        return played

    def say(self, lines: Sequence[str], seed: int = 1) -> Played:
        """A candidate who says these lines."""
        found = asyncio.run(play(self.station, scripted(tuple(lines)), seed, recogniser=self.recogniser))
        self.quotes.look(found[0], found[1])
        return Played("lines", seed, *found)

    @cached_property
    def scripts(self) -> dict[str, Played]:
        """The station's own three on the first seed: what is changed in the other sections."""
        return {name: self.play(name, 1) for name in SCRIPTED}

    def mark(self, transcript: Transcript) -> Report:
        """Marked from its words, whatever was stored."""
        report = asyncio.run(
            mark(
                transcript,
                station=self.station,
                rubric=self.rubric,
                judge=self.judge,
                recogniser=self.recogniser,
            )
        )
        self.quotes.look(transcript, report)
        return report


def rewritten(transcript: Transcript, how: Callable[[int, str], str]) -> Transcript:
    """The same talk in other words of the candidate: `how(number of the turn, its text)`."""
    numbers = {turn.index: n for n, turn in enumerate(transcript.candidate_turns())}
    return replace(
        transcript,
        turns=tuple(
            replace(turn, text=how(numbers[turn.index], turn.text), behaviours=None, counted=())
            if turn.index in numbers
            else turn
            for turn in transcript.turns
        ),
    )


def with_turns(transcript: Transcript, after: Mapping[int, str]) -> Transcript:
    """With own turns put in: `after[n]` follows the candidate's n-th turn and its reply, n from 0."""
    made: list[Turn] = []
    said = -1
    for turn in transcript.turns:
        made.append(turn)
        said += turn.role == "candidate"
        answered = turn.role == "counterpart" and made[-2:-1] and made[-2].role == "candidate"
        if answered and said in after:
            made += [Turn(0, "candidate", after[said]), Turn(0, "counterpart", REPLIES[said % len(REPLIES)])]
    return replace(transcript, turns=tuple(replace(turn, index=n) for n, turn in enumerate(made)))


def put(text: str, extra: str, place: str, *, letter: bool = False) -> str:
    """`extra` as a sentence of its own before, amid or after the sentences of a turn, which stay as they are.

    Of a letter, `start` is after the salutation and `end` before name and date: there it would be written.
    """
    extra = extra if extra[-1:] in ENDS else f"{extra}。"
    begins = [start for start, _ in spans(text)]
    if letter:
        begins = begins[2:-2] or begins
        at = {"start": begins[0], "middle": begins[len(begins) // 2], "end": begins[-1]}[place]
        return f"{text[:at]}{extra}\n{text[at:]}"
    at = {"start": 0, "middle": begins[len(begins) // 2] if begins[1:] else 0, "end": len(text)}[place]
    before = text[:at]
    return f"{before}{'' if not before or before[-1] in ENDS else '。'}{extra}{text[at:]}"


def moved(before: Report, after: Report) -> float:
    """Points between two totals; unscored counts as 0."""
    return round(abs((after.total or 0.0) - (before.total or 0.0)), 1)


def became_pass(before: Report, after: Report) -> bool:
    """A fail that is now a pass."""
    return after.passed is True and before.passed is not True
