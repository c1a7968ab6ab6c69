"""Authored patterns: how they are read, and how a match is judged in its clause.

A rule block lists regular expressions and what voids them. By default a match is void when it is
negated, asked, reported, in an if-part, or (for what helps a talk) said with irony.
Notation on top of `re`: `{name}` a word list of `lexicon.yaml`, `~` a few characters within the
clause, `~~` a few more that may cross a comma.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bot.ports import Context
from bot.recogniser.clauses import Clause, negated
from scenarios.behaviours import BehaviourId, behaviour

FAMILIES = ("courtesy", "enquiry", "solution", "dealing", "reporting", "coaching", "harm", "breach")
CONDITIONAL = frozenset({BehaviourId.OWN, BehaviourId.APOLOGISE})
"""What is not done when it is only done on a condition."""
DENIABLE = CONDITIONAL | {BehaviourId.THANK, BehaviourId.COMPENSATE, BehaviourId.COMMIT_DEADLINE}
"""What words after it can take back: 补偿的事我不敢许, 道歉的话先不说."""
_TAKEN_BACK = re.compile(
    r"不敢|不能|没法|没办法|无法|做不到|[应给许定]不了|免了|不说|不必|谈不上|说不准|不好说"
)
GOVERNORS = ("negated", "question", "reported", "if", "irony")
_GAPS = (("~~", r"[^。!?;\n]{0,18}?"), ("~", r"[^,。!?;\n]{0,7}?"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One block of patterns of one behaviour."""

    id: BehaviourId
    pattern: re.Pattern[str]
    confidence: float
    void: frozenset[str]
    "Governors that void a match: negated, question, reported, if, then, irony."
    unless: re.Pattern[str] | None
    "Found in the clause (or right after the match), it voids the match."
    roles: frozenset[str]
    "Counterparts with whom the block is in force; all when empty."
    after: re.Pattern[str] | None
    "What the counterpart must have said before."


@dataclass(frozen=True, slots=True)
class Hit:
    """A match that stands, with the clauses it touches."""

    id: BehaviourId
    start: int
    end: int
    confidence: float
    first: Clause
    last: Clause
    by_station: bool = False
    "Seen in the station's own words, not by an authored pattern."


def read_yaml(name: str) -> Any:
    """A data file of this package."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(files("bot").joinpath(name).read_text(encoding="utf-8"), loader)  # noqa: S506


@cache
def lexicon() -> dict[str, str]:
    """Word lists as alternations, longest word first, by name."""
    out: dict[str, str] = {}
    for name, words in read_yaml("recogniser/lexicon.yaml").items():
        longest = sorted(words, key=len, reverse=True)
        out[name] = "(?:" + "|".join(_expand(word, out) for word in longest) + ")"
    return out


def _expand(pattern: str, words: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda m: words[m.group(1)], pattern)


def compiled(patterns: list[str]) -> re.Pattern[str]:
    """The patterns, in the notation of this module, as one."""
    body = "|".join(_expand(pattern, lexicon()) for pattern in patterns)
    for mark, gap in _GAPS:
        body = body.replace(mark, gap)
    return re.compile(body)


def _rule(behaviour_id: BehaviourId, block: dict[str, Any]) -> Rule:
    void = set(GOVERNORS) - set(block.get("allow", ())) | set(block.get("void", ()))
    if behaviour_id in CONDITIONAL:
        void.add("then")
    if behaviour(behaviour_id).polarity == "negative":
        void.discard("irony")
    return Rule(
        behaviour_id,
        compiled(block["any"]),
        float(block.get("conf", 0.85)),
        frozenset(void),
        compiled(block["unless"]) if "unless" in block else None,
        frozenset(block.get("roles", ())),
        compiled([block["after"]]) if "after" in block else None,
    )


@cache
def rules() -> tuple[Rule, ...]:
    """All rule blocks of all families."""
    return tuple(
        _rule(BehaviourId(name), block)
        for family in FAMILIES
        for name, blocks in read_yaml(f"recogniser/patterns/{family}.yaml").items()
        for block in blocks
    )


def governed(text: str, first: Clause, last: Clause, start: int, void: frozenset[str]) -> bool:
    """Whether something in the clauses takes the meaning of the words at `start` away."""
    return (
        ("question" in void and (first.question or last.question))
        or ("reported" in void and 0 <= first.reported_from <= start)
        or ("if" in void and (first.conditional or last.conditional))
        or ("then" in void and first.consequent)
        or ("irony" in void and (first.ironic or last.ironic))
        or ("negated" in void and negated(text, first, start))
    )


def find(text: str, clauses: tuple[Clause, ...], context: Context) -> Iterator[Hit]:
    """Every match of every rule in folded `text` that stands in its clause."""
    at = _clause_index(text, clauses)
    for rule in rules():
        if rule.roles and context.role.value not in rule.roles:
            continue
        if rule.after and not rule.after.search(context.previous):
            continue
        for match in rule.pattern.finditer(text):
            if match.end() == match.start():
                continue
            first, last = clauses[at[match.start()]], clauses[at[match.end() - 1]]
            if first.sentence != last.sentence:
                continue
            if rule.unless and rule.unless.search(text, first.start, min(len(text), last.end + 1)):
                continue
            if rule.id in DENIABLE and _TAKEN_BACK.search(text, match.end(), last.end):
                continue
            if not governed(text, first, last, match.start(), rule.void):
                yield Hit(rule.id, match.start(), match.end(), rule.confidence, first, last)


def _clause_index(text: str, clauses: tuple[Clause, ...]) -> list[int]:
    """For each position the clause it lies in; punctuation belongs to the clause before it."""
    out = [0] * len(text)
    for number, clause in enumerate(clauses):
        stop = clauses[number + 1].start if number + 1 < len(clauses) else len(text)
        out[clause.start : stop] = [number] * (stop - clause.start)
    return out
