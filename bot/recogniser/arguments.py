"""What a behaviour is about: the fact asked for, the option offered, time bound, amount, topic."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.recogniser.clauses import Clause, negated
from bot.recogniser.numbers import amount, deadline
from bot.recogniser.rules import lexicon
from retrieval.text import fold
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Station

TIMED = {
    B.COMMIT_DEADLINE, B.OFFER_SOLUTION, B.COMPENSATE, B.PROMISE_FOLLOW_UP, B.OFFER_CHOICE, B.TRADE,
    B.HAND_OVER, B.AGREE_GOAL, B.PREVENT,
}  # fmt: skip
PRICED = {B.COMPENSATE, B.TRADE, B.OFFER_SOLUTION, B.ASK_SUPPORT, B.OVER_PROMISE, B.OFFER_CHOICE}
OFFERING = {B.OFFER_SOLUTION, B.COMPENSATE, B.OFFER_CHOICE, B.TRADE, B.ASK_SUPPORT, B.OVER_PROMISE}
TOUCHING = {B.ACKNOWLEDGE_EMOTION, B.APOLOGISE, B.OWN, B.REASSURE, B.PARAPHRASE, B.ASK_OPEN}


_REFUSED = re.compile(
    r"不能|没法|没办法|无法|不敢|不可以|做不到|不行|不了|超出|不在|没得|没有?这?个?权|没资格|不好答应|答应不|"
    r"要等|得等|要报|得报|要走|得走|审批|骗您|哄您|忽悠|不现实|不合适|谁(都|也)|请您体谅|很难"
)


@lru_cache(maxsize=512)
def phrases(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Authored phrases of a station as one expression over folded text."""
    return re.compile("|".join(f"(?:{fold(pattern)})" for pattern in patterns))


@lru_cache(maxsize=1)
def _event() -> re.Pattern[str]:
    return re.compile(
        rf"{lexicon()['num']}(?:次|趟|回|天|遍|个)|[等跑催修坏漏断停丢误]了|请假|白等|没人|{lexicon()['product']}"
    )


def facts_in(text: str, clause: Clause, station: Station | None) -> Iterable[str]:
    """Facts of the station whose words the clause uses."""
    if station is None:
        return ()
    stretch = text[clause.start : clause.end]
    return tuple(fact.id for fact in station.facts if phrases(fact.asks).search(stretch))


def options_in(text: str, clause: Clause, station: Station | None) -> tuple[tuple[str, int], ...]:
    """Options of the station named in the clause and not denied there, with where."""
    if station is None:
        return ()
    out = []
    for option in station.options:
        found = phrases(option.phrases).search(text, clause.start, clause.end)
        if found and not _denied(text, clause, found.start(), allowed=option.allowed):
            out.append((option.id, found.start()))
    return tuple(out)


def _denied(text: str, clause: Clause, at: int, *, allowed: bool) -> bool:
    """Whether what is named is refused there; what is not allowed, also in what follows in the sentence.

    An honest limit is often told in two breaths: 换新机这个，我现在没有权限答应您.
    """
    end = clause.end if allowed else _sentence_end(text, clause.end)
    return negated(text, clause, at) or bool(_REFUSED.search(text, at, end))


def _sentence_end(text: str, at: int) -> int:
    found = re.search(r"[。!?;\n]", text[at : at + 40])
    return at + (found.start() if found else min(40, len(text) - at))


def topic(text: str, clause: Clause, station: Station | None) -> str | None:
    """The concern a clause touches, else `event` when it speaks of what happened, else nothing."""
    stretch = text[clause.start : clause.end]
    if station is not None:
        for concern in station.concerns:
            if phrases(concern.phrases).search(stretch):
                return concern.id
    return "event" if _event().search(stretch) else None


def arguments(
    behaviour: B, text: str, span: tuple[int, int], clause: Clause, station: Station | None
) -> dict[str, str]:
    """Arguments of one behaviour seen in `text[span]`, without the fact or option."""
    stretch = text[span[0] : span[1]]
    out: dict[str, str] = {}
    if behaviour in TIMED:
        when = deadline(stretch)
        if when:
            out["deadline"] = when
    if behaviour in PRICED:
        money = amount(stretch)
        if money:
            out["amount"], out["value"] = money[0], f"{money[1]:g}"
    if behaviour in TOUCHING:
        about = topic(text, clause, station)
        if about:
            out["target"] = about
    return out
