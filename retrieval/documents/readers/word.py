"""Word documents. The only importer of `docx`."""

import io
import re
from collections.abc import Iterator
from typing import Any

from retrieval.documents.lines import heading
from retrieval.documents.model import Block, Read
from retrieval.documents.rows import clean, rows

_STYLE = re.compile(r"(?:heading|标题)\s*([1-6])", re.IGNORECASE)
_TITLES = {"title", "标题"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TWICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_docx(data: bytes) -> Read:
    """Paragraphs and tables in order; headings by style, or by how they are numbered."""
    import docx

    document = docx.Document(io.BytesIO(data))
    return Read(tuple(_blocks(document)))


def _blocks(document: Any) -> Iterator[Block]:
    for each in document.iter_inner_content():
        if hasattr(each, "rows"):
            yield from (Block("row", row) for row in rows(_cells(each)))
        elif text := _text(each._p):
            depth = _depth(each, text)
            yield Block("heading" if depth else "text", text, depth=depth)


def _text(paragraph: Any) -> str:
    """What is read with all changes accepted: python-docx itself leaves out tracked insertions."""
    out: list[str] = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br"):
        if any(up.tag in {f"{_W}moveFrom", _TWICE} for up in node.iterancestors()):
            continue
        out.append(node.text or "" if node.tag == f"{_W}t" else " ")
    return clean("".join(out))


def _depth(paragraph: Any, text: str) -> int:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if found := _STYLE.match(style):
        return int(found[1])
    return 1 if style.lower() in _TITLES else heading(text)


def _cells(table: Any) -> Iterator[list[str]]:
    for row in table.rows:
        seen: set[Any] = set()
        cells: list[str] = []
        for cell in row.cells:  # a merged cell is listed once for every column it covers
            again = cell._tc in seen
            seen.add(cell._tc)
            cells.append("" if again else clean(" ".join(_text(p._p) for p in cell.paragraphs)))
        yield cells
