"""A better sentence for one moment, proven: said there, it does what the check asks for.

Two sources: what the station's own strong candidate says, sentence by sentence, and the check's sentences
with their slots filled. Each is tried in the place of the moment: the talk is gathered anew with it, and a
sentence that brings the check no further is not advised. So what has been done already is never advised.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.director.step import OWN_NAME
from bot.ports import Behaviour, Context, Recogniser
from bot.transcript import Transcript, Turn
from retrieval.text import han_count, sentences
from rubrics.advice import fill, slots
from rubrics.builtin_judge import judge_check
from rubrics.coach_known import Knowledge
from rubrics.conditions import ASKS, evaluate
from rubrics.evidence import NEGATIVE, OFFERS, Evidence, gather
from rubrics.model import Check, Condition
from rubrics.ports import Verdict
from rubrics.tie import touches
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Kind, Station

SHORTEST, REST, LONGEST = 12, 15, 75
"Han characters of a sentence that one can take along; of the rest of one, and the most."
CLEAR = 0.7
"Confidence with which the recogniser must see what the sentence is advised for."
RANK = {Verdict.NOT_MET: 0, Verdict.PARTLY: 1, Verdict.CANNOT_JUDGE: 1, Verdict.MET: 2}
GROUND = frozenset({*ASKS, B.PARAPHRASE, B.REPORT_FACTS, B.ANALYSE_CAUSE, B.INVITE_SELF_ASSESSMENT})
"What comes before an offer."
ENDS = frozenset({B.CHECK_AGREEMENT, B.CLOSE, B.PROMISE_FOLLOW_UP, B.SET_BOUNDARY, B.PREVENT})
BEFORE_END = OFFERS | {B.AGREE_GOAL, B.ASK_SUPPORT, B.HAND_OVER, B.SPECIFIC_FEEDBACK}
"What there must have been before a talk is brought to its end."
_TIE = re.compile(r"^(?:但是?|另外|还有|所以|不过|然后|最后|好)[，、]?(?!的)")
_DANGLING = (
    "没有的话",
    "有的话",
    "行的话",
    "可以的话",
    "因此",
    "第二",
    "第三",
    "第四",
    "其次",
    "再",
    "也",
    "是",
)
"How a sentence begins that leans on one before it."

_HEARD = re.compile("肯说|肯把|刚才|您说的这|听下来|听懂了|说透")
"Speaks of what the counterpart has told."
_SUBJECTS = ("您", "我", "你", "咱", "今天", "今晚", "明天", "这件事", "原因")
"How a clause begins that stands without those before it."
_THIRD = re.compile(r"(?<!其)[他她]")
"Whoever that is, was told in a sentence before."


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what it shows."""

    text: str
    seen: tuple[Behaviour, ...]


class Wordings:
    """The sentences there are for one talk, each given once."""

    def __init__(
        self, station: Station, evidence: Evidence, knowledge: Knowledge, recogniser: Recogniser
    ) -> None:
        self._station, self._evidence, self._knowledge = station, evidence, knowledge
        self._recogniser = recogniser
        self._own = tuple(self._read(each) for each in _pieces(station))
        self._given: list[str] = []

    def better(self, check: Check, turn: Turn) -> str:
        """A sentence for that turn that helps this check and was not given before; empty if there is none."""
        for said in self._candidates(check, turn):
            known = self._fresh(said.text) and self._knowledge.allows(said.text, turn.index)
            if known and self._fits(check, said, turn) and self._helps(check, said, turn):
                self._given.append(said.text)
                return said.text
        return ""

    def _candidates(self, check: Check, turn: Turn) -> Iterator[Said]:
        """The station's own words before the check's; a fault is turned round by the check's alone, first."""
        filled = self._filled(check, turn)
        if check.absence:
            yield from filled
            return
        wanted = set(_wanted(check.met, self._station))
        own = [each for each in self._own if any(b.id in wanted and b.confidence >= CLEAR for b in each.seen)]
        yield from sorted(own, key=lambda each: -len({seen.id for seen in each.seen} & wanted))
        yield from filled

    def _filled(self, check: Check, turn: Turn) -> list[Said]:
        filling = self._slots(turn.index)
        lines = (fill((line,), filling) for line in check.better)
        return [self._read(line) for line in lines if line]

    def _slots(self, turn: int) -> Mapping[str, str]:
        """What of this station could be put into words by then: nothing sealed still, nothing done before."""
        acts = tuple(act for act in self._evidence.acts if act.turn < turn)
        spoken = tuple(each for each in self._evidence.sentences if each[0] < turn)
        filling = slots(self._station, replace(self._evidence, acts=acts, sentences=spoken))
        if self._station.kind is not Kind.ROLEPLAY:
            return filling
        told = self._knowledge.told(turn)
        known = [d.title for d in self._station.demands if d.id in told]
        known += [c.title for c in self._station.concerns if c.id in told]
        kept = {k: v for k, v in filling.items() if not k.startswith(("concern", "demand")) or v in known}
        asked = {fact.label for fact in self._station.facts if fact.id in told}
        return {k: v for k, v in kept.items() if not (k.startswith("fact") and v in asked)}

    def _fresh(self, text: str) -> bool:
        """Neither advised before nor said anywhere in this talk, in whatever turn."""
        turns = self._evidence.transcript.candidate_turns()
        said = any(text in turn.text for turn in turns)
        return not said and not any(text in given or given in text for given in self._given)

    def _clean(self, check: Check, said: Said) -> bool:
        """Advice does no harm of its own, and what turns a fault round does not repeat it."""
        bad = {each.id for each in said.seen} & NEGATIVE
        return not bad or (check.absence and not bad & set(leaves(check.not_)))

    def _fits(self, check: Check, said: Said, turn: Turn) -> bool:
        """Whether it may be said here: clean, and nothing is closed or offered before the ground is laid."""
        if not self._clean(check, said):
            return False
        if self._station.kind is not Kind.ROLEPLAY or check.absence:
            return True
        if _HEARD.search(said.text) and not self._knowledge.told(turn.index):
            return False
        shows = {each.id for each in said.seen}
        done = {act.behaviour for act in self._evidence.acts if act.turn < turn.index} | (shows & GROUND)
        early = (shows & ENDS and not done & BEFORE_END) or (shows & OFFERS and not done & GROUND)
        return not early and not (shows & (OFFERS | ENDS) and self._answers_unasked(said.text, turn.index))

    def _answers_unasked(self, text: str, turn: int) -> bool:
        """Whether it settles a worry that had not come out by then."""
        told = self._knowledge.told(turn)
        return any(each.id not in told and touches(each.phrases, text) for each in self._station.concerns)

    def _helps(self, check: Check, said: Said, turn: Turn) -> bool:
        """Whether the check comes out better, or rests on more, with the sentence said there."""
        changed = gather(
            _with(self._evidence.transcript, turn, said, instead=check.absence),
            self._station,
            self._station.role,
            self._recogniser,
        )
        if check.absence:
            return faults(check, self._evidence, turn) and not faults(check, changed, turn)
        before, after = judge_check(check, self._evidence), judge_check(check, changed)
        if RANK[after.verdict] != RANK[before.verdict]:
            return RANK[after.verdict] > RANK[before.verdict]
        assert check.met is not None
        return len(evaluate(check.met, changed).acts) > len(evaluate(check.met, self._evidence).acts)

    def _read(self, text: str) -> Said:
        return Said(text, self._recogniser.recognise(text, Context(self._station.role, "", self._station)))


def faults(check: Check, evidence: Evidence, turn: Turn) -> bool:
    """Whether that turn does what an absence check takes marks for."""
    names = set(leaves(check.not_))
    return any(act.behaviour in names for act in evidence.in_turn(turn.index))


def _with(transcript: Transcript, turn: Turn, said: Said, *, instead: bool) -> Transcript:
    """The talk with the sentence said first in that turn, or instead of it; its behaviours go along."""
    text, seen = said.text, said.seen
    if not instead:
        text += turn.text
        moved = (
            replace(each, start=each.start + len(said.text), end=each.end + len(said.text))
            for each in turn.behaviours or ()
        )
        seen = (*seen, *moved)
    new = replace(turn, text=text, heard=None, behaviours=seen, counted=(True,) * len(seen))
    return replace(
        transcript, turns=tuple(new if each.index == turn.index else each for each in transcript.turns)
    )


def _pieces(station: Station) -> Iterator[str]:
    """What the strong candidate says, by sentences and by pairs of them that belong together."""
    for speech in station.players["strong"].says:
        parts = _whole(speech)
        yield from (each for each in parts if _usable(each))
        yield from (first + second for first, second in pairwise(parts) if _usable(first + second))
        for part in parts:  # the later clauses of a sentence whose beginning could not be known yet
            clauses = re.findall(r"[^，]+，?", part)
            rests = ("".join(clauses[start:]) for start in range(1, len(clauses)))
            yield from (rest for rest in rests if rest.startswith(_SUBJECTS) and _usable(rest, REST))


def _whole(speech: str) -> list[str]:
    """Sentences without what ties them to the one before, with what a semicolon joins left together."""
    out: list[str] = []
    for each in (_TIE.sub("", sentence) for sentence in sentences(speech)):
        if out and out[-1].endswith(("；", ";")):
            out[-1] += each
        else:
            out.append(each)
    return out


def _usable(text: str, least: int = SHORTEST) -> bool:
    """Long enough to stand alone, short enough to be said, and nobody else's name in it."""
    stands = not text.startswith(_DANGLING) and not OWN_NAME.search(text) and not _THIRD.search(text)
    return stands and least <= han_count(text) <= LONGEST


def leaves(condition: Condition | None) -> Sequence[B]:
    """Every behaviour a condition names as such."""
    if condition is None:
        return ()
    parts = [each for c in (*condition.every, *condition.either) for each in leaves(c)]
    return (*condition.any, *condition.all, *parts)


def _wanted(condition: Condition | None, station: Station) -> Iterator[B]:
    """By which behaviours a condition can be brought nearer in this station."""
    if condition is None:
        return
    yield from leaves(condition)
    if condition.facts:
        yield from ASKS
    if condition.concerns:
        yield from ASKS
    if condition.demands:
        yield from (*OFFERS, *(b for each in station.demands if each.essential for b in each.met_by.any_of))
    for each in (*condition.every, *condition.either):
        yield from _wanted(each, station)
