"""What can be found: passages of the standard, of notes and of an organisation's documents."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from retrieval.notes import Note, load_notes
from retrieval.standard import Content, Item, Standard, find, load

PassageKind = Literal["skill", "knowledge", "note", "document"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing a search can return."""

    code: str
    """Of the standard; a note carries the code of the item it explains, a document its own."""
    kind: PassageKind
    title: str
    """Where it stands, e.g. 「客户问题与投诉 · 客户投诉的处理」."""
    text: str
    level: int | None
    """1, 2 or 3 of the standard; None for what concerns every level, as documents do."""
    heading: str = ""
    """What else it stands under, e.g. the printed items a note explains. Searched, not shown."""
    questions: tuple[str, ...] = ()
    """Questions it answers, in people's words. Searched, not shown."""
    synonyms: tuple[str, ...] = ()
    """Other words for what it is about. Searched, not shown."""

    @property
    def id(self) -> str:
        """Hash of the whole content: a changed passage is another passage. 32 hex digits."""
        shown = [self.code, self.kind, self.title, self.text, self.level]
        searched = [self.heading, self.questions, self.synonyms]
        whole = json.dumps([*shown, *searched], ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()[:32]

    @property
    def searchable(self) -> str:
        """What is indexed: the text in its place, with the questions it answers."""
        parts = (self.title, self.heading, self.text, *self.questions, " ".join(self.synonyms))
        return "\n".join(part for part in parts if part)

    def allowed(self, level: int | None) -> bool:
        """Whether a candidate of `level` answers for it (a higher level covers the lower ones)."""
        return level is None or self.level is None or self.level >= level

    def as_json(self) -> dict[str, Any]:
        """One entry of `koushi search --json`, less its score."""
        return {"code": self.code, "kind": self.kind, "title": self.title, "text": self.text}


def of_standard(standard: Standard) -> tuple[Passage, ...]:
    """Every skill and knowledge item, in printed order."""
    return tuple(
        Passage(item.code, item.kind, f"{function.name} · {content.name}", item.text, item.level)
        for function in standard.functions()
        for content in function.contents
        for item in content.items
    )


def of_notes(notes: Iterable[Note]) -> tuple[Passage, ...]:
    """Every note, under the code of the item it explains."""
    return tuple(
        Passage(
            note.code,
            "note",
            note.title,
            note.text,
            note.level,
            heading=_heading(note),
            questions=note.questions + note.also_asked,
            synonyms=note.synonyms,
        )
        for note in notes
    )


def _heading(note: Note) -> str:
    if not note.codes:
        return ""
    content = find(note.code.rpartition(".")[0])
    name = content.name if isinstance(content, Content) else ""
    items = (find(code) for code in note.codes)
    return "\n".join([name, *(item.text for item in items if isinstance(item, Item))])


def learned(passages: Iterable[Passage]) -> list[str]:
    """What the local embedder learns from: the passages, and their questions each as a text of its own."""
    every = tuple(passages)
    return [each.searchable for each in every] + [question for each in every for question in each.questions]


def shipped() -> tuple[Passage, ...]:
    """Everything that comes with the program. The local embedder is trained on exactly this."""
    return of_standard(load()) + of_notes(load_notes())
