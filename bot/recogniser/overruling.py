"""Which of two behaviours seen in the same words is meant when one is only the other's echo."""

import re
from collections.abc import Sequence

from bot.recogniser.fusion import Act
from bot.recogniser.sequence import network
from scenarios.behaviours import BehaviourId as B
from scenarios.behaviours import behaviour

SAME_CLAUSE: dict[B, frozenset[B]] = {
    B.SET_BOUNDARY: frozenset({B.ARGUE, B.FLAT_REFUSAL, B.INSULT, B.RUSH, B.DISMISS}),
    B.ANALYSE_CAUSE: frozenset({B.EXPLAIN}),
    B.COMPENSATE: frozenset({B.OFFER_SOLUTION}),
    B.PROMISE_FOLLOW_UP: frozenset({B.OFFER_SOLUTION}),
    B.ASK_FACT: frozenset({B.ASK_OPEN}),
    B.ACCEPT_CRITICISM: frozenset({B.ARGUE}),
    B.REPORT_FACTS: frozenset({B.COMMIT_DEADLINE, B.COMPENSATE, B.APOLOGISE, B.ANALYSE_CAUSE}),
    B.PREVENT: frozenset({B.COMMIT_DEADLINE, B.PROMISE_FOLLOW_UP, B.OFFER_SOLUTION}),
    B.CLOSE: frozenset({B.EXPLAIN, B.COMMIT_DEADLINE}),
    B.OFFER_CHOICE: frozenset({B.ASK_FACT, B.COMPENSATE}),
    B.DISMISS: frozenset({B.ACKNOWLEDGE_EMOTION, B.HIGHLIGHT_BENEFIT, B.ASK_FACT}),
    B.ARGUE: frozenset({B.PARAPHRASE, B.REASSURE}),
    B.SHIFT_WORK: frozenset({B.ANALYSE_CAUSE, B.PROMISE_FOLLOW_UP, B.HAND_OVER, B.OFFER_SOLUTION}),
}
"""In one clause the first is meant, the others are its echo."""

SAME_BREATH: dict[B, frozenset[B]] = {
    B.SET_BOUNDARY: frozenset({B.REASSURE, B.FLAT_REFUSAL}),
    B.TRADE: frozenset({B.COMPENSATE, B.COMMIT_DEADLINE, B.OFFER_SOLUTION}),
    B.INSULT: frozenset({B.THANK, B.APOLOGISE, B.PRAISE, B.ACKNOWLEDGE_EMOTION, B.ARGUE, B.GREET}),
    B.THREATEN: frozenset({B.COMMIT_DEADLINE, B.OFFER_SOLUTION, B.RUSH}),
    B.OVER_PROMISE: frozenset({B.REASSURE, B.FLAT_REFUSAL, B.OWN, B.COMMIT_DEADLINE, B.HIGHLIGHT_BENEFIT}),
    B.HIGHLIGHT_BENEFIT: frozenset({B.COMPENSATE, B.ACKNOWLEDGE_EMOTION, B.REASSURE, B.PRAISE}),
    B.HAND_OVER: frozenset({B.EXPLAIN, B.OFFER_SOLUTION}),
    B.ASK_SUPPORT: frozenset({B.EXPLAIN, B.OFFER_SOLUTION, B.COMPENSATE}),
    B.INVITE_SELF_ASSESSMENT: frozenset({B.ASK_FACT, B.ASK_OPEN, B.CHECK_AGREEMENT}),
    B.AGREE_GOAL: frozenset({B.COMMIT_DEADLINE, B.OFFER_SOLUTION, B.PREVENT, B.PROMISE_FOLLOW_UP}),
    B.BLAME_OTHER: frozenset({B.PRAISE, B.PARAPHRASE, B.EXPLAIN}),
    B.JARGON: frozenset({B.ANALYSE_CAUSE, B.EXPLAIN, B.REPORT_FACTS}),
    B.META_INSTRUCTION: frozenset(B) - {B.META_INSTRUCTION},
}
"""Within a sentence, and no further than `BREATH` characters, the first is meant."""

MANNERS = {B.GREET, B.INTRODUCE, B.THANK, B.APOLOGISE, B.REASSURE, B.CLOSE, B.ACKNOWLEDGE_EMOTION}
"""What is no deed: anybody can say it with anything."""
_FORMULA = re.compile(r"高度重视|宝贵的?(意见|建议)|(意见|建议|反馈).{0,6}(重要|宝贵)")

_RATING = re.compile(
    r"[您你](?:们)?(?:再|来|也|都|就|帮忙|可以|方便)?(?:给|对|为)(?:我们|师傅|这[次回单]|本次|客服|服务)(?:打|评|点)|满意度(?:调查|问卷|回访)|(?:填|收到|做)[^,。!?]{0,6}(?:评价|问卷)|评价的?(?:链接|短信)"
)
"""Asked of a customer, it is their opinion of the service that is wanted, no mark."""

_AGENDA = re.compile(
    r"(?:今天|这趟|这次|我)*(?:就|是|想|来|要)*(?:请|求|跟|向|找|让)您(?:帮我|给我)?(?:汇报|请示|商量|定|批|拍板|过目|拿|决定)"
    r"[一两二三四五几\d]+(?:件|个|样|桩|条)(?:事情?|主意|问题|请求|要求)?"
)
"""Says how many things will be asked for, and asks for none yet."""
_TAG = re.compile(r"(是吗|是吧|是么|对吗|对吧|对不对|是不是|怎么|啊|嗯|哦|什么|真的吗|真的)")
"""Alone between two marks it asks for nothing."""
KIND = {
    B.THANK, B.PRAISE, B.APOLOGISE, B.OWN, B.ENCOURAGE, B.ACKNOWLEDGE_EMOTION, B.REASSURE, B.ACCEPT_CRITICISM,
    B.COMPENSATE, B.ASK_SUPPORT, B.INVITE_SELF_ASSESSMENT, B.HAND_OVER, B.GREET,
}  # fmt: skip
"""What mockery dresses up as."""
SPOKEN = {
    B.APOLOGISE, B.COMMIT_DEADLINE, B.FLAT_REFUSAL, B.OVER_PROMISE, B.INSULT, B.THREATEN, B.OWN, B.RUSH,
    B.DENY_RESPONSIBILITY, B.THANK, B.OFFER_SOLUTION, B.COMPENSATE, B.PROMISE_FOLLOW_UP, B.REASSURE,
    B.BADMOUTH,
}  # fmt: skip
"""What, quoted, is another's deed."""

BREATH = 40
SEVERAL, PLAIN, PLAINER = 2, 2.0, 2.5
"""Deeds elsewhere in the turn, from which a fault that only the classifier sees needs these log-odds; those
that brushing off needs beside any deed."""


SURELY = 1.0
"""Log-odds more than a deed needs that make it speak against a fault elsewhere in the turn."""
LIKELIER, LIKELIER_THAN_PATTERN = 1.5, 2.0
"""Log-odds by which the echo must be the likelier of the two to be what is meant after all."""


def overrule(acts: Sequence[Act]) -> list[Act]:
    """The acts that are meant. What the station's own words show is no echo."""
    pairs = [(meant, echo) for meant in acts for echo in acts if meant is not echo and _echoes(echo, meant)]
    dropped = {id(meant) if _reversed(meant, echo) else id(echo) for meant, echo in pairs}
    kept = [act for act in acts if id(act) not in dropped]
    return [act for act in kept if not (_politeness(act, kept) or _unlikely(act, kept) or _hollow(act))]


def _hollow(act: Act) -> bool:
    """Whether the words are somebody else's, a bare tag, or kind in mockery only."""
    if act.by_station:
        return False
    tag = act.id in {B.ASK_FACT, B.ASK_OPEN} and bool(_TAG.fullmatch(act.clause.text))
    if act.id is B.ASK_SUPPORT and _AGENDA.fullmatch(act.clause.text):
        return True
    quoted = act.clause.quoted and act.id in SPOKEN
    if act.id is B.META_INSTRUCTION and act.alone and _RATING.search(act.clause.text):
        return True
    return tag or quoted or (act.clause.ironic and act.id in KIND)


def _politeness(act: Act, acts: Sequence[Act]) -> bool:
    """Whether what sounds like brushing off is but a formula, or stands beside a deed of the same turn."""
    if act.id is not B.DISMISS or not act.alone:
        return False
    beside = act.score < PLAINER and any(d.clause.sentence != act.clause.sentence for d in _deeds(acts))
    return beside or bool(_FORMULA.search(act.clause.text))


def _unlikely(act: Act, acts: Sequence[Act]) -> bool:
    """Whether a fault that only the classifier sees stands among deeds: who does much good in one breath
    rarely hurts in it, and a long turn gives the classifier many chances to be wrong."""
    if not act.alone or behaviour(act.id).polarity != "negative" or act.id is B.META_INSTRUCTION:
        return False
    elsewhere = {other.clause.start for other in _deeds(acts) if _sure(other)} - {act.clause.start}
    return len(elsewhere) >= SEVERAL and act.score < PLAIN


def _sure(act: Act) -> bool:
    """Whether a deed is plain enough to speak for who did it: key words sound a little like many."""
    return act.by_pattern or act.score >= network().limits.get(act.id, SURELY) + SURELY


def _deeds(acts: Sequence[Act]) -> list[Act]:
    return [other for other in acts if behaviour(other.id).polarity == "positive" and other.id not in MANNERS]


def _reversed(meant: Act, echo: Act) -> bool:
    """Whether the classifier finds the echo so much likelier that it is what is meant.

    Who tells the software to write down an apology makes none, however much it sounds like one.
    """
    if meant.by_station or meant.id is B.META_INSTRUCTION:
        return False
    if meant.alone and echo.by_pattern:
        return echo.score > meant.score
    return echo.score - meant.score > (LIKELIER if meant.alone else LIKELIER_THAN_PATTERN)


def _echoes(act: Act, other: Act) -> bool:
    if act.by_station and not other.by_station:
        return other.id is B.COMPENSATE and act.id is B.OFFER_SOLUTION and _same_clause(act, other)
    if _same_clause(act, other) and act.id in SAME_CLAUSE.get(other.id, ()):
        return not (act.id is B.ASK_OPEN and _open_all_the_same(act, other))
    near = act.clause.sentence == other.clause.sentence and abs(act.start - other.start) <= BREATH
    return near and not act.by_station and act.id in SAME_BREATH.get(other.id, ())


def _open_all_the_same(act: Act, other: Act) -> bool:
    """Whether an open question (到底是什么情况?) only happens to be about one of the station's facts."""
    return other.by_station and act.score - other.score > LIKELIER


def _same_clause(act: Act, other: Act) -> bool:
    return act.clause.start == other.clause.start
