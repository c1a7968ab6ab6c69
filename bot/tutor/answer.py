"""What the tutor gives back, and what of it a thread remembers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Self

from retrieval.passages import Passage

Source = Literal["builtin", "llm"]


class Aspect(StrEnum):
    """What is wanted about the topic."""

    WHAT = "what"
    HOW = "how"
    EXAMPLE = "example"
    WHY = "why"
    DIFFERENCE = "difference"
    MISTAKE = "mistake"
    LIST = "list"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made independent of what was said before."""

    question: str
    """As typed."""
    topic: str
    """What to search for: the question, with the thread's topic where it leans on that."""
    aspect: Aspect = Aspect.ANY
    level: int | None = None
    """1, 2 or 3 when the question itself names a level; then only that level's own items answer."""
    code: str | None = None
    """A code of the standard written in the question."""
    compared: tuple[int, ...] = ()
    """Levels set against each other, as named; `level` is None then."""

    def as_json(self) -> dict[str, Any]:
        """For the thread's table."""
        return {
            "question": self.question,
            "topic": self.topic,
            "aspect": str(self.aspect),
            "level": self.level,
            "code": self.code,
            "compared": list(self.compared),
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """What `as_json` gave."""
        return cls(**{**raw, "aspect": Aspect(raw["aspect"]), "compared": tuple(raw["compared"])})


@dataclass(frozen=True, slots=True)
class Citation:
    """`quote` stands word for word in `passage.text`; made only by `citing.cite`, which checks it."""

    n: int
    """1 and up: the number in the answer's text."""
    passage: Passage
    quote: str

    def as_json(self) -> dict[str, Any]:
        """One entry of `citations` in `koushi ask --json`."""
        return {
            "n": self.n,
            "code": self.passage.code,
            "quote": self.quote,
            "kind": self.passage.kind,
            "title": self.passage.title,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or the plain word that there is none."""

    asked: Asked
    answered: bool
    text: str
    """Sentences, each followed by its numbers: 「……。[1][2]」. Not answered: what to do instead."""
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    """Up to three questions one may ask next."""
    source: Source = "builtin"
    note: str = ""
    """Why a configured model did not word it, in Chinese; empty when nothing is to be told."""
    partial: bool = False
    """More is coming: a streamed answer so far."""

    def as_json(self) -> dict[str, Any]:
        """The result of `koushi ask --json`."""
        return {
            "answered": self.answered,
            "answer": self.text,
            "citations": [each.as_json() for each in self.citations],
            "suggestions": list(self.suggestions),
            "source": self.source,
            "note": self.note,
        }

    @property
    def turn(self) -> "Turn":
        """What a thread remembers of it."""
        return Turn(self.asked, tuple(dict.fromkeys(each.passage.code for each in self.citations)))


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a thread and the codes its answer rested on."""

    asked: Asked
    codes: tuple[str, ...] = ()
