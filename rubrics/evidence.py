"""What the candidate did, turn by turn, gathered once for every check.

Behaviours come from the talk as stored, or are recognised now. What cannot count never gets in: sentences
that address the software, turns that only echo the counterpart, sentences said before.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.ports import Behaviour, Context, Recogniser, prepared
from bot.recogniser.addressing import addressed as addressed_words
from bot.transcript import Transcript, Turn
from rubrics.countable import MIN_QUOTE, is_echo, is_word_list, pairs, said_before, spans
from rubrics.hollow import Scheme, is_hollow, is_manner, is_nod, says
from rubrics.model import Rubric
from rubrics.tie import Matter, gives
from scenarios.behaviours import BehaviourId
from scenarios.station import Role, Station

FEELINGS = frozenset({
    BehaviourId.ACKNOWLEDGE_EMOTION, BehaviourId.APOLOGISE, BehaviourId.REASSURE, BehaviourId.THANK,
    BehaviourId.OWN, BehaviourId.GREET, BehaviourId.ENCOURAGE,
})  # fmt: skip
NEGATIVE = frozenset({
    BehaviourId.BLAME_OTHER, BehaviourId.DENY_RESPONSIBILITY, BehaviourId.FLAT_REFUSAL, BehaviourId.DISMISS,
    BehaviourId.ARGUE, BehaviourId.RUSH, BehaviourId.INSULT, BehaviourId.THREATEN, BehaviourId.OVER_PROMISE,
    BehaviourId.DISCLOSE_PRIVATE, BehaviourId.JARGON, BehaviourId.SHIFT_WORK, BehaviourId.BADMOUTH,
    BehaviourId.META_INSTRUCTION, BehaviourId.OFF_TOPIC, BehaviourId.MISSTATE,
})  # fmt: skip
PHRASES = frozenset({
    BehaviourId.ACKNOWLEDGE_EMOTION, BehaviourId.APOLOGISE, BehaviourId.REASSURE, BehaviourId.ENCOURAGE,
})  # fmt: skip
"What counts only in a sentence about this matter."
OFFERS = frozenset({
    BehaviourId.OFFER_SOLUTION, BehaviourId.OFFER_CHOICE, BehaviourId.COMPENSATE, BehaviourId.TRADE,
})  # fmt: skip
STANDS_ALONE = NEGATIVE | {
    BehaviourId.GREET, BehaviourId.INTRODUCE, BehaviourId.THANK, BehaviourId.CLOSE, BehaviourId.ASK_OPEN,
    BehaviourId.CHECK_AGREEMENT, BehaviourId.OWN, BehaviourId.ACCEPT_CRITICISM,
    BehaviourId.INVITE_SELF_ASSESSMENT, BehaviourId.ENCOURAGE,
}  # fmt: skip
"What means the same whatever the matter is."
FORMS = PHRASES | {BehaviourId.GREET, BehaviourId.THANK, BehaviourId.CLOSE}
"A turn of nothing else, that names nothing of the matter, is no turn of its own."
SHORT, NEAR = 14, 1
"Characters of a sentence that can be part of what is said to the software beside it; how many sentences off."
_STEP = re.compile("第.|首先|其次|其一|一是|先|再|然后|接下来|最后")
PLAIN = 0.85
"Recogniser confidence from which a fault stands in words of mere politeness."


@dataclass(frozen=True, slots=True)
class Act:
    """One behaviour of the candidate that may count."""

    behaviour: BehaviourId
    turn: int
    "Index in the whole transcript."
    place: int
    "Which of the candidate's turns that count, from 1."
    start: int
    quote: str
    sentence: str
    "The sentence it stands in."
    confidence: float
    args: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """What it is about: the recogniser's word for it, else a fact, an option, a time; else nothing."""
        names = ("fact", "option", "target", "deadline")
        return next((self.args[name] for name in names if self.args.get(name)), "")

    def repeats(self, earlier: "Act") -> bool:
        """Whether this is the same deed about the same thing: it counts once.

        Feelings without a target are one (理解您 is said once); the rest are told apart by their words.
        """
        if self.behaviour != earlier.behaviour:
            return False
        if self.target or earlier.target or self.behaviour in FEELINGS:
            return self.target == earlier.target
        mine, other = pairs(self.quote), pairs(earlier.quote)
        return len(mine & other) >= 0.5 * min(len(mine), len(other))

    @property
    def when(self) -> tuple[int, int]:
        """For ordering acts."""
        return self.turn, self.start


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a check may look at: the candidate's acts and the station, nothing else."""

    acts: tuple[Act, ...]
    "In the order in which they were done."
    places: int
    "How many of the candidate's turns count."
    sentences: tuple[tuple[int, int, str], ...]
    "(turn, place, sentence) of the candidate that may count, in order."
    station: Station | None
    matter: Matter
    transcript: Transcript
    meta: tuple[Act, ...] = ()
    "Sentences addressed to the software: never evidence, always flagged."
    echoes: tuple[int, ...] = ()

    def first(self, behaviours: tuple[BehaviourId, ...]) -> tuple[int, int] | None:
        """When one of these was first shown; of offers, the first that names what is offered, if any does.

        Order hangs on this moment, so that a vague 我来帮您看看 must not pass for the offer itself.
        """
        shown = [act for act in self.acts if act.behaviour in behaviours]
        named = [
            act for act in shown if act.behaviour not in OFFERS or act.args.keys() & {"option", "amount"}
        ]
        return min((act.when for act in named or shown), default=None)

    def in_turn(self, turn: int) -> Iterator[Act]:
        """The acts of one turn."""
        return (act for act in self.acts if act.turn == turn)


def behaviours_of(
    turn: Turn, transcript: Transcript, recogniser: Recogniser, context: Context
) -> tuple[Behaviour, ...]:
    """Those stored with the turn, or recognised now in its context."""
    if turn.behaviours is not None:
        return turn.behaviours
    context = Context(context.role, transcript.before(turn.index), context.station)
    return recogniser.recognise(turn.text, context)


async def recognised(
    transcript: Transcript, station: Station | None, role: Role, recogniser: Recogniser
) -> Transcript:
    """The talk with its behaviours in it: each utterance is recognised once, however often it is read."""
    role = station.role if station else role
    new = {turn.index for turn in transcript.candidate_turns() if turn.behaviours is None}
    context = {n: Context(role, transcript.before(n), station) for n in new}
    await prepared(recogniser, [(transcript.turns[n].text, context[n]) for n in sorted(new)])
    turns = tuple(
        replace(turn, behaviours=recogniser.recognise(turn.text, context[turn.index]))
        if turn.index in new
        else turn
        for turn in transcript.turns
    )
    return replace(transcript, turns=turns)


def gather(
    transcript: Transcript,
    station: Station | None,
    role: Role,
    recogniser: Recogniser,
    rubric: Rubric | None = None,
) -> Evidence:
    """Read the whole talk. Pure for a pure recogniser.

    `role` is the counterpart's; the station's own goes before it. Of a `rubric` that is given, its own words
    read out aloud are no evidence.
    """
    context = Context(station.role if station else role, "", station)
    acts: list[Act] = []
    meta: list[Act] = []
    kept: list[tuple[int, int, str]] = []
    echoes: list[int] = []
    heard: frozenset[str] = frozenset()
    said: set[str] = set()
    matter = Matter.of(transcript, station)
    scheme = Scheme.of(rubric, station) if rubric else None
    place = 0
    for turn in transcript.turns:
        if turn.role == "counterpart":
            heard |= pairs(turn.text)
            continue
        found = behaviours_of(turn, transcript, recogniser, context)
        addressed = [*(b for b in found if b.id is BehaviourId.META_INSTRUCTION), *addressed_words(turn.text)]
        meta += [_act(b, turn, place, turn.text) for b in addressed]
        if is_echo(turn.text, heard):
            echoes.append(turn.index)
            continue
        usable = [
            s
            for s in spans(turn.text)
            if not any(_touch(b, s) for b in addressed)
            and not is_word_list(turn.text[slice(*s)])
            and not (scheme and scheme.recited(turn.text[slice(*s)]))
        ]
        fresh = [s for s in usable if not said_before(turn.text[slice(*s)], said)]
        if not fresh:
            continue
        said_here = [turn.text[slice(*s)] for s in fresh]
        does = list(_meant(list(_acts(turn, found, fresh, place + 1)), matter))
        if any(act.behaviour not in FORMS for act in does) or any(says(text, matter) for text in said_here):
            place += 1
        acts += [replace(act, place=max(place, 1)) for act in does]
        asides = _beside(turn.text, addressed, matter)
        kept += [
            (turn.index, max(place, 1), turn.text[slice(*s)])
            for s in fresh
            if s not in asides and not _empty(turn.text[slice(*s)], matter)
        ]
    return Evidence(
        tuple(acts),
        place,
        tuple(kept),
        station,
        matter,
        transcript,
        tuple(meta),
        tuple(echoes),
    )


def _beside(text: str, addressed: list[Behaviour], matter: Matter) -> list[tuple[int, int]]:
    """Short steps beside words to the software that name nothing of the matter: 第一个字：满。"""
    every = list(spans(text))
    told = [any(_touch(b, s) for b in addressed) for s in every]
    return [
        s
        for n, s in enumerate(every)
        if any(told[max(0, n - NEAR) : n + NEAR + 1])
        and s[1] - s[0] <= SHORT
        and _STEP.match(text[slice(*s)])
        and not matter.has(text[slice(*s)])
    ]


def _empty(sentence: str, matter: Matter) -> bool:
    """Words in which nothing is looked for: mere politeness, 嗯，您说."""
    return is_nod(sentence) or is_hollow(sentence, matter)


def _acts(
    turn: Turn, found: tuple[Behaviour, ...], fresh: list[tuple[int, int]], place: int
) -> Iterator[Act]:
    for behaviour in sorted(found, key=lambda b: (b.start, b.end, b.id)):
        home = next((s for s in fresh if s[0] <= behaviour.start < s[1]), None)
        shown = len(behaviour.quote.strip()) >= MIN_QUOTE
        if home and shown and behaviour.id is not BehaviourId.META_INSTRUCTION:
            yield _act(behaviour, turn, place, turn.text[slice(*home)])


def _act(behaviour: Behaviour, turn: Turn, place: int, sentence: str) -> Act:
    return Act(
        behaviour.id,
        turn.index,
        place,
        behaviour.start,
        behaviour.quote,
        sentence,
        behaviour.confidence,
        behaviour.args,
    )


def _meant(acts: list[Act], matter: Matter) -> Iterator[Act]:
    """Without politeness that fits any talk, and without figures taken for offers (可用率99.9%).

    In a polite sentence that names nothing of the matter, nothing good counts but the courtesy itself.
    """
    polite = {act.sentence for act in acts if act.behaviour in PHRASES | {BehaviourId.THANK}}
    for act in acts:
        plain = act.behaviour in NEGATIVE and act.confidence >= PLAIN
        if not plain and is_hollow(act.sentence, matter) and not is_manner(act.behaviour, act.sentence):
            continue
        empty = act.sentence in polite and not act.args and not matter.has(act.sentence)
        if empty and act.behaviour not in STANDS_ALONE:
            continue
        if act.behaviour is BehaviourId.COMPENSATE and "amount" in act.args and not gives(act.quote):
            continue
        yield act


def _touch(behaviour: Behaviour, span: tuple[int, int]) -> bool:
    return behaviour.start < span[1] and span[0] < behaviour.end
