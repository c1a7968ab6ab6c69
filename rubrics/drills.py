"""Short exercises for one item of the standard, made from the library: the same id, the same exercise.

- `reply`: the counterpart says something, the candidate answers; a check of a rubric says what is wanted
- `rewrite`: a blunt sentence of a weak script is to be put so that it can be accepted
- `facts`: within three questions the essential facts of a case are to be asked for
- `points`: what belongs into the answer to an oral question
"""

import hashlib
import random
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from bot.recogniser import BuiltinRecogniser
from bot.transcript import Transcript, Turn
from retrieval.errors import InputError
from rubrics.coach_known import Knowledge
from rubrics.evidence import NEGATIVE, gather
from rubrics.loading import find_rubric
from rubrics.model import Check, Criterion
from scenarios.behaviours import BehaviourId as B
from scenarios.loading import library
from scenarios.parts import Band
from scenarios.station import Kind, Question, RolePlay, Station

Kinds = Literal["reply", "rewrite", "facts", "points"]
TRIES = 3
_WHEN = re.compile("^(?:开场两轮内|头三轮内就?|前两轮内|第一轮|头一轮|开口就)")
"When in a talk: an exercise has but one moment."
_END = re.compile("结束|最后|收尾|收场|走之前|说完|之后|复述|方案")
ANSWERED = frozenset({
    B.ACKNOWLEDGE_EMOTION, B.APOLOGISE, B.OWN, B.ASK_OPEN, B.ASK_FACT, B.OFFER_SOLUTION, B.OFFER_CHOICE,
    B.COMMIT_DEADLINE, B.REASSURE, B.ACCEPT_CRITICISM, B.ENCOURAGE, B.AGREE_GOAL,
})  # fmt: skip
"What one sentence can answer to one sentence; the rest needs a talk around it."
ASK: Mapping[str, str] = {
    "reply": "接一句",
    "rewrite": "把这句换成对方能接受的说法",
    "facts": "三问之内问出关键信息，一次一问",
    "points": "说出三个要点",
}


@dataclass(frozen=True, slots=True)
class Drill:
    """One exercise. `line` is what is said to the candidate, or what they are to put better."""

    id: str
    kind: Kinds
    code: str
    station: str
    situation: str
    who: str
    line: str
    task: str
    check: str = ""
    "`criterion/check` of the station's rubric, of a reply."

    def as_json(self) -> dict[str, Any]:
        """For the command line."""
        return asdict(self)


def drills(code: str, stations: Mapping[str, Station] | None = None) -> tuple[Drill, ...]:
    """All exercises there are for an item, in a fixed order; empty when there is none."""
    return tuple(each for station in (stations or library()).values() for each in _of(station, code))


def choose(
    code: str, seed: int, done: Collection[str] = (), stations: Mapping[str, Station] | None = None
) -> Drill:
    """An exercise for an item: drawn by the seed, one not done yet while there is one.

    Raises:
        InputError: the library has none for it.
    """
    found = drills(code, stations)
    if not found:
        raise InputError(f"{code} 还没有可做的练习", mend="换一项，或者去练一道考这一项的题")
    order = list(found)
    random.Random(f"{seed}:{code}").shuffle(order)
    return next((each for each in order if each.id not in done), order[0])


def drill(drill_id: str, code: str, stations: Mapping[str, Station] | None = None) -> Drill:
    """The exercise of that id.

    Raises:
        InputError: there is none any more; its station has changed.
    """
    for each in drills(code, stations):
        if each.id == drill_id:
            return each
    raise InputError("这道练习已经不在了，它的题目改过", mend="换一道")


def codes(stations: Mapping[str, Station] | None = None) -> tuple[str, ...]:
    """The items for which there are exercises, in order."""
    found = {
        code
        for station in (stations or library()).values()
        for each in find_rubric(station.rubric).criteria
        for code in each.standard
        if station.kind is Kind.ROLEPLAY
    }
    return tuple(sorted(found | {c for s in (stations or library()).values() for c in s.standard}))


def criterion_of(each: Drill, station: Station) -> tuple[Criterion, Check] | None:
    """The check a reply is held against."""
    if not each.check:
        return None
    of, _, name = each.check.partition("/")
    criterion = find_rubric(station.rubric).criterion(of)
    return criterion, next(check for check in criterion.checks if check.id == name)


def _of(station: Station, code: str) -> Iterator[Drill]:
    if isinstance(station, Question):
        if code in station.standard:
            yield _made("points", code, station, station.question)
        return
    if not isinstance(station, RolePlay):
        return
    criteria = [each for each in find_rubric(station.rubric).criteria if code in each.standard]
    for criterion in criteria:
        for check in criterion.checks:
            if check.met and set(check.met.any) & ANSWERED and not _late(check):
                for line in _lines(station, check):
                    yield _made("reply", code, station, line, f"{criterion.id}/{check.id}", check.text)
    if criteria or code in station.standard:
        yield from (_made("rewrite", code, station, line) for line in blunt(station))
    if any(check.met and check.met.facts for each in criteria for check in each.checks):
        yield _made("facts", code, station, station.openings[0].say)


def _late(check: Check) -> bool:
    """Whether it is about what comes later in a talk: no answer to a first sentence."""
    met = check.met
    return bool(met and (met.after or met.last_turns or met.from_turn or met.with_)) or bool(
        _END.search(check.text)
    )


def _lines(station: RolePlay, check: Check) -> Iterator[str]:
    """What the counterpart says to which the check is an answer: hot where it is about feelings."""
    assert check.met is not None
    yield from (line.say for line in station.openings)
    if set(check.met.any) & {B.ACKNOWLEDGE_EMOTION, B.APOLOGISE, B.OWN, B.REASSURE}:
        hot = (line for line in station.lines.get("vent", ()) if not line.when or Band.HOT in line.when)
        yield from (line.say for line in hot if "{" not in line.say)


@cache
def _blunt(says: tuple[str, ...], station_id: str) -> tuple[str, ...]:
    station = library()[station_id]
    turns = [Turn(0, "counterpart", station.openings[0].say)]
    for text in says:
        turns.append(Turn(len(turns), "candidate", text))
    talk = Transcript("", tuple(turns))
    acts = gather(talk, station, station.role, BuiltinRecogniser()).acts
    return tuple(dict.fromkeys(talk.turns[act.turn].text for act in acts if act.behaviour in NEGATIVE))


def blunt(station: Station) -> tuple[str, ...]:
    """The sentences of the weak script that do harm."""
    if station.id not in library() or library()[station.id].ref != station.ref:
        return ()
    return _blunt(station.players["weak"].says, station.id)


def _made(kind: Kinds, code: str, station: Station, line: str, check: str = "", text: str = "") -> Drill:
    mark = hashlib.sha256(f"{kind}|{station.ref}|{check}|{line}".encode()).hexdigest()[:10]
    text = _WHEN.sub("", text)
    task = f"{ASK[kind]}：{text}" if text else f"{ASK[kind]}。"
    who = station.persona.address
    return Drill(mark, kind, code, station.id, station.card.situation, who, line, task, check)


def knowledge(station: Station, line: str) -> Knowledge:
    """What can be known when nothing but that line has been said."""
    return Knowledge(station, Transcript("", (Turn(0, "counterpart", line),)), ())
