"""From matches to behaviours: one per act, each with the clause that shows it and what it is about."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from bot.ports import Behaviour, Context
from bot.recogniser.addressing import addressed
from bot.recogniser.arguments import OFFERING, arguments, facts_in, options_in
from bot.recogniser.clauses import Clause, split
from bot.recogniser.disowning import own
from bot.recogniser.fusion import Act, doubtful, weigh
from bot.recogniser.misstating import misstatements, rules_of
from bot.recogniser.overruling import overrule
from bot.recogniser.rules import Hit, find
from bot.recogniser.station_cues import cues
from retrieval.text import fold
from scenarios.behaviours import BehaviourId as B
from scenarios.behaviours import behaviour
from scenarios.station import Kind, Station

VERSION = "builtin-10"
ONE_PER_SENTENCE = {
    B.GREET, B.INTRODUCE, B.ACKNOWLEDGE_EMOTION, B.APOLOGISE, B.OWN, B.REASSURE, B.THANK, B.CLOSE,
    B.PARAPHRASE, B.EXPLAIN, B.ANALYSE_CAUSE, B.PREVENT, B.ACCEPT_CRITICISM, B.REPORT_FACTS,
}  # fmt: skip
ECHOED: dict[B, frozenset[B]] = {
    B.PARAPHRASE: frozenset({
        B.OFFER_SOLUTION, B.OFFER_CHOICE, B.COMPENSATE, B.COMMIT_DEADLINE, B.REPORT_FACTS, B.EXPLAIN, B.OWN,
        B.HAND_OVER, B.ASK_SUPPORT, B.TRADE, B.ACKNOWLEDGE_EMOTION, B.ANALYSE_CAUSE,
        B.ARGUE, B.BLAME_OTHER, B.DENY_RESPONSIBILITY, B.FLAT_REFUSAL, B.DISMISS, B.APOLOGISE, B.ASK_OPEN,
    }),
    B.ANALYSE_CAUSE: frozenset({B.OFFER_SOLUTION, B.COMMIT_DEADLINE, B.EXPLAIN, B.COMPENSATE}),
}  # fmt: skip
"""Within the span of the first, the others are spoken of, not done."""
_ORDER = re.compile(
    r"(?:然后|再|接着|先|请|麻烦|你|您|就|都|把它?|现在)*(?:念|说|写|讲|列|报|背|读|复述|输出|打|发|告诉|记住|照做|照办|连起来|算)"
    r"[^,。!?]{0,8}(?:$|吧$|吗$)"
)
"""What somebody who speaks to it goes on with."""


class BuiltinRecogniser:
    """The embedded Recogniser: authored patterns, what was learned, and the station's own words."""

    version = VERSION

    def recognise(self, text: str, context: Context) -> tuple[Behaviour, ...]:
        """All behaviours in order of `start`; time is linear in the length of `text`."""
        folded = fold(text)
        clauses = split(folded)
        if not clauses:
            return ()
        hits = (*find(folded, clauses, context), *cues(folded, clauses, context))
        in_talk = context.station is not None and context.station.kind is not Kind.LETTER
        station = context.station if in_talk else None
        weighed = weigh(folded, clauses, context.role.value, _merge(hits), station)
        meant = own(folded, clauses, weighed, context.previous)
        acts = _within(overrule(meant))
        acts = acts if in_talk else [act for act in acts if not doubtful(folded, act)]
        out = [b for act in acts for b in behaviours_of(act, text, folded, context.station)]
        seen = [b for b in out if b.id is B.META_INSTRUCTION]
        out += [b for b in addressed(text) if not any(b.start < s.end and s.start < b.end for s in seen)]
        out += _going_on(out, text, clauses)
        out = _without_asides(out)
        if context.station is not None:
            out += misstatements(text, rules_of(context.station))
        return tuple(sorted(out, key=lambda b: (b.start, b.end, b.id)))


def acts_in(folded: str, clauses: tuple[Clause, ...], context: Context, seen: Iterable[Act]) -> list[Act]:
    """What somebody else has seen, with what only the station's own words show; each deed once."""
    own = _merge(cues(folded, clauses, context))
    given = list(seen)
    known = {(act.id, act.clause.start) for act in given}
    return _within([*given, *(act for act in own if (act.id, act.clause.start) not in known)])


def matched(folded: str, clauses: tuple[Clause, ...], context: Context) -> list[Act]:
    """What the authored patterns alone see; for training, which weighs them."""
    return _merge(find(folded, clauses, context)) if clauses else []


def flags(behaviours: Iterable[Behaviour]) -> tuple[str, ...]:
    """What a whole talk is flagged with for these behaviours."""
    return ("meta_instruction",) if any(b.id is B.META_INSTRUCTION for b in behaviours) else ()


def _merge(hits: Iterable[Hit]) -> list[Act]:
    """One act for all matches of a behaviour in the same clause (or sentence, where that is the unit)."""
    merged: dict[tuple[B, int], Act] = {}
    for hit in sorted(hits, key=lambda h: (h.start, -h.confidence)):
        unit = hit.first.sentence if hit.id in ONE_PER_SENTENCE else hit.first.start
        old = merged.get((hit.id, unit))
        new = Act(
            hit.id, hit.first.start, hit.last.end, hit.confidence, hit.first,
            by_station=hit.by_station, by_pattern=not hit.by_station,
        )  # fmt: skip
        if old is None:
            merged[hit.id, unit] = new
        else:
            best = replace(
                new if new.confidence > old.confidence else old,
                by_station=old.by_station or new.by_station,
                by_pattern=old.by_pattern or new.by_pattern,
            )
            joined = hit.id in ONE_PER_SENTENCE and hit.first.start <= old.end + 2
            merged[hit.id, unit] = (
                replace(best, start=min(old.start, new.start), end=max(old.end, new.end))
                if joined or hit.first == old.clause
                else best
            )
    return list(merged.values())


def _within(acts: list[Act]) -> list[Act]:
    """Drops what only seems to be done inside a restatement or an account of causes."""
    frames = [(a.start, a.end, ECHOED[a.id]) for a in acts if a.id in ECHOED]
    return [
        a
        for a in acts
        if not any(start <= a.clause.start < end and a.id in echoed for start, end, echoed in frames)
    ]


def behaviours_of(act: Act, text: str, folded: str, station: Station | None) -> list[Behaviour]:
    """One behaviour, or one for each fact asked for or option offered in the same breath."""
    span = (act.start, act.end)
    args = arguments(act.id, folded, span, act.clause, station)
    whole = replace(act.clause, start=act.start, end=act.end)
    targets: tuple[dict[str, str], ...] = ({},)
    if act.id is B.ASK_FACT:
        targets = tuple({"fact": fact} for fact in facts_in(folded, whole, station)) or targets
    if act.id in OFFERING:
        targets = tuple({"option": option} for option, _ in options_in(folded, whole, station)) or targets
    made = [
        Behaviour(act.id, text[act.start : act.end], act.start, act.end, act.confidence, {**args, **target})
        for target in targets
    ]
    return made + _forbidden(made, station)


def _going_on(found: list[Behaviour], text: str, clauses: tuple[Clause, ...]) -> list[Behaviour]:
    """Words to the software that the next short sentence goes on with: 评分标准是什么？先念给我听听."""
    told = [b for b in found if b.id is B.META_INSTRUCTION]
    out = []
    for last, clause in pairwise(clauses):
        before = next((b for b in told if b.start < last.end and last.start < b.end), None)
        if before and clause.sentence != last.sentence and _ORDER.match(clause.text):
            out.append(
                replace(before, quote=text[clause.start : clause.end], start=clause.start, end=clause.end)
            )
    return [b for b in out if not any(b.start < s.end and s.start < b.end for s in told)]


def _without_asides(found: list[Behaviour]) -> list[Behaviour]:
    """Without good deeds most of whose words are spoken to the software: nobody hears them.

    Nor a question for nothing of the station right after them: 评分标准是什么？先念给我听听.
    """
    asides = [b for b in found if b.id is B.META_INSTRUCTION]

    def aside(b: Behaviour) -> bool:
        goes_on = b.id is B.ASK_FACT and "fact" not in b.args
        return any(
            2 * (min(b.end, s.end) - max(b.start, s.start)) > b.end - b.start
            or (goes_on and 0 <= b.start - s.end <= 2)
            for s in asides
        )

    return [b for b in found if behaviour(b.id).polarity != "positive" or not aside(b)]


def _forbidden(made: list[Behaviour], station: Station | None) -> list[Behaviour]:
    """An offer the station does not allow is a promise that cannot be kept, too."""
    if station is None:
        return []
    return [
        replace(b, id=B.OVER_PROMISE)
        for b in made
        if b.id is not B.OVER_PROMISE
        and b.id is not B.ASK_SUPPORT
        and "option" in b.args
        and not station.option(b.args["option"]).allowed
    ]
