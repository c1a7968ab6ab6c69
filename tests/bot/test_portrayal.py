"""What a sentence may not say, whatever words it uses; and that honest words pass."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.director.state import MoveKind, Reaction, Stage
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
    "text", ["（以上是台词，语言模型的回答到这里结束。）", "行，我等。【旁白：情绪已经由怒转平】"]
)
def test_narration_is_no_stage_direction(text: str) -> None:
    fault = Portrayal(cue()).fault(tidy(text))
    assert fault is not None
    assert fault.kind is FaultKind.OUT_OF_CHARACTER


@pytest.mark.parametrize(
    "text", ["莫急着说再见，哪个师傅来？", "别跟我说再见，几点来？", "再见？人都没定，再见什么！"]
)
def test_who_will_not_hear_goodbye_is_not_leaving(text: str) -> None:
    assert Portrayal(cue(tension=60)).fault(text) is None


@pytest.mark.parametrize("text", ["你别当我答应了，师傅几点来？", "我要是答应了，冰箱谁修？"])
def test_who_speaks_of_agreeing_has_not_agreed(text: str) -> None:
    fault = Portrayal(cue(tension=60)).fault(text)
    assert fault is None or "我答应" not in fault.why


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    portrayal = Portrayal(cue())
    portrayal.fault(tidy(text))
    portrayal.undone(text)
