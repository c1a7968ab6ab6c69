"""A rubric's conditions over what the candidate did. Pure; each answer brings the acts that show it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.points import spoken
from retrieval.text import fold, han_count
from rubrics.evidence import NEGATIVE, Act, Evidence
from rubrics.limits import permitted
from rubrics.model import Amount, Condition
from rubrics.tie import touches
from scenarios.behaviours import BehaviourId as B
from scenarios.parts import Concern, Demand, KeyPoint, Need
from scenarios.station import Letter

ASKS = (B.ASK_FACT, B.ASK_OPEN)
COURTESY = frozenset({B.GREET, B.INTRODUCE, B.THANK, B.CLOSE})
_MARK = re.compile(r"[，,；;：:。！!？?…\n]+")
NEAR = 0.25
"Share of its bounds by which a letter may miss them and still be near."
Narrow = Callable[[Iterable[Act]], list[Act]]


@dataclass(frozen=True, slots=True)
class Found:
    """Whether a condition holds, by which acts; `None` when this talk gives no means to tell."""

    holds: bool | None
    acts: tuple[Act, ...] = ()

    @property
    def confidence(self) -> float:
        """Of the weakest act it rests on."""
        return min((act.confidence for act in self.acts), default=0.9)


def evaluate(condition: Condition, evidence: Evidence) -> Found:
    """All that is written must hold; what cannot be told makes the whole untold unless the rest fails."""
    parts = [*_leaves(condition, evidence), *(evaluate(each, evidence) for each in condition.every)]
    if condition.either:
        parts.append(_either([evaluate(each, evidence) for each in condition.either]))
    acts = tuple(_unique(act for part in parts for act in part.acts))
    if any(part.holds is False for part in parts):
        return Found(False, acts)
    return Found(None if any(part.holds is None for part in parts) else True, acts)


def _either(parts: list[Found]) -> Found:
    holding = [part for part in parts if part.holds]
    if holding:
        return max(holding, key=lambda part: part.confidence)
    acts = tuple(_unique(act for part in parts for act in part.acts))
    return Found(None if any(part.holds is None for part in parts) else False, acts)


def _leaves(condition: Condition, evidence: Evidence) -> Iterator[Found]:
    def narrowed(acts: Iterable[Act]) -> list[Act]:
        return [act for act in acts if _narrow(condition, act, evidence)]

    if condition.any:
        acts = narrowed(act for act in evidence.acts if act.behaviour in condition.any)
        yield _distinct(acts, condition.times)
    for behaviour in condition.all:
        acts = narrowed(act for act in evidence.acts if act.behaviour == behaviour)
        yield _distinct(acts, 1)
    if condition.says:
        yield _distinct(narrowed(_said(condition.says, evidence)), 1)
    if condition.facts:
        yield _facts(condition, evidence, narrowed)
    if condition.concerns:
        yield _concerns(condition, evidence, narrowed)
    if condition.demands:
        yield _demands(condition, evidence, narrowed)
    if condition.points:
        yield _points(condition.points, evidence, narrowed)
    if condition.slips:
        yield _slips(condition.slips, evidence, narrowed)
    if condition.length:
        yield _length(condition.length, evidence)


def _distinct(acts: list[Act], times: int) -> Found:
    """The same deed about the same thing counts once; of each the surest telling is kept."""
    kept: list[Act] = []
    for act in sorted(acts, key=lambda act: (-act.confidence, act.when)):
        if not any(act.repeats(other) for other in kept):
            kept.append(act)
    return Found(len(kept) >= times, tuple(sorted(kept[:times], key=lambda act: act.when)))


def _unique(acts: Iterable[Act]) -> Iterator[Act]:
    seen = set()
    for act in acts:
        mark = (act.turn, act.start, act.behaviour, act.quote)
        if mark not in seen:
            seen.add(mark)
            yield act


def _narrow(condition: Condition, act: Act, evidence: Evidence) -> bool:
    return (
        _in_place(condition, act, evidence)
        and _in_order(condition, act, evidence)
        and (
            not condition.together
            or any(a.behaviour in condition.together for a in evidence.in_turn(act.turn))
        )
        and all(_names(name, act, evidence) for name in condition.with_)
        and (not condition.tied or evidence.matter.has(act.sentence))
        and (not condition.within_limits or permitted(act, evidence.station))
    )


def _in_place(condition: Condition, act: Act, evidence: Evidence) -> bool:
    first, last, start = condition.within_turns, condition.last_turns, condition.from_turn
    return (
        (first is None or act.place <= first)
        and (last is None or act.place > evidence.places - last)
        and (start is None or act.place >= start)
    )


def _in_order(condition: Condition, act: Act, evidence: Evidence) -> bool:
    if condition.before:
        limit = evidence.first(condition.before)
        if limit is None or act.when >= limit:
            return False
    if condition.after:
        start = evidence.first(condition.after)
        if start is None or act.when <= start:
            return False
    return True


def _names(name: str, act: Act, evidence: Evidence) -> bool:
    """The argument is in the act, or beside it in the same turn."""
    return name in act.args or any(name in other.args for other in evidence.in_turn(act.turn))


def _said(variants: tuple[str, ...], evidence: Evidence) -> Iterator[Act]:
    """Content points as acts: the clauses in which a variant was said and not negated, from where it was."""
    for turn, place, sentence in evidence.sentences:
        whole = evidence.transcript.turns[turn].text
        for start, end, variant in spoken(variants, sentence):
            at, quote = whole.find(sentence) + start, _clauses(sentence, start, end)
            yield Act(B.EXPLAIN, turn, place, at, quote, sentence, 0.9, {"target": variant})


def _clauses(sentence: str, start: int, end: int) -> str:
    """The clauses in which sentence[start:end] stands, without the marks around them."""
    marks = [match.span() for match in _MARK.finditer(sentence)]
    first = max((stop for _, stop in marks if stop <= start), default=0)
    last = min((begin for begin, _ in marks if begin >= end), default=len(sentence))
    return sentence[first:last].strip()


def _facts(condition: Condition, evidence: Evidence, narrowed: Narrow) -> Found:
    """Essential facts that were asked for: by name, in the station's own words, or told in reply."""
    assert condition.facts is not None
    if evidence.station is None:
        asks = narrowed(act for act in evidence.acts if act.behaviour in ASKS)
        return _distinct(asks, condition.facts.min or 3)
    essential = [fact for fact in evidence.station.facts if fact.essential]
    if not essential:
        return Found(None)
    asked: dict[str, Act] = {}
    for act in narrowed(act for act in evidence.acts if act.behaviour in ASKS):
        reply = _reply(act, evidence)
        for fact in essential:
            named = act.args.get("fact") == fact.id or touches(fact.asks, act.sentence)
            if named or fold(fact.value) in reply or any(fold(line.say) in reply for line in fact.tells):
                asked.setdefault(fact.id, act)
    return Found(len(asked) >= condition.facts.needed(len(essential)), tuple(_unique(asked.values())))


def _reply(act: Act, evidence: Evidence) -> str:
    following = evidence.transcript.turns[act.turn + 1 : act.turn + 2]
    return fold(following[0].text) if following and following[0].role == "counterpart" else ""


def _concerns(condition: Condition, evidence: Evidence, narrowed: Narrow) -> Found:
    """Concerns taken up by the candidate: their words in a sentence in which something is done about it."""
    assert condition.concerns is not None
    if evidence.station is None or not evidence.station.concerns:
        return Found(None)
    useful = narrowed(act for act in evidence.acts if act.behaviour not in NEGATIVE | COURTESY)
    taken: dict[str, Act] = {}
    for act in useful:
        for concern in evidence.station.concerns:
            if touches(concern.phrases, act.sentence):
                taken.setdefault(concern.id, act)
    needed = condition.concerns.needed(len(evidence.station.concerns))
    return Found(len(taken) >= needed, tuple(_unique(taken.values())))


def _demands(condition: Condition, evidence: Evidence, narrowed: Narrow) -> Found:
    """Essential demands for which the candidate has done what they need."""
    assert condition.demands is not None
    demands = [demand for demand in evidence.station.demands if demand.essential] if evidence.station else []
    if not demands:
        return Found(None)
    met = [act for demand in demands if (act := _fills(_need(demand, condition.demands), evidence, narrowed))]
    return Found(len(met) >= condition.demands.needed(len(demands)), tuple(_unique(met)))


def _points(amount: Amount, evidence: Evidence, narrowed: Narrow) -> Found:
    """Essential key points that were made, each shown by the sentence in which it was made first."""
    essential = [p for p in evidence.station.points if p.essential] if evidence.station else []
    if not essential:
        return Found(None)
    acts = [act for p in essential if (act := _first(p.accepts, p.id, evidence, narrowed))]
    return Found(len(acts) >= amount.needed(len(essential)), tuple(_unique(acts)))


def _slips(count: int, evidence: Evidence, narrowed: Narrow) -> Found:
    """Mistakes about the matter that the station knows of."""
    slips = evidence.station.slips if evidence.station else ()
    acts = [act for s in slips if (act := _first(s.phrases, s.id, evidence, narrowed))]
    return Found(len(acts) >= count, tuple(acts))


def _first(variants: tuple[str, ...], target: str, evidence: Evidence, narrowed: Narrow) -> Act | None:
    said = narrowed(_said(variants, evidence))
    return replace(said[0], args={"target": target}) if said else None


def _length(wanted: str, evidence: Evidence) -> Found:
    """Whether a letter is as long as it should be, in sentences that say something.

    It rests on the first of them, which must be there.
    """
    if not isinstance(evidence.station, Letter):
        return Found(None)
    low, high = evidence.station.length
    slack = NEAR if wanted == "near" else 0.0
    written = sum(han_count(text) for _, _, text in evidence.sentences)
    acts = tuple(
        Act(B.EXPLAIN, turn, place, 0, sentence, sentence, 0.95)
        for turn, place, sentence in evidence.sentences[:1]
    )
    return Found(bool(acts) and low * (1 - slack) <= written <= high * (1 + slack), acts)


def left_out(evidence: Evidence) -> tuple[KeyPoint, ...]:
    """Essential key points of the station that were not made."""
    points = evidence.station.points if evidence.station else ()
    return tuple(p for p in points if p.essential and not _first(p.accepts, p.id, evidence, list))


def unmet(evidence: Evidence) -> tuple[Demand, ...]:
    """Essential demands of the station for which nothing that they need was done."""
    demands = evidence.station.demands if evidence.station else ()
    return tuple(d for d in demands if d.essential and not _fills(d.met_by, evidence, list))


def untouched(evidence: Evidence) -> tuple[Concern, ...]:
    """Concerns of the station that the candidate's useful sentences never speak of."""
    useful = [act.sentence for act in evidence.acts if act.behaviour not in NEGATIVE | COURTESY]
    concerns = evidence.station.concerns if evidence.station else ()
    return tuple(c for c in concerns if not any(touches(c.phrases, sentence) for sentence in useful))


def _need(demand: Demand, amount: Amount) -> Need:
    if not amount.loosely:
        return demand.met_by
    return demand.met_by.model_copy(update={"deadline": False, "phrases": ()})


def _fills(need: Need, evidence: Evidence, narrowed: Narrow) -> Act | None:
    """The first act that does what is needed."""
    for act in narrowed(act for act in evidence.acts if act.behaviour in need.any_of):
        beside = list(evidence.in_turn(act.turn))
        if need.options and not any(other.args.get("option") in need.options for other in beside):
            continue
        if need.deadline and not any("deadline" in a.args for a in evidence.acts if a.turn <= act.turn):
            continue
        spoken = "".join(text for turn, _, text in evidence.sentences if turn == act.turn)
        if need.phrases and not touches(need.phrases, spoken):
            continue
        return act
    return None
