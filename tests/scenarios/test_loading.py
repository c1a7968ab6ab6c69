"""What an instructor is told about a station file: every mistake, its line and field, how to mend it."""

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from retrieval.errors import InputError, ManyInputErrors
from scenarios.loading import (
    load_station,
    load_yaml_model,
)
from scenarios.yamlfile import MAX_BYTES, YamlSource

SAMPLE = files("scenarios").joinpath("skeleton.yaml").read_text(encoding="utf-8")


def told(text: str | bytes) -> list[InputError]:
    """All that is said about a draft; fails when nothing is."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(ManyInputErrors) as caught:
        load_station(YamlSource("题.yaml", data))
    return caught.value.errors


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def with_(old: str, new: str) -> str:
    assert old in SAMPLE
    return SAMPLE.replace(old, new, 1)


def test_the_sample_is_a_whole_station() -> None:
    station = load_station(YamlSource.draft("题.yaml", SAMPLE))
    assert station.facts[0].value == "MG20260718"
    assert station.lines["vent"][0].when == ("hot",)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(end: str) -> None:
    data = b"\xef\xbb\xbf" + SAMPLE.replace("\n", end).encode()
    assert load_station(YamlSource("题.yaml", data)).minutes == 6


@pytest.mark.parametrize(
    ("data", "what", "mend"),
    [
        (SAMPLE.encode("gb18030"), "像是 GBK", "UTF-8"),
        (SAMPLE.encode("utf-16"), "UTF-16", "UTF-8"),
        (b"", "空的", "koushi station new"),
        (b"# only a comment\n", "只有注释", "样板"),
        (b"a" * (MAX_BYTES + 1), "超过 1 MB", "选错"),
        (b"[" * 500_000, "嵌套太深", "方括号"),
        (b"a: &a [x]\nb: [*a, *a]", "引用写法", "写两遍"),
        (b'id: !!python/object/apply:os.system ["true"]', "标签", "引号"),
        (SAMPLE.encode() + b"\n---\n" + SAMPLE.encode(), "不止一份", "---"),
        (b"id: x\x00\n", "控制字符", "删掉"),
        ("- 一\n- 二\n".encode(), "字段: 值", ""),
        (b"kind: [roleplay]\n", "可选的值", "roleplay"),
    ],
)
def test_a_file_that_is_no_station_at_all_gets_one_message(data: bytes, what: str, mend: str) -> None:
    (error,) = told(data)
    assert what in error.what
    assert mend in error.mend


@pytest.mark.parametrize("unseen", ["\x07", "\x85", "\u2028", "\ud83d"])
def test_what_cannot_be_seen_is_told_on_the_line_where_an_editor_shows_it(unseen: str) -> None:
    draft = YamlSource.draft("draft", SAMPLE.replace("罗敏", f"罗{unseen}敏"))
    with pytest.raises(ManyInputErrors) as caught:
        load_station(draft)
    (error,) = caught.value.errors
    assert error.line == SAMPLE[: SAMPLE.index("罗敏")].count("\n") + 1


def test_windows_line_ends_and_emoji_change_nothing() -> None:
    text = SAMPLE.replace("生日蛋糕迟到两小时", "🎂迟到两小时").replace("\n", "\r\n")
    assert load_station(YamlSource.draft("draft", text)).title == "🎂迟到两小时"
    (error,) = told(text.replace("minutes: 6", "minutes: six"))
    assert error.line == SAMPLE[: SAMPLE.index("minutes: 6")].count("\n") + 1


def test_thousands_of_mistakes_are_counted_not_listed() -> None:
    errors = told("\n".join(f"k{n}: 1" for n in range(20_000)))
    assert len(errors) == 51
    assert "2 万" not in errors[-1].what
    assert int(re.findall(r"\d+", errors[-1].what)[0]) > 19_000


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert "引用写法" in told("\n".join(rows))[0].what


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("title: 生日", "title：生日", "全角冒号"),
        ("title: 生日", 'title: "生日', "引号没有收尾"),
        ("  you_are:", "\tyou_are:", "Tab"),
        ("  you_are:", "\u3000you_are:", "全角空格"),
        ("minutes: 6", " minutes: 6", "缩进"),
    ],
)
def test_a_slip_of_writing_is_told_with_its_line(old: str, new: str, what: str) -> None:
    broken = with_(old, new)
    (error,) = told(broken)
    assert what in error.what
    assert error.line == line_of(broken, new.strip(" "))


def test_a_bracket_left_open_says_so() -> None:
    (error,) = told(with_("L3.6.2.S5]", "L3.6.2.S5"))
    assert "方括号" in error.what


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("temperament: hot", "temperment: hot", "temperment", "是不是要写 temperament"),
        ("role: customer", "role: boss", "role", "customer、supervisor"),
        ("level: 3", "level: 5", "level", "1、2、3"),
        ("minutes: 6", "minutes: 60", "minutes", "最大是 30"),
        ("minutes: 6", "minutes: 六", "minutes", "要整数"),
        ("minutes: 6", "minutes: 6.5", "minutes", "要整数"),
        ("trade: 餐饮外送", "trade: 110", "trade", "要文字"),
        ("trade: 餐饮外送", "trade:", "trade", "要文字"),
        ("id: l3-sample", "id: 题目一", "id", "小写英文"),
        ("level: 3", "level: 3\ntitle: 又一个", "", "写了两遍"),
        ("[acknowledge_emotion, apologise]", "[apologize]", "concerns[lost_face].settled_by", "apologise"),
        ("[acknowledge_emotion, apologise]", "[apologise，own]", "concerns[lost_face]", "英文逗号"),
        ("gender: female", "gender: 女", "persona.voice.gender", "male、female"),
        ("options: [refund, new_cake]", "options: [refnd]", "demands[make_good].met_by", "没有“refnd”"),
        ("options: [refund, new_cake]", "options: [mental_damages]", "demands[make_good]", "谁也满足不了"),
        ("{deadline}，好", "{dedline}，好", "demands[a_time].accepts", "{deadline}"),
        ("{deadline}，好", "{deadline，好", "demands[a_time].accepts", "没有成对"),
        ("phrases: [精神损失]", "phrases: ['(精神']", "options[mental_damages].phrases", "正则"),
        ("phrases: [精神损失]", "phrases: ['精神|']", "options[mental_damages].phrases", "什么话都能匹配"),
        ("tension: [66, 76]", "tension: [76, 66]", "mood.tension", "[66, 76]"),
        ("tension: [66, 76]", "tension: [66, 99]", "mood.tension", "离场线"),
        ("patience: [3, 4]", "patience: [0, 4]", "mood.patience", "1 到 20"),
        ("walks_out_at: 96", "walks_out_at: 60", "mood.tension", "离场线"),
        ("settles_below: 45", "settles_below: 99", "mood.settles_below", "最大是 90"),
        ("L3.6.2.S2", "L3.6.2.S9", "standard", "L3.6.2.S5"),
        ("L3.6.2.S2", "L2.1.1.S1", "standard", "更高等级"),
        ("  vent:", "  went:", "lines.went", "vent"),
        ("  - id: promised", "  - id: order_no", "facts[order_no].id", "两个"),
        ("  weak:\n", "  weakest:\n", "players.weakest", "weak"),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named_with_its_line(old: str, new: str, field: str, said: str) -> None:
    broken = with_(old, new)
    found = [error for error in told(broken) if (error.field or "").startswith(field) and said in str(error)]
    assert found, [str(error) for error in told(broken)]
    assert all(error.line for error in found)


def test_all_mistakes_are_told_at_once_in_order_of_lines() -> None:
    broken = (
        with_("level: 3", "level: 9").replace("role: customer", "role: boss").replace("kind: roleplay\n", "")
    )
    broken = broken.replace("title: 生日蛋糕", "titel: 生日蛋糕")
    errors = told(broken)
    assert {error.field for error in errors} == {"level", "role", "titel", "title"}
    assert [error.line for error in errors] == sorted(error.line or 0 for error in errors)
    assert all(str(error) in str(ManyInputErrors(errors)) for error in errors)


def test_a_wrong_item_does_not_make_the_list_too_short() -> None:
    errors = told(with_("[acknowledge_emotion, apologise]", "[apologize]"))
    assert len(errors) == 1


def test_a_half_written_file_tells_what_is_missing() -> None:
    errors = told(SAMPLE[: SAMPLE.index("# ── 心结")])
    assert {error.field for error in errors} == {"concerns", "demands", "players"}
    assert all("缺少" in error.what and error.field in error.mend for error in errors if error.field)


def test_hundreds_of_mistakes_are_cut_short_with_their_number() -> None:
    many = SAMPLE + "".join(f"wrong_{n}: 1\n" for n in range(300))
    assert "另有 250 处" in told(many)[-1].what


def test_times_and_words_are_read_as_written() -> None:
    class Note(BaseModel):
        model_config = ConfigDict(extra="forbid")
        at: str
        answer: str
        day: str
        number: int

    source = YamlSource.draft("n.yaml", "at: 12:30\nanswer: no\nday: 2026-01-02\nnumber: 12\n")
    assert load_yaml_model(source, Note) == Note(at="12:30", answer="no", day="2026-01-02", number=12)


def _never_english(errors: list[InputError]) -> None:
    assert errors
    for error in errors:
        sentence = re.sub(r"“[^”]*”", "", error.what)
        assert not re.search(
            r"\b(input|should|valid|field|expected|found|mapping|token)\b", sentence, re.IGNORECASE
        ), sentence


_LINES = SAMPLE.splitlines(keepends=True)


@given(
    st.integers(0, len(SAMPLE)),
    st.sampled_from(["", "：", "\t", '"', "[", "}", "- ", "\n", "{", "😀", "&", "*", "!", "'"]),
)
def test_wherever_a_file_is_cut_or_spoilt_it_loads_or_is_told_in_chinese(at: int, stray: str) -> None:
    try:
        load_station(YamlSource.draft("题.yaml", SAMPLE[:at] + stray + SAMPLE[at + 1 :]))
    except ManyInputErrors as errors:
        _never_english(errors.errors)


@given(st.integers(0, len(_LINES) - 1), st.integers(0, 8))
def test_wrong_indentation_is_told_and_never_crashes(line: int, blanks: int) -> None:
    lines = [*_LINES]
    lines[line] = " " * blanks + lines[line].lstrip(" ")
    try:
        load_station(YamlSource.draft("题.yaml", "".join(lines)))
    except ManyInputErrors as errors:
        _never_english(errors.errors)


@given(st.binary(max_size=400))
def test_any_bytes_are_told_apart_from_a_station(data: bytes) -> None:
    with pytest.raises(ManyInputErrors):
        load_station(YamlSource("题.yaml", data))


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda folder: folder / "gone.yaml", "没有这个文件"),
        (lambda folder: folder, "是文件夹"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, make: Callable[[Path], Path], what: str) -> None:
    with pytest.raises(ManyInputErrors, match=what):
        load_station(make(tmp_path))
