"""The arithmetic of docs/marking.md, by its own example and by property."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.loading import library
from rubrics.model import Criterion, Rubric
from rubrics.ports import CheckVerdict, CriterionFailure, CriterionVerdict, Quote, Verdict
from rubrics.score import RedLineHit, band, score, score_criterion, share

RUBRICS = list(library().values())
ANY = {"any": ["apologise"]}
EXAMPLE = Criterion.model_validate({
    "id": "x", "title": "例", "standard": ["L3.6.2.S2"], "weight": 20,
    "anchors": {n: f"第 {n} 档" for n in range(5)},
    "checks": [
        {"id": "a", "text": "一", "weight": 2, "met": ANY}, {"id": "b", "text": "二", "met": ANY},
        {"id": "c", "text": "三", "met": ANY}, {"id": "d", "text": "四", "weight": 2, "met": ANY},
        {"id": "e", "text": "五", "not": {"any": ["argue"]}},
    ],
})  # fmt: skip


def verdicts(**given_: str) -> CriterionVerdict:
    return CriterionVerdict("x", tuple(CheckVerdict(key, Verdict(value)) for key, value in given_.items()))


def whole(rubric: Rubric, of: Verdict) -> list[CriterionVerdict]:
    """The same verdict on everything that can be earned, no fault anywhere."""
    return [
        CriterionVerdict(c.id, tuple(CheckVerdict(k.id, Verdict.MET if k.absence else of) for k in c.checks))
        for c in rubric.criteria
    ]


def test_the_worked_example_of_the_document() -> None:
    made = score_criterion(EXAMPLE, verdicts(a="met", b="met", c="partly", d="not_met", e="not_met"))
    assert (made.share, made.band, made.points) == (Fraction(5, 12), 2, 10)


def test_what_cannot_be_judged_leaves_the_rest_to_decide() -> None:
    made = score_criterion(EXAMPLE, verdicts(a="met", b="met", c="met", d="cannot_judge", e="met"))
    assert made.band == 4
    mostly = score_criterion(
        EXAMPLE, verdicts(a="cannot_judge", b="met", c="cannot_judge", d="cannot_judge", e="met")
    )
    assert mostly.band is None
    assert "不到一半" in (mostly.reason or "")


@pytest.mark.parametrize(
    ("of", "reached"), [("7/8", 4), ("6/7", 3), ("5/8", 3), ("3/8", 2), ("1/8", 1), ("1/9", 0)]
)
def test_bands_are_the_nearest_quarter_halves_up(of: str, reached: int) -> None:
    assert band(Fraction(of)) == reached


@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda r: r.id)
def test_all_met_is_100_none_met_is_0_and_doing_nothing_wrong_earns_nothing(rubric: Rubric) -> None:
    assert score(rubric, whole(rubric, Verdict.MET)).total == 100
    nothing = score(rubric, whole(rubric, Verdict.NOT_MET))
    assert (nothing.total, nothing.passed) == (0, False)


VERDICTS = st.sampled_from(list(Verdict))


@given(st.lists(VERDICTS, min_size=5, max_size=5))
def test_a_fault_never_raises_and_a_deed_never_lowers(drawn: list[Verdict]) -> None:
    checks = [CheckVerdict(k.id, v) for k, v in zip(EXAMPLE.checks, drawn, strict=True)]
    before = share(EXAMPLE, checks)
    clean = share(EXAMPLE, [*checks[:4], replace(checks[4], verdict=Verdict.MET)])
    faulty = share(EXAMPLE, [*checks[:4], replace(checks[4], verdict=Verdict.NOT_MET)])
    assert (before is None) == (clean is None) == (faulty is None)
    if before is None or clean is None or faulty is None:
        return
    assert faulty <= before <= clean
    for n in range(4):
        if drawn[n] is not Verdict.CANNOT_JUDGE:
            better = [*checks]
            better[n] = replace(checks[n], verdict=Verdict.MET)
            assert (share(EXAMPLE, better) or 0) >= before


@given(st.data())
def test_the_total_is_the_sum_of_the_points_and_lies_in_0_to_100(data: st.DataObject) -> None:
    rubric = data.draw(st.sampled_from(RUBRICS))
    drawn = [
        CriterionVerdict(c.id, tuple(CheckVerdict(k.id, data.draw(VERDICTS)) for k in c.checks))
        for c in rubric.criteria
    ]
    made = score(rubric, drawn)
    if made.total is None:
        assert made.passed is None
        assert made.reason
        return
    scored = [c for c in made.criteria if c.points is not None]
    weight = sum(rubric.criterion(c.id).weight for c in scored)
    assert weight >= 70
    assert made.total == pytest.approx(float(sum(c.points or 0 for c in scored)) * 100 / weight, abs=0.051)
    assert 0 <= made.total <= 100
    assert made.passed == (made.total >= rubric.cut_score)


@pytest.mark.parametrize("given_ids", [[], ["empathy"], ["all", "extra"], ["all", "twice"]])
def test_a_judge_that_returns_other_criteria_than_ours_gives_no_mark(given_ids: list[str]) -> None:
    rubric = library()["complaint-handling"]
    full = whole(rubric, Verdict.MET)
    given_ = {
        "empathy": full[:1], "extra": [*full, replace(full[0], id="charm")], "twice": [*full, full[0]],
    }.get(given_ids[-1] if given_ids else "", [])  # fmt: skip
    made = score(rubric, given_)
    assert (made.total, made.passed) == (None, None)
    assert "不一致" in (made.reason or "")
    assert [c.id for c in made.criteria] == [c.id for c in rubric.criteria]


def test_a_criterion_with_a_check_missing_is_unscored_not_zero() -> None:
    made = score_criterion(EXAMPLE, verdicts(a="met", b="met"))
    assert made.band is None
    assert "缺 c、d、e" in (made.reason or "")


def test_one_failed_criterion_is_left_out_many_leave_no_total() -> None:
    rubric = library()["complaint-handling"]
    full: list[CriterionVerdict | CriterionFailure] = [*whole(rubric, Verdict.MET)]
    one = score(rubric, [*full[:4], CriterionFailure("closing", "模型没有回应"), full[5]])
    assert one.total == 100
    assert next(c for c in one.criteria if c.id == "closing").reason == "模型没有回应"
    two = score(rubric, [CriterionFailure(c.id, "模型没有回应") for c in full[:2]] + full[2:])
    assert two.total is None
    assert "模型没有回应" in (two.reason or "")


def test_red_lines_fail_cap_or_ask() -> None:
    rubric = library()["complaint-handling"]
    full = whole(rubric, Verdict.MET)

    def hit(line: str, effect: str) -> RedLineHit:
        return RedLineHit(line, Quote(1, "笨"), effect, cap=59 if effect == "cap" else None)  # type: ignore[arg-type]

    failed = score(rubric, full, [hit("insult", "fail")])
    capped = score(rubric, full, [hit("over-promise", "cap")])
    asked = score(rubric, full, [hit("insult", "review")])
    assert (failed.total, failed.passed) == (59, False)
    assert (capped.total, capped.passed) == (59, False)
    assert (asked.total, asked.passed) == (100, True)
