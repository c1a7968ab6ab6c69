"""Which of the behaviours seen count: distinct acts move the mood, repeats do not."""

import re
from dataclasses import dataclass

from bot.director.effects import EMOTIONAL, GROUNDWORK, NEGATIVE, POSITIVE
from bot.director.state import State
from bot.ports import Behaviour
from retrieval.text import fold
from scenarios.behaviours import BehaviourId as B
from scenarios.parts import Concern, Need
from scenarios.station import RolePlay

SURE = 0.5
"""Confidence from which a setback is felt; below, the doubt is the candidate's."""
GRAVE = {B.INSULT: 0.75, B.THREATEN: 0.75, B.DISCLOSE_PRIVATE: 0.75, B.OVER_PROMISE: 0.75}
"""What can end a talk, or is unheard of, has to be plainer."""

ASKED = {B.ASK_FACT, B.ASK_OPEN, B.CHECK_AGREEMENT}
ALIKE, ALIKE_ASKED = 0.5, 0.7
"""Share of pairs of characters from which the same is said again; questions have many in common."""
REASONED = {B.EXPLAIN, B.OFFER_SOLUTION, B.OFFER_CHOICE, B.COMPENSATE, B.TRADE, B.SET_BOUNDARY}
"""With one of these in the same turn a no is not flat: it has a reason, or a way out."""


@dataclass(frozen=True, slots=True)
class Act:
    """One behaviour as the counterpart takes it."""

    seen: Behaviour
    target: str
    "What makes it distinct: a fact, an option, a concern, a time; its own words for information."
    counted: bool
    negative: bool
    early: bool = False
    "Offered before the ground was laid."

    @property
    def key(self) -> str:
        """As kept in `State.earned`."""
        return f"{self.seen.id}:{self.target}"


def touches(concern: Concern, text: str) -> bool:
    """Whether the utterance speaks of that concern."""
    folded = fold(text)
    return any(re.search(fold(phrase), folded) for phrase in concern.phrases)


def _sentence(text: str, seen: Behaviour) -> str:
    """The whole sentence an act was done in: what an apology is for often stands beside it."""
    start = max((text.rfind(mark, 0, seen.start) for mark in "。！？!?；;"), default=-1) + 1
    ends = [at for at in (text.find(mark, seen.end) for mark in "。！？!?；;") if at >= 0]
    return text[start : min(ends, default=len(text))]


def target_of(seen: Behaviour, station: RolePlay, state: State, text: str) -> str:
    """What an act is about. Feelings: the concern touched, else a new setback since; else its words."""
    args = seen.args
    for name in ("fact", "option"):
        if name in args:
            return args[name]
    if seen.id is B.COMMIT_DEADLINE and "deadline" in args:
        return args["deadline"]
    if seen.id in EMOTIONAL:
        concern = next((c.id for c in station.concerns if touches(c, _sentence(text, seen))), "")
        return (
            concern or args.get("target", "") or (f"setback{len(state.setbacks)}" if state.setbacks else "")
        )
    return args.get("target") or fold(seen.quote)[:40]


def _bigrams(text: str) -> set[str]:
    text = re.sub(r"\W", "", text)
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def repeats(behaviour: B, target: str, earned: tuple[str, ...]) -> bool:
    """Whether such an act has counted already: same target, or mostly the same words."""
    before = [key.split(":", 1)[1] for key in earned if key.startswith(f"{behaviour}:")]
    if target in before:
        return True
    if behaviour in EMOTIONAL or not before:
        return False
    words, share = _bigrams(target), ALIKE_ASKED if behaviour in ASKED else ALIKE
    return any(len(words & _bigrams(old)) >= share * min(len(words), len(_bigrams(old))) for old in before)


def is_early(behaviour: B, station: RolePlay, done: set[B]) -> bool:
    """Whether the ground for such an act has not been laid yet (order matters: listen, then offer)."""
    acts, ground = GROUNDWORK[station.role]
    return behaviour in acts and not (ground & done)


def weigh(station: RolePlay, state: State, seen: tuple[Behaviour, ...], text: str) -> tuple[Act, ...]:
    """Each behaviour with its target and whether it counts, in order of speech."""
    earned = state.earned
    done = {B(key.split(":", 1)[0]) for key in earned}
    acts: list[Act] = []
    addressed_software = any(b.id is B.META_INSTRUCTION for b in seen)
    reasoned = any(b.id in REASONED for b in seen)
    for behaviour in seen:
        negative = behaviour.id in NEGATIVE
        target = target_of(behaviour, station, state, text)
        if negative:
            counted = behaviour.confidence >= GRAVE.get(behaviour.id, SURE)
            counted &= not (behaviour.id is B.FLAT_REFUSAL and reasoned)
        else:
            counted = (
                behaviour.id in POSITIVE
                and not addressed_software
                and not repeats(behaviour.id, target, earned)
            )
        early = not negative and is_early(behaviour.id, station, done)
        act = Act(behaviour, target, counted, negative, early)
        acts.append(act)
        if counted and not negative:
            earned = (*earned, act.key)
            done.add(behaviour.id)
    return tuple(acts)


def fulfils(need: Need, acts: tuple[Act, ...], state: State, text: str) -> bool:
    """Whether this turn (with the promises before it) gives what a demand or concern asks for."""
    givers = [a for a in acts if a.seen.id in need.any_of and not a.negative]
    if need.options:
        givers = [a for a in givers if a.seen.args.get("option") in need.options]
    if not givers:
        return False
    if need.deadline and not state.promises and not any("deadline" in a.seen.args for a in acts):
        return False
    folded = fold(text)
    return not need.phrases or any(re.search(fold(phrase), folded) for phrase in need.phrases)
