"""What a teacher would check with the printed standard in hand."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import InputError
from retrieval.standard import (
    CODE,
    Content,
    Function,
    Item,
    Level,
    as_json,
    codes,
    covers,
    find,
    level_of,
    load,
)

SEED = Path("/work/shared/seeds/standard.txt")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_standard_is_whole() -> None:
    standard = load()
    assert [level.level for level in standard.levels] == [3, 2, 1]
    assert [len(level.functions) for level in standard.levels] == [6, 6, 6]
    assert len(list(standard.contents())) == 49
    assert len(list(standard.items("skill"))) == 166
    assert len(list(standard.items("knowledge"))) == 210
    assert len(list(standard.items())) == 376


def test_weights_are_the_printed_ones_and_make_a_hundred() -> None:
    weights = {level.level: [function.weight for function in level.functions] for level in load().levels}
    assert weights == {
        3: [20, 15, 14, 17, 14, 15],
        2: [17, 17, 14, 16, 18, 13],
        1: [17, 17, 16, 14, 16, 15],
    }
    assert all(level.basics_weight + sum(weights[level.level]) == 100 for level in load().levels)


def test_codes_are_unique_well_formed_and_find_what_they_name() -> None:
    assert len(codes()) == len(set(codes())) == 3 + 18 + 49 + 376
    for code in codes():
        assert CODE.fullmatch(code)
        assert find(code).code == code
        assert level_of(code) == int(code[1])


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("L3.1.1.S1", "能分析客户服务的环境"),
        ("L3.3.2.K10", "吸引和维系客户的方法"),
        ("L3.5.2.S5", "能掌握及时回应客户需求的技巧"),
        ("L3.6.2.S4", "能回复客户的投诉信件"),
        ("L3.6.2.K1", "处理客户投诉的原则与流程"),
        ("L2.2.3.K2", "企业非正规的流程"),
        ("L2.2.4.S7", "能理解并掌握顾客导向的营销模式以及数据库营销、一对一营销、权力营销、关系营销基本原理"),
        ("L2.3.3.S1", "能做出自我评估，分析造成压力的原因、影响以及解决办法"),
        ("L1.1.1.K3", "客户服务中心发展计划"),
        ("L1.2.1.K4", "人力资源的激励操作"),
        ("L1.5.3.K4", "客户服务效项目团队的激励"),
        ("L1.6.4.K2", "客户盈利率的分析"),
    ],
)
def test_items_stand_word_for_word_under_their_printed_number(code: str, text: str) -> None:
    item = find(code)
    assert isinstance(item, Item)
    assert item.text == text
    assert item.kind == ("skill" if ".S" in code else "knowledge")


def test_lines_without_a_number_belong_to_the_item_above() -> None:
    attitude, technique = find("L3.2.2.K2"), find("L3.3.2.K6")
    assert isinstance(attitude, Item)
    assert isinstance(technique, Item)
    assert attitude.text == "客户服务人员的个人态度　个人在客户服务中的作用"
    assert technique.text == "客户服务技术的应用　潜在客户的寻找开发"
    assert attitude.note
    assert technique.note


def test_keeping_customers_belongs_to_the_first_function_of_level_2() -> None:
    content = find("L2.1.3")
    assert isinstance(content, Content)
    assert content.name == "留住客户"


@pytest.mark.skipif(not SEED.exists(), reason="the printed text lies outside the checkout")
def test_every_word_is_in_the_printed_text() -> None:
    printed = squeezed(SEED.read_text(encoding="utf-8"))
    requirements = printed[printed.index("2.1.1客户服务管理师（三级）工作要求") :]
    missing = [item.code for item in load().items() if squeezed(item.text) not in requirements]
    assert missing == []
    profile = load().profile
    sections = [text for _, _, text in profile.sections()]
    # 1.7.4 has a page number in the middle.
    assert [text[:9] for text in sections if squeezed(text) not in printed] == [profile.premises[:9]]
    assert load().progression in printed
    for row in profile.eligibility:
        assert squeezed(row.background) in printed
        assert all(squeezed(condition) in printed for condition in row.conditions)


@pytest.mark.skipif(not SEED.exists(), reason="the printed text lies outside the checkout")
def test_no_numbered_line_of_the_print_was_left_out() -> None:
    printed = SEED.read_text(encoding="utf-8")
    requirements = squeezed(printed[printed.index("2.1.1 客户服务管理师") :])
    for item in load().items():
        requirements = requirements.replace(squeezed(item.text), "", 1)
    headings = r"职业功能|工作内容|专业知识要求|技能要求|比重|相关基础知识|[（）()一二三四五六、.．\d%]"
    left = re.sub(headings, "", requirements)
    names = sum(len(content.name) for content in load().contents())
    names += sum(len(function.name) for function in load().functions())
    basics = sum(len(subject) for part in load().basics for subject in (part.name, *part.subjects))
    titles = 3 * len("客户服务管理师级工作要求")
    assert len(left) <= names + 3 * basics + titles


def test_the_profile_tells_how_the_exam_is_passed() -> None:
    profile = load().profile
    assert (profile.pass_mark, profile.valid_years) == (60, 2)
    assert "成绩满60分为合格" in profile.examination
    assert "2年内有效" in profile.examination
    assert "口试" in profile.examination
    assert {row.level for row in profile.eligibility} == {1, 2, 3}


@pytest.mark.parametrize("typed", ["ｌ３．６．２．ｓ４", " l3.6.2.s4 ", "L3。6。2。S4"])
def test_a_code_may_be_typed_sloppily(typed: str) -> None:
    assert find(typed).code == "L3.6.2.S4"


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("L3.6.2.S9", "L3.6.2.S5"),
        ("L3.9", "L3.6"),
        ("L3.6.2.S4.1", "没有更细"),
        ("L4.1", "编码形如"),
        ("投诉", "编码形如"),
        ("", "编码形如"),
        ("L3." * 4_000_000, "L3.1 到 L3.6"),
    ],
)
def test_a_wrong_code_is_answered_with_the_nearest(code: str, near: str) -> None:
    with pytest.raises(InputError) as raised:
        find(code)
    assert near in raised.value.mend
    assert len(str(raised.value)) < 200


@given(st.text(max_size=80))
def test_any_text_is_a_known_code_or_a_clear_error(text: str) -> None:
    try:
        found = find(text).code
    except InputError as error:
        found = error.mend
    assert found in codes() or "编码" in found or "之下" in found


def test_a_higher_level_covers_the_lower_ones() -> None:
    assert [covers(1, code) for code in ("L1.1", "L2.1", "L3.6.2.S4")] == [True, True, True]
    assert [covers(2, code) for code in ("L1.1", "L2.1", "L3.6.2.S4")] == [False, True, True]
    assert [covers(3, code) for code in ("L1.1", "L2.1", "L3.6.2.S4")] == [False, False, True]
    with pytest.raises(InputError):
        covers(3, "六、2")


def test_json_has_the_agreed_shape() -> None:
    whole = as_json()
    assert set(whole) == {"levels"}
    level = whole["levels"][0]
    assert set(level) == {"level", "functions", "basics_weight"}
    function = level["functions"][0]
    assert set(function) == {"code", "name", "weight", "contents"}
    content = function["contents"][0]
    assert set(content) == {"code", "name", "skills", "knowledge"}
    assert content["skills"][0] == {"code": "L3.1.1.S1", "text": "能分析客户服务的环境"}


def test_json_of_one_code_is_that_part_of_the_whole() -> None:
    whole = as_json()
    assert as_json("L3") == whole["levels"][0]
    assert as_json("L2.4") == whole["levels"][1]["functions"][3]
    assert as_json("L1.6.3") == whole["levels"][2]["functions"][5]["contents"][2]
    assert as_json("L3.6.2.K1") == {"code": "L3.6.2.K1", "text": "处理客户投诉的原则与流程"}


def test_parts_know_where_they_belong() -> None:
    item = find("L3.6.2.K1")
    assert isinstance(item, Item)
    assert (item.level, item.function, item.content) == (3, "L3.6", "L3.6.2")
    assert isinstance(find(item.function), Function)
    assert isinstance(find(item.content), Content)
    assert isinstance(find("L3"), Level)
