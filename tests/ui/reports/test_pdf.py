"""The PDF as somebody reads, copies and prints it."""

import io
import re
import time
from dataclasses import replace

import pdfplumber
import pytest

from tests.ui.samples import COURSE, REPORT
from ui.i18n import texts
from ui.reports.export import pdf
from ui.views.radar import Share
from ui.views.report_view import ChangeRow, Moment, Piece, RedLine, ReportView, Said

T = texts("zh")


def pages(view: ReportView) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf(view, T))) as file:
        return [re.sub(r"\s", "", page.extract_text()) for page in file.pages]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_first_page_says_the_result_what_cost_most_and_what_to_say_instead() -> None:
    first, *_ = pages(REPORT)
    order = [
        "未通过",
        "54.5",
        "模拟成绩，非职业资格证书",
        *(m.missed for m in REPORT.moments),
        "情绪安抚与自我控制",
    ]
    assert all(squeezed(each) in first for each in order)
    at = [
        first.index(squeezed(each))
        for each in ("未通过", *(m.missed for m in REPORT.moments), "核实情况15")[:4]
    ]
    assert at == sorted(at)
    for moment in REPORT.moments:
        assert moment.better in first
        assert f"丢{moment.lost:g}分" in first


def test_every_word_of_the_talk_and_of_the_evidence_can_be_copied_again() -> None:
    whole = "".join(pages(REPORT))
    for said in REPORT.said:
        assert squeezed("".join(piece.text for piece in said.pieces)) in whole
    for criterion in REPORT.criteria:
        assert criterion.title in whole
        assert all(check.text in whole for check in criterion.checks)
        assert all(squeezed(f"{code} {text}") in whole for code, text in criterion.standard)
    assert "机器听成：您先别急这个我得看看西桶才知道" in whole


def test_pages_are_numbered_and_few() -> None:
    made = pages(REPORT)
    assert len(made) <= 3
    for n, page in enumerate(made, 1):
        assert f"{n}/{len(made)}" in page


def test_the_same_report_gives_the_same_bytes_at_any_time() -> None:
    first = pdf(REPORT, T)
    time.sleep(1.1)
    assert pdf(REPORT, T) == first
    dated = replace(REPORT, made_at=1_800_000_000.0)
    assert b"2027" in pdf(dated, T)
    assert pdf(dated, T) != first


def test_fonts_come_along_and_nothing_is_fetched() -> None:
    data = pdf(REPORT, T)
    assert data.count(b"/FontFile2") == 2
    assert b"http" not in data


def test_rare_characters_and_emoji_are_boxes_that_can_be_copied() -> None:
    odd = "王𬭚 鎔龘 😀👩‍👩‍👧 \u200b\x07 مرحبا"
    view = replace(
        REPORT, name=odd, said=(Said(0, False, (Piece("喂"),)), Said(1, True, (Piece(odd),))), moments=()
    )
    whole = "".join(pages(view))
    for each in "王𬭚鎔龘😀👩":
        assert whole.count(each) >= 2, each


@pytest.mark.parametrize("long", ["长" * 10_000, "word " * 2_000, "x" * 10_000, "行\n" * 3_000], ids=len)
def test_a_turn_of_ten_thousand_characters_goes_over_the_pages_it_needs(long: str) -> None:
    mine = (*REPORT.said, Said(7, True, (Piece(long, ("empathy",)),)))
    made = pages(replace(REPORT, said=mine))
    whole = "".join(made)
    assert sum(whole.count(each) for each in set(squeezed(long))) >= len(squeezed(long))
    assert len(made) > len(pages(REPORT))


def test_a_talk_of_a_hundred_turns_is_whole() -> None:
    said = tuple(Said(n, n % 2 == 1, (Piece(f"第{n}句话说的是空调。"),)) for n in range(201))
    whole = "".join(pages(replace(REPORT, said=said)))
    assert all(f"第{n}句话说的是空调。" in whole for n in range(201))


def test_an_unscored_talk_says_why_and_counts_nothing() -> None:
    view = replace(
        REPORT, total=None, machine_total=None, passed=None, verdict="考生只说了一句", moments=(), course=None
    )
    first, *_ = pages(view)
    assert "未评分" in first
    assert "考生只说了一句" in first
    assert "丢分最多" not in first


def test_a_red_line_stands_on_the_first_page_with_its_words() -> None:
    red = (
        RedLine("insult", "辱骂、讽刺对方", 3, "您先别急", "fail"),
        RedLine("x", "不算的", 3, "您", "dismissed"),
    )
    first, *_ = pages(replace(REPORT, red_lines=red))
    assert "红线·辱骂、讽刺对方" in first
    assert "本次直接不通过" in first
    assert "不算的" not in first


def test_what_examiners_decided_is_told_with_who_when_and_why() -> None:
    changed = ChangeRow("核实情况", "2", "4", "听了录音，问全了", "李考评", "2026-11-28 09:30")
    whole = "".join(pages(replace(REPORT, changes=(changed,), seen="李考评 2026-11-28 09:31")))
    assert "核实情况2→4“听了录音，问全了”李考评2026-11-2809:30" in whole
    assert "看过：李考评2026-11-2809:31" in whole


def test_functions_are_told_with_their_shares_and_left_out_where_there_is_only_one() -> None:
    three = tuple(Share(name, share, 30) for name, share in (("沟通", 0.2), ("投诉", 0.9), ("谈判", 0.55)))
    for radar in (True, False):
        first, *_ = pages(replace(REPORT, shares=three, radar=radar))
        assert all(each in first for each in ("按职业功能", "沟通", "20%", "90%", "55%"))
    assert "按职业功能" not in pages(replace(REPORT, shares=()))[0]


def test_the_curve_names_the_acts_that_moved_it() -> None:
    whole = "".join(pages(REPORT))
    assert "共情、担责−12" in whole
    assert "催促不耐烦+6" in whole
    assert "感受被说出来、被接住了（紧张-8，信任+5）" in whole
    assert "紧张程度" not in "".join(pages(replace(REPORT, course=None)))
    assert COURSE.changes == (-12, 6, -9)


def test_a_moment_without_words_of_its_own_quotes_none() -> None:
    moment = Moment("处理与时限", "没有写明哪一天办好", 10, 1, "", "3月13日18时之前办完。")
    first = pages(replace(REPORT, moments=(moment,)))[0]
    assert "您说" not in first
    assert "3月13日18时之前办完。" in first


def test_the_english_report_has_english_words_and_chinese_content() -> None:
    with pdfplumber.open(io.BytesIO(pdf(REPORT, texts("en")))) as file:
        text = file.pages[0].extract_text()
    assert "Not passed" in text
    assert "情绪安抚与自我控制" in text
