"""`koushi practice`: a talk from a script or the keyboard, to its report."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scenarios.loading import library
from tests.support.command import Koushi, refused

STATION = next(key for key, each in library().items() if each.role == "customer")
SAYS = library()[STATION].players["strong"].says


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The strong candidate's lines."""
    file = tmp_path / "台词.txt"
    file.write_text("\n".join(SAYS) + "\n", encoding="utf-8")
    return file


def type_in(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_the_events_have_the_shapes_others_rely_on(koushi: Koushi, script: Path) -> None:
    lines = koushi("practice", STATION, "--script", str(script), "--seed", "3", "--json").lines
    opening, *turns, end, report = lines
    assert opening["event"] == "opening"
    assert opening["station"] == STATION
    assert set(opening["state"]) == {"tension", "trust", "phase"}
    assert [turn["event"] for turn in turns] == ["turn"] * len(turns)
    assert [turn["turn"] for turn in turns] == list(range(1, 2 * len(turns), 2))
    assert (end["event"], end["candidate_turns"]) == ("end", len(turns))
    assert (report["event"], report["format"]) == ("report", "koushi.report/1")
    assert report["station"].startswith(f"{STATION}@")
    for turn, said in zip(turns, SAYS, strict=False):
        assert turn["candidate"] == said
        assert 0 <= turn["state"]["tension"] <= 100
        assert turn["reply"]
        assert turn["move"]["kind"]
        for each in turn["behaviours"]:
            assert said[each["start"] : each["end"]] == each["quote"]
            assert isinstance(each["counted"], bool)


def test_two_runs_give_the_same_bytes_and_nothing_is_kept(koushi: Koushi, script: Path, home: Path) -> None:
    args = ("practice", STATION, "--script", str(script), "--seed", "3", "--json")
    first = koushi(*args)
    assert first.lines[-1]["event"] == "report"
    assert first.out == koushi(*args).out
    assert "\\u" not in first.out
    assert not list(home.iterdir())


def test_another_seed_is_another_talk(koushi: Koushi, script: Path) -> None:
    talks = {
        koushi("practice", STATION, "--script", str(script), "--seed", str(n), "--json").out for n in range(4)
    }
    assert len(talks) == 4


def test_without_a_station_the_seed_draws_one(koushi: Koushi, script: Path) -> None:
    def drawn(seed: int) -> str:
        ran = koushi("practice", "--script", str(script), "--seed", str(seed), "--json")
        return str(ran.lines[0]["station"])

    assert drawn(5) == drawn(5)
    assert {drawn(n) for n in range(6)} <= set(library())


def test_a_talk_that_ended_takes_no_more_lines(koushi: Koushi, tmp_path: Path) -> None:
    file = tmp_path / "rude.txt"
    file.write_text("你有病吧，别烦我。\n" * 12, encoding="utf-8")
    *_, end, _ = koushi("practice", STATION, "--script", str(file), "--json").lines
    assert end["stop_reason"] in {"walked_out", "escalated"}
    assert end["candidate_turns"] < 12


def test_a_script_that_runs_out_ends_the_talk(koushi: Koushi, tmp_path: Path) -> None:
    file = tmp_path / "short.txt"
    file.write_text("您好。\n\n", encoding="utf-8")
    *_, end, report = koushi("practice", STATION, "--script", str(file), "--json").lines
    assert (end["stop_reason"], end["candidate_turns"]) == ("candidate_ended", 1)
    assert (report["outcome"], report["total"], report["passed"]) == ("unscored", None, None)
    assert report["reason"]


def test_a_script_may_come_from_standard_input(
    koushi: Koushi, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_file = koushi("practice", STATION, "--script", str(script), "--json")
    assert from_file.code == 0
    type_in(monkeypatch, script.read_bytes())
    assert koushi("practice", STATION, "--script", "-", "--json").out == from_file.out


def test_an_exam_is_played_and_marked_the_same(koushi: Koushi, script: Path) -> None:
    def total(mode: str) -> Any:
        ran = koushi("practice", STATION, "--script", str(script), "--mode", mode, "--json")
        return ran.lines[-1]["total"]

    assert total("exam") == total("practice")


def test_for_people_it_is_a_dialogue_and_a_report(koushi: Koushi, script: Path) -> None:
    out = koushi("practice", STATION, "--script", str(script)).out
    assert f"考生：{SAYS[0]}" in out
    assert "总分" in out
    assert "模拟成绩，非职业资格证书" in out


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "台词是空的"),
        (b"\n  \n", "台词是空的"),
        ("好" .encode() * 2001, "2001 个字"),
        (b"\x00\x01\xff\xfe", "编码"),
        (b"a" * 1_000_001, "超过 1 MB"),
    ],
)  # fmt: skip
def test_a_script_that_is_none_gets_one_message(
    koushi: Koushi, tmp_path: Path, data: bytes, said: str
) -> None:
    file = tmp_path / "s.txt"
    file.write_bytes(data)
    refused(koushi("practice", STATION, "--script", str(file), "--json"), 1, said)


def test_a_script_or_station_that_is_not_there(koushi: Koushi, script: Path) -> None:
    refused(koushi("practice", STATION, "--script", "/nowhere.txt", "--json"), 1, "没有这个文件")
    refused(koushi("practice", STATION[:-1], "--script", str(script)), 1, STATION)
    refused(koushi("practice", "/nowhere/l3-x.yaml", "--script", str(script)), 1, "没有这个文件")


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Types line after line, then Ctrl-D."""

    def typed(*lines: str) -> None:
        waiting = iter(lines)

        def read(_prompt: str) -> str:
            line = next(waiting, None)
            if line is None:
                raise EOFError
            return line

        monkeypatch.setattr("builtins.input", read)

    return typed


def test_at_the_keyboard_one_talks_asks_for_a_hint_and_ends(koushi: Koushi, keyboard: Any) -> None:
    keyboard("您好，真对不起，让您受累了。", "/提示", "", "/帮助", "麻烦您报一下单号。", "/结束")
    ran = koushi("practice", STATION, "--seed", "3")
    assert ran.code == 0
    assert library()[STATION].card.task in ran.out
    assert "提示：" in ran.out
    assert "火气" in ran.out
    assert "你结束了对话，共 2 轮" in ran.out


def test_a_typed_talk_is_kept_with_its_report(koushi: Koushi, keyboard: Any) -> None:
    from bot.store import TalkStore
    from retrieval.database import engine
    from ui.settings import read

    keyboard("您好，真对不起。")
    koushi("practice", STATION, "--seed", "3")
    database = engine(read().database_url)
    (talk,) = TalkStore(database).recent()
    assert TalkStore(database).stop_reason(talk.id) == "candidate_ended"
    database.dispose()


def test_in_an_exam_nothing_is_shown_and_no_hint_given(koushi: Koushi, keyboard: Any) -> None:
    keyboard("您好，真对不起。", "/提示", "/结束")
    out = koushi("practice", STATION, "--mode", "exam").out
    assert "考试中没有提示" in out
    assert "火气" not in out


def test_a_line_that_is_too_long_is_told_and_the_talk_goes_on(koushi: Koushi, keyboard: Any) -> None:
    keyboard("好" * 2001, "您好。", "/结束")
    out = koushi("practice", STATION).out
    assert "最多 2000 个" in out
    assert "共 1 轮" in out


def test_json_lines_are_json_and_nothing_else(koushi: Koushi, script: Path) -> None:
    ran = koushi("practice", STATION, "--script", str(script), "--json")
    assert ran.err == ""
    assert all(isinstance(json.loads(line), dict) for line in ran.out.splitlines())


def test_a_report_is_kept_with_the_course_of_the_talk(koushi: Koushi, script: Path, tmp_path: Path) -> None:
    said = ("practice", STATION, "--script", str(script), "--seed", "3", "--json")
    plain = koushi(*said).lines
    page, paper, again = tmp_path / "r.html", tmp_path / "r.pdf", tmp_path / "again.pdf"
    for file in (page, paper, again):
        assert koushi(*said, "--report", str(file)).lines == plain
    html = page.read_text(encoding="utf-8")
    assert f"从 {plain[0]['state']['tension']} 到 {plain[-3]['state']['tension']}" in html
    assert plain[1]["reasons"][1] in html
    assert paper.read_bytes() == again.read_bytes()
    refused(koushi(*said, "--report", str(tmp_path / "r.txt")), 1, ".pdf 或 .html")
