"""One skill taken out of the strong transcript, which stays as it was otherwise: what falls, and what else?

A skill is a few behaviours; which criteria rest on it, `resting.py` tells. What shows the skill goes, until
none does: the whole sentence where it shows nothing else, else the clauses; of what is offered by a time, the
time.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.fairness.kit import Found, Kit, Row, rewritten
from benchmarks.fairness.resting import ASKING, DATING, Without
from benchmarks.measure import Measure
from bot.ports import Behaviour
from bot.transcript import Transcript, Turn
from retrieval.text import fold
from rubrics.countable import spans
from rubrics.evidence import recognised
from rubrics.report import Report
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Kind

SKILLS: dict[str, frozenset[B]] = {
    "empathy": frozenset({B.ACKNOWLEDGE_EMOTION, B.APOLOGISE}),
    "asking": ASKING,
    "restating": frozenset({B.PARAPHRASE}),
    "cause": frozenset({B.ANALYSE_CAUSE, B.PREVENT}),
    "facts": frozenset({B.REPORT_FACTS}),
    "feedback": frozenset({B.SPECIFIC_FEEDBACK}),
    "request": frozenset({B.ASK_SUPPORT}),
    "offer": frozenset({B.OFFER_SOLUTION, B.OFFER_CHOICE, B.COMPENSATE, B.TRADE}),
    "deadline": DATING,
    "closing": frozenset({B.CHECK_AGREEMENT, B.CLOSE, B.THANK}),
}
ROUNDS = 4
"""How often what is left is looked through again."""
Seen = tuple[str, str, int, int, int]
"""Skill, criterion that rests on it (which fell most), its fall, the greatest fall of one that has nothing
to do with the skill, all others' together."""


def look(kit: Kit) -> list[Seen]:
    """Every skill of one station that its rubric marks and its strong candidate shows."""
    if kit.station.kind is Kind.QUESTION:
        return []
    talk = kit.scripts["strong"].transcript
    before = kit.mark(talk)
    out = []
    for skill, behaviours in SKILLS.items():
        missing = Without(kit.station, behaviours)
        rests = missing.resting(kit.rubric.criteria)
        left = taken_out(kit, talk, behaviours) if rests else talk
        if left is not talk:
            own = _Own(skill, rests, missing.involved(kit.rubric.criteria))
            out.append(_seen(own, before, kit.mark(left)))
    return out


def taken_out(kit: Kit, talk: Transcript, behaviours: frozenset[B]) -> Transcript:
    """The talk without a skill; itself when it shows none. What is left is listened to again: words that
    were drowned by others may show it, too."""
    for _ in range(ROUNDS):
        heard = asyncio.run(recognised(talk, kit.station, kit.station.role, kit.recogniser))
        turns = list(heard.candidate_turns())
        texts = [without(turn, behaviours) for turn in turns]
        if all(new == turn.text for new, turn in zip(texts, turns, strict=True)):
            break
        talk = rewritten(talk, lambda n, _, texts=texts: texts[n])
    return talk


@dataclass(frozen=True, slots=True)
class _Own:
    """Which criteria a skill is the business of."""

    skill: str
    rests: list[str]
    involved: list[str]


def _seen(own: _Own, before: Report, after: Report) -> Seen:
    then = {each.id: each.band or 0 for each in after.criteria}
    falls = {each.id: (each.band or 0) - then[each.id] for each in before.criteria}
    first = max(own.rests, key=lambda each: falls[each])
    others = {name: fall for name, fall in falls.items() if name not in own.rests}
    foreign = max((fall for name, fall in others.items() if name not in own.involved), default=0)
    return own.skill, first, falls[first], foreign, sum(max(0, fall) for fall in others.values())


def without(turn: Turn, behaviours: frozenset[B]) -> str:
    """The turn's text without what shows these behaviours."""
    gone: list[tuple[int, int]] = []
    for start, end in spans(turn.text):
        here = [b for b in turn.behaviours or () if start <= b.start < end]
        mine = [b for b in here if b.id in behaviours]
        whole = mine and len(mine) == len(here)
        gone += [(start, end)] if whole else [(b.start, b.end) for b in mine]
        if B.COMMIT_DEADLINE in behaviours:
            gone += [_time_in(b) for b in here if "deadline" in b.args]
    kept = "".join(c for i, c in enumerate(turn.text) if not any(a <= i < b for a, b in gone))
    return re.sub(r"^[，、,；;：]+|[，、,]+(?=[，。！？])", "", kept).strip() or "嗯。"


def _time_in(behaviour: Behaviour) -> tuple[int, int]:
    """Where the time stands by which something is offered; an empty stretch if it is put another way."""
    at = fold(behaviour.quote).find(behaviour.args["deadline"])
    start = behaviour.start + max(0, at)
    return start, start + (len(behaviour.args["deadline"]) if at >= 0 else 0)


def rows(found: Found) -> Iterator[Measure]:
    """Empathy by its own bar, all the skills together by theirs."""
    every: list[tuple[str, Seen]] = [(name, each) for name, list_ in found.items() for each in list_]
    empathy = [(name, each) for name, each in every if each[0] == "empathy"] or [
        ("", ("empathy", "", 1, 0, 0))
    ]
    still = tuple(f"{n} {e[1]}: fell by {e[2]}" for n, e in empathy if e[2] < 1)
    spill = tuple(f"{n}: {e[1]} fell by {e[2]}, the others by {e[4]}" for n, e in empathy if e[4] > 1)
    share = 1 - len(still) / len(empathy)
    yield Row(f"empathy taken out ({len(empathy)} stations): its criterion drops", share, ">=1", where=still)
    worst = max(e[4] for _, e in empathy)
    yield Row("  all others together drop by, worst, band steps", worst, "<=1", where=spill)
    for skill in SKILLS:
        mine = [(name, each) for name, each in every if each[0] == skill]
        if mine:
            where = tuple(
                f"{n}: {e[1]} fell by {e[2]}, another by {e[3]}" for n, e in mine if e[2] < max(1, e[3])
            )
            share = 1 - len(where) / len(mine)
            yield Row(
                f"{skill} taken out ({len(mine)}): what rests on it drops most", share, ">=0.9", where=where
            )
