"""PDF. The only importer of `pdfplumber` and the `pdfminer` beneath it."""

import io
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.documents.lines import Line, paragraphs
from retrieval.documents.model import Block, Read
from retrieval.documents.rows import rows
from retrieval.errors import InputError

MOST_PAGES = 2000
FEWEST = 5
"""Letters a page has on average, or the file is a scan."""
_UNNAMED = re.compile(r"\(cid:\d+\)")
_PAGE_NUMBER = re.compile(r"[-—–第\s]*\d{1,4}\s*(?:[/／共页]\s*\d*\s*页?)?[-—–页\s]*")


@dataclass(frozen=True, slots=True)
class _Printed:
    """A line and where it stands."""

    text: str
    top: float
    height: float
    """Of its letters, in points."""
    gap: bool


def read_pdf(data: bytes) -> Read:
    """Text and tables of every page; what repeats at the edges of pages is left out.

    Raises:
        InputError: locked, without pages, a scan, or with letters that cannot be read.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return _read(pdf)
    except (PdfminerException, PDFPasswordIncorrect) as error:
        if isinstance(error, PDFPasswordIncorrect) or isinstance(error.args[0], PDFPasswordIncorrect):
            mend = "用阅读器打开，去掉密码另存一份，再加"
            raise InputError("PDF 加了密码，读不了", mend=mend) from error
        raise


def _read(pdf: Any) -> Read:
    if not pdf.pages:
        raise ValueError("no pages")
    if len(pdf.pages) > MOST_PAGES:
        raise InputError(f"超过 {MOST_PAGES} 页", mend="拆成几个文件，分别加")
    printed: list[list[_Printed]] = []
    tables: list[list[str]] = []
    for page in pdf.pages:
        found = _tables(page)
        printed.append(_lines(page, [table.bbox for table in found]))
        tables.append([row for table in found for row in rows(table.extract())])
        page.close()  # or all letters of all pages stay in memory
    _check(printed, tables)
    body = _without_edges(printed)
    blocks = _blocks(body, tables)
    blank = [n for n, (lines, table) in enumerate(zip(printed, tables, strict=True), 1) if not lines + table]
    remarks = (f"第{_listed(blank)}页没有文字（多半是图片），没有读到",) if blank else ()
    return Read(tuple(blocks), len(printed), remarks)


def _tables(page: Any) -> list[Any]:
    found = page.find_tables()
    return [table for table in found if len(table.rows) > 1 and len(table.rows[0].cells) > 1]


def _lines(page: Any, boxes: Sequence[tuple[float, float, float, float]]) -> list[_Printed]:
    def outside(thing: Any) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)

    shown = page.filter(lambda thing: thing["object_type"] != "char" or outside(thing)) if boxes else page
    out: list[_Printed] = []
    bottom: float | None = None
    for line in shown.extract_text_lines(strip=True, return_chars=True):
        height = statistics.median(char["size"] for char in line["chars"])
        gap = bottom is not None and line["top"] - bottom > 0.9 * height
        out.append(_Printed(line["text"], line["top"] / page.height, height, gap))
        bottom = line["bottom"]
    return out


def _check(printed: Sequence[Sequence[_Printed]], tables: Sequence[Sequence[str]]) -> None:
    text = "".join(line.text for page in printed for line in page) + "".join(map("".join, tables))
    if sum(map(str.isalnum, text)) < FEWEST * len(printed):
        mend = "先用文字识别（OCR）软件转成带文字的 PDF 或 Word，再加"
        raise InputError("这份 PDF 是扫描的图片，里面没有文字", mend=mend)
    unnamed = _UNNAMED.findall(text)
    if sum(map(len, unnamed)) > 0.2 * len(text):
        mend = "用制作它的软件重新导出一份，或者先用文字识别（OCR）软件转一遍，再加"
        raise InputError("这份 PDF 里的字没有编码，复制出来也是乱码", mend=mend)


def _without_edges(pages: Sequence[Sequence[_Printed]]) -> list[list[_Printed]]:
    """Drops running heads and feet: what stands at the edge of more than half of at least three pages."""

    def key(line: _Printed) -> str:
        return re.sub(r"\d+", "#", line.text)

    def edge(line: _Printed) -> bool:
        return line.top < 0.1 or line.top > 0.9

    counted = Counter(each for page in pages for each in {key(line) for line in page if edge(line)})
    often = {each for each, n in counted.items() if len(pages) >= 3 and n > len(pages) / 2}
    return [
        [
            line
            for line in page
            if not (edge(line) and (key(line) in often or _PAGE_NUMBER.fullmatch(line.text)))
        ]
        for page in pages
    ]


def _blocks(pages: Sequence[Sequence[_Printed]], tables: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Paragraphs page by page (one that goes on overleaf is put together), then the page's tables."""
    sizes = Counter(round(line.height, 1) for page in pages for line in page for _ in line.text)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    waiting: list[Line] = []
    for number, (page, rows_) in enumerate(zip(pages, tables, strict=True), 1):
        waiting += [Line(line.text, number, _depth(line, usual), line.gap) for line in page]
        if rows_:
            yield from _paragraphs(waiting)
            waiting = []
            yield from (Block("row", row, number) for row in rows_)
    yield from _paragraphs(waiting)


def _paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
    for each in paragraphs(lines):
        yield Block("heading" if each.depth else "text", each.text, each.page, each.depth)


def _depth(line: _Printed, usual: float) -> int:
    """A short line in larger letters is a heading."""
    if len(line.text) > 40 or line.text.endswith(("。", "；", "，")) or line.height < 1.12 * usual:
        return 0
    return 1 if line.height > 1.4 * usual else 2


def _listed(numbers: Sequence[int]) -> str:
    shown = "、".join(map(str, numbers[:8]))
    return f"{shown} 等 {len(numbers)} " if len(numbers) > 8 else shown
