"""Exercises: set by weakness, never twice while there are others, marked for the deed and not the phrase."""

from pathlib import Path

import pytest

from bot.recogniser import BuiltinRecogniser
from retrieval.database import engine, upgrade
from retrieval.errors import InputError
from retrieval.notes import notes_for
from rubrics.drill_marks import Marked, mark
from rubrics.drill_store import Done, DrillStore, weakness
from rubrics.drills import TRIES, Drill, choose, codes, drill, drills
from scenarios.loading import library

RECOGNISER = BuiltinRecogniser()
FEELINGS, STEPS = "L3.6.2.S5", "L3.6.2.S2"


def of(kind: str, code: str, station: str = "l3-aircon-third-visit", check: str = "") -> Drill:
    return next(
        each
        for each in drills(code)
        if (each.kind, each.station) == (kind, station) and each.check.endswith(check)
    )


def marked(set_: Drill, *answers: str) -> Marked:
    return mark(set_, answers, library()[set_.station], RECOGNISER)


def test_the_same_seed_sets_the_same_exercise_and_done_ones_do_not_come_back() -> None:
    first = choose(FEELINGS, 1)
    assert choose(FEELINGS, 1) == first
    assert drill(first.id, FEELINGS) == first
    seen = {first.id}
    for seed in range(2, 20):
        each = choose(FEELINGS, seed, seen)
        assert each.id not in seen
        seen.add(each.id)
    everything = {each.id for each in drills("L3.6.2.K1")}
    assert choose("L3.6.2.K1", 1, everything).id in everything


def test_every_exercise_has_an_id_of_its_own_and_is_about_its_item() -> None:
    for code in codes():
        found = drills(code)
        assert len({each.id for each in found}) == len(found)
        assert all(each.code == code and each.line and each.task for each in found)


def test_a_phrase_that_fits_anybody_is_not_the_deed() -> None:
    set_ = of("reply", FEELINGS, check="feel-early")
    phrase = marked(set_, "非常理解您的心情。")
    assert not phrase.passed
    assert not phrase.over
    assert phrase.left == TRIES - 1
    assert phrase.model == ""
    real = marked(set_, "非常理解您的心情。", "大热天空调修了三趟还没修好，换谁都得发火。")
    assert real.passed
    assert real.over
    assert "换谁都得发火" in real.reasons[-1]


def test_a_good_sentence_with_a_fault_in_it_does_not_pass() -> None:
    set_ = of("reply", FEELINGS, check="feel-early")
    said = "空调修了三趟还没修好，换谁都得发火，不过师傅是站点派的，不归我们管。"
    found = marked(set_, said)
    assert not found.passed
    assert "不归我们管" in found.reasons[0]


def test_after_three_tries_there_is_a_sentence_that_would_have_passed_and_the_note() -> None:
    set_ = of("reply", FEELINGS, check="feel-early")
    found = marked(set_, "嗯。", "好的。", "知道了。")
    assert (found.passed, found.over, found.left) == (False, True, 0)
    assert found.note is not None
    assert any(found.note.quote in note.text for note in notes_for(found.note.code))
    with pytest.raises(InputError):
        marked(set_, "嗯。", "好的。", "知道了。", "再来")


def test_the_model_of_a_reply_passes_itself_where_the_station_has_one() -> None:
    passed = total = 0
    for seed in range(12):
        set_ = choose(FEELINGS, seed)
        if set_.kind == "reply":
            model = marked(set_, "嗯。", "好的。", "知道了。").model
            total += 1
            passed += marked(set_, model).passed
    assert total >= 6
    assert passed >= total / 2


def test_the_blunt_sentence_itself_is_no_better_one() -> None:
    for each in [each for each in drills(FEELINGS) if each.kind == "rewrite"]:
        assert not marked(each, each.line).passed


def test_a_blunt_sentence_put_well_passes() -> None:
    set_ = next(each for each in drills(FEELINGS) if "不归我们这边管" in each.line)
    assert not marked(set_, "这个跟我们没关系，您找站点。").passed
    assert marked(set_, "空调修了三趟都没修好，这个责任在我们，我来给您盯到底。").passed


def test_facts_asked_in_several_questions_add_up_and_are_answered() -> None:
    set_ = of("facts", STEPS)
    first = marked(set_, "维修单的单号是多少？")
    assert not first.passed
    assert "WX07092731" in first.reply
    assert marked(set_, "维修单的单号是多少？", "机器是什么型号？").passed
    assert not marked(set_, "您贵姓？", "您好？", "嗯？").passed


def test_points_of_an_oral_question_add_up() -> None:
    set_ = drills("L3.6.2.K1")[0]
    assert not marked(set_, "先听客户说完。").passed
    assert marked(set_, "先听客户说完。", "安抚情绪，登记下来复述核对。").passed


@pytest.mark.parametrize("text", ["", "  ", "好" * 400])
def test_nothing_and_far_too_much_are_no_answers(text: str) -> None:
    with pytest.raises(InputError):
        marked(choose(FEELINGS, 1), text)


def test_an_item_without_exercises_is_said_to_have_none() -> None:
    with pytest.raises(InputError, match="还没有可做的练习"):
        choose("L1.1.1.K1", 1)


def body(**points: float) -> dict[str, object]:
    of = {"a": ("L3.6.2.S5",), "b": ("L3.5.2.S3",)}
    return {
        "criteria": [
            {"standard": of[name], "points": got, "max_points": 20.0, "id": name}
            for name, got in points.items()
        ]
    }


def test_the_weakest_item_is_the_one_that_lost_most_and_the_newest_talk_counts_most() -> None:
    assert weakness([body(a=5, b=15)])[0] == ("L3.6.2.S5", 0.75)
    newest_first = [body(a=20, b=2), body(a=0, b=20)]
    assert weakness(newest_first)[0][0] == "L3.5.2.S3"


def test_exercises_that_were_passed_make_an_item_less_weak_each_once() -> None:
    bodies = [body(a=5, b=6)]
    once = [Done("x", "L3.6.2.S5", passed=True)]
    assert dict(weakness(bodies, once))["L3.6.2.S5"] == 0.6
    assert weakness(bodies, once * 3) == weakness(bodies, once)
    assert weakness(bodies, once)[0][0] == "L3.5.2.S3"
    failed = [Done("x", "L3.6.2.S5", passed=False)]
    assert weakness(bodies, failed) == weakness(bodies)


def test_what_was_practised_is_kept_for_whoever_it_was(tmp_path: Path) -> None:
    database = engine(f"sqlite:///{tmp_path / 'k.db'}")
    upgrade(database)
    try:
        store = DrillStore(database)
        store.add("x", FEELINGS, ["一", "二"], passed=True, now=1.0)
        store.add("y", FEELINGS, ["三"], passed=False, now=2.0, who="li")
        assert store.done() == (Done("x", FEELINGS, passed=True),)
        assert store.done("li") == (Done("y", FEELINGS, passed=False),)
        assert store.weakest() == ()
    finally:
        database.dispose()
