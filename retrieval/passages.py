"""What can be found: passages of the standard, of notes and of an organisation's documents."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from retrieval.standard import Standard, load

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

    @property
    def id(self) -> str:
        """Hash of the whole content: a changed passage is another passage. 32 hex digits."""
        whole = json.dumps([self.code, self.kind, self.title, self.text, self.level], ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()[:32]

    @property
    def searchable(self) -> str:
        """What is indexed: the text in its place."""
        return f"{self.title}\n{self.text}"

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


def shipped() -> tuple[Passage, ...]:
    """Everything that comes with the program. The local embedder is trained on exactly this."""
    return of_standard(load())
