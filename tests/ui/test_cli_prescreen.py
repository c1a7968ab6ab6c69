"""`koushi prescreen`: a folder with broken files in it comes out marked, whole, and can be gone on with."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pdfplumber
import pytest

from tests.support.command import Koushi, refused
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import Seen, Step, fails, gives
from tests.support.raw_server import schema_of
from tests.ui.test_cli_score import put, transcript


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """Four that can be marked, one of them in a zip, and three that cannot be read."""
    folder = tmp_path / "talks"
    (folder / "二班").mkdir(parents=True)
    put(folder, transcript(id="t1"), "a.json")
    put(folder, "客户：三次了！\n考生：=真对不起。\n", "短.txt")
    put(folder / "二班", transcript(id="t2"), "b.json")
    with zipfile.ZipFile(folder / "c.zip", "w") as archive:
        archive.writestr("c.json", json.dumps(transcript(id="t3")))
    put(folder, b"{", "坏.json")
    put(folder, b"", "空.csv")
    put(folder, b"PK", "图.png")
    return folder


def reports(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "reports.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_folder_is_marked_and_bad_files_are_told_by_name(
    koushi: Koushi, talks: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = koushi("prescreen", str(talks), "--out", str(out), "--format", "xlsx,csv,jsonl,html", "--json")
    told = ran.json
    counts = {key: told[key] for key in ("files", "scored", "unscored", "failed", "kept")}
    assert counts == {"files": 7, "scored": 3, "unscored": 1, "failed": 3, "kept": 0}
    lines = {str(line["file"]): line for line in reports(out)}
    assert sorted(name for name, line in lines.items() if "error" in line) == [
        "talks/图.png", "talks/坏.json", "talks/空.csv",
    ]  # fmt: skip
    alone = koushi("score", str(talks / "a.json"), "--json").json
    assert {key: lines["talks/a.json"][key] for key in alone} == alone
    assert lines["talks/短.txt"]["total"] is None

    book = openpyxl.load_workbook(out / "reports.xlsx")
    assert [
        row[2] for row in book["总分"].iter_rows(min_row=2, values_only=True) if row[0] == "talks/a.json"
    ] == [alone["total"]]
    assert book["读不了的文件"].max_row == 4
    rows = list(csv.DictReader((out / "reports.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 7

    index = (out / "index.html").read_text(encoding="utf-8")
    pages = re.findall(r'href="(talks/\d+\.html)"', index)
    assert len(pages) == 4
    page = (out / pages[0]).read_text(encoding="utf-8")
    quote = alone["criteria"][0]["evidence"][0]["quote"]
    assert f'data-quote="{quote}"' in page
    assert not re.search(r'(src|href)="(?!#)', page), "needs nothing else"


def test_each_talk_can_be_had_as_pdf(koushi: Koushi, talks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = koushi("prescreen", str(talks), "--out", str(out), "--format", "pdf", "--json").json
    assert told["written"][-1] == str(out / "talks")
    assert [each.suffix for each in sorted((out / "talks").iterdir())] == [".pdf"] * 4
    totals = [each["total"] for each in reports(out) if each.get("outcome") == "scored"]
    with pdfplumber.open(min((out / "talks").iterdir())) as file:
        assert f"{totals[0]:g}" in file.pages[0].extract_text()
    assert not (out / "index.html").exists()


def test_going_on_marks_only_what_is_new(koushi: Koushi, talks: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    koushi("prescreen", str(talks), "--out", out)
    put(talks, transcript(id="new"), "d.json")
    told = koushi("prescreen", str(talks), "--out", out, "--resume", "--json").json
    assert (told["kept"], told["files"], told["scored"]) == (3, 8, 4)
    assert [line["file"] for line in reports(tmp_path / "out")][:2] == ["talks/a.json", "talks/c.zip/c.json"]
    again = koushi(
        "prescreen", str(talks), "--out", out, "--resume", "--rubric", "negotiation", "--json"
    ).json
    assert again["kept"] == 0


def test_people_are_told_in_words(koushi: Koushi, talks: Path, tmp_path: Path) -> None:
    ran = koushi("prescreen", str(talks / "a.json"), "--out", str(tmp_path / "out"))
    assert ran.code == 0
    assert "共 1 份：评分 1" in ran.out
    assert "reports.xlsx" in ran.out


def test_what_is_asked_for_wrongly_leaves_nothing_behind(koushi: Koushi, talks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    to = ("--out", str(out))
    refused(koushi("prescreen", str(tmp_path / "gone"), *to), 1, "没有这个文件或文件夹")
    (tmp_path / "empty").mkdir()
    refused(koushi("prescreen", str(tmp_path / "empty"), *to), 1, "没有文件")
    refused(koushi("prescreen", str(talks), *to, "--format", "docx"), 2, "docx")
    refused(koushi("prescreen", str(talks)), 2, "--out")
    refused(koushi("prescreen", str(talks), *to, "--station", "l3-nothing"), 1, "l3-nothing")
    refused(koushi("prescreen", str(talks), *to, "--rubric", "nothing"), 1, "nothing")
    refused(koushi("prescreen", str(talks), *to, "--judge", "llm"), 3, "KOUSHI_LLM_BASE_URL")
    assert not out.exists()


def test_an_endpoint_that_fails_leaves_talks_unscored(
    koushi: Koushi, talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LlmServer(answer=lambda _: fails(401, "bad key", code="invalid_api_key")) as server:
        monkeypatch.setenv("KOUSHI_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("KOUSHI_LLM_MODEL", "m")
        ran = koushi("prescreen", str(talks), "--out", str(tmp_path / "out"), "--judge", "llm", "--json")
    told = ran.json
    assert (told["scored"], told["unscored"], told["failed"]) == (0, 4, 3)


def test_a_model_is_kept_busy_over_a_whole_batch_and_the_second_time_is_free(
    koushi: Koushi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty talks, six requests at once: all six are used, by several talks, and never more."""
    for n in range(30):
        turns = [*transcript()["turns"], {"role": "candidate", "text": f"您的编号是 {n}，再见。"}]
        put(tmp_path, transcript(station=None, rubric="complaint-handling", turns=turns), f"t{n:02d}.json")

    def answer(seen: Seen) -> Step:
        form = schema_of(seen.body)
        quote = {"turn": 1, "quote": transcript()["turns"][1]["text"][:4]}
        return gives({name: {"quotes": [quote], "verdict": "met"} for name in form["properties"]}, delay=0.02)

    settings = {"MODEL": "m", "SAMPLES": "1", "CONCURRENCY": "6", "PRICE_IN": "1", "PRICE_OUT": "2"}
    for name, value in settings.items():
        monkeypatch.setenv(f"KOUSHI_LLM_{name}", value)
    files = [str(each) for each in sorted(tmp_path.glob("t*.json"))]
    batch = ("prescreen", *files, "--judge", "llm", "--json", "--out")
    with LlmServer(answer=answer) as server:
        monkeypatch.setenv("KOUSHI_LLM_BASE_URL", server.base_url)
        first = koushi(*batch, str(tmp_path / "first")).json
        asked = len(server.seen)
        again = koushi(*batch, str(tmp_path / "again")).json
        assert len(server.seen) == asked
    assert server.at_once == 6
    assert first["files"] == first["scored"] == 30
    assert first["effort"]["calls"] == asked == again["effort"]["kept"]
    assert first["effort"]["cost"] == pytest.approx(asked * (11 + 2 * 7) / 1e6)
    assert again["effort"]["calls"] == 0
    made, kept = reports(tmp_path / "first"), reports(tmp_path / "again")
    assert [each["total"] for each in made] == [each["total"] for each in kept]


def test_ctrl_c_leaves_whole_lines_and_the_rest_is_marked_later(koushi: Koushi, tmp_path: Path) -> None:
    for n in range(200):
        put(tmp_path, transcript(id=f"t{n}"), f"t{n:03d}.json")
    out, files = tmp_path / "out", sorted(str(each) for each in tmp_path.glob("t*.json"))
    command = [sys.executable, "-m", "ui.cli", "prescreen", *files, "--out", str(out)]
    begun = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, cwd=Path.cwd()
    )
    ends = time.monotonic() + 60
    while time.monotonic() < ends and not (out / "reports.jsonl").exists():
        time.sleep(0.02)
    while time.monotonic() < ends and not (out / "reports.jsonl").stat().st_size:
        time.sleep(0.02)
    os.killpg(begun.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, err = begun.communicate(timeout=60)
    assert begun.returncode == 130, err
    assert b"Traceback" not in err
    done = len(reports(out))
    assert 0 < done < 200
    told = koushi("prescreen", *files, "--out", str(out), "--resume", "--json").json
    assert (told["kept"], told["scored"]) == (done, 200)
