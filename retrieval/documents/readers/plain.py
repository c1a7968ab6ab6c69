"""Plain text and Markdown."""

from retrieval.documents.lines import Line, paragraphs
from retrieval.documents.model import Block, Read
from retrieval.errors import InputError

_ENCODINGS = (
    "utf-8-sig",
    "gb18030",
)  # the second also holds GBK and GB2312; it refuses little, so it is last


def decoded(data: bytes) -> str:
    """The text, whichever of the encodings usual in China it was saved in.

    Raises:
        InputError: none of them fits.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputError("认不出文字的编码", mend="用记事本打开，另存为 UTF-8，再加")


def read_txt(data: bytes) -> Read:
    """Lines become paragraphs; lines numbered like headings become headings."""
    lines: list[Line] = []
    gap = False
    for text in decoded(data).splitlines():
        if text.strip():
            lines.append(Line(text, gap=gap or text.startswith(("  ", "\u3000"))))
        gap = not text.strip()
    blocks = (
        Block("heading" if each.depth else "text", each.text, depth=each.depth) for each in paragraphs(lines)
    )
    return Read(tuple(blocks))


def read_md(data: bytes) -> Read:
    """Rendered, then read as the page it is."""
    from markdown_it import MarkdownIt

    from retrieval.documents.readers.web import read_page

    page = MarkdownIt("commonmark", {"html": False}).enable("table").render(decoded(data))
    return read_page(page)
