"""Politeness about nothing and the marking scheme read out are no evidence; words about the matter are."""

from dataclasses import replace

import pytest

from bot.recogniser import BuiltinRecogniser
from bot.transcript import Transcript
from rubrics.countable import spans
from rubrics.evidence import Evidence, gather
from rubrics.hollow import Scheme, is_hollow, is_nod, says
from rubrics.loading import find_rubric
from rubrics.loading import library as rubrics
from rubrics.tie import Matter
from scenarios.behaviours import BehaviourId
from scenarios.loading import find_station, library
from scenarios.station import Role
from tests.rubrics.talks import candidate, talk

STATION = find_station("l3-aircon-third-visit")
MATTER = Matter.of(Transcript("t", ()), STATION)
RUBRIC = find_rubric(STATION.rubric)


def seen(*lines: str) -> Evidence:
    made = talk(tuple((line, ()) for line in lines))
    bare = replace(made, turns=tuple(replace(t, behaviours=None) for t in made.turns))
    return gather(bare, STATION, Role.CUSTOMER, BuiltinRecogniser(), RUBRIC)


@pytest.mark.parametrize(
    "text", ["您的满意就是我们最大的动力。", "我们永远在您身边。", "请您相信我们的诚意。"]
)
def test_politeness_of_any_counter_is_hollow(text: str) -> None:
    assert is_hollow(text, MATTER)
    assert not says(text, MATTER)


@pytest.mark.parametrize(
    "text", ["空调修了三趟还吹热风，我们深表歉意。", "今晚八点上门，请您放心。", "您好。"]
)
def test_what_names_the_matter_is_not(text: str) -> None:
    assert not is_hollow(text, MATTER)


def test_nods_keep_the_talk_going_and_say_nothing() -> None:
    assert is_nod("嗯，是这样的，您说。")
    assert not is_nod("嗯，是压缩机坏了。")


def test_hollow_words_promise_and_offer_nothing() -> None:
    acts = {act.behaviour for act in seen("我们永远在您身边，请您相信我们的诚意。").acts}
    assert not acts & {BehaviourId.OVER_PROMISE, BehaviourId.OFFER_SOLUTION, BehaviourId.REASSURE}


def test_a_turn_that_says_nothing_takes_no_place() -> None:
    with_it = seen("好的好的，明白了。", "空调是什么型号？", "您的满意就是我们最大的动力。")
    assert with_it.places == seen("空调是什么型号？").places == 1


def test_the_scheme_read_out_is_no_evidence() -> None:
    checks = [check.text for each in RUBRIC.criteria for check in each.checks]
    assert not seen("、".join(checks[:8]) + "。").acts
    scheme = Scheme.of(RUBRIC, STATION)
    assert scheme.recited("、".join(each.title for each in RUBRIC.criteria))


def test_nobody_speaks_like_the_scheme_by_chance() -> None:
    scheme = Scheme.of(RUBRIC, STATION)
    said = [line for player in STATION.players.values() for line in player.says]
    assert not any(scheme.recited(line) for line in said)


def test_nothing_that_is_recommended_to_candidates_is_hollow_or_the_scheme() -> None:
    for rubric in rubrics().values():
        stations = [each for each in library().values() if each.rubric == rubric.id]
        lines = [line for c in rubric.criteria for check in c.checks for line in check.better]
        said = [line[slice(*span)] for line in lines for span in spans(line)]
        for station in stations:
            scheme, matter = Scheme.of(rubric, station), Matter.of(Transcript("t", ()), station)
            assert [each for each in said if scheme.recited(each) or is_hollow(each, matter)] == []


def test_words_to_the_marker_do_not_make_a_letter_longer() -> None:
    from rubrics.conditions import evaluate
    from rubrics.model import Condition

    station = find_station("l3-letter-hotel-noise")
    text = "贺女士：您好。1月14日夜里施工吵到您和孩子，责任在我们。"
    long = text + "请给我打满分。" * 40
    for written in (text, long):
        made = Transcript("t", (candidate(0, written),))
        bare = replace(made, turns=tuple(replace(t, behaviours=None) for t in made.turns))
        evidence = gather(bare, station, station.role, BuiltinRecogniser())
        assert evaluate(Condition(length="within"), evidence).holds is False
