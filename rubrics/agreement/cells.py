"""A sheet of marks as cells that know where they stand; what is wrong in one is said with its place."""

import csv
import difflib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.reading import decode
from retrieval.errors import InputError
from rubrics.agreement.template import COLUMNS, NOTES, SHEET, SOURCE

MOST_BYTES = 20_000_000
MOST_ROWS = 200_000
NEEDED = ("talk", "examiner", "criterion", "band")
ALIASES = {"global rating": "rating", "global": "rating", "评级": "rating", "talk id": "id", "档": "band"}
"Heads besides the Chinese ones and our own keys."


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells by column key, stripped; empty ones are left away."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of marks as read."""

    file: str
    name: str
    "Of the sheet in a workbook; empty for CSV."
    letters: dict[str, str]
    "Column key → its letter."
    rows: tuple[Row, ...]
    source: str
    "Where the reports are, when the sheet says so."

    def wrong(self, row: Row, key: str, what: str, mend: str) -> InputError:
        """What is wrong in a cell, with sheet, row and column."""
        head = COLUMNS[key][0]
        column = f"{self.letters[key]} 列“{head}”" if key in self.letters else f"“{head}”"
        place = f"工作表“{self.name}”{column}" if self.name else column
        return InputError(what, mend=mend, file=self.file, line=row.number, field=place)


def read(path: Path) -> Sheet:
    """A workbook (the sheet 评分, else the first) or a CSV.

    Raises:
        InputError: it cannot be read, is too large, or its head lacks a column or has an unknown one.
    """
    data = _bytes(path)
    if path.suffix.lower() == ".xlsx":
        name, table, source = _workbook(data, path)
    elif path.suffix.lower() == ".csv":
        name, table, source = "", _csv(decode(data, path.name), path), ""
    else:
        raise InputError(
            "评分表要是 .xlsx 或 .csv", mend="用 koushi agreement --template 写一份空表", file=path
        )
    filled = [(number, row) for number, row in enumerate(table, 1) if any(row)]
    if not filled:
        raise InputError("表是空的", mend="用 koushi agreement --template 写一份空表", file=path)
    (at, head), *rest = filled
    keys = _head(head, path, at)
    rows = tuple(Row(number, _cells(keys, row)) for number, row in rest)
    letters = {key: _letter(n) for n, key in enumerate(keys) if key}
    return Sheet(str(path), name, letters, rows, source)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError("没有这个文件", mend="检查文件名和所在文件夹", file=path) from None
    except OSError as error:
        raise InputError("文件打不开", mend=error.strerror or "检查读取权限", file=path) from None
    if len(data) > MOST_BYTES:
        raise InputError(f"文件超过 {MOST_BYTES // 1_000_000} MB", mend="检查是不是选错了文件", file=path)
    return data


def _workbook(data: bytes, path: Path) -> tuple[str, list[list[str]], str]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # whatever a broken file makes openpyxl and zipfile raise
        raise InputError("这不是能打开的 Excel 工作簿", mend="另存为 .xlsx 再试", file=path) from error
    try:
        names = book.sheetnames
        sheet = book[SHEET] if SHEET in names else book.worksheets[0]
        source = _source(book[NOTES]) if NOTES in names else ""
        return str(sheet.title), list(_table(sheet, path)), source
    finally:
        book.close()


def _csv(text: str, path: Path) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text))
    try:
        return list(reader)
    except csv.Error:
        raise InputError(
            "CSV 读不下去", mend="另存为 CSV（UTF-8）再试", file=path, line=reader.line_num
        ) from None


def _table(sheet: Any, path: Path) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS:
            raise InputError(f"表超过 {MOST_ROWS} 行", mend="拆成几个文件", file=path)
        yield [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def _source(sheet: Any) -> str:
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True):
        if len(row) > 1 and row[0] == SOURCE and row[1]:
            return str(row[1])
    return ""


def _head(row: Sequence[str], path: Path, number: int) -> list[str]:
    """The key of each column; empty for one without a head."""
    known = {head: key for key, (head, _) in COLUMNS.items()} | {key: key for key in COLUMNS} | ALIASES
    keys = []
    for text in row:
        plain = text.strip().lower()
        if plain and plain not in known:
            near = difflib.get_close_matches(plain, known, n=1, cutoff=0.5)
            mend = (
                f"是不是“{near[0]}”" if near else f"可以有：{'、'.join(head for head, _ in COLUMNS.values())}"
            )
            raise InputError(f"不认识的列“{text.strip()[:40]}”", mend=mend, file=path, line=number)
        keys.append(known.get(plain, ""))
    missing = [COLUMNS[key][0] for key in NEEDED if key not in keys and not (key == "talk" and "id" in keys)]
    if missing:
        mend = "第一行写列名；用 koushi agreement --template 写一份空表看看"
        raise InputError(f"缺少列：{'、'.join(missing)}", mend=mend, file=path, line=number)
    twice = {key for key in keys if key and keys.count(key) > 1}
    if twice:
        heads = "、".join(COLUMNS[key][0] for key in sorted(twice))
        raise InputError(f"列名重复：{heads}", mend="每一列只留一个", file=path, line=number)
    return keys


def _cells(keys: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {key: text.strip() for key, text in zip(keys, row, strict=False) if key and text.strip()}


def _letter(n: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(n + 1))
