"""`koushi score`: one transcript or a batch, by one judge, with the exit codes others rely on."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from scenarios.loading import library
from tests.support.command import Koushi, refused
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import fails

STATION = next(key for key, each in library().items() if each.role == "customer")
SAYS = library()[STATION].players["strong"].says


def transcript(**changes: Any) -> dict[str, Any]:
    """The strong candidate, against a counterpart who repeats one line."""
    turns = [{"role": "counterpart", "text": "三次了，还没修好！"}]
    for said in SAYS:
        turns += [{"role": "candidate", "text": said}, {"role": "counterpart", "text": "那你说怎么办？"}]
    return {"format": "koushi.transcript/1", "id": "t1", "station": STATION, "turns": turns, **changes}


def put(folder: Path, data: Any, name: str = "t.json") -> str:
    file = folder / name
    if isinstance(data, bytes):
        file.write_bytes(data)
    else:
        file.write_text(
            data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8"
        )
    return str(file)


def test_a_talk_gets_its_report(koushi: Koushi, tmp_path: Path) -> None:
    report = koushi("score", put(tmp_path, transcript()), "--json").json
    assert (report["format"], report["transcript"], report["outcome"]) == ("koushi.report/1", "t1", "scored")
    assert report["judge"]["kind"] == "builtin"
    assert report["total"] == pytest.approx(sum(each["points"] for each in report["criteria"]), abs=0.1)
    for criterion in report["criteria"]:
        for evidence in criterion["evidence"]:
            turn = transcript()["turns"][evidence["turn"]]
            assert turn["role"] == "candidate"
            assert evidence["quote"] in turn["text"]


def test_people_read_the_total_and_a_better_wording(koushi: Koushi, tmp_path: Path) -> None:
    out = koushi("score", put(tmp_path, transcript())).out
    assert "总分" in out
    assert "模拟成绩，非职业资格证书" in out


def test_the_report_is_kept_as_a_page_and_as_pdf(koushi: Koushi, tmp_path: Path) -> None:
    page, paper = tmp_path / "报告.html", tmp_path / "报告.pdf"
    talk = put(tmp_path, transcript(candidate="张三"))
    ran = koushi("score", talk, "--html", str(page), "--pdf", str(paper), "--json")
    assert ran.json["outcome"] == "scored", "standard output is as without"
    html = page.read_text(encoding="utf-8")
    for each in ("张三", library()[STATION].title, f"{ran.json['total']:g}", SAYS[0][:4]):
        assert each in html
    with pdfplumber.open(paper) as file:
        first = file.pages[0].extract_text()
    assert "张三" in first
    assert f"{ran.json['total']:g}" in first
    again = tmp_path / "again.pdf"
    koushi("score", talk, "--pdf", str(again))
    assert again.read_bytes() == paper.read_bytes()


def test_a_report_that_cannot_be_kept_is_told_before_anything_is_marked(
    koushi: Koushi, tmp_path: Path
) -> None:
    talk = put(tmp_path, transcript())
    refused(koushi("score", talk, "--pdf", str(tmp_path / "报告.docx")), 1, ".pdf")
    refused(koushi("score", talk, "--html", str(tmp_path / "报告.pdf")), 1, "--html", ".html")
    refused(koushi("score", talk, "--pdf", str(tmp_path / "没有" / "报告.pdf")), 1, "写不进去")
    refused(koushi("score", "--batch", talk, "--pdf", str(tmp_path / "报告.pdf")), 2, "prescreen")
    assert [each.name for each in tmp_path.iterdir()] == ["t.json"]


def test_plain_text_and_csv_are_marked_like_json(koushi: Koushi, tmp_path: Path) -> None:
    turns = transcript()["turns"]
    names = {"counterpart": "客户", "candidate": "考生"}
    text = "\n".join(f"{names[turn['role']]}：{turn['text']}" for turn in turns)
    rows = "role,text\n" + "\n".join(f'{turn["role"]},"{turn["text"]}"' for turn in turns)
    files = [put(tmp_path, transcript()), put(tmp_path, text, "t.txt"), put(tmp_path, rows, "t.csv")]
    totals = {koushi("score", file, "--station", STATION, "--json").json["total"] for file in files}
    assert len(totals) == 1


def test_a_talk_of_no_station_is_marked_by_the_rubric_named(koushi: Koushi, tmp_path: Path) -> None:
    file = put(tmp_path, transcript(station=None))
    report = koushi("score", file, "--rubric", "complaint-handling", "--json").json
    assert report["station"] is None
    assert report["rubric"].startswith("complaint-handling@")
    assert koushi("score", file, "--json").json["rubric"].startswith("complaint-handling@")


def test_standard_input_is_read(koushi: Koushi, monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (json.dumps(transcript()), "客户：三次了！\n考生：真对不起，我马上给您查。\n"):
        stdin = io.TextIOWrapper(io.BytesIO(data.encode()), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stdin)
        assert koushi("score", "-", "--json").json["format"] == "koushi.report/1"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("t.json", b"", "空的"),
        ("t.json", b"{", "不是完整的 JSON"),
        ("t.json", b"[]", "没有对话"),
        ("t.json", b"[" * 200_000, ""),
        ("t.json", json.dumps(transcript(turns=[])).encode(), "一句话都没有"),
        ("t.json", json.dumps(transcript(turns=[{"role": "boss", "text": "x"}])).encode(), "boss"),
        ("t.json", json.dumps(transcript(station="l3-nothing-like-it")).encode(), "l3-nothing-like-it"),
        ("t.json", json.dumps(transcript(rubric="nothing-like-it")).encode(), "nothing-like-it"),
        ("t.json", b"a" * 10_000_000, "超过"),
        ("t.json", b"\x00\xff\x00\xfe" * 10, "编码"),
        ("t.txt", "你好，这里没有写谁说的\n".encode(), "谁说的"),
        ("t.csv", "who,what\n考生,好\n".encode(), "表头"),
        ("t.docx", b"PK", "不认识"),
    ],
)
def test_a_file_that_is_no_transcript_gets_one_message(
    koushi: Koushi, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    ran = koushi("score", put(tmp_path, data, name), "--json")
    refused(ran, 1, said)
    assert len(ran.err.strip().splitlines()) == 1


def test_a_file_that_is_not_there(koushi: Koushi, tmp_path: Path) -> None:
    refused(koushi("score", str(tmp_path / "gone.json")), 1, "没有这个文件")
    refused(koushi("score", str(tmp_path)), 1)


def test_a_judge_asked_for_by_name_that_cannot_be_had_is_exit_3(
    koushi: Koushi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(tmp_path, transcript())
    refused(koushi("score", file, "--judge", "llm"), 3, "KOUSHI_LLM_BASE_URL")
    refused(koushi("score", "--batch", file, "--judge", "llm"), 3, "KOUSHI_LLM_BASE_URL")
    monkeypatch.setenv("KOUSHI_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    refused(koushi("score", file, "--judge", "llm"), 3, "KOUSHI_LLM_MODEL")
    monkeypatch.setenv("KOUSHI_LLM_MODEL", "m")
    refused(koushi("score", file, "--judge", "llm"), 3)


def test_a_batch_is_marked_in_order_and_survives_bad_lines(koushi: Koushi, tmp_path: Path) -> None:
    short = [{"role": "counterpart", "text": "喂？"}, {"role": "candidate", "text": "嗯"}]
    rows = [
        {"id": "a", "transcript": transcript(id="ta")},
        {"id": "b", "transcript": {"turns": 5}},
        {"id": "c", "transcript": transcript(id="tc", turns=short)},
        {"id": "d", "transcript": transcript(), "judge": "llm"},
    ]
    file = put(tmp_path, "\n".join(json.dumps(row) for row in rows), "b.jsonl")
    a, b, c, d = koushi("score", "--batch", file).lines
    assert [each["id"] for each in (a, b, c, d)] == ["a", "b", "c", "d"]
    assert (a["result"]["transcript"], a["outcome"]) == ("ta", "scored")
    assert "error" in b
    assert (c["outcome"], c["total"]) == ("unscored", None)
    assert "同一个评分员" in d["error"]


def test_where_the_judge_fails_a_batch_goes_on_unscored(
    koushi: Koushi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "\n".join(json.dumps({"id": n, "transcript": transcript()}) for n in (1, 2))
    file = put(tmp_path, rows, "b.jsonl")
    with LlmServer(answer=lambda _: fails(401, "bad key", code="invalid_api_key")) as server:
        monkeypatch.setenv("KOUSHI_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("KOUSHI_LLM_MODEL", "m")
        ran = koushi("score", "--batch", file, "--judge", "llm")
    assert ran.code == 0
    assert [(line["id"], line["outcome"], line["total"]) for line in ran.lines] == [
        (1, "unscored", None),
        (2, "unscored", None),
    ]
    assert all(line["reason"] and line["judge"]["kind"] == "llm" for line in ran.lines)
