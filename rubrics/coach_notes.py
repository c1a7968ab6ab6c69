"""The note an advice rests on, with a sentence of it word for word; code has checked that it stands there."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.tutor.citing import cite, units
from retrieval.notes import Note, load_notes, notes_for
from retrieval.passages import Passage
from retrieval.standard import Item, find
from rubrics.tie import content_pairs

Find = Callable[[str], Iterable[Passage]]
"""Retrieval, where there is an index: a question → passages, best first."""
OWN = 1.3
"What a note that was written for the very item is raised by."
BESIDE, ASKED = 0.3, 0.25
"What words count that stand beside the matter, and those in which people ask for the note."
_SHORTEST, LONG = 16, 60
"Characters: what is shorter says too little; what is longer is quoted in part, where it has parts."


@dataclass(frozen=True, slots=True)
class Basis:
    """A note (by the code of its item) and one sentence of it, verbatim."""

    code: str
    title: str
    quote: str


@cache
def _weights() -> Mapping[str, float]:
    """How telling a pair of characters is: the rarer in the notes, the more."""
    notes = load_notes()
    count = Counter(pair for note in notes for pair in content_pairs(note.text))
    return {pair: math.log(len(notes) / times) for pair, times in count.items()}


def shared(a: str, b: str) -> float:
    """How much two texts speak of the same, by the pairs of characters they share; 0 for nothing."""
    weights = _weights()
    return sum(weights.get(pair, 0.0) for pair in content_pairs(a) & content_pairs(b))


def basis(
    codes: Iterable[str], about: str, used: set[str], search: Find | None = None, *, beside: str = ""
) -> Basis | None:
    """The sentence, of the notes on these items and their neighbours, that speaks most of `about`.

    `beside` counts a little, too. What people ask a note counts for all its sentences. A sentence
    in `used` is not cited twice. None when there is no note.
    """
    codes = tuple(codes)
    found: list[tuple[float, Note, str]] = []
    for note in _near(codes, about, search):
        asked = shared("\n".join((note.title, *note.questions, *note.also_asked, *note.synonyms)), about)
        for sentence in _quotable(note.text):
            if sentence not in used and len(sentence) >= _SHORTEST:
                said = shared(sentence, about) + BESIDE * shared(sentence, beside)
                weight = said * 8 / (len(sentence) + 45) ** 0.5 + (ASKED * asked if said else 0.0)
                found.append((weight * (OWN if note.code in codes else 1.0), note, sentence))
    if not found:
        return None
    _, note, sentence = max(found, key=lambda each: each[0])
    passage = Passage(note.code, "note", note.title, note.text, note.level)
    return Basis(note.code, note.title, cite(1, passage, sentence).quote)


def _quotable(text: str) -> Iterator[str]:
    """Its sentences; of a long one its parts, where they stand without each other."""
    for unit in units(text):
        parts = re.findall(r"[^；]+；?", unit) if len(unit) > LONG else [unit]
        if any(part.count("“") != part.count("”") for part in parts):
            parts = [unit]
        yield from (part.rstrip("；") for part in parts)


def _near(codes: tuple[str, ...], about: str, search: Find | None) -> Iterable[Note]:
    """The notes of the items, of their work contents, and what retrieval finds."""
    contents = {code.rpartition(".")[0] for code in codes if isinstance(find(code), Item)}
    contents |= {code for code in codes if not isinstance(find(code), Item)}
    near = [
        note
        for note in load_notes()
        if note.codes and note.code.rpartition(".")[0] in contents and ".K" in note.code
    ]
    near += [note for code in codes for note in notes_for(code)[:1]]
    near += [
        note
        for passage in (search(about) if search else ())
        if passage.kind == "note"
        for note in notes_for(passage.code)[:1]
    ]
    return {(note.code, note.title): note for note in near}.values()
