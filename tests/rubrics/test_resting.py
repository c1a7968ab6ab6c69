"""What cannot be earned without a skill: reckoned from rubric and station, before any talk."""

from benchmarks.fairness.ablation import SKILLS
from benchmarks.fairness.resting import Without
from rubrics.loading import find_rubric
from rubrics.model import Check, Condition
from scenarios.behaviours import BehaviourId as B
from scenarios.loading import library


def possible(condition: dict[str, object], *gone: B, station: str = "l3-aircon-third-visit") -> bool:
    """Whether the condition can be met without these behaviours."""
    missing = Without(library()[station], frozenset(gone))
    return missing._possible(Condition.model_validate(condition))


def test_another_way_of_meeting_a_condition_is_enough() -> None:
    assert possible({"any": ["apologise", "own"]}, B.APOLOGISE)
    assert not possible({"any": ["apologise", "own"]}, B.APOLOGISE, B.OWN)
    assert not possible({"all": ["apologise", "own"]}, B.APOLOGISE)
    assert possible({"either": [{"any": ["apologise"]}, {"says": ["对不住"]}]}, B.APOLOGISE)
    assert not possible({"every": [{"any": ["apologise"]}, {"says": ["对不住"]}]}, B.APOLOGISE)


def test_facts_need_a_question_and_demands_what_the_station_says_they_need() -> None:
    assert not possible({"facts": {"share": 0.5}}, B.ASK_FACT, B.ASK_OPEN, B.INVITE_SELF_ASSESSMENT)
    assert possible({"facts": {"share": 0.5}}, B.ASK_FACT)
    needs = [each.met_by.any_of for each in library()["l1-cost-centre-budget"].demands if each.essential]
    every = {behaviour for each in needs for behaviour in each}
    assert not possible({"demands": {"share": 0.5}}, *every, station="l1-cost-centre-budget")
    assert possible({"demands": {"share": 0.5}}, B.OFFER_SOLUTION, station="l1-cost-centre-budget")


def test_half_a_check_that_can_still_be_had_is_half_a_loss() -> None:
    check = Check.model_validate({
        "id": "a",
        "text": "说定日子",
        "met": {"any": ["commit_deadline"]},
        "partly": {"any": ["agree_goal"]},
    })
    station = library()["l3-aircon-third-visit"]
    lost = {
        gone: Without(station, frozenset(gone))._lost(check)
        for gone in ((B.AGREE_GOAL,), (B.COMMIT_DEADLINE,), (B.COMMIT_DEADLINE, B.AGREE_GOAL))
    }
    assert list(lost.values()) == [0.0, 0.5, 1.0]


def test_the_empathy_criterion_rests_on_empathy() -> None:
    station = library()["l3-aircon-third-visit"]
    criteria = find_rubric(station.rubric).criteria
    assert Without(station, SKILLS["empathy"]).resting(criteria) == ["empathy"]
    assert Without(station, SKILLS["asking"]).resting(criteria) == ["inquiry"]
