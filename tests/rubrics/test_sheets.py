"""The mark that stands, and the tables it goes out in."""

import csv
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rubrics.builtin_judge import BuiltinJudge
from rubrics.loading import library
from rubrics.marking import mark
from rubrics.sheets import Result, from_line, write_csv, write_xlsx
from rubrics.standing import Change, standing
from scenarios.loading import library as stations
from tests.rubrics.talks import STRONG, NoRecogniser, talk


@pytest.fixture
async def body() -> dict[str, Any]:
    nobody = NoRecogniser()
    station, rubric = stations()["l3-aircon-third-visit"], library()["complaint-handling"]
    report = await mark(
        talk(STRONG), station=station, rubric=rubric, judge=BuiltinJudge(nobody), recogniser=nobody
    )
    return report.as_json()


def change(criterion: str, after: int, before: int | None = None) -> Change:
    return Change(criterion, before, after, "听了录音", "王老师", 1_700_000_000.0)


def red(effect: str, cap: int | None = None) -> dict[str, Any]:
    upheld = "cap" if cap else "fail"
    return {
        "id": "r",
        "turn": 1,
        "quote": "笨",
        "effect": effect,
        "title": "红线",
        "upheld": upheld,
        "cap": cap,
    }


def test_without_changes_the_report_stands(body: dict[str, Any]) -> None:
    stands = standing(body)
    assert (stands.total, stands.passed) == (body["total"], body["passed"])


def test_the_newest_band_counts_and_the_arithmetic_is_the_judges(body: dict[str, Any]) -> None:
    first = body["criteria"][0]
    stands = standing(body, [change(first["id"], 0), change(first["id"], 2)])
    lost = first["weight"] * (first["band"] - 2) / 4
    assert stands.bands[first["id"]] == 2
    assert stands.total == pytest.approx(body["total"] - lost)
    assert stands.points[first["id"]] == first["weight"] / 2
    back = standing(body, [change(first["id"], 0), change(first["id"], first["band"])])
    assert back.total == body["total"]


def test_bands_given_to_an_unscored_talk_make_a_total_at_seven_tenths(body: dict[str, Any]) -> None:
    empty = {**body, "total": None, "passed": None, "outcome": "unscored", "reason": "太短"}
    empty["criteria"] = [{**c, "band": None, "points": None, "rationale": "太短"} for c in body["criteria"]]
    one = standing(empty, [change(empty["criteria"][0]["id"], 4)])
    assert one.total is None
    assert "太短" in str(one.reason)
    full = standing(empty, [change(c["id"], 3) for c in empty["criteria"]])
    assert (full.total, full.passed) == (75.0, True)


@pytest.mark.parametrize(
    ("hit", "decision", "total", "passed", "effect"),
    [
        (red("fail"), 0, None, True, "dismissed"),
        (red("review"), 1, 59.0, False, "fail"),
        (red("review", 50), 1, 50.0, False, "cap"),
        (red("review"), 0, None, True, "dismissed"),
    ],
)
def test_a_red_line_is_upheld_or_dismissed(
    body: dict[str, Any], hit: dict[str, Any], decision: int, total: float | None, passed: bool, effect: str
) -> None:
    stands = standing({**body, "red_lines": [hit]}, [change("red:r", decision)])
    assert stands.total == (total if total is not None else body["total"])
    assert (stands.passed, stands.red["r"]) == (passed, effect)


def test_the_workbook_opened_again_says_what_stands(body: dict[str, Any]) -> None:
    first = body["criteria"][0]
    stands = standing(body, [change(first["id"], 1, first["band"])])
    results = [
        Result("甲.json", body, stands=stands, seen=("王老师", 1_700_000_000.0)),
        Result("乙.json", error="乙.json：文件是空的"),
    ]
    out = BytesIO()
    write_xlsx(results, out, reviewed=True)
    book = openpyxl.load_workbook(BytesIO(out.getvalue()))
    assert book.sheetnames == ["总分", "评分项", "改动", "读不了的文件"]
    rows = [dict(zip([c.value for c in book["总分"][1]], [c.value for c in row], strict=True)) for row in book["总分"].iter_rows(min_row=2)]  # fmt: skip  # noqa: E501
    assert (rows[0]["总分"], rows[0]["机评总分"], rows[0]["改动"]) == (stands.total, body["total"], 1)
    assert (rows[0]["看过的人"], rows[1]["结果"]) == ("王老师", "读不了")
    made = next(book["改动"].iter_rows(min_row=2, values_only=True))
    assert made[:6] == ("甲.json", first["title"], first["band"], 1, "听了录音", "王老师")
    assert book["读不了的文件"]["A2"].value == "乙.json"
    criterion = next(book["评分项"].iter_rows(min_row=2, values_only=True))
    assert criterion[3:7] == (first["weight"], first["band"], 1, first["weight"] / 4)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a\x00\x0b\ud800b", "长" * 40_000])
def test_nothing_that_was_said_becomes_a_formula_or_breaks_the_table(name: str, tmp_path: Path) -> None:
    out = BytesIO()
    write_xlsx([Result(name, error=name)], out)
    cell = openpyxl.load_workbook(BytesIO(out.getvalue()))["读不了的文件"]["A2"]
    assert cell.data_type == "s"
    assert cell.value == (name if len(name) < 32_000 and name[0] != "a" else cell.value)
    assert len(cell.value) <= 32_000
    if name[0] in "=+-@":
        assert cell.number_format == "@"
    first, _ = write_csv([Result(name, error=name)], tmp_path)
    text = first.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    (_, row) = list(csv.reader(text.decode("utf-8-sig").splitlines()))[:2]
    assert not row[0].startswith(("=", "+", "-", "@", "\t"))


def test_a_line_of_the_journal_is_a_result(body: dict[str, Any]) -> None:
    assert from_line({**body, "file": "a"}).final.total == body["total"]
    assert from_line({"file": "a", "error": "坏"}).error == "坏"
