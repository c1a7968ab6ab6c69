"""Figures are the same in any writing, and what is said is borne out by what is known, or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures import arabic, counted, figures, unfounded
from bot.limits import beyond
from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from scenarios.loading import find_station


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


@pytest.mark.parametrize("digits", ["五" * 5000, "零" * 5000, "五点" + "二" * 9000, "1" * 9000, "百" * 5000])
def test_a_number_without_end_is_but_a_number(digits: str) -> None:
    counted(f"给您退{digits}块")
    arabic(f"给您退{digits}块")


@pytest.mark.parametrize("digits", ["五" * 4400, "1" * 1000, "万" * 3000, "十百千万" * 1000, "亿" * 3000])
def test_such_a_number_stops_no_recogniser(digits: str) -> None:
    said = f"我给您退{digits}块钱，三天内到账。"
    station = find_station("l3-aircon-third-visit")
    found = BuiltinRecogniser().recognise(said, Context(station.role, "", station))
    assert all(beyond(station, each.id, each.args) in {True, False} for each in found)
