"""`koushi agreement` from prescreened talks through the sheet to figures, bars and calibration."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from rubrics.agreement import template
from rubrics.agreement.report import BARS
from tests.rubrics.marked import bands_of, levels, many, report
from tests.support.command import Koushi, refused
from tests.ui.test_cli_score import transcript

HEADS = {head: n for n, (head, _) in enumerate(template.COLUMNS.values(), 1)}
Put = Callable[[dict[str, Any]], list[dict[str, Any]]]


def fill(file: Path, put: Put) -> None:
    """Each row becomes the rows that `put` makes of it."""
    book = openpyxl.load_workbook(file)
    sheet = book[template.SHEET]
    rows = [dict(zip(HEADS, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        for made in put(row):
            sheet.append([made[head] for head in HEADS])
    book.save(file)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A prescreened folder of 120 talks of known quality."""
    out = tmp_path / "out"
    out.mkdir()
    lines = [
        json.dumps({**each.body, "file": each.name, "content_hash": each.digest})
        for each in many(await report(), 120)
    ]
    lines.insert(3, json.dumps({"file": "坏.txt", "error": "坏"}))
    (out / "reports.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return out


def examiners(*noises: float, shift: float = 0.0) -> Put:
    """An examiner for each of `noises`, erring by that many bands."""
    rng, known = (
        np.random.default_rng(7),
        dict(zip((f"{n:03d}.json" for n in range(120)), levels(120), strict=True)),
    )

    def put(row: dict[str, Any]) -> list[dict[str, Any]]:
        if row["评分项"].startswith("red:"):
            return [row]
        level = known[row["对话"]]
        return [
            {
                **row,
                "考评员": f"考评员{n}",
                "档次": bands_of(level + shift, ["x"], noise, rng)["x"],
                "总体评价": template.RATINGS[int(np.clip(np.rint(level - 0.5), 0, 3))],
            }
            for n, noise in enumerate(noises)
        ]

    return put


def sheet(koushi: Koushi, folder: Path, tmp_path: Path, put: Put) -> Path:
    file = tmp_path / "评分表.xlsx"
    assert koushi("agreement", "--template", str(file), "--batch", str(folder)).code == 0
    fill(file, put)
    return file


def test_with_no_marks_it_says_so_plainly(koushi: Koushi, home: Path) -> None:
    told = koushi("agreement")
    assert told.code == 0
    assert "还没有考评员给的分" in told.out
    found = koushi("agreement", "--json")
    assert (found.code, found.json["n"], found.json["holds"]) == (0, 0, dict.fromkeys(BARS))
    assert {bar["state"] for bar in found.json["bars"]} == {"not measured"}
    assert {bar["needs"] for bar in found.json["bars"]} == {50, 30}


def test_two_careful_examiners_meet_every_bar(
    koushi: Koushi, home: Path, folder: Path, tmp_path: Path
) -> None:
    file = sheet(koushi, folder, tmp_path, examiners(0.3, 0.3))
    told = koushi("agreement", "--marks", str(file), "--json").json
    assert told["n"] == 120
    assert told["holds"] == dict.fromkeys(BARS, True)
    (machine,) = told["machines"]
    assert machine["blind"]["examiners"] == ["考评员0", "考评员1"]
    assert machine["seen"] is None
    people = koushi("agreement", "--marks", str(file))
    assert people.code == 0
    for said in ("盲评 120 场", "达到", "ICC(2,1)", "情绪安抚与自我控制", "60 分", "从不改动"):
        assert said in people.out
    assert "没达到" not in people.out


def test_careless_examiners_do_not(koushi: Koushi, home: Path, folder: Path, tmp_path: Path) -> None:
    file = sheet(koushi, folder, tmp_path, examiners(3.0, 0.2))
    told = koushi("agreement", "--marks", str(file), "--json").json
    assert told["holds"]["criterion_qwk"] is False
    assert "没达到" in koushi("agreement", "--marks", str(file)).out


def test_only_what_was_asked_for(koushi: Koushi, home: Path, folder: Path, tmp_path: Path) -> None:
    file = str(sheet(koushi, folder, tmp_path, examiners(0.3)))
    for more, n in (
        (("--rubric", "complaint-handling"), 120),
        (("--station", "l3-aircon-third-visit"), 120),
        (("--rubric", "negotiation"), 0),
        (("--station", "l2-clinic-know-all"), 0),
    ):
        assert koushi("agreement", "--marks", file, "--json", *more).json["n"] == n
    refused(koushi("agreement", "--rubric", "nothing"), 1, "nothing")
    refused(koushi("agreement", "--station", "nothing"), 1, "nothing")


async def test_from_prescreened_talks_to_the_sentence_that_they_are_too_few(
    koushi: Koushi, home: Path, tmp_path: Path
) -> None:
    talks = tmp_path / "talks"
    talks.mkdir()
    for n in range(3):
        said = transcript(id=f"t{n}")
        said["turns"][-1]["text"] += f"第 {n} 份。"
        (talks / f"{n}.json").write_text(json.dumps(said), encoding="utf-8")
    assert koushi("prescreen", str(talks), "--out", str(tmp_path / "out"), "--format", "jsonl").code == 0
    file = sheet(koushi, tmp_path / "out", tmp_path, lambda row: [
        row if row["评分项"].startswith("red:") else {**row, "考评员": "王", "档次": 2}
    ])  # fmt: skip
    found = koushi("agreement", "--marks", str(file), "--json").json
    assert (found["n"], found["holds"]) == (3, dict.fromkeys(BARS))
    told = koushi("agreement", "--marks", str(file)).out
    assert "现在 3 场，至少要 50 场" in told
    refused(koushi("agreement", "--marks", str(file), "--calibrate"), 1, "现在 3 场盲评", "至少要 30 场")


def test_a_moved_folder_is_named_and_found_again(
    koushi: Koushi, home: Path, folder: Path, tmp_path: Path
) -> None:
    file = sheet(koushi, folder, tmp_path, examiners(0.3))
    moved = folder.rename(tmp_path / "elsewhere")
    refused(koushi("agreement", "--marks", str(file)), 1, "--batch")
    assert koushi("agreement", "--marks", str(file), "--batch", str(moved), "--json").json["n"] == 120


def test_a_wrong_cell_is_told_and_nothing_printed(
    koushi: Koushi, home: Path, folder: Path, tmp_path: Path
) -> None:
    file = sheet(koushi, folder, tmp_path, lambda row: [{**row, "考评员": "王", "档次": 7}])
    refused(koushi("agreement", "--marks", str(file), "--json"), 1, "评分", "H 列“档次”", "0 到 4", "还有")


def test_a_template_never_overwrites_and_may_hold_a_tenth(
    koushi: Koushi, home: Path, folder: Path, tmp_path: Path
) -> None:
    whole, tenth = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    assert (
        koushi("agreement", "--template", str(whole), "--batch", str(folder), "--json").json["talks"] == 120
    )
    refused(koushi("agreement", "--template", str(whole), "--batch", str(folder)), 1, "已经有这个文件")
    found = koushi("agreement", "--template", str(tenth), "--batch", str(folder), "--tenth", "--json").json
    assert 0 < found["talks"] < 40


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--template", "a.xlsx"), "机评结果在哪里"),
        (("--template", "a.xlsx", "--batch", "x", "--calibrate"), "不能和"),
        (("--batch", "x"), "--batch 要和"),
        (("--tenth",), "--tenth 要和"),
        (("--calibrate", "--station", "l3-aircon-third-visit"), "不按题目"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    koushi: Koushi, home: Path, args: tuple[str, ...], said: str
) -> None:
    refused(koushi("agreement", *args), 2, said)


def test_no_such_batch_folder_or_marks(koushi: Koushi, home: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "a.xlsx")
    refused(koushi("agreement", "--template", file, "--batch", "nowhere"), 1, "没有这一批")
    refused(koushi("agreement", "--template", file, "--batch", str(tmp_path)), 1, "reports.jsonl")
    refused(koushi("agreement", "--marks", file), 1, "没有这个文件")
    assert not Path(file).exists()


def test_calibration_is_kept_told_and_dropped_when_the_marks_change(
    koushi: Koushi, home: Path, folder: Path, tmp_path: Path
) -> None:
    file = sheet(koushi, folder, tmp_path, examiners(0.3, shift=-0.8))
    before = (folder / "reports.jsonl").read_bytes()
    (made,) = koushi("agreement", "--marks", str(file), "--calibrate", "--json").json["calibrations"]
    assert made["in_force"]
    fit = made["calibration"]["fit"]
    assert (fit["kind"], fit["n"]) == ("isotonic", 120)
    assert fit["mae"] < fit["raw_mae"]
    assert (folder / "reports.jsonl").read_bytes() == before
    told = koushi("agreement", "--marks", str(file)).out
    assert "第 1 版" in told
    assert "没学过的对话上平均误差" in told
    fill(
        file,
        lambda row: [{**row, "档次": 4}] if row["对话"] == "000.json" and row["档次"] is not None else [row],
    )
    (now,) = koushi("agreement", "--marks", str(file), "--json").json["calibrations"]
    assert not now["in_force"]
    assert "考评员的分变了" in now["why"]
