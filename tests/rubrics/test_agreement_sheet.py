"""The sheet examiners fill in: what is written, what comes back, what is refused and where."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from retrieval.errors import InputError, ManyInputErrors
from rubrics.agreement import template
from rubrics.agreement.marks import Talk
from rubrics.agreement.reports_in import Marked
from rubrics.agreement.sheet_in import from_sheet
from tests.rubrics.marked import many, report

HEADS = {head: n for n, (head, _) in enumerate(template.COLUMNS.values(), 1)}


@pytest.fixture
async def reports() -> list[Marked]:
    return many(await report(), 3)


@pytest.fixture
def sheet(reports: list[Marked], tmp_path: Path) -> Path:
    file = tmp_path / "评分表.xlsx"
    template.write(reports, file, "somewhere")
    return file


def fill(file: Path, put: Callable[[dict[str, Any], int], dict[str, Any]]) -> None:
    """Writes what `put` gives for each row (its cells by head, its number) into the sheet."""
    book = openpyxl.load_workbook(file)
    rows = book[template.SHEET]
    for number in range(2, rows.max_row + 1):
        row = {head: rows.cell(number, n).value for head, n in HEADS.items()}
        for head, value in put(row, number).items():
            rows.cell(number, HEADS[head]).value = value
    book.save(file)


def all_threes(row: dict[str, Any], number: int) -> dict[str, Any]:
    return {} if row["评分项"].startswith("red:") else {"考评员": "王", "档次": 3}


def taken(file: Path, reports: list[Marked]) -> tuple[Talk, ...]:
    return from_sheet(file, lambda _: reports)


def test_the_template_asks_for_every_criterion_and_red_line_and_tells_no_mark(
    sheet: Path, reports: list[Marked]
) -> None:
    rows = [list(row) for row in openpyxl.load_workbook(sheet)[template.SHEET].iter_rows(values_only=True)]
    body = reports[0].body
    asked = [row[HEADS["评分项"] - 1] for row in rows[1:] if row[0] == "000.json"]
    assert asked[: len(body["criteria"])] == [each["id"] for each in body["criteria"]]
    assert "red:insult" in asked
    empty = [row[HEADS[head] - 1] for row in rows[1:] for head in ("档次", "总分", "总体评价", "考评员")]
    assert set(empty) == {None}
    told = {str(cell) for row in rows for cell in row}
    assert not told & {str(each.body["total"]) for each in reports}
    assert not any(rationale in cell for cell in told for rationale in [body["criteria"][0]["rationale"]])


def test_a_filled_sheet_comes_back_as_marks(sheet: Path, reports: list[Marked]) -> None:
    def put(row: dict[str, Any], number: int) -> dict[str, Any]:
        first = {"总体评价": "良好"} if number == 2 else {}
        insult = (
            {"档次": 1, "考评员": "王"} if (row["对话"], row["评分项"]) == ("001.json", "red:insult") else {}
        )
        return {} if row["对话"] == "002.json" else {**all_threes(row, number), **first, **insult}

    fill(sheet, put)
    first, second = taken(sheet, reports)
    (mark,) = first.marks
    assert (mark.examiner, mark.blind, mark.total, mark.passed, mark.rating) == ("王", True, 75.0, True, 3)
    assert set(mark.bands.values()) == {3}
    (mark,) = second.marks
    assert (mark.total, mark.passed, mark.rating) == (59.0, False, None), "the red line he upheld counts"
    assert first.machine.total == reports[0].body["total"]


def test_two_examiners_of_one_talk_in_one_sheet(sheet: Path, reports: list[Marked]) -> None:
    fill(sheet, all_threes)
    book = openpyxl.load_workbook(sheet)
    rows = book[template.SHEET]
    for row in list(rows.iter_rows(min_row=2, values_only=True)):
        if row[0] == "000.json" and not str(row[HEADS["评分项"] - 1]).startswith("red:"):
            again = list(row)
            again[HEADS["考评员"] - 1], again[HEADS["档次"] - 1] = "李", "２"
            again[HEADS["盲评"] - 1] = "否"
            rows.append(again)
    book.save(sheet)
    first, *_ = taken(sheet, reports)
    assert [(m.examiner, m.blind, m.total) for m in first.marks] == [("王", True, 75.0), ("李", False, 50.0)]


@pytest.mark.parametrize(
    ("head", "value", "said"),
    [
        ("档次", 5, "0 到 4"),
        ("档次", 2.5, "0 到 4"),
        ("档次", "好", "0 到 4"),
        ("考评员", None, "谁评的"),
        ("评分项", "emphaty", "empathy"),
        ("评分项", None, "哪个评分项"),
        ("编号", "hash-nowhere", "没有“hash-nowhere”"),
        ("总分", 101, "0 到 100"),
        ("总分", "nan", "0 到 100"),
        ("总体评价", "还行", "良好"),
        ("总体评价", 4, "良好"),
        ("盲评", "大概", "“是”或“否”"),
        ("盲评", "否", "前后写得不一样"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place_and_nothing_is_taken(
    sheet: Path, reports: list[Marked], head: str, value: Any, said: str
) -> None:
    fill(sheet, all_threes)
    wrong = {head: value, **({"对话": "nowhere"} if head == "编号" else {})}
    fill(sheet, lambda _, number: wrong if number == 3 else {})
    with pytest.raises(ManyInputErrors) as caught:
        taken(sheet, reports)
    (error,) = caught.value.errors
    assert said in str(error)
    assert error.line == 3
    assert template.SHEET in str(error.field)
    assert head in str(error.field) or "对话" in str(error.field)
    assert error.mend


def test_all_mistakes_are_told_at_once_up_to_twenty(sheet: Path, reports: list[Marked]) -> None:
    fill(sheet, lambda row, _: {"考评员": "王", "档次": 9})
    with pytest.raises(ManyInputErrors) as caught:
        taken(sheet, reports)
    assert len(caught.value.errors) == 21
    assert "还有" in caught.value.errors[-1].what


def test_the_same_criterion_twice_is_refused(sheet: Path, reports: list[Marked]) -> None:
    fill(sheet, all_threes)
    fill(sheet, lambda row, number: {"评分项": "empathy"} if number == 3 else {})
    with pytest.raises(ManyInputErrors, match="评了两次"):
        taken(sheet, reports)


def test_csv_by_file_name_with_english_heads_and_titles(tmp_path: Path, reports: list[Marked]) -> None:
    file, body = tmp_path / "marks.csv", reports[0].body
    with file.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["talk", "examiner", "criterion", "band", "total", "global rating", "blind"])
        for each in body["criteria"]:
            writer.writerow(["000", "Wang", each["title"], "3档", "", "", "yes"])
        writer.writerow(["000", "Wang", "", "", "71.5", "2", "yes"])
    (talk,) = taken(file, reports)
    (mark,) = talk.marks
    assert (mark.total, mark.rating, mark.blind, talk.id) == (71.5, 2, True, reports[0].id)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "对话,考评员,评分项\n", "缺少列：档次"),
        ("a.csv", "对话,考评员,评分项,当次\n", "是不是“档次”"),
        ("a.csv", "对话,考评员,评分项,档次,档次\n", "列名重复"),
        ("a.csv", "", "表是空的"),
        ("a.csv", "对话,考评员,评分项,档次\n000,王,empathy,\n", "还没有填一个档次"),
        ("a.xlsx", "no workbook", "不是能打开的 Excel"),
        ("a.ods", "x", ".xlsx 或 .csv"),
    ],
)
def test_a_sheet_that_is_none_is_refused(
    tmp_path: Path, reports: list[Marked], name: str, content: str, said: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        taken(file, reports)


def test_a_file_name_that_two_talks_bear_is_not_guessed(tmp_path: Path, reports: list[Marked]) -> None:
    from dataclasses import replace

    file = tmp_path / "a.csv"
    file.write_text("对话,考评员,评分项,档次\n000.json,王,empathy,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="分不清"):
        taken(file, [reports[0], replace(reports[1], name="000.json")])


def test_what_looks_like_a_formula_stays_a_name(tmp_path: Path, reports: list[Marked]) -> None:
    from dataclasses import replace

    file = tmp_path / "b.xlsx"
    template.write([replace(reports[0], name="=1+1.json")], file, "=x")
    cell = openpyxl.load_workbook(file)[template.SHEET].cell(2, 1)
    assert (cell.value, cell.data_type) == ("=1+1.json", "s")
