"""What a candidate says of the rules is held against them: noticed, felt, cited, only when it is wrong."""

import asyncio
from pathlib import Path

import pytest

from bot.clock import VirtualClock
from bot.director.state import MoveKind
from bot.exchange import Exchange
from bot.grounding import GroundedRecogniser
from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from bot.session import Session, Tools
from bot.store import TalkStore
from bot.wording.authored import AuthoredWording
from bot.wording.llm_prompt import messages
from retrieval.database import engine, upgrade
from retrieval.documents.policy import Policy
from retrieval.documents.store import DocumentStore
from scenarios.behaviours import BehaviourId
from scenarios.loading import find_station
from scenarios.station import Station

CLINIC = find_station("l2-clinic-know-all")
AIRCON = find_station("l3-aircon-third-visit")
WRONG = "我们的报告一般是十五个工作日内出，没有晚。"


def misstated(text: str, station: Station) -> list[dict[str, str]]:
    seen = BuiltinRecogniser().recognise(text, Context(station.role, "", station))
    return [dict(each.args) for each in seen if each.id is BehaviourId.MISSTATE]


def take(station: Station, text: str, seed: int, tools: Tools | None = None) -> Exchange:
    if tools is None:
        database = engine("sqlite://")
        upgrade(database)
        tools = Tools(BuiltinRecogniser(), AuthoredWording(), TalkStore(database), VirtualClock())
    return asyncio.run(Session.begin(tools, station, seed=seed).take(text))


@pytest.mark.parametrize(
    ("station", "said", "rule"),
    [
        (CLINIC, WRONG, "rule:report"),
        (CLINIC, "报告十五个工作日内出都算正常的您再等等", "rule:report"),
        (CLINIC, "没做的项目也不能退差价。", "rule:undone"),
        (AIRCON, "彭先生，您这台机器包修三年，已经过保了。", "rule:free"),
        (AIRCON, "上门检测的费用要您自己承担。", "rule:free"),
        (AIRCON, "收错的钱我给您退，一个月以内到账。", "rule:refund"),
    ],
)
def test_a_statement_against_a_rule_is_noticed(station: Station, said: str, rule: str) -> None:
    found = misstated(said, station)
    assert [each["rule"] for each in found] == [rule]
    assert found[0]["says"] in next(r.text for r in station.rules if f"rule:{r.id}" == rule)


@pytest.mark.parametrize(
    ("station", "said"),
    [
        (CLINIC, "报告本该七个工作日内出，我们晚了两天。"),
        (CLINIC, "您是说报告等了十五天才出来，对吗？"),
        (CLINIC, "五个工作日给您书面答复。"),
        (AIRCON, "错收的钱三个工作日内原路退到账，另外整机保修再延长半年。"),
        (AIRCON, "保修期内本来就不该收您的上门费。"),
    ],
)
def test_what_agrees_or_is_about_something_else_is_left_alone(station: Station, said: str) -> None:
    assert misstated(said, station) == []


def test_nothing_the_scripted_strong_candidates_say_goes_against_a_rule() -> None:
    for station in (CLINIC, AIRCON, find_station("l1-litigious-tour")):
        for line in station.players["strong"].says:
            assert misstated(line, station) == [], line


def test_who_knows_the_rules_says_how_they_read() -> None:
    replies = []
    for seed in range(6):
        exchange = take(CLINIC, WRONG, seed)
        assert (exchange.move.kind, exchange.move.cause) == (MoveKind.PROTEST, "misstate")
        assert any("规定对不上" in reason for reason in exchange.reasons)
        replies.append(exchange.reply)
    assert any("七个工作日内出具" in reply for reply in replies)


def test_who_does_not_know_them_only_doubts() -> None:
    for seed in range(6):
        exchange = take(AIRCON, "您这台机器包修三年，已经过保了。", seed)
        assert exchange.move.cause == "misstate"
        assert "六年" not in exchange.reply


def test_documents_count_in_the_stations_that_name_them(tmp_path: Path) -> None:
    policy = tmp_path / "售后规定.txt"
    policy.write_text(
        "取消预约须提前三天。\n\n体检当天临时取消预约的，收取手续费百分之二十。\n", encoding="utf-8"
    )
    with DocumentStore(tmp_path).changing() as change:
        change.add(policy)
    recogniser = GroundedRecogniser(BuiltinRecogniser(), Policy(tmp_path))
    said = "按规定，取消预约提前一个小时说就行。"

    def seen(station: Station) -> list[str]:
        found = recogniser.recognise(said, Context(station.role, "", station))
        return [each.args["where"] for each in found if each.id is BehaviourId.MISSTATE]

    assert seen(CLINIC) == []
    named = CLINIC.model_copy(update={"documents": ("售后规定.txt",)})
    assert len(seen(named)) == 1
    assert "售后规定" in seen(named)[0]
    with DocumentStore(tmp_path).changing() as change:
        change.remove("售后规定.txt")
    assert seen(named) == []
    assert Policy(tmp_path).missing(named.documents) == ("售后规定.txt",)


def test_a_model_that_words_a_know_all_is_given_the_rules() -> None:
    from bot.portrayal import Portrayal
    from bot.ports import Cue

    for station, given in ((CLINIC, True), (AIRCON, False)):
        exchange = take(station, WRONG, 1)
        rules = tuple(f"{rule.title}：{rule.text}" for rule in station.rules)
        cue = Cue(station, exchange.move, exchange.state, WRONG, {}, (), rules)
        prompt = messages(Portrayal(cue))[0]["content"]
        assert (station.rules[0].text in prompt) is given
