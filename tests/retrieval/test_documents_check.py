"""What a candidate states is held against the documents: told when it differs, else silent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.check import Source, contradictions, facts
from retrieval.documents.quantities import number, quantities
from retrieval.passages import Passage

POLICY = Passage(
    "doc:政策.pdf#p1", "document", "政策.pdf · 第1页",
    "客户签收之日起七天内，商品完好的，可以无理由退货，来回运费由客户承担。定制商品不支持退货。\n"
    "有质量问题的，十五天内可以换货，运费由商家承担。整机质保一年。上门费30元一次。\n"
    "投诉在3个工作日内答复。维修超过十五天的，一次性补偿五十元，最高不超过200元。退款3到5天到账。\n"
    "会员买配件享受八五折。订单满99元包邮。提前解约收取百分之十的违约金。",
    None,
)  # fmt: skip

WRONG = {
    "我们这边支持十五天无理由退货的，您放心。": ("十五天", "七天"),
    "您好，签收十五天之内都可以退货。": ("十五天", "七天"),
    "只要三天内可以退货，过了就不行。": ("三天", "七天"),
    "有质量问题的话，30天内都给您换货。": ("30天", "十五天"),
    "这台机器整机质保两年。": ("两年", "一年"),
    "上门费是五十元。": ("五十元", "30元"),
    "您的投诉我们会在十个工作日内答复您。": ("10", "3个工作日"),
    "投诉我们半个月之内答复您。": ("半个月", "3个工作日"),
    "修的时间长，我给您补偿五百元。": ("五百元", "200元"),
    "退款大概半个月到账。": ("半个月", "3到5天"),
    "您是会员，买配件打七折。": ("七折", "八五折"),
    "满59元就包邮。": ("59元", "99元"),
    "提前解约要付20%的违约金。": ("20%", "百分之十"),
    "无理由退货的运费我们承担。": ("运费", "运费"),
    "定制的商品也可以给您退货。": ("定制", "定制"),
}
FINE = [
    "签收之日起七天内可以无理由退货。",
    "一个星期之内，商品完好可以退货。",
    "超过七天就不能无理由退货了。",
    "质量问题十五天内可以给您换货，运费我们承担。",
    "整机质保十二个月。",
    "您的投诉我今天下午就答复您。",
    "投诉72小时内给您答复。",
    "我给您申请一百元的补偿。",
    "退款五天内到账。",
    "您已经等了十五天了，实在抱歉，退货的事我马上办。",
    "您是要求十五天退货吗？",
    "您说想要三倍赔偿，我理解。",
    "不是十五天，是七天内可以退货。",
    "定制商品确实不能退货。",
    "我20分钟后给您回电。",
    "您买了三台，我都登记上了。",
    "您看退货和换货哪个方便？",
    "2025年3月15日以后的订单都能退货。",
    "好的，我记下来了。",
    "",
]


@pytest.mark.parametrize("said", WRONG)
def test_what_differs_is_told_with_the_words_of_both(said: str) -> None:
    (found,) = contradictions(said, [POLICY])
    assert said[found.start : found.end] == found.said
    assert found.quote in POLICY.text
    assert found.code == POLICY.code
    assert WRONG[said][1] in found.quote
    assert found.why


@pytest.mark.parametrize("said", FINE)
def test_what_agrees_or_states_nothing_is_let_pass(said: str) -> None:
    assert contradictions(said, [POLICY]) == ()


def test_two_wrong_terms_are_both_told() -> None:
    said = "十五天内都可以无理由退货，整机质保三年。"
    assert [each.said for each in contradictions(said, [POLICY])] == [
        "十五天内都可以无理由退货",
        "整机质保三年",
    ]


def test_a_row_of_a_table_is_one_rule() -> None:
    table = Source(
        "doc:表.xlsx#售后",
        "表.xlsx · 售后",
        "项目：无理由退货；期限：七天；运费：客户承担\n项目：质量问题换货；期限：十五天；运费：商家承担",
    )
    (found,) = contradictions("我们是十五天无理由退货", [table])
    assert found.quote == "项目：无理由退货；期限：七天；运费：客户承担"
    assert not contradictions("质量问题十五天内换货", [table])


def test_a_stations_facts_count_as_well_as_documents() -> None:
    limits = facts([("repair", "免费返修的期限", "同一故障九十天内免费返修")])
    (found,) = contradictions("同一个故障一年之内免费返修", limits)
    assert (found.kind, found.code) == ("amount", "fact:repair")
    assert not contradictions("同一个故障三个月内免费返修", limits)


def test_without_a_rule_on_the_subject_nothing_is_told() -> None:
    assert (
        contradictions("停车费一小时十元，十五天内可以退货", [Source("a", "b", "营业时间九点到十八点。")])
        == ()
    )
    assert contradictions("十五天内可以退货", []) == ()


@pytest.mark.parametrize(
    ("text", "dimension", "low", "high", "bound"),
    [
        ("七天", "time", 7, 7, "exact"),
        ("三到五天", "time", 3, 5, "exact"), ("两三天", "time", 2, 3, "exact"),
        ("一个半小时", "time", 0.0625, 0.0625, "exact"), ("半年", "time", 182.5, 182.5, "exact"),
        ("15个工作日内", "workday", 15, 15, "most"), ("最高不超过２００元", "money", 200, 200, "most"),
        ("一千五百块钱", "money", 1500, 1500, "exact"), ("订单金额的百分之十", "share", 10, 10, "exact"),
        ("不超过订单金额的20%", "share", 20, 20, "most"), ("八五折", "price", 85, 85, "exact"),
        ("八折", "price", 80, 80, "exact"),
        ("兩次以上", "次", 2, 2, "least"), ("满99元", "money", 99, 99, "least"),
    ],
)  # fmt: skip
def test_numbers_as_they_are_said(text: str, dimension: str, low: float, high: float, bound: str) -> None:
    (found,) = quantities(text)
    assert (found.dimension, found.low, found.high, found.bound) == (dimension, low, high, bound)


@pytest.mark.parametrize(
    "text", ["第三天", "2025年3月1日", "三月十五号", "每月15日", "周一到周五", "下个月", "一定", "第五条"]
)
def test_dates_weekdays_and_ordinals_are_no_terms(text: str) -> None:
    assert not list(quantities(text))


@given(st.integers(1, 9999))
def test_a_number_in_characters_is_the_number(value: int) -> None:
    digits, powers = "零一二三四五六七八九", ["", "十", "百", "千"]
    out = ""
    for place, figure in zip(range(len(str(value)) - 1, -1, -1), map(int, str(value)), strict=True):
        if figure:
            out += digits[figure] + powers[place]
        elif out and not out.endswith("零"):
            out += "零"
    assert number(out.rstrip("零")) == value
    assert number(str(value)) == value


@given(
    st.text(
        st.sampled_from("一二十百千万两半零点个天日月年元块%折-到第0123456789.,不超过退货可以，。？您"),
        max_size=40,
    )
)
def test_any_text_can_be_read_and_every_quote_is_verbatim(text: str) -> None:
    assert all(text[each.start : each.end] for each in quantities(text))
    assert all(text[each.start : each.end] == each.said for each in contradictions(text, [POLICY]))
