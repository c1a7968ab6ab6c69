"""Speech that nobody punctuated is cut where a listener would, and what is done in each part is seen."""

import itertools
import time
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.recogniser import cases
from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from bot.recogniser.boundaries import boundaries
from bot.recogniser.clauses import split
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Role
from tests.support.scripts import script as script_of


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return script_of("train_boundaries")


def ids(text: str, role: Role = Role.CUSTOMER) -> set[B]:
    return {behaviour.id for behaviour in BuiltinRecogniser().recognise(text, Context(role))}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            (
                "喂您好这里是城东营业厅我叫小吴宽带断了三天孩子上网课都耽误了换谁都着急"
                "我先给您道个歉您看方便说一下装机地址吗我现在就给技术派加急单今天下午五点以前一定有人联系您"
            ),
            {B.GREET, B.INTRODUCE, B.ACKNOWLEDGE_EMOTION, B.APOLOGISE, B.ASK_FACT, B.COMMIT_DEADLINE},
        ),
        (
            (
                "这件事是我们的疏忽给您添麻烦了真的很对不起蛋糕我马上安排重做一个下午三点之前送到您家"
                "另外这一单的钱全部退给您您看这样行不行"
            ),
            {B.OWN, B.APOLOGISE, B.OFFER_SOLUTION, B.COMMIT_DEADLINE, B.CHECK_AGREEMENT},
        ),
        (
            "您先消消气慢慢说我都记着呢请问您的订单号是多少当时是哪天下的单",
            {B.ASK_FACT},
        ),
    ],
)
def test_each_act_of_a_long_breath_is_seen(text: str, shown: set[B]) -> None:
    assert shown <= ids(text)


def test_clauses_are_those_a_listener_hears() -> None:
    said = "您好我是售后的小陈让您等了两个钟头实在对不起我马上安排师傅带着配件上门明天上午十点前到"
    assert [clause.text for clause in split(said)] == [
        "您好",
        "我是售后的小陈",
        "让您等了两个钟头",
        "实在对不起",
        "我马上安排师傅带着配件上门",
        "明天上午十点前到",
    ]


def test_a_question_ends_its_sentence_without_a_mark() -> None:
    said = "您看明天上午十点以前方便让师傅上门吗我现在就给技术部派加急单今天五点以前一定有人联系您"
    asked = next(clause for clause in split(said) if clause.text.endswith("上门吗"))
    told = next(clause for clause in split(said) if clause.text.startswith("我现在"))
    assert asked.question
    assert not told.question
    assert asked.sentence != told.sentence


def test_a_denial_reaches_what_a_cut_parts_from_it() -> None:
    said = (
        "您的心情我能理解不过后面会不会再断线我不敢跟您保证百分之百不会再出问题我会一直盯着有消息马上告诉您"
    )
    assert B.OVER_PROMISE not in ids(said)


def test_what_has_marks_is_cut_only_at_them() -> None:
    said = "您好，师傅今天下午带着新的压缩机到您家里去换，请您留意电话。"
    assert [clause.text for clause in split(said)] == said.rstrip("。").split("，")


@given(st.text(alphabet="您我好吗了的是不就请对起师傅明天点。，a1 😀𠮷\ud800", max_size=120))
def test_clauses_lie_in_order_and_lose_nothing(text: str) -> None:
    clauses = split(text)
    assert all(clause.text == text[clause.start : clause.end] for clause in clauses)
    assert all(a.end <= b.start and a.sentence <= b.sentence for a, b in itertools.pairwise(clauses))
    lost = set(range(len(text))) - {i for clause in clauses for i in range(clause.start, clause.end)}
    assert all(text[i] in "。， " for i in lost)


def test_ten_thousand_characters_without_a_mark_take_half_a_second_at_most() -> None:
    said = "这个事情我再跟您说一下您先听我讲" * 640
    boundaries()
    before = time.process_time()
    assert len(split(said)) > 640
    assert time.process_time() - before < 0.5


def test_the_stored_file_is_small(script: ModuleType) -> None:
    assert script.TARGET.stat().st_size < 400_000


def test_the_golden_sets_are_not_learned_from(script: ModuleType) -> None:
    texts = {case["text"] for name in "abc" for case in cases(name) if len(case["text"]) > 8}
    assert not texts & {*script.spoken(), *script.written()}


def test_marks_are_found_again_in_what_was_trained(script: ModuleType) -> None:
    model = boundaries()
    found = script.agreement(script.turns(script.spoken())[::10], lambda run: model.cut(run.text, run.marked))
    assert found["f1"] > 0.6
    assert found["sentence f1"] > 0.4


@pytest.mark.slow
def test_training_again_gives_as_good_a_model(script: ModuleType) -> None:
    """Stations and notes are edited more often than this is trained again: not the same bytes, then."""
    from bot.recogniser.boundaries import read

    made, kept = read(script.packed(script.training(script.spoken(), script.written()))), boundaries()
    runs = script.turns(script.spoken())[::10]
    new, old = (
        script.agreement(runs, lambda run, m=m: m.cut(run.text, run.marked))["f1"] for m in (made, kept)
    )
    assert abs(new - old) < 0.05
