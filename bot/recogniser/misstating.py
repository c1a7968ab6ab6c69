"""What goes against a rule, a station's own or a document's. Silent where it cannot be told."""

import re
from collections.abc import Iterable

from bot.ports import Behaviour
from bot.recogniser.clauses import split
from retrieval.documents.check import Contradiction, Source, contradictions
from retrieval.passages import Passage
from retrieval.text import fold
from scenarios.behaviours import BehaviourId
from scenarios.station import Station

SURE = 0.85
"""Confidence: the comparison is made to be right when it speaks (`retrieval/documents/check.py`)."""
_ON_TOP = re.compile(r"再(?:加|送|延|补|多|给)|另外|额外|延长|赠|白送|多(?:给|送|延)")
"""What is given beyond the rule is no statement of the rule (保修再延长半年)."""


def rules_of(station: Station) -> tuple[Source, ...]:
    """The station's rules as something to hold statements against."""
    return tuple(Source(f"rule:{rule.id}", rule.title, rule.text, rule.about) for rule in station.rules)


def misstatements(text: str, sources: Iterable[Source | Passage]) -> list[Behaviour]:
    """One for each statement that a source says otherwise.

    `args`: `rule` the source's code, `says` its sentence, `where` its name, `why` one Chinese sentence.
    """
    known = list(sources)
    if not known:
        return []
    names = {each.code: each.title for each in known}
    marked, back = _cut(text)
    out = []
    for each in contradictions(marked, known):
        start, end = back[each.start], back[each.end - 1] + 1
        if not _ON_TOP.search(text[start:end]):
            out.append(_behaviour(text[start:end], start, each, names[each.code]))
    return out


def _behaviour(quote: str, start: int, found: Contradiction, where: str) -> Behaviour:
    args = {"rule": found.code, "says": found.quote, "where": where, "why": found.why}
    return Behaviour(BehaviourId.MISSTATE, quote, start, start + len(quote), SURE, args)


def _cut(text: str) -> tuple[str, list[int]]:
    """The text with a comma between clauses that have none, and where each of its characters came from.

    Speech recognisers write no punctuation, and the comparison goes by clauses.
    """
    starts = {clause.start for clause in split(fold(text))}
    marked, back = [], []
    for at, char in enumerate(text):
        if at in starts and at and text[at - 1].isalnum():
            marked.append("，")
            back.append(at - 1)
        marked.append(char)
        back.append(at)
    return "".join(marked), back
