"""Deeds in name only, and the same words where they do what they say."""

from typing import Any

import pytest

from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from bot.recogniser.clauses import split
from bot.recogniser.fusion import Act
from bot.recogniser.nominal import in_name_only
from bot.recogniser.rules import read_yaml
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Role

NOMINAL = (
    (B.APOLOGISE, "不好意思麻烦您往边上让一让，后面担架要过", "不好意思让您往楼上跑了两趟"),
    (B.APOLOGISE, "对不起借过一下，我把后面这箱货先推过去", "对不起，耽误您了，借过一下"),
    (B.APOLOGISE, "昨晚十点阿强去那桌讲过对不起了", "昨晚的事我跟您讲句对不起"),
    (B.APOLOGISE, "那我用不用代表车站去给人家赔个不是", "那我代表车站给您赔个不是"),
    (B.THANK, "三床那个阿伯走之前叫我同护士站讲声多谢", "阿伯，多谢您一直体谅护士站的人"),
    (B.THANK, "您要是肯把那段录像给我看一眼，那我可得谢谢您了", "您肯把那段录像给我看一眼，谢谢您了"),
    (B.THANK, "那我真得谢谢你啊，专挑我下班前五分钟把活儿推过来", "真得谢谢你，大半夜的还帮我把活儿接过去"),
    (B.GREET, "您好点儿了吗，伤口夜里还渗血不", "您好，伤口夜里还渗血吗"),
    (B.OWN, "查出来是我们漏单的话这锅我来背", "查出来是我们漏的单，这锅我来背"),
    (B.OWN, "对，我姓毛，一楼鲜花这块平时都是我负责", "花送错了是我没核对，这件事我负责"),
    (B.PROMISE_FOLLOW_UP, "往后就不用我再打给您了，安装师傅会直接跟您约", "装好以后我再打给您问问情况"),
    (B.COMMIT_DEADLINE, "这个我真不敢跟您讲明天下午就一定到", "这个明天下午三点前一定到"),
    (B.PROMISE_FOLLOW_UP, "修完以后还用我隔三天再给他打个电话不", "修完以后我隔三天再给您打个电话"),
    (B.OWN, "要真查出来是我们师傅装歪的那这责任我们才好往身上揽", "查出来了，是我们师傅装歪的，这责任我们担"),
    (B.COMMIT_DEADLINE, "我们店里早上八点半开门夜里九点打烊", "九点打烊前一定给您送到"),
    (B.OFFER_CHOICE, "要么您就等要么您就走两条路随您拣", "要么我给您换新的，要么全额退给您，您挑一样"),
    (B.DENY_RESPONSIBILITY, "没有没有，我绝对没有说这事归采购、跟我们不相干", "这事归采购，跟我们不相干"),
    (B.APOLOGISE, "光讲对不起没用的，讲完您那箱荔枝也不会变新鲜", "光讲对不起不够，对不起，荔枝我给您补一箱"),
    (B.APOLOGISE, "等复秤出来真是少了斤两，那句对不住我再跟你讲", "复秤出来真是少了斤两，对不住您了"),
    (B.OWN, "方子是外院开的，哪是我们药房搞错的", "方子没错，是我们药房搞错的"),
    (B.ACKNOWLEDGE_EMOTION, "您那份着急我可体会不了我又没孩子等着上学", "孩子等着上学，这份着急我体会得到"),
    (B.COMMIT_DEADLINE, "三点前通不通网我现在给不到您准话", "三点前一定给您通网，这是准话"),
    (B.COMMIT_DEADLINE, "礼拜五之前准退钱这话是谁跟您说的", "礼拜五之前准退您钱，这话是我跟您说的"),
    (B.OFFER_CHOICE, "有两条路给您拣，一是等，二是慢慢等", "有两条路给您拣，一是换新的，二是全额退您"),
    (B.COMPENSATE, "送您十年金卡外搭一套学区房够不够", "送您一年金卡外搭两节私教课，您看够不够"),
    (B.BADMOUTH, "客户拍着桌子说我们公司就是一帮草台班子", "说白了我们公司就是一帮草台班子"),
)  # fmt: skip


def shown(text: str) -> set[B]:
    return {each.id for each in BuiltinRecogniser().recognise(text, Context(Role.CUSTOMER))}


@pytest.mark.parametrize(("id_", "nominal", "real"), NOMINAL, ids=[row[1] for row in NOMINAL])
def test_the_words_alone_do_not_do_it(id_: B, nominal: str, real: str) -> None:
    assert id_ not in shown(nominal)
    assert id_ in shown(real)


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        (B.RUSH, "快走楼梯别等电梯，弯下腰拿湿毛巾捂住鼻子"),
        (B.SHIFT_WORK, "那边让您自个儿去三个窗口盖章是吧，单子给我，我去跑。"),
        (B.ACCEPT_CRITICISM, "您批评得太对了，天底下就我一个会出错，您从来不出错。"),
        (B.ENCOURAGE, "我师傅那会儿老跟我说你准能行，说完他就下楼抽烟去了"),
        (B.CHECK_AGREEMENT, "就这么定了哈行不行都是这个价"),
    ],
)
def test_nor_do_these(id_: B, said: str) -> None:
    assert id_ not in shown(said)


def test_what_the_other_told_a_third_is_no_hurrying() -> None:
    said = BuiltinRecogniser().recognise("你昨天跟家属讲快点签后面还有人", Context(Role.SUBORDINATE))
    assert B.RUSH not in {each.id for each in said}


@pytest.mark.parametrize(("name", "block"), read_yaml("recogniser/nominal.yaml").items())
def test_every_turn_of_phrase_takes_its_example(name: str, block: dict[str, Any]) -> None:
    said = block["example"]
    for id_ in map(B, block["of"]):
        assert any(
            in_name_only(said, clause, Act(id_, clause.start, clause.end, 1.0, clause))
            for clause in split(said)
        ), name
        assert id_ not in shown(said)
