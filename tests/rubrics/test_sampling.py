"""When more answers are wanted: where they could change a band, and further where they could the result."""

import pytest

from rubrics.llm_reading import Sample
from rubrics.model import Rubric
from rubrics.ports import CheckVerdict, Verdict
from rubrics.sampling import FAR, agreement, combined, wanting

M, P, N, C = Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET, Verdict.CANNOT_JUDGE
CODES = ["L3.6.2.S3", "L3.6.2.S5", "L3.6.1.S1", "L3.5.2.S4"]
RUBRIC = Rubric.model_validate({
    "id": "r",
    "version": 1,
    "title": "测试",
    "applies_to": ["customer"],
    "criteria": [
        {
            "id": f"c{n}",
            "title": f"项{n}",
            "standard": [CODES[n]],
            "weight": 25,
            "anchors": {band: f"第{band}档" for band in range(5)},
            "checks": [{"id": f"k{k}", "text": "做了", "met": {"any": ["own"]}} for k in range(4)],
        }
        for n in range(4)
    ],
})


def answers(*each: str) -> list[Sample]:
    """`mmpn` is one answer about the four checks."""
    verdicts = {"m": M, "p": P, "n": N, "c": C}
    return [{f"k{k}": CheckVerdict(f"k{k}", verdicts[v]) for k, v in enumerate(said)} for said in each]


def of(*criteria: list[Sample]) -> dict[str, list[Sample]]:
    return {f"c{n}": samples for n, samples in enumerate(criteria)}


SURE_GOOD, SURE_BAD = answers("mmmm", "mmmm", "mmmm"), answers("nnnn", "nnnn", "nnnn")
SPLIT = answers("mmmn", "mmmm", "mmmn")


def test_who_is_of_one_mind_is_not_asked_again() -> None:
    assert wanting(RUBRIC, of(SURE_GOOD, SURE_GOOD, SURE_BAD, SURE_BAD), 11) == ()


def test_only_the_open_criterion_is_asked_again() -> None:
    assert wanting(RUBRIC, of(SURE_GOOD, SPLIT, SURE_GOOD, SURE_GOOD), 11) == ("c1",)


def test_far_from_the_cut_a_band_is_worth_five_answers_and_near_it_eleven() -> None:
    five = answers("mmmn", "mmmm", "mmmn", "mmmm", "mmmn")
    assert len(five) == FAR
    assert wanting(RUBRIC, of(SURE_GOOD, five, SURE_GOOD, SURE_GOOD), 11) == ()
    near = of(SURE_GOOD, answers("mmnn", "mmmm", "mmnn", "mmmm", "mmnn"), answers(*["mnnn"] * 3), SURE_BAD)
    assert wanting(RUBRIC, near | {"c3": answers(*["mmnn"] * 3)}, 11) == ("c1",)


@pytest.mark.parametrize("count", [1, 3, 5, 7, 9, 11])
def test_it_ends(count: int) -> None:
    turns = ["mmnn", "mmmm"] * 6
    near = of(*[answers(*turns[:count])] * 4)
    assert len(wanting(RUBRIC, near, 11)) == (4 if 3 <= count < 11 else 0) or count == 1
    assert wanting(RUBRIC, near, count) == ()


def test_a_disagreement_that_moves_no_band_is_left_alone() -> None:
    """One of four checks between met and partly is an eighth of the criterion: still the fourth band."""
    samples = of(answers("mmmm", "mmmp", "mmmm"), SURE_GOOD, SURE_GOOD, SURE_GOOD)
    assert wanting(RUBRIC, samples, 11) == ()


def test_agreement_is_the_share_that_agrees() -> None:
    made = combined(RUBRIC.criteria[0], SPLIT)
    assert made.checks[3].verdict is N
    assert agreement(made) == round((1 + 1 + 1 + 0.6667) / 4, 4)
