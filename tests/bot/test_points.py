"""Content said in other digits is the same content: recognisers of speech write numbers out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures import arabic
from bot.points import spoken


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("挂断率从百分之十九涨到百分之三十一", "挂断率从19%涨到31%"),
        ("好评率百分之九十七点五", "好评率97.5%"),
        ("百分之19", "19%"),
        ("上周五百一十二件", "上周512件"),
        ("赔一百八", "赔180"),
        ("万一赶不上，千万打电话", "万一赶不上，千万打电话"),
        ("三件事，两个办法", "三件事，两个办法"),
        ("祝您万事如意", "祝您万事如意"),
    ],
)
def test_numbers_as_they_are_heard(said: str, written: str) -> None:
    assert arabic(said)[0] == written


@given(st.text(alphabet="一二三四五六七八九十百千万零两点百分之件元 19%abc，", max_size=30))
def test_places_lead_back_into_the_text(text: str) -> None:
    written, places = arabic(text)
    assert len(places) == len(written) + 1
    assert places == sorted(places)
    assert places[-1] == len(text)
    assert all(0 <= place <= len(text) for place in places)


def test_a_point_in_figures_is_found_where_it_was_said() -> None:
    text = "上周五百一十二件，搬仓之前一百八十六件"
    found = [text[start:end] for start, end, _ in spoken([r"\d+件"], text)]
    assert found == ["五百一十二件", "一百八十六件"]


@pytest.mark.parametrize(
    "text", ["要不五百件先发", "特别是五百件那批", "差不多五百件", "不如五百件先发", "无论五百件还是六百件"]
)
def test_a_word_with_a_denying_sign_in_it_denies_nothing(text: str) -> None:
    assert list(spoken([r"\d+件"], text))


def test_what_is_denied_is_not_said_in_either_writing() -> None:
    assert not list(spoken([r"\d+件"], "没有五百件"))
