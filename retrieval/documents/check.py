"""Does what a candidate states as policy, term or amount agree with the organisation's documents?

Made to be right when it speaks: where subject or condition of the two differ or cannot be told, it is silent.
Statements about the customer (您等了十天, 您要求三倍), questions and denials state no policy.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from retrieval.documents.claims import ACTIONS, FEES, QUALIFIERS, Clause, clauses
from retrieval.documents.quantities import Quantity
from retrieval.passages import Passage
from retrieval.text import fold
from retrieval.words import grams

Kind = Literal["amount", "permission", "payer"]

_WINDOW = 40  # characters up to the end of a clause that tell what it is about
_NEAR = 0.75  # of the best subject's closeness: as good a candidate for what was meant
_ENTITLED = {"退", "换", "修", "取消", "改", "发票", "无理由", "保管"}
"""Terms a customer has: to state them too short is as wrong as too long. Ours may be kept sooner."""
_ASKS = re.compile(r"吗|么$|呢$|多少|几[天次个]|是不是|有没有|能不能|可不可以|[？?]$")
_ABOUT_THEM = re.compile(
    r"您(?:刚才|刚刚|之前|也|是|当时)?(?:说|讲|提|要求|想要|希望|反映|问|认为|觉得|主张)|客户(?:说|要求|希望)|"
    r"(?:等|用|买|修|拖|打|来|跑|耽误|花)(?:了|过)|已经|才[买用修]|(?:买|用|装)(?:的|来)时|如果|要是|假如|听说|网上"
)
_DENIED = re.compile(
    r"(?:不是|并非|没有|不到|不可能|做不到|不能(?:保证|承诺|答应)|无法(?:保证|承诺)|没法|谈不上)[^，。]{0,8}$"
)


@dataclass(frozen=True, slots=True)
class Source:
    """Something a statement is checked against: a passage, or a fact of a station."""

    code: str
    title: str
    text: str
    about: tuple[str, ...] = ()
    """Regular expressions: only what one of them is found in is about it, and then nothing else is asked."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A statement and the rule it goes against."""

    kind: Kind
    said: str
    """Verbatim from the statement: statement[start:end]."""
    start: int
    end: int
    code: str
    """Of the source."""
    quote: str
    """Verbatim from the source: the sentence that says otherwise."""
    why: str
    """One Chinese sentence."""

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class _Rule:
    source: Source
    clause: Clause

    @property
    def quote(self) -> str:
        start, end = self.clause.sentence
        return self.source.text[start:end].strip()

    @property
    def text(self) -> str:
        return self.source.text[self.clause.start : self.clause.end]

    @property
    def sure(self) -> bool:
        """What it is held against is known to be about the same."""
        return bool(self.source.about)

    def concerns(self, plain: str, clause: Clause) -> bool:
        """Whether it may be held against this clause of a folded statement.

        The sentence so far tells what the clause is about.
        """
        if not self.sure:
            return True
        start = max(clause.sentence[0], clause.end - _WINDOW)
        said = plain[start : clause.end]
        return _mentions(said, self.source)


def _mentions(plain: str, source: Source) -> bool:
    return any(_subject(each).search(plain) for each in source.about)


@lru_cache(maxsize=2048)
def _subject(about: str) -> re.Pattern[str]:
    return re.compile(fold(about))


def facts(values: Iterable[tuple[str, str, str]]) -> tuple[Source, ...]:
    """A station's facts or limits as sources.

    Args:
        values: (id, title, text): ("free_repair_days", "免费返修的期限", "同一故障七天内免费返修").
    """
    return tuple(Source(f"fact:{each}", title, text) for each, title, text in values)


def contradictions(statement: str, sources: Iterable[Passage | Source]) -> tuple[Contradiction, ...]:
    """Everything in `statement` that a source says otherwise, in the order it was said.

    Args:
        statement: one utterance of the candidate.
        sources: the passages retrieved for it and the station's facts, best first. One contradiction a clause
            and kind is told, from the source whose subject is closest.
    """
    plain = fold(statement)
    near = [each for each in map(_source, sources) if not each.about or _mentions(plain, each)]
    every = [_Rule(each, clause) for each in near for clause in _read(each.text)]
    if not every:
        return ()
    found: list[Contradiction] = []
    for clause in clauses(statement):
        rules = [rule for rule in every if rule.concerns(plain, clause)]
        if rules and _is_policy(statement, clause):
            told = next(
                (
                    one
                    for check in (_amounts, _payers, _permissions)
                    for one in check(statement, clause, rules)
                ),
                None,
            )
            if told is not None and all(each.quote != told.quote for each in found):
                found.append(told)
    return tuple(found)


@lru_cache(maxsize=1024)
def _read(rule: str) -> tuple[Clause, ...]:
    """A rule's clauses, read once for all that is held against it."""
    return tuple(clauses(rule))


def _source(each: Passage | Source) -> Source:
    return each if isinstance(each, Source) else Source(each.code, each.title, each.text)


def _is_policy(text: str, clause: Clause) -> bool:
    plain = fold(text)
    said = plain[clause.start : clause.end]
    asked = clause.end == clause.sentence[1] - 1 and plain[clause.end : clause.end + 1] == "?"
    return not (asked or _ASKS.search(said) or _ABOUT_THEM.search(said))


def _amounts(text: str, clause: Clause, rules: Sequence[_Rule]) -> Iterator[Contradiction]:
    for amount in clause.amounts:
        if _DENIED.search(fold(text)[clause.start : amount.start]):
            continue
        about = [
            (_closeness(clause, text, rule), rule, other)
            for rule in rules
            for other in rule.clause.amounts
            if _comparable(amount, other)
        ]
        best = max((mark for mark, _, _ in about), default=0.0)
        near = [(rule, other) for mark, rule, other in about if mark > 0 and mark >= _NEAR * best]
        if near and all(_differs(amount, other, clause.tags) for _, other in near):
            rule, other = next((r, o) for mark, r, o in about if mark == best)
            written = rule.source.text[other.start : other.end]
            why = f"说的是“{text[amount.start : amount.end]}”，{rule.source.title}里是“{written}”"
            yield _told("amount", text, clause, rule, why)


def _comparable(said: Quantity, rule: Quantity) -> bool:
    times = {"time", "workday"}
    if said.dimension in times and rule.bound in {"over", "least"} and said.bound in {"exact", "most"}:
        return False  # 维修超过十五天的: when the rule begins to hold, not how long anything may take
    return said.dimension == rule.dimension or {said.dimension, rule.dimension} <= times


def _closeness(clause: Clause, text: str, rule: _Rule) -> float:
    """0 when the two are not about the same thing; else the more, the closer.

    An action or a fee must be shared; a condition only the rule has (特价, 拆封) sets it apart.
    """
    if rule.sure:
        return 1.0
    shared = clause.tags & rule.clause.tags
    if not shared & (ACTIONS.keys() | FEES.keys()):
        said, written = set(grams(text[clause.start : clause.end], 2, 2)), set(grams(rule.text, 2, 2))
        common = said & written
        return (
            len(common) / 10
            if len(common) >= 3 and len(common) >= 0.4 * min(len(said), len(written))
            else 0.0
        )
    differing = (clause.tags ^ rule.clause.tags) & QUALIFIERS.keys() - {"无理由"}
    opposed = {"无理由", "质量"} <= (clause.tags ^ rule.clause.tags)
    return max(0.0, 2 * len(shared) - len(differing) - 2 * opposed + 0.5)


def _differs(said: Quantity, rule: Quantity, tags: frozenset[str]) -> bool:
    low, high = _days(said) if said.dimension != rule.dimension else (said.low, said.high)
    least, most = _days(rule) if said.dimension != rule.dimension else (rule.low, rule.high)
    slack = 0.02 * most if rule.dimension == "time" and most >= 25 else 1e-6  # 一年, 12 个月, 365 天
    if said.bound in {"over", "least"} or rule.bound in {"over", "least"}:
        if said.bound == "most" or rule.bound == "most":  # 超过七天不退 says the same as 七天内可退
            return {said.bound, rule.bound} == {"over", "most"} and abs(high - most) > slack
        return high < least - slack if said.bound == "exact" else abs(low - least) > slack
    if high > most + slack:
        return True
    return high < least - slack and (rule.bound == "exact" or _is_term(rule, tags))


def _is_term(rule: Quantity, tags: frozenset[str]) -> bool:
    return rule.dimension in {"time", "workday"} and bool(tags & _ENTITLED)


def _days(quantity: Quantity) -> tuple[float, float]:
    """Calendar days; of n working days the fewest and the most there can be, holidays aside."""
    if quantity.dimension == "time":
        return quantity.low, quantity.high
    return quantity.low, quantity.high + 2 * math.ceil(quantity.high / 5)


def _payers(text: str, clause: Clause, rules: Sequence[_Rule]) -> Iterator[Contradiction]:
    fees = clause.tags & FEES.keys()
    if clause.payer is None:
        return
    about = [
        (_closeness(clause, text, r), r) for r in rules if r.clause.payer and (r.sure or fees & r.clause.tags)
    ]
    best = max((mark for mark, _ in about), default=0.0)
    near = [rule for mark, rule in about if mark > 0 and mark >= _NEAR * best]
    if near and all(_covered(rule, clause) and rule.clause.payer != clause.payer for rule in near):
        who = {"customer": "客户", "us": "我方"}
        rule = near[0]
        why = f"说由{who[clause.payer]}出，{rule.source.title}里由{who[rule.clause.payer or 'us']}出"
        yield _told("payer", text, clause, rule, why)


def _permissions(text: str, clause: Clause, rules: Sequence[_Rule]) -> Iterator[Contradiction]:
    if clause.granted is None or any(amount.bound == "over" for amount in clause.amounts):
        return  # 超过七天不能退 says the same as 七天内可以退
    about = [
        (_closeness(clause, text, rule), rule)
        for rule in rules
        if rule.clause.granted is not None
        and _covered(rule, clause)
        and all(amount.bound != "over" for amount in rule.clause.amounts)
    ]
    best = max((mark for mark, _ in about), default=0.0)
    near = [rule for mark, rule in about if mark > 0 and mark >= _NEAR * best]
    if near and all(rule.clause.granted != clause.granted for rule in near):
        verb = {True: "可以", False: "不可以"}
        why = f"说{verb[clause.granted]}，{near[0].source.title}里是{verb[not clause.granted]}"
        yield _told("permission", text, clause, near[0], why)


def _covered(rule: _Rule, clause: Clause) -> bool:
    """Whether everything the rule hangs on was said: its conditions, and nothing that lifts it."""
    if rule.sure:
        return True
    conditions = (rule.clause.tags & QUALIFIERS.keys()) - {"无理由"}
    actions = rule.clause.tags & (ACTIONS.keys() | FEES.keys())
    extra = (clause.tags & QUALIFIERS.keys()) - rule.clause.tags - {"无理由"}
    return conditions <= clause.tags and bool(actions & clause.tags) and not extra


def _told(kind: Kind, text: str, clause: Clause, rule: _Rule, why: str) -> Contradiction:
    said = text[clause.start : clause.end]
    start = clause.start + len(said) - len(said.lstrip())
    said = said.strip()
    return Contradiction(kind, said, start, start + len(said), rule.source.code, rule.quote, why)
