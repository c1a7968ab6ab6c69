"""What the classifier sees of a stretch of speech: characters, words, word classes, matched patterns.

Punctuation is left out, because speech recognisers write none; what it would have told (a question, an
if-part) is told by the clause analysis instead.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from bot.recogniser.clauses import Clause
from bot.recogniser.rules import lexicon

LONGEST_GRAM, LONGEST_WORD = 3, 4
"""Characters of a run, and of a word, at most."""
LONG_UNIT = 56
"""Characters above which a sentence is looked at in parts."""
SHORT_UNIT = 4
"""Characters below which a sentence is looked at together with the one after."""

_MARKS = re.compile(r"[^\w%]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[两二三四五六七八九十百千万]+|一(?=[个天周次小分月年点])")
_INSIDE = {"supervisor", "subordinate", "colleague"}


@dataclass(frozen=True, slots=True)
class Unit:
    """Consecutive clauses judged together: a sentence, or part of a long one."""

    clauses: tuple[Clause, ...]

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.clauses[0].start

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.clauses[-1].end


def units(clauses: Sequence[Clause]) -> Iterator[Unit]:
    """Group clauses into units; every clause is in exactly one."""
    group: list[Clause] = []
    for clause in clauses:
        if group and _breaks(group, clause):
            yield Unit(tuple(group))
            group = []
        group.append(clause)
    if group:
        yield Unit(tuple(group))


def _breaks(group: list[Clause], clause: Clause) -> bool:
    if clause.end - group[0].start > LONG_UNIT:
        return True
    return clause.sentence != group[-1].sentence and group[-1].end - group[0].start >= SHORT_UNIT


@cache
def _classes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((f"<{name}>", re.compile(words)) for name, words in lexicon().items())


def normal(text: str) -> str:
    """Folded text with 你 as 您, numbers as 0 and without punctuation, between ^ and $."""
    bare = _MARKS.sub("", text).replace("你", "您").replace("咱们", "我们")
    return f"^{_NUMBER.sub('0', bare)}$"


def cut(said: str, words: Collection[str], longest: int) -> list[str]:
    """Words of `said`, the longest known one at each place; what none begins is a word of one character."""
    out, at = [], 0
    while at < len(said):
        size = next((n for n in range(longest, 1, -1) if said[at : at + n] in words), 1)
        out.append(said[at : at + size])
        at += size
    return out


def tokens(
    text: str,
    clauses: Sequence[Clause],
    role: str,
    words: Collection[str],
    matched: Iterable[str],
) -> set[str]:
    """Features of the stretch of folded `text` that `clauses` span.

    Args:
        text: the folded utterance.
        clauses: consecutive ones.
        role: who is spoken to.
        words: what counts as a word of more than one character.
        matched: behaviours whose patterns match within the stretch.
    """
    stretch = text[clauses[0].start : clauses[-1].end]
    said = normal(stretch)
    out = {said[i : i + n] for n in range(1, LONGEST_GRAM + 1) for i in range(len(said) - n + 1)}
    row = ["^", *cut(said[1:-1], words, LONGEST_WORD), "$"]
    out.update(f"w:{word}" for word in row)
    out.update(f"b:{one} {two}" for one, two in pairwise(row))
    out.update(f"s:{one} {three}" for one, three in zip(row, row[2:], strict=False))
    out.update(f"={behaviour}" for behaviour in matched)
    out.update(name for name, each in _classes() if each.search(stretch))
    out.add(f"@{role}")
    out.add("@inside" if role in _INSIDE else "@outside")
    for mark, shown in (
        ("<asked>", any(c.question for c in clauses)),
        ("<if>", any(c.conditional for c in clauses)),
        ("<irony>", any(c.ironic for c in clauses)),
        ("<reported>", any(c.reported_from >= 0 for c in clauses)),
    ):
        if shown:
            out.add(mark)
    return out
