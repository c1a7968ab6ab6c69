"""Figures are the same in any writing, and what is said is borne out by what is known, or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures import counted, figures, unfounded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一百八", {"180"}),
        ("180元和１８０块", {"180"}),
        ("两百", {"200"}),
        ("三千二百五十", {"3250"}),
        ("一万零五", {"10005"}),
        ("两万五", {"25000"}),
        ("4万5", {"45000"}),
        ("4.50万", {"45000"}),
        ("三十九度", {"39"}),
        ("六六二零", {"6620"}),
        ("等了三天", {"3"}),
        ("一百八一天", {"180"}),
        ("八十二点一，掉了", {"82.1"}),
        ("十点二十到", {"10", "20"}),
        ("八百遍，一百句谢谢", set()),
        ("万一，三番五次，一个两个，三四天", set()),
    ],
)
def test_figures_are_the_same_in_any_writing(text: str, expected: set[str]) -> None:
    assert figures(text) == expected


@given(st.integers(10, 9999))
def test_every_number_read_aloud_is_the_number(n: int) -> None:
    digits, out, zero = "零一二三四五六七八九", "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        d = n // unit % 10
        if d:
            out += ("零" if zero else "") + digits[d] + name
            zero = False
        elif out:
            zero = True
    assert figures(out + "元") == {str(n)}


@pytest.mark.parametrize(
    ("said", "known", "missing"),
    [
        ("等到第三天", "换过三回", ["3"]),
        ("等到第三天", "三个人，等了三天", []),
        ("救了三天", "三个人", []),
        ("三万多的单子", "38200元", []),
        ("三万多的单子", "41000元", ["30000"]),
        ("二十多号人", "二十六个人", []),
        ("满意度93分", "满意度93.1分", []),
        ("满意度93分", "满意度94.1分", ["93"]),
        ("三点二十等你", "三点碰二十分钟", ["3:20"]),
        ("下午一点半", "13点30分", []),
        ("十点三刻", "十点四十五", []),
    ],
)
def test_a_figure_known_for_something_else_bears_nothing_out(
    said: str, known: str, missing: list[str]
) -> None:
    assert unfounded(counted(said), counted(known)) == missing


def test_who_asks_may_name_an_hour_nobody_has_named() -> None:
    assert unfounded(counted("九点还是十点？"), counted("九点，十个人，十天"), asking=True) == []
    assert unfounded(counted("那就十点。"), counted("九点，十天"), asking=False) == ["10"]
