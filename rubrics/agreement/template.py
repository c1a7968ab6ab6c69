"""The sheet examiners fill in: a row per talk and criterion, nothing of the machine's marks in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from retrieval.errors import InputError
from rubrics.agreement.borderline import RATINGS
from rubrics.agreement.reports_in import Marked
from rubrics.blind import red_lines_of
from rubrics.sheets import Value, add_sheet, cell
from rubrics.standing import RED

SHEET, NOTES, SOURCE = "评分", "说明", "来源"
COLUMNS: Mapping[str, tuple[str, int]] = {
    "talk": ("对话", 34),
    "id": ("编号", 18),
    "candidate": ("考生", 12),
    "examiner": ("考评员", 12),
    "criterion": ("评分项", 22),
    "title": ("名称", 22),
    "anchors": ("各档的样子", 70),
    "band": ("档次", 8),
    "total": ("总分", 8),
    "rating": ("总体评价", 12),
    "blind": ("盲评", 8),
}
"Of each column its head on the sheet and its width."
YES, NO = "是", "否"
HOW = (
    ("怎么填", "一行是一场对话的一个评分项。先读对话，再填“考评员”和“档次”；没评的对话整场空着就行。"),
    ("档次", "0 到 4 的整数，照“各档的样子”定。红线的行：越了填 1，没有填 0 或空着。"),
    ("总分", "可以不填，由档次算出来；填了就以填的为准，一场只填一个数。"),
    ("总体评价", "可以不填：" + "、".join(RATINGS) + "。凭整场的印象，不看档次；一场填在任何一行。"),
    ("盲评", "没有看过机评的分再填的，写“是”；看过的写“否”。空着当作“否”。"),
    ("两位考评员", "同一场两位都评时，各填一份表，或者把行复制一遍、换“考评员”。"),
    ("填好以后", "koushi agreement --marks 这个文件"),
)


def write(reports: Sequence[Marked], target: Path | IO[bytes], source: str) -> int:
    """The workbook; how many talks are in it.

    Args:
        source: where the reports are, written down so that the filled sheet finds them again.

    Raises:
        InputError: the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook(write_only=True)
    sheet = add_sheet(book, SHEET, tuple(COLUMNS.values()))
    letters = {key: get_column_letter(n) for n, key in enumerate(COLUMNS, 1)}
    for key, choices in (("band", "0,1,2,3,4"), ("rating", ",".join(RATINGS)), ("blind", f"{YES},{NO}")):
        rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
        rule.add(f"{letters[key]}2:{letters[key]}1048576")
        sheet.data_validations.append(rule)
    for each in reports:
        for row in rows(each):
            sheet.append([cell(sheet, value) for value in row])
    _notes(add_sheet(book, NOTES, (("", 14), ("", 90))), source)
    try:
        book.save(target)
    except OSError as error:
        mend = error.strerror or "检查文件夹在不在、有没有写权限"
        raise InputError("表写不了", mend=mend, file=str(target)) from None
    return len(reports)


def _notes(sheet: Any, source: str) -> None:
    for about, told in HOW:
        sheet.append([about, cell(sheet, told)])
    sheet.append([SOURCE, cell(sheet, source)])


def rows(each: Marked) -> Iterator[list[Value]]:
    """One talk's rows: its criteria, then its rubric's red lines."""
    about: list[Value] = [each.name, each.id, each.candidate, None]
    for criterion in each.body["criteria"]:
        anchors = "\n".join(f"{band}：{text}" for band, text in enumerate(criterion["anchors"]))
        yield [*about, criterion["id"], criterion["title"], anchors, None, None, None, YES]
    for red in red_lines_of(each.body):
        yield [*about, RED + red.id, f"红线：{red.title}", "0：没有\n1：越了", None, None, None, YES]


def once(reports: Iterable[Marked]) -> list[Marked]:
    """Each talk once, though several files hold it."""
    return list({each.id: each for each in reports}.values())
