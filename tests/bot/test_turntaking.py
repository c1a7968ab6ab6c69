"""What a candidate's words do to the talk beside deeds, and what the counterpart makes of it."""

from functools import cache

import pytest

from bot.director.state import Move, MoveKind, Phase, Stage, StopReason
from bot.director.step import begin, step
from bot.director.turntaking import asks, asks_consent, asks_decision, hands_over, offers_two, takes_back
from scenarios.loading import library
from scenarios.station import RolePlay
from tests.support.seen import saw


@cache
def aircon() -> RolePlay:
    station = library()["l3-aircon-third-visit"]
    assert isinstance(station, RolePlay)
    return station


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("嗯，您说。", True),
        ("嗯 您讲", True),
        ("好，您接着说，我听着呢", True),
        ("您慢慢说，我都记着", True),
        ("请继续", True),
        ("您说的对", False),
        ("那您说怎么办", False),
        ("您说说看要哪个时间", False),
        ("我听着呢，今天下午六点前到", False),
    ],
)
def test_the_floor_is_handed_over_by_words_that_do_nothing_else(text: str, does: bool) -> None:
    assert hands_over(text) is does


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("您老家哪儿的", {"asks"}),
        ("您能用视频吗？还是打电话？", {"asks", "offers_two"}),
        ("您要退还是换？", {"asks", "offers_two"}),
        ("我还是想再看看。", set()),
        ("还是我来给您送。", set()),
        ("零售那边也砍两成，还是只砍我们？", {"asks"}),
        ("您看这样行吗？", {"asks", "asks_consent"}),
        ("您看还有别的吗", {"asks", "asks_consent"}),
        ("您咬牙硬挺过来的，是这么回事不？", {"asks", "asks_consent"}),
        ("我没理解歪吧？", {"asks", "asks_consent"}),
        ("是什么型号？", {"asks"}),
        ("您老家是武汉的吗？", {"asks"}),
        ("您是要退货还是换货", {"asks", "offers_two"}),
        ("这份方案您今天能批吗？", {"asks", "asks_decision"}),
        ("那您签不签？", {"asks", "asks_decision"}),
        ("我先走了。", set()),
        ("每周碰一次，花了多少、降了多少，写清楚。", set()),
        ("我去问一下是谁", set()),
    ],
)
def test_questions_are_told_apart(text: str, kinds: set[str]) -> None:
    each = (asks, offers_two, asks_consent, asks_decision)
    assert {one.__name__ for one in each if one(text)} == kinds


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("对不起，我刚说的四点半不对，是五点", True),
        ("时间我说错了，不是八点到九点，是七点到八点半", True),
        ("我说三百说多了，我这边最多二百", True),
        ("哎不对，10%得签两年，一年最多8%，我刚说快了", True),
        ("這個我說錯了，是1860，不是1680", True),
        ("我们系统记错了，多扣了30", False),
        ("这个账是我们算错了，多收您30", False),
        ("您刚才说的八点我记下了", False),
        ("我说错话了，对不起", False),
    ],
)
def test_what_is_taken_back_is_ones_own_word_about_a_time_or_sum(text: str, does: bool) -> None:
    assert takes_back(text) is does


def test_who_is_given_the_floor_goes_on_and_is_not_annoyed() -> None:
    start = begin(aircon(), 1)
    first = step(aircon(), start, (), "嗯，您说")
    assert first.move.kind is MoveKind.VENT
    calmer = start.with_(phase=Phase.EXPLORING)
    assert step(aircon(), calmer, (), "嗯，您说").move.kind is MoveKind.PRESS_DEMAND
    assert first.state.tension == start.tension
    assert first.reasons == ("把话头交给了对方",)
    again = step(aircon(), first.state, (), "嗯，您说")
    assert again.state.tension > first.state.tension


def test_what_was_hinted_comes_out_when_the_floor_is_given() -> None:
    start = begin(aircon(), 1)
    key = start.concerns[0][0]
    hinted = start.with_(concerns=((key, Stage.HINTED), *start.concerns[1:]), turn=3, trust=50)
    told = step(aircon(), hinted, (), "嗯，您说")
    assert told.move == Move(MoveKind.TELL_CONCERN, concern=key)


def test_a_question_no_fact_answers_is_waved_aside_by_its_kind() -> None:
    start = begin(aircon(), 1).with_(turn=3)
    asked = step(aircon(), start, (), "您吃午饭了没有？").move
    assert (asked.kind, asked.cause) == (MoveKind.NOTHING_TO_TELL, None)
    choice = step(aircon(), start, (), "您喝茶还是喝水？").move
    assert (choice.kind, choice.cause) == (MoveKind.NOTHING_TO_TELL, "choice")
    model = saw("ask_fact", "型号是什么", fact="model")
    once = step(aircon(), start, (model,), "型号是什么")
    twice = step(aircon(), once.state, (model,), "型号是什么")
    assert (twice.move.kind, twice.move.cause) == (MoveKind.NOTHING_TO_TELL, "told")


def test_a_changed_promise_is_noticed_and_stands_in_place_of_the_old() -> None:
    start = begin(aircon(), 1).with_(turn=2, tension=40, trust=40)
    named = step(aircon(), start, (saw("commit_deadline", "今晚八点到", deadline="今晚八点"),), "今晚八点到")
    said = "时间我说错了，今晚九点到"
    changed = step(aircon(), named.state, (saw("commit_deadline", "今晚九点到", deadline="今晚九点"),), said)
    assert changed.move.kind is MoveKind.CALL_OUT_CHANGE
    assert [promise.text for promise in changed.state.promises] == ["今晚九点"]
    assert dict(changed.state.slots)["deadline"] == "今晚九点"
    assert any("改了口" in reason and "信任 -4" in reason for reason in changed.reasons)
    unclear = step(aircon(), named.state, (), "刚才说的八点不对，容我再看一下")
    assert unclear.move.kind is MoveKind.CALL_OUT_CHANGE
    assert "deadline" not in dict(unclear.state.slots)


def test_nothing_is_taken_back_before_anything_was_promised() -> None:
    start = begin(aircon(), 1)
    assert step(aircon(), start, (), "我说错了，是三次").move.kind is not MoveKind.CALL_OUT_CHANGE


def test_who_answers_for_a_promise_has_not_dodged() -> None:
    start = begin(aircon(), 1).with_(turn=4, last=MoveKind.TEST_PROMISE, tension=30, trust=50)
    kept = step(aircon(), start, (), "不来您直接找我，我手机二十四小时开着")
    dodged = step(aircon(), start, (), "这个天气是真热")
    assert "追问承诺，答得住（信任 +4）" in kept.reasons
    assert any("没有正面回答" in reason for reason in dodged.reasons)


def test_a_no_with_its_reason_is_not_flat() -> None:
    start = begin(aircon(), 1).with_(turn=4)
    flat = saw("flat_refusal", "这个办不了", confidence=0.9)
    reason = saw("explain", "换机要先出检测报告")
    assert step(aircon(), start, (flat,), "这个办不了").move.kind is MoveKind.PROTEST
    with_reason = step(aircon(), start, (flat, reason), "这个办不了，换机要先出检测报告")
    assert with_reason.move.kind is not MoveKind.PROTEST
    assert with_reason.state.tension < step(aircon(), start, (flat,), "这个办不了").state.tension


def test_a_decision_asked_for_too_soon_is_answered_with_what_is_lacking() -> None:
    start = begin(aircon(), 1).with_(turn=5, tension=20, trust=70)
    asked = step(aircon(), start, (saw("check_agreement", "那您同意不"),), "那您同意不？")
    assert asked.move.kind is MoveKind.PRESS_DEMAND


def test_who_has_everything_parts_in_peace_when_the_turns_are_over() -> None:
    met = tuple(demand.id for demand in aircon().demands)
    last = begin(aircon(), 1).with_(turn=aircon().max_turns - 1, tension=10, trust=80, met=met)
    end = step(aircon(), last, (), "您稍等")
    assert (end.move.kind, end.state.stop) == (MoveKind.FAREWELL, StopReason.SETTLED)
    nearly = step(aircon(), last.with_(met=("visit", "person")), (), "您稍等")
    assert (nearly.move.kind, nearly.state.stop) == (MoveKind.FAREWELL, StopReason.TURNS_OVER)
    without = step(aircon(), last.with_(met=()), (), "您稍等")
    assert without.move.kind is MoveKind.TURNS_UP
    assert without.state.stop is StopReason.TURNS_OVER


def test_after_agreeing_a_further_word_is_taken_note_of() -> None:
    met = tuple(demand.id for demand in aircon().demands)
    agreed = begin(aircon(), 1).with_(turn=6, tension=10, trust=80, met=met, phase=Phase.CLOSING)
    more = saw("promise_follow_up", "修好以后我再给您打个电话")
    assert step(aircon(), agreed, (more,), "修好以后我再给您打个电话").move.kind is MoveKind.NOD
    assert step(aircon(), agreed, (), "对了，您家楼下好停车吗？").move.kind is MoveKind.NOTHING_TO_TELL
    assert step(aircon(), agreed, (saw("close", "再见"),), "那先这样，再见").move.kind is MoveKind.FAREWELL


def test_who_was_restated_is_not_asked_out_of_the_blue() -> None:
    start = begin(aircon(), 1).with_(turn=4, tension=45, trust=45, phase=Phase.EXPLORING)
    said = "您是说三趟都没修好，是这么回事不？"
    heard = step(aircon(), start, (saw("paraphrase", said), saw("ask_fact", "是这么回事不")), said)
    assert heard.move.kind is not MoveKind.NOTHING_TO_TELL
