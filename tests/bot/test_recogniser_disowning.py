"""Words that are spoken of and not said."""

import pytest

from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Role

SPOKEN_OF = [
    (B.OFFER_SOLUTION, "给您换台新的，这话我眼下真没底气说出口"),
    (B.COMMIT_DEADLINE, "周五之前准批下来，这样的话我说不出口。"),
    (B.DISMISS, "多大点事啊，这种话冲着丢了东西的人，我张不开嘴。"),
    (B.DENY_RESPONSIBILITY, "我不会拿“不归我们管”来搪塞您，代理点卖的卡我们也认。"),
    (B.OVER_PROMISE, "永远不掉线，给谁打包票都轮不到我"),
    (B.HAND_OVER, "夜班同事留言说您的单子他已经转给老丁了"),
    (B.OFFER_SOLUTION, "本来想今天上门给您换的，结果配件没到"),
    (B.THANK, "早知道您肯帮忙，我昨天就谢谢您了"),
    (B.REASSURE, "手册上写着客户着急的时候要说您放心，有我在"),
    (B.ASK_SUPPORT, "分校昨天来电话，说投影仪坏了，请总部批一台"),
]
SAID = [
    (B.OFFER_SOLUTION, "您说的话我记下了，我这就给您换台新的"),
    (B.APOLOGISE, "对不起，这话我没法说得更好听，是我们漏了"),
    (B.APOLOGISE, "本来想早点打给您的，实在抱歉"),
    (B.HAND_OVER, "这事轮不到我做主，我马上转给王经理，由他给您答复"),
    (B.THANK, "要不是您提醒我们还真没发现，谢谢您"),
    (B.OFFER_SOLUTION, "本来想等配件的，现在我先给您换台新的"),
    (B.PROMISE_FOLLOW_UP, "办好以后我给您发短信说一声，明天再打电话跟您确认"),
]
MOCKERY = [
    (B.THANK, "谢谢您写了八百字，店名还写成了对门那家，眼睛长哪儿去了"),
    (B.PRAISE, "您可真会挑时候来，脑子是不是有毛病"),
]


def found(text: str) -> set[B]:
    return {each.id for each in BuiltinRecogniser().recognise(text, Context(Role.CUSTOMER))}


@pytest.mark.parametrize(("deed", "text"), SPOKEN_OF)
def test_what_is_taken_back_or_told_of_others_is_not_done(deed: B, text: str) -> None:
    assert deed not in found(text)


@pytest.mark.parametrize(("deed", "text"), SAID)
def test_what_is_said_beside_such_words_is_done(deed: B, text: str) -> None:
    assert deed in found(text)


@pytest.mark.parametrize(("deed", "text"), MOCKERY)
def test_kind_words_in_an_insult_are_mockery(deed: B, text: str) -> None:
    assert deed not in found(text)


def test_an_echo_is_no_deed() -> None:
    heard = "拿顶层那块板子,动叉车,四十分钟。谁替我干这四十分钟的活?"
    context = Context(Role.COLLEAGUE, heard)
    recogniser = BuiltinRecogniser()
    assert not recogniser.recognise("拿顶层那块板子，动叉车，四十分钟。谁替我干这四十分钟的活？", context)
    assert not recogniser.recognise("然后呢？", Context(Role.COLLEAGUE, "然后呢？"))
    assert recogniser.recognise("您好！", Context(Role.COLLEAGUE, "您好。"))
    said = "您说要动叉车四十分钟，对吗？我派两个人过来替您干这四十分钟的活。"
    assert B.OFFER_SOLUTION in {each.id for each in recogniser.recognise(said, context)}
