"""Cut into passages: at headings first, then at paragraphs and sentences, rows of tables whole.

Lengths are in characters. A passage begins with the last sentence of the one before it (in the same section),
so that an answer that straddles the cut is found whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.documents.model import Block
from retrieval.text import CLOSERS, SENTENCE_ENDS

TARGET = 260
"""A passage that long ends with its paragraph."""
MOST = 360
"""No sentence is added beyond this."""
OVERLAP = 60
"""The longest sentence said twice."""
TAIL = 80
"""A last piece of a section shorter than this goes to the piece before it."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is indexed and cited."""

    text: str
    """At most `MOST` + `OVERLAP` + `TAIL` characters, and a line end a paragraph."""
    headings: tuple[str, ...]
    """From the outermost to the innermost it stands under."""
    first_page: int | None
    """1-based; None in a format without pages."""
    last_page: int | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence or a row; never cut again."""

    text: str
    page: int | None
    new_line: bool
    """A paragraph or a row begins."""
    ends: bool
    """A paragraph or a row ends."""
    repeatable: bool = True


def chunks(blocks: Iterable[Block]) -> tuple[Chunk, ...]:
    """All the text of `blocks`, in order; headings stand beside it, or alone when nothing is below them."""
    return tuple(chunk for headings, body in _sections(blocks) for chunk in _cut(headings, body))


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    path: list[tuple[int, str]] = []
    body: list[Block] = []
    bare: Block | None = None  # the heading just read, nothing below it yet
    for block in blocks:
        if block.kind != "heading":
            body.append(block)
            bare = None
            continue
        if body:
            yield tuple(text for _, text in path), body
        elif bare is not None and bare.depth >= block.depth:
            yield tuple(text for _, text in path[:-1]), [bare]
        body, bare = [], block
        path = [*((depth, text) for depth, text in path if depth < block.depth), (block.depth, block.text)]
    if body:
        yield tuple(text for _, text in path), body
    elif bare is not None:
        yield tuple(text for _, text in path[:-1]), [bare]


def _pieces(body: Sequence[Block]) -> Iterator[_Piece]:
    for block in body:
        whole = block.kind == "row"
        parts = [
            part for each in ([block.text] if whole else _sentences(block.text)) for part in _short(each)
        ]
        for i, part in enumerate(parts):
            yield _Piece(part, block.page, i == 0, i == len(parts) - 1, not whole)


def _sentences(text: str) -> Iterator[str]:
    """As `retrieval.text.sentences`, but nothing is lost: blanks stay with the sentence before."""
    marks, close = re.escape(SENTENCE_ENDS), re.escape(CLOSERS)
    yield from (found[0] for found in re.finditer(rf"[^{marks}]*[{marks}]+[{close}]*\s*|[^{marks}]+$", text))


def _short(text: str) -> Iterator[str]:
    """A sentence longer than a passage: at its commas, at worst anywhere."""
    while len(text) > MOST:
        at = max(text.rfind(mark, MOST // 2, MOST) for mark in "，、；,: ：") + 1 or MOST
        yield text[:at]
        text = text[at:]
    if text:
        yield text


def _cut(headings: tuple[str, ...], body: Sequence[Block]) -> Iterator[Chunk]:
    groups: list[list[_Piece]] = [[]]
    for piece in _pieces(body):
        group, length = groups[-1], _length(groups[-1])
        full = length >= TARGET and group[-1].ends
        if group and (full or length + len(piece.text) > MOST):
            groups.append([])
        groups[-1].append(piece)
    if len(groups) > 1 and _length(groups[-1]) < TAIL:
        tail = groups.pop()
        groups[-1] += tail
    for before, group in zip([[], *groups], groups, strict=False):
        if group:
            yield _chunk(headings, [*_again(before), *group])


def _length(group: Sequence[_Piece]) -> int:
    return sum(len(each.text) for each in group)


def _again(before: Sequence[_Piece]) -> Sequence[_Piece]:
    last = before[-1:]
    return last if last and last[0].repeatable and len(last[0].text) <= OVERLAP else ()


def _chunk(headings: tuple[str, ...], group: Sequence[_Piece]) -> Chunk:
    text = "".join(("\n" if each.new_line and i else "") + each.text for i, each in enumerate(group))
    pages = [each.page for each in group if each.page is not None]
    return Chunk(text.strip(), headings, min(pages, default=None), max(pages, default=None))
