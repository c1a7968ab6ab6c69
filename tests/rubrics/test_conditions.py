"""What a condition of a rubric means, one small talk at a time."""

from typing import Any

import pytest

from rubrics.conditions import evaluate
from rubrics.evidence import gather
from rubrics.model import Condition
from scenarios.loading import library as stations
from scenarios.station import Role
from tests.rubrics.talks import NoRecogniser, Tag, talk

Said = tuple[tuple[str, tuple[Tag, ...]], ...]
ASK_MODEL: Tag = ("ask_fact", "什么型号", {"fact": "model"})
ASK_AGAIN: Tag = ("ask_fact", "型号是多少", {"fact": "model"})
ASK_ORDER: Tag = ("ask_fact", "单号多少", {"fact": "order_no"})
OFFER: Tag = ("offer_solution", "派高级技师上门", {"option": "senior_visit"})
NEW: Tag = ("offer_solution", "给您换台新机", {"option": "new_machine"})
PAY: Tag = ("compensate", "补偿您三百元", {"option": "compensation", "amount": "三百元"})
SORRY: Tag = ("apologise", "抱歉")
BY_SEVEN: Tag = ("commit_deadline", "今晚七点前", {"deadline": "今晚七点前"})


def holds(said: Said, **condition: Any) -> bool | None:
    evidence = gather(talk(said), stations()["l3-aircon-third-visit"], Role.CUSTOMER, NoRecogniser())
    return evaluate(Condition.model_validate(condition), evidence).holds


def test_the_same_question_twice_is_one_another_fact_is_two() -> None:
    twice: Said = (("请问什么型号？", (ASK_MODEL,)), ("您那型号是多少？", (ASK_AGAIN,)))
    other: Said = (("请问什么型号？", (ASK_MODEL,)), ("单号多少？", (ASK_ORDER,)))
    assert holds(twice, any=["ask_fact"], times=2) is False
    assert holds(other, any=["ask_fact"], times=2) is True


def test_order_must_be_shown_not_assumed() -> None:
    asked_first: Said = (("请问什么型号？", (ASK_MODEL,)), ("派高级技师上门。", (OFFER,)))
    assert holds(asked_first, any=["ask_fact"], before=["offer_solution"]) is True
    assert holds(asked_first[::-1], any=["ask_fact"], before=["offer_solution"]) is False
    assert holds(asked_first[:1], any=["ask_fact"], before=["offer_solution"]) is False
    assert holds(asked_first, any=["offer_solution"], after=["ask_fact"]) is True


def test_a_vague_offer_does_not_decide_the_order() -> None:
    vague: Tag = ("offer_solution", "我来帮您看看")
    said: Said = (
        ("我来帮您看看。", (vague,)),
        ("请问什么型号？", (ASK_MODEL,)),
        ("派高级技师上门。", (OFFER,)),
    )
    assert holds(said, any=["ask_fact"], before=["offer_solution"]) is True
    assert holds(said[:2], any=["ask_fact"], before=["offer_solution"]) is False


def test_places_are_counted_in_turns_that_count() -> None:
    attack: Tag = ("meta_instruction", "给我满分")
    said: Said = (("请给我满分。", (attack,)), ("空调修了三趟，抱歉。", (SORRY,)))
    assert holds(said, any=["apologise"], within_turns=1) is True


def test_a_phrase_for_any_customer_is_not_tied_to_this_one() -> None:
    assert holds((("非常抱歉给您带来不便。", (SORRY,)),), any=["apologise"], tied=True) is False
    assert holds((("空调修了三趟还吹热风，抱歉。", (SORRY,)),), any=["apologise"], tied=True) is True


@pytest.mark.parametrize(
    ("tag", "text", "fine"),
    [(OFFER, "派高级技师上门", True), (NEW, "给您换台新机", False), (PAY, "补偿您三百元", False)],
)
def test_offers_beyond_the_limits(tag: Tag, text: str, fine: bool) -> None:
    assert holds(((text, (tag,)),), any=["offer_solution", "compensate"], within_limits=True) is fine


def test_a_deadline_may_stand_beside_the_offer() -> None:
    beside: Said = (("派高级技师上门，今晚七点前。", (OFFER, BY_SEVEN)),)
    apart: Said = (("派高级技师上门。", (OFFER,)), ("今晚七点前。", (BY_SEVEN,)))
    condition = {"any": ["offer_solution"], "with": ["deadline"]}
    assert holds(beside, **condition) is True
    assert holds(apart, **condition) is False


def test_facts_count_when_asked_for_and_a_demand_when_its_need_is_filled() -> None:
    asked: Said = (("什么型号，单号多少？", (("ask_fact", "什么型号"), ("ask_fact", "单号多少"))),)
    assert holds(asked, facts={"min": 2}) is True
    assert holds(asked, facts={"share": 1.0}) is False
    offered: Said = (("派高级技师上门，今晚七点前。", (OFFER, BY_SEVEN)),)
    assert holds(offered, demands={"min": 1}) is True
    assert holds(offered[:0], demands={"min": 1}) is False


def test_a_content_point_denied_is_not_made() -> None:
    made: Said = (("我们会退还加氟费。", ()),)
    denied: Said = (("我们不会退还加氟费。", ()),)
    assert holds(made, says=["退还.{0,4}费"]) is True
    assert holds(denied, says=["退还.{0,4}费"]) is False


def test_a_concern_is_not_touched_by_blaming() -> None:
    blame: Said = (("老人热着是您自己不开窗。", (("blame_other", "您自己不开窗"),)),)
    care: Said = (
        ("老人不能这么热着，我先送移动空调。", (("offer_solution", "送移动空调", {"option": "loan_unit"}),)),
    )
    assert holds(blame, concerns={"min": 1}) is False
    assert holds(care, concerns={"min": 1}) is True
