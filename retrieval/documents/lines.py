"""Lines as they stand on a page, put together again into headings and paragraphs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NUMBER = "[一二三四五六七八九十百零〇0-9]+"
_HEADINGS: tuple[tuple[str, int], ...] = (
    (rf"第{_NUMBER}[编章篇部][ \u3000：:、].*|第{_NUMBER}[编章篇部].{{0,20}}", 1),
    (rf"第{_NUMBER}节.{{0,30}}", 2),
    (r"[一二三四五六七八九十]+、.{1,30}", 2),
    (r"[（(][一二三四五六七八九十]+[）)].{1,24}", 3),
    (r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}[ \u3000、]?[^0-9.].{0,30}", 3),
    (r"[【《].{1,24}[】》]", 2),
)
_NO_HEADING = re.compile(r"[。；;，,！？!?：:…]$|[。；]")
_ITEM = re.compile(
    rf"第{_NUMBER}[条款]|[一二三四五六七八九十]+、|[（(]?{_NUMBER}[）)．.、]|[•·●○■◆▪➢✓\-*—]\s*\S|答[:：]|问[:：]"
)
_ENDED = tuple("。！？；!?;：:…”』」")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line."""

    text: str
    page: int | None = None
    depth: int = 0
    """Known to be a heading (by its size): 1 to 6. 0: not known."""
    gap: bool = False
    """White space above it: a new paragraph begins."""


def heading(text: str) -> int:
    """Depth 1 to 6 of a line numbered like a heading (第三章, 二、, 3.1); 0 when it is none."""
    text = text.strip()
    if len(text) > 40 or _NO_HEADING.search(text):
        return 0
    return next((depth for pattern, depth in _HEADINGS if re.fullmatch(pattern, text)), 0)


def paragraphs(lines: Iterable[Line]) -> Iterator[Line]:
    """Whole paragraphs; a paragraph has the page it begins on, a heading its depth."""
    kept = [line for line in lines if line.text.strip()]
    full = 0.8 * max((_width(line.text) for line in kept), default=0)
    whole: Line | None = None
    before = ""
    for line in kept:
        depth = line.depth or heading(line.text)
        if whole and not depth and not line.gap and not whole.depth and _runs_on(before, line.text, full):
            whole = Line(joined(whole.text, line.text.strip()), whole.page)
        else:
            if whole:
                yield whole
            whole = Line(line.text.strip(), line.page, depth)
        before = line.text
    if whole:
        yield whole


def _width(text: str) -> float:
    return sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in text.rstrip())


def _runs_on(before: str, line: str, full: float) -> bool:
    """Whether the line goes on where the one before broke off at the margin."""
    return (
        not before.rstrip().endswith(_ENDED)
        and _width(before) >= max(full, 12)
        and not _ITEM.match(line.strip())
    )


def joined(left: str, right: str) -> str:
    """Two pieces of one sentence: Chinese without a blank, Latin words with one."""
    apart = left[-1:].isascii() and right[:1].isascii() and left[-1:].isalnum() and right[:1].isalnum()
    return f"{left} {right}" if apart else left + right
