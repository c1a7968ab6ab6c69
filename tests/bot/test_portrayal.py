"""What a sentence may not say, whatever words it uses; and that honest words pass."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.director.state import MoveKind, Reaction, Stage
from bot.figures import figures
from bot.portrayal import FaultKind, Portrayal, tidy
from tests.support.fridge import cue


@pytest.mark.parametrize("text", ["你这句还像人话。", "您这么说我心里好受多了。", "这话我爱听。"])
def test_who_is_softened_may_sound_kinder(text: str) -> None:
    softened = Portrayal(cue(tension=45, reaction=Reaction.SOFTENED))
    assert softened.fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "前头的事一笔勾销，我不追了。",
        "行，就按你说的办，我这就签字。",
        "钱我也不要了，你们看着办，不用再跟我说。",
    ],
)
@pytest.mark.parametrize("reaction", [None, Reaction.SOFTENED])
def test_a_kinder_tone_gives_nothing_away(text: str, reaction: Reaction | None) -> None:
    fault = Portrayal(cue(tension=45, reaction=reaction)).fault(text)
    assert fault is not None
    assert fault.kind is FaultKind.SOFTENED


def test_a_whole_sentence_said_before_is_heard_amid_a_new_one() -> None:
    fault = Portrayal(cue()).fault("我就问一句，冰箱漏了两个星期，你们管不管？")
    assert fault is not None
    assert fault.kind is FaultKind.REPEATED


@pytest.mark.parametrize(
    "move", [{"kind": MoveKind.AGREE}, {"kind": MoveKind.ACCEPT_DEMAND, "demand": "repair"}]
)
def test_what_the_director_grants_may_be_said(move: dict[str, Any]) -> None:
    assert Portrayal(cue(tension=30, **move)).fault("行，就按你说的办。") is None


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("（拍桌子）你们到底管不管？", "你们到底管不管？"),
        ("陈女士：你们到底管不管？", "你们到底管不管？"),
        ("**你们**到底管不管？*冷笑*", "你们到底管不管？"),
        ("“你们到底管不管？”", "你们到底管不管？"),
    ],
)
def test_stage_directions_and_labels_are_not_spoken(raw: str, clean: str) -> None:
    assert tidy(raw) == clean


def test_the_persona_is_told_without_its_secrets() -> None:
    assert Portrayal(cue()).background() == "三十八岁，小学老师。她说话算话。"
    open_ = Portrayal(cue(told=("fee",), stage=Stage.SETTLED)).background()
    assert "260" in open_
    assert "女儿" in open_


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


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    portrayal = Portrayal(cue())
    portrayal.fault(tidy(text))
    portrayal.undone(text)
