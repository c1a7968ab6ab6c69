"""Transcript files: what is read, and the one clear message for what is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import MAX_BYTES, from_json, parse_transcript, read_transcript
from bot.transcript import Transcript, Turn
from retrieval.errors import InputError

TALK = {
    "format": "koushi.transcript/1",
    "id": "t1",
    "station": "l3-aircon-third-visit",
    "rubric": None,
    "candidate": "张三",
    "turns": [
        {"role": "counterpart", "text": "喂？", "at": 0.0},
        {"role": "candidate", "text": "您好", "heard": "你好", "confidence": 0.9, "at": 1.5},
    ],
}


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in transcript.turns]


def test_json_comes_back_as_it_went_out(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(TALK, ensure_ascii=False), encoding="utf-8")
    transcript = read_transcript(file)
    assert transcript.as_json() == {**TALK, "stop_reason": None, "mode": None, "turns": [
        {**TALK["turns"][0], "heard": None, "confidence": None}, TALK["turns"][1],  # type: ignore[dict-item, index]
    ]}  # fmt: skip
    assert [turn.index for turn in transcript.turns] == [0, 1]


@pytest.mark.parametrize("who", ["客户", "上级", "主管", "下属", "同事", "客户代表", "考官"])
@pytest.mark.parametrize("colon", [":", "：", " : "])
def test_text_with_any_role_and_either_colon(who: str, colon: str) -> None:
    text = f"{who}{colon}喂？\n考生{colon}您好，请讲。\n\n  我在听。\n{who}{colon}三点：行不行？\n"
    transcript = parse_transcript(text.encode(), "talk.txt")
    assert said(transcript) == [
        ("counterpart", "喂？"),
        ("candidate", "您好，请讲。\n我在听。"),
        ("counterpart", "三点：行不行？"),
    ]
    assert transcript.id == "talk"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_encodings_of_old_programs(encoding: str) -> None:
    data = "客户：空调不制冷\r\n考生：您好\r\n".encode(encoding)
    assert said(parse_transcript(data, "a.txt")) == [("counterpart", "空调不制冷"), ("candidate", "您好")]


def test_a_colon_inside_a_continued_line_is_no_speaker() -> None:
    text = "考生：我复述一下\n您要的是：修好\n我说三点：第一，上门\n客户：对"
    assert len(parse_transcript(text.encode(), "a.txt").turns) == 2


def test_csv_with_and_without_times() -> None:
    plain = parse_transcript('role,text\ncounterpart,喂\ncandidate,"好,您说"\n'.encode(), "a.csv")
    assert said(plain) == [("counterpart", "喂"), ("candidate", "好,您说")]
    timed = parse_transcript("\ufeffrole,text,at\n客户,喂,0\n考生,您好,2.5\n".encode(), "a.csv")
    assert [turn.at for turn in timed.turns] == [0.0, 2.5]


def test_a_silent_candidate_in_our_own_format_is_for_the_marker_to_tell() -> None:
    silent = {**TALK, "turns": TALK["turns"][:1]}  # type: ignore[index]
    assert len(from_json(silent).turns) == 1


def dumped(**changes: object) -> bytes:
    return json.dumps({**TALK, **changes}, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.docx", b"x", "不认识 .docx"),
        ("a", b"x", "不认识"),
        ("a.txt", b"", "空的"),
        ("a.txt", b" \n\n", "空的"),
        ("a.json", b"", "空的"),
        ("a.csv", b"", "空的"),
        ("a.json", b'{"format":\n"x"', "JSON"),
        ("a.json", b"[" * 100_000, "JSON"),
        ("a.json", b"[]", "没有对话"),
        ("a.json", b"3", "没有对话"),
        ("a.json", dumped(format="other/1"), "不是 koushi 的对话格式"),
        ("a.json", dumped(turns=[]), "一句话都没有"),
        ("a.json", dumped(turns=[{"role": "customer", "text": "喂"}]), "“customer”不对"),
        ("a.json", dumped(turns=[{"role": "candidate"}]), "缺少字段 text"),
        ("a.json", dumped(turns=[{"role": "candidate", "text": 3}]), "类型或范围不对"),
        ("a.json", dumped(score=100), "不认识的字段 score"),
        ("a.txt", "客户：喂\n客户：人呢".encode(), "没有考生"),
        ("a.txt", "喂喂喂".encode(), "没有写明是谁说的"),
        ("a.txt", "客户：喂\n店长：我来说两句\n考生：好".encode(), "“店长”不是认识的说话人"),
        ("a.txt", b"\xff\xfe\x00\xd8", "编码认不出来"),
        ("a.txt", b"\x00\x01\x02", "编码认不出来"),
        ("a.csv", "who,what\n考生,好\n".encode(), "表头"),
        ("a.csv", "role,text\n老板,好\n".encode(), "“老板”不对"),
        ("a.csv", "role,text\n考生,好,的\n".encode(), "列"),
        ("a.csv", "role,text,at\n考生,好,午后\n".encode(), "不是秒数"),
        ("a.csv", "role,text,at\n考生,好,nan\n".encode(), "不对"),
        ("a.csv", 'role,text\n考生,"好\n'.encode(), "CSV"),
        ("a.csv", "role,text\n客户,好\n".encode(), "没有考生"),
        ("a.txt", b"a" * (MAX_BYTES + 1), "2 MB"),
    ],
)
def test_what_is_wrong_is_said_once_and_nothing_is_read(
    name: str, data: bytes, told: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_transcript(file)
    message = str(caught.value)
    assert told in message
    assert caught.value.mend
    assert name in message


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{\n "format": "koushi.transcript/1",\n "turns": [\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_transcript(file)
    assert (caught.value.line or 0) >= 3


def test_missing_file_and_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    for name in ("none.txt", "folder.txt"):
        with pytest.raises(InputError):
            read_transcript(tmp_path / name)


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.csv", "a.json"]))
def test_any_bytes_are_read_whole_or_refused_in_one_sentence(data: bytes, name: str) -> None:
    try:
        transcript = parse_transcript(data, name)
    except InputError:
        return
    assert transcript.turns


TURN = st.builds(
    lambda role, text: Turn(0, role, text),
    st.sampled_from(["candidate", "counterpart"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40),
)


@given(st.lists(TURN, min_size=1, max_size=12))
def test_what_we_write_we_read(turns: list[Turn]) -> None:
    numbered = tuple(Turn(n, turn.role, turn.text) for n, turn in enumerate(turns))
    transcript = Transcript("t", numbered)
    assert from_json(json.loads(json.dumps(transcript.as_json()))) == transcript
