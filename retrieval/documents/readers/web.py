"""Web pages. The only importer of `bs4`."""

from collections.abc import Iterator
from typing import Any

from retrieval.documents.lines import heading
from retrieval.documents.model import Block, Read
from retrieval.documents.rows import clean, rows

_NOT_CONTENT = ("script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "form", "head")
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_BLOCKS = {
    *_HEADINGS, "p", "li", "table", "div", "section", "article", "main", "ul", "ol", "dl", "dt", "dd",
    "blockquote", "pre", "body", "html", "header", "figure", "figcaption", "details", "summary", "hr",
}  # fmt: skip


def read_html(data: bytes) -> Read:
    """A page, by the encoding it declares or else the usual ones of China."""
    from bs4 import BeautifulSoup, UnicodeDammit

    page = UnicodeDammit(data, ["utf-8"], is_html=True, user_encodings=["gb18030"]).unicode_markup
    return _read(BeautifulSoup(page or "", "html.parser"))


def read_page(page: str) -> Read:
    """A page that is text already."""
    from bs4 import BeautifulSoup

    return _read(BeautifulSoup(page, "html.parser"))


def _read(soup: Any) -> Read:
    for each in soup(list(_NOT_CONTENT)):
        each.decompose()
    for each in soup.select("[hidden]"):
        each.decompose()
    return Read(tuple(_blocks(soup)))


def _blocks(node: Any) -> Iterator[Block]:
    """Loose text between block elements is a paragraph of its own."""
    loose: list[str] = []
    for child in node.children:
        name = getattr(child, "name", None)
        if name is None and type(child).__name__ == "NavigableString":
            loose.append(str(child))
        elif name == "br":
            yield from _text("".join(loose))
            loose = []
        elif name is not None and name not in _BLOCKS and not child.find(list(_BLOCKS)):
            loose.append("\n".join(child.get_text().splitlines()))
        elif name is not None:
            yield from _text("".join(loose))
            loose = []
            yield from _element(child, name)
    yield from _text("".join(loose))


def _element(node: Any, name: str) -> Iterator[Block]:
    if name in _HEADINGS:
        if text := clean(node.get_text()):
            yield Block("heading", text, depth=_HEADINGS[name])
    elif name == "table":
        yield from (Block("row", row) for row in rows(_cells(node)))
    else:
        yield from _blocks(node)


def _cells(table: Any) -> Iterator[list[str]]:
    if caption := table.find("caption"):
        yield [clean(caption.get_text()), ""]
    for row in table.find_all("tr"):
        if row.find_parent("table") is table:
            yield [clean(cell.get_text(" ")) for cell in row.find_all(["td", "th"], recursive=False)]


def _text(raw: str) -> Iterator[Block]:
    if text := clean(raw):
        depth = heading(text)
        yield Block("heading" if depth else "text", text, depth=depth)
