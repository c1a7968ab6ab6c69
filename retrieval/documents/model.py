"""What a document is made of, whatever format it came in."""

from dataclasses import dataclass
from typing import Literal

Format = Literal["pdf", "docx", "pptx", "xlsx", "html", "md", "txt"]
BlockKind = Literal["heading", "text", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a row of a table, in reading order."""

    kind: BlockKind
    text: str
    """Never empty. A row carries its header: 「项目：退货；期限：七天」."""
    page: int | None = None
    """1-based page or slide; None in a format without pages."""
    depth: int = 0
    """Of a heading, 1 to 6; 0 for everything else."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read."""

    name: str
    """File name without its folder."""
    sha256: str
    """Of the file's bytes, 64 hex digits."""
    size: int
    """Bytes."""
    format: Format
    blocks: tuple[Block, ...]
    """At least one."""
    pages: int | None = None
    """Pages or slides; None in a format without."""
    remarks: tuple[str, ...] = ()
    """Chinese sentences: what of it could not be read."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader gives back."""

    blocks: tuple[Block, ...]
    pages: int | None = None
    remarks: tuple[str, ...] = ()
