"""Lets nothing through uncited: a quote is word for word in its passage, a model's sentence rests on one.

Code cannot prove that a sentence follows from a passage. What it does check: the number exists, every
figure of the sentence is in the passages cited, and a good part of its content stands in one sentence of
them, which becomes the quote a reader can open. Anything else is dropped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.figures import figures
from bot.tutor.answer import Citation
from retrieval.passages import Passage
from retrieval.text import CLOSERS, fold, sentences

SUPPORT = 0.34
"""Share of a claim's pairs of characters that the cited passage must have."""
QUOTED = 0.2
"""Share that the one sentence quoted must have."""
_MARK = r"[\[【［]\s*\d+(?:\s*[,，、;；]\s*\d+)*\s*[\]】］]"
_MARKS = re.compile(_MARK)
_SENTENCE = re.compile(rf"[^。！？!?\n]*(?:[。！？!?]+[{CLOSERS}]*|\n)(?:\s*{_MARK})*")
_DECORATION = re.compile(r"\*\*|__|^\s*(?:[-*•#>]+|\d{1,2}[.、)）])\s*")
_DIGITS = dict(zip("3456789", "三四五六七八九", strict=True))
_EMPTY = re.compile(r"[的了是在和与也就都要会能可以及或把被对从到这那有个您你我他她它们一\W_]")


def cite(n: int, passage: Passage, quote: str) -> Citation:
    """The one way a citation is made.

    Raises:
        ValueError: the quote does not stand in the passage; that is our mistake, never the person's.
    """
    if not quote or quote not in passage.text:
        raise ValueError(f"{passage.code} 里没有这句话：{quote[:40]}")
    return Citation(n, passage, quote)


def units(text: str) -> tuple[str, ...]:
    """A passage's sentences, each word for word; what ； joins or “” encloses stays together."""
    out: list[str] = []
    held = ""
    for piece in sentences(text):
        joined = held + piece
        if joined not in text:  # a blank was dropped between them
            out += [held, piece]
            held = ""
        elif re.search(rf"[；;][{CLOSERS}]*$", piece) or joined.count("“") > joined.count("”"):
            held = joined
        else:
            out.append(joined)
            held = ""
    return tuple(each for each in [*out, held] if each)


def support(claim: str, passage: Passage) -> str | None:
    """The sentence of the passage that a claim rests on; None when it does not rest on this passage."""
    pairs = _pairs(claim)
    if not pairs or any(not _has(figure, passage.text) for figure in figures(claim)):
        return None
    if len(pairs & _pairs(passage.text)) < SUPPORT * len(pairs):
        return None
    shared, best = max((len(pairs & _pairs(each)), each) for each in units(passage.text))
    return best if shared >= QUOTED * len(pairs) else None


def _has(figure: str, text: str) -> bool:
    """7 is in 「七日内」 too, though 七 alone is no figure that anybody is held to."""
    return figure in figures(text) or (figure in _DIGITS and _DIGITS[figure] in text)


def _pairs(text: str) -> frozenset[str]:
    bare = _EMPTY.sub("", fold(text))
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))


@dataclass
class Checker:
    """Fed with a model's text as it comes; keeps what is cited and holds, in order."""

    shelf: Sequence[Passage]
    """Passage n − 1 is what the model calls [n]; it may grow while the model searches on."""
    kept: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    _held: str = ""

    def feed(self, piece: str) -> bool:
        """Whether another sentence could be kept."""
        self._held += piece
        before = len(self.kept)
        for sentence in self._finished():
            self._judge(sentence)
        return len(self.kept) > before

    def close(self) -> None:
        """Judge what is left: the last sentence, finished or not."""
        self._judge(self._held)
        self._held = ""

    def restart(self) -> None:
        """What was being said before a search is talk to itself, not the answer."""
        self._held = ""

    @property
    def text(self) -> str:
        """The sentences kept, each followed by its numbers."""
        return "".join(self.kept)

    def _finished(self) -> Iterator[str]:
        """Sentences that cannot get another mark any more: something else has begun behind them."""
        while found := _SENTENCE.match(self._held):
            rest = self._held[found.end() :]
            if not rest.strip() or rest.lstrip()[0] in "[【［":
                return
            self._held = rest
            yield found.group()

    def _judge(self, sentence: str) -> None:
        claim = _DECORATION.sub("", _MARKS.sub("", sentence)).strip()
        if not any(char.isalnum() for char in claim):
            return
        numbers = [int(n) for mark in _MARKS.findall(sentence) for n in re.findall(r"\d+", mark)]
        named = [self.shelf[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(self.shelf)]
        rests = [(passage, quote) for passage in named if (quote := support(claim, passage))]
        if not rests:
            self.dropped.append(claim)
            return
        self.kept.append(claim + "".join(f"[{self._number(*each)}]" for each in rests))

    def _number(self, passage: Passage, quote: str) -> int:
        for each in self.citations:
            if (each.passage, each.quote) == (passage, quote):
                return each.n
        self.citations.append(cite(len(self.citations) + 1, passage, quote))
        return len(self.citations)
