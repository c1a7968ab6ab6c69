"""Agreement figures against published and hand-made examples, by property, and refused on too few talks."""

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rubrics.agreement import alpha as alphas
from rubrics.agreement import bands, needed, totals
from rubrics.agreement.alpha import alpha
from rubrics.agreement.bands import Pair, kappas, point
from rubrics.agreement.borderline import borderline
from rubrics.agreement.decisions import Decision, decisions
from rubrics.agreement.figures import Figure

BAND = st.integers(0, 4)
SHROUT_FLEISS = np.array([
    [9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7],
], dtype=float)  # fmt: skip
"Shrout & Fleiss 1979, table 2: six targets, four judges."
WRIGHT = (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
MINI = (512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
"Bland & Altman 1986: peak flow by the large and the mini meter."


def value(of: Figure) -> float:
    assert of.value is not None, of.refused
    return of.value


def pairs(first: list[int], second: list[int]) -> list[Pair]:
    return [(f"{n:04d}", a, b) for n, (a, b) in enumerate(zip(first, second, strict=True))]


def many(n: int = 80, noise: float = 0.7, seed: int = 0) -> tuple[list[int], list[int]]:
    rng = np.random.default_rng(seed)
    true = rng.uniform(0, 4, n)
    first = np.clip(np.rint(true), 0, 4)
    second = np.clip(np.rint(true + rng.normal(0, noise, n)), 0, 4)
    return first.astype(int).tolist(), second.astype(int).tolist()


def test_icc_of_shrout_and_fleiss() -> None:
    found = totals.icc(SHROUT_FLEISS, needs=2)
    assert value(found) == pytest.approx(0.29, abs=0.005)
    assert (found.low, found.high) == (0.02, 0.76)


def test_limits_of_agreement_of_bland_and_altman() -> None:
    """Published with two SD: bias −2.1, SD 38.8; the intervals of 1986 likewise (−22.0 to 17.8)."""
    found = totals.limits(np.array(WRIGHT, dtype=float) - np.array(MINI), needs=3)
    bias, low, high = value(found.bias), value(found.lower), value(found.upper)
    assert bias == pytest.approx(-2.1, abs=0.05)
    assert (high - low) / 2 / 1.959964 == pytest.approx(38.8, abs=0.05)
    assert (found.bias.low, found.bias.high) == (pytest.approx(-22.0, abs=0.1), pytest.approx(17.8, abs=0.1))


def test_kappa_by_hand() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed .7, by chance .5, κ .4."""
    cells = [((True, True), 20), ((True, False), 5), ((False, True), 10), ((False, False), 15)]
    found = decisions([Decision(a, b) for (a, b), n in cells for _ in range(n)])
    assert value(found.kappa) == pytest.approx(0.4)
    assert value(found.consistent) == pytest.approx(0.7)
    assert (found.both_pass, found.machine_only, found.examiner_only, found.both_fail) == (20, 5, 10, 15)
    assert found.false_pass.refused
    assert value(found.false_fail) == pytest.approx(10 / 30)


def test_quadratic_kappa_by_hand() -> None:
    """Bands 0,0,4,4 against 0,1,3,4: cost seen 2 of 4, by chance 34 of 4: 1 − 2/34."""
    found = point(pairs([0, 0, 4, 4], [0, 1, 3, 4]))
    cost = sum((a - b) ** 2 for a in (0, 0, 4, 4) for b in (0, 1, 3, 4)) / 4
    assert found == pytest.approx(1 - 2 / cost)


def test_smd_by_hand() -> None:
    a, b = [60.0, 70, 80, 90] * 10, [50.0, 62, 71, 81] * 10
    spread = math.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / 2)
    found = totals.agreement(a, b)
    assert value(found.smd) == pytest.approx((np.mean(a) - np.mean(b)) / spread)
    assert found.shifted is True
    assert value(found.mae) == pytest.approx(9)
    assert value(found.rmse) == pytest.approx(math.sqrt((100 + 64 + 81 + 81) / 4))


def test_alpha_of_krippendorffs_own_example() -> None:
    """Krippendorff 2011, data with four observers, twelve units and empty cells: interval α = .849."""
    nan = None
    rows = (
        (1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan),
        (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3),
        (nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan),
        (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan),
    )
    marks = [{f"r{i}": float(row[u]) for i, row in enumerate(rows) if row[u] is not None} for u in range(12)]
    assert value(alpha(marks, "interval", needs=3)) == pytest.approx(0.849, abs=0.001)
    assert value(alpha(marks, "ordinal", needs=3)) == pytest.approx(0.815, abs=0.001)


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_the_resampled_alpha_is_that_of_the_package(level: Literal["ordinal", "interval"]) -> None:
    """Of the marks as they are: a resample in which each talk comes up once. Some have a third examiner."""
    first, second = many(60)
    marks = [{"a": float(a), "b": float(b)} for a, b in zip(first, second, strict=True)]
    marks = [{**each, "c": float(n % 5)} if n % 3 == 0 else each for n, each in enumerate(marks)]
    found = alpha(marks, level)
    once = np.ones((1, 60))
    domain = np.arange(5)
    counts = np.array([[list(each.values()).count(v) for v in domain] for each in marks])
    (again,) = alphas._ordinal(once, counts) if level == "ordinal" else alphas._interval(once, marks)
    assert again == pytest.approx(value(found))
    assert found.low is not None
    assert found.high is not None
    assert found.low < value(found) < found.high


def test_the_borderline_score_lies_on_the_line_and_never_moves_sixty() -> None:
    ratings = [0, 1, 2, 3] * 15
    scores = [40.0 + 12 * each for each in ratings]
    found = borderline(ratings, scores)
    assert value(found.cut) == pytest.approx(52)
    assert value(found.r2) == pytest.approx(1)
    assert found.as_json()["statutory"] == 60


def test_a_line_that_does_not_rise_or_rests_on_two_ratings_is_refused() -> None:
    falling = borderline([0, 1, 2, 3] * 15, [80.0 - 5 * each for each in [0, 1, 2, 3] * 15])
    assert "反而不高" in falling.cut.refused
    two = borderline([1, 2] * 30, [50.0, 60.0] * 30)
    assert "至少要 3 种" in two.cut.refused


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("quadratic", [False, True])
def test_the_resampled_kappa_is_scikit_learns(quadratic: bool, alike: bool) -> None:
    given_ = pairs(*many())
    whole = bands.tables(given_, alike=alike).sum(axis=0)
    (found,) = kappas(whole[None], quadratic=quadratic)
    assert found == pytest.approx(point(given_, quadratic=quadratic, alike=alike))


@examples(max_examples=30)
@given(st.lists(st.tuples(BAND, BAND), min_size=needed.KAPPA, max_size=90), st.randoms())
def test_the_order_of_talks_changes_nothing(given_: list[tuple[int, int]], random: object) -> None:
    made = [(f"{n:03d}", a, b) for n, (a, b) in enumerate(given_)]
    shuffled = sorted(made, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert bands.agreement(made) == bands.agreement(shuffled)


@examples(max_examples=30)
@given(st.lists(st.tuples(BAND, BAND), min_size=needed.KAPPA, max_size=90))
def test_two_examiners_may_swap_names(given_: list[tuple[int, int]]) -> None:
    made = [(f"{n:03d}", a, b) for n, (a, b) in enumerate(given_)]
    swapped = [(talk, b, a) if n % 3 else (talk, a, b) for n, (talk, a, b) in enumerate(made)]
    first, second = bands.agreement(made, alike=True), bands.agreement(swapped, alike=True)
    for name in ("qwk", "kappa", "exact", "adjacent"):
        one, other = getattr(first, name), getattr(second, name)
        assert one.value == pytest.approx(other.value) if one.value is not None else one == other


@examples(max_examples=30)
@given(st.lists(BAND, min_size=needed.KAPPA, max_size=90).filter(lambda given_: len(set(given_)) > 1))
def test_the_same_marks_agree_wholly(given_: list[int]) -> None:
    found = bands.agreement(pairs(given_, given_))
    assert (found.qwk.value, found.kappa.value, found.exact.value) == (1, 1, 1)
    scores = [25.0 * each for each in given_]
    whole = totals.agreement(scores, scores)
    assert (value(whole.icc), value(whole.r), value(whole.mae), value(whole.smd)) == (
        1, pytest.approx(1), 0, 0,
    )  # fmt: skip
    assert whole.shifted is False


def test_noise_lowers_qwk_and_an_offset_lowers_icc_but_not_r() -> None:
    found = [value(bands.agreement(pairs(*many(200, noise))).qwk) for noise in (0.1, 0.6, 1.5, 4.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.9
    assert found[-1] < 0.6
    scores = np.linspace(20, 95, 60)
    near = totals.agreement((scores + 2 * np.sin(scores)).tolist(), scores.tolist())
    far = totals.agreement((scores + 2 * np.sin(scores) + 25).tolist(), scores.tolist())
    assert value(far.r) == pytest.approx(value(near.r))
    assert value(far.icc) < value(near.icc) - 0.2
    assert value(far.limits.bias) == pytest.approx(value(near.limits.bias) + 25)


def test_an_interval_holds_its_value_and_narrows_with_more_talks() -> None:
    few, lots = (bands.agreement(pairs(*many(n))).qwk for n in (60, 600))
    for each in (few, lots):
        assert each.low is not None
        assert each.high is not None
        assert each.low < value(each) < each.high
    assert lots.high - lots.low < few.high - few.low  # type: ignore[operator]


def test_two_examiners_marks_of_one_talk_are_not_two_talks() -> None:
    first, second = many(30)
    doubled = [*pairs(first, second), *pairs(first, second)]
    found = bands.agreement(doubled)
    assert found.n == 30
    assert "现在 30 场，至少要 50 场" in found.qwk.refused


def test_below_the_smallest_number_there_is_a_sentence_and_no_figure() -> None:
    first, second = many(29)
    band = bands.agreement(pairs(first, second))
    whole = totals.agreement([float(each) for each in first], [float(each) for each in second])
    decided = decisions([Decision(a > 1, b > 1) for a, b in zip(first, second, strict=True)])
    line = borderline([each % 4 for each in first], [float(each) for each in second])
    every = [
        band.qwk, band.kappa, band.exact, band.adjacent, whole.icc, whole.r, whole.mae, whole.rmse, whole.smd,
        whole.limits.bias, whole.limits.lower, whole.limits.upper, decided.kappa, decided.consistent,
        line.cut, alpha([{"a": 1.0, "b": 2.0}] * 29, "interval"),
    ]  # fmt: skip
    for each in every:
        assert each.value is None
        assert "29 场" in each.refused
        assert f"至少要 {each.needs} 场" in each.refused
    assert whole.means is None


@pytest.mark.parametrize("flat", [0, 1])
def test_marks_that_do_not_differ_give_no_agreement(flat: int) -> None:
    first, second = many()
    columns = [first, second]
    columns[flat] = [3] * len(first)
    found = bands.agreement(pairs(*columns))
    assert "全是 3 档" in found.qwk.refused
    whole = totals.agreement([float(e) for e in columns[0]], [float(e) for e in columns[1]])
    assert "全是 3 分" in whole.r.refused
    assert "全是 3 分" in whole.icc.refused
    assert "全是 3 分" in whole.smd.refused
    assert whole.mae.value is not None
    decided = decisions([Decision(a > 1, b > 1) for a, b in zip(*columns, strict=True)])
    assert "全是通过" in decided.kappa.refused
    assert "全一样" in alpha([{"a": 2.0, "b": 2.0}] * 40, "ordinal").refused


def test_a_kappa_that_rests_on_two_fails_is_refused() -> None:
    found = decisions([Decision(True, True)] * 60 + [Decision(False, False)] * 2)
    assert "只有 2 场" in found.kappa.refused
    assert value(found.consistent) == 1
