"""Spreadsheets. The only importer of `openpyxl` in this package."""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from retrieval.documents.model import Block, Read
from retrieval.documents.rows import rows
from retrieval.errors import InputError

MOST_ROWS = 100_000
"""Rows of all sheets together."""


def read_xlsx(data: bytes) -> Read:
    """Sheet by sheet, row by row, values as they are shown; hidden sheets are left out."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        blocks: list[Block] = []
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                blocks += _sheet(sheet, MOST_ROWS - len(blocks))
    finally:
        book.close()
    return Read(tuple(blocks))


def _sheet(sheet: Any, most: int) -> Iterator[Block]:
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    # A sheet's name can be `Sheet1`; it is still what a reader is sent to.
    yield Block("heading", str(sheet.title), depth=1)
    for number, row in enumerate(rows(_values(sheet)), 1):
        if number > most:
            raise InputError(f"表格超过 {MOST_ROWS} 行", mend="只留要查的内容，或者拆成几个文件，再加")
        yield Block("row", row)


def _values(sheet: Any) -> Iterator[list[object]]:
    for row in sheet.iter_rows():
        yield [_shown(cell.value, getattr(cell, "number_format", "")) for cell in row]


def _shown(value: object, form: str) -> object:
    """15 % is kept as 0.15 and a day as midnight of it."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return f"{round(value * 100, 6):g}%" if "%" in (form or "") else _number(value)
    return value


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{round(value, 10)}"
