"""From marks to the whole of `koushi agreement`: groups, bars, and what stays unmeasured."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rubrics.agreement.marks import Mark, Talk, machine_of, merged, total_of
from rubrics.agreement.report import BARS, agreement
from tests.rubrics.marked import bands_of, levels, many, report

JUDGE = "builtin"


@pytest.fixture
async def body() -> dict[str, Any]:
    return await report()


def talks(
    body: dict[str, Any], n: int, *noises: float, blind: bool = True, machine: float = 0.3
) -> list[Talk]:
    """`n` talks; an examiner for each of `noises`, erring by that many bands."""
    rng, ids = np.random.default_rng(2), [each["id"] for each in body["criteria"]]
    out = []
    for each, level in zip(many(body, n, machine), levels(n), strict=True):
        marks = []
        for at, noise in enumerate(noises):
            given = bands_of(level, ids, noise, rng)
            total, passed = total_of(body, given)
            rating = int(np.clip(np.rint(level - 0.5), 0, 3))
            marks.append(Mark("王李"[at], blind, given, total, passed, rating))
        out.append(Talk(each.id, each.name, machine_of(each.body), tuple(marks)))
    return out


def test_without_marks_every_bar_is_there_and_not_measured() -> None:
    found = agreement(())
    assert found.n == 0
    assert {bar.name for bar in found.bars} == set(BARS)
    told = found.as_json()
    assert told["holds"] == dict.fromkeys(BARS)
    assert {bar["state"] for bar in told["bars"]} == {"not measured"}


def test_a_machine_that_marks_as_examiners_do_meets_the_bars(body: dict[str, Any]) -> None:
    told = agreement(talks(body, 80, 0.3, 0.3)).as_json()
    assert told["n"] == 80
    assert told["holds"] == dict.fromkeys(BARS, True)
    (machine,) = told["machines"]
    (rubric,) = machine["rubrics"]
    assert rubric["blind"]["doubled"] == 80
    assert [each["id"] for each in rubric["blind"]["criteria"]] == [each["id"] for each in body["criteria"]]
    line = machine["blind"]["totals"]["borderline"]["examiner"]
    assert line["statutory"] == 60
    assert line["cut"]["value"] is not None
    (mae,) = [bar for bar in told["bars"] if bar["bar"] == "total_mae"]
    assert set(mae["sd"]) == {"machine", "examiner"}


def test_a_machine_that_guesses_does_not(body: dict[str, Any]) -> None:
    found = agreement(talks(body, 80, 0.2, 0.2, machine=4.0))
    assert {name: found.holds(name) for name in BARS} == dict.fromkeys(BARS, False)


def test_one_examiner_alone_leaves_the_gap_unmeasured(body: dict[str, Any]) -> None:
    found = agreement(talks(body, 80, 0.3))
    assert (found.holds("criterion_qwk"), found.holds("criterion_gap")) == (True, None)
    gap = next(bar for bar in found.bars if bar.name == "criterion_gap")
    assert "两位以上考评员" in gap.figure.refused


def test_what_the_machine_left_unscored_is_counted_and_in_no_figure(body: dict[str, Any]) -> None:
    made = talks(body, 60, 0.3)
    nothing = dict.fromkeys(made[0].machine.bands)
    gone = [replace(t, machine=replace(t.machine, total=None, passed=None, bands=nothing)) for t in made[:7]]
    (machine,) = agreement([*gone, *made[7:]]).as_json()["machines"]
    whole = machine["blind"]["totals"]
    assert (machine["blind"]["talks"], whole["unscored"]) == (60, 7)
    assert (whole["machine_examiner"]["n"], whole["decisions"]["n"]) == (53, 53)
    assert machine["rubrics"][0]["blind"]["criteria"][0]["machine_examiner"]["n"] == 53


def test_too_few_talks_leave_everything_unmeasured(body: dict[str, Any]) -> None:
    found = agreement(talks(body, 20, 0.3, 0.3))
    assert found.n == 20
    assert {found.holds(name) for name in BARS} == {None}


def test_marks_that_are_not_blind_meet_no_bar_and_stand_apart(body: dict[str, Any]) -> None:
    anchored = talks(body, 80, 0.1, blind=False)
    found = agreement(anchored)
    assert found.n == 0
    assert {found.holds(name) for name in BARS} == {None}
    (machine,) = found.machines
    assert machine.blind is None
    assert machine.seen is not None
    assert machine.seen.talks == 80
    mixed = agreement([*talks(body, 60, 0.5), *anchored[60:]])
    assert (mixed.machines[0].blind.talks, mixed.machines[0].seen.talks) == (60, 20)  # type: ignore[union-attr]


def test_two_machines_and_two_rubrics_are_not_mixed(body: dict[str, Any]) -> None:
    one, two = talks(body, 60, 0.3), talks(body, 55, 0.3)
    other = [replace(t, machine=replace(t.machine, judge="llm 2")) for t in two]
    edited = [replace(t, id=f"{t.id}x", machine=replace(t.machine, rubric_hash="edited")) for t in two]
    found = agreement(merged([*one, *other, *edited]))
    first, second = found.machines
    assert (first.blind.talks, second.blind.talks) == (115, 55)  # type: ignore[union-attr]
    assert [r.blind.talks for r in first.rubrics if r.blind] in ([60, 55], [55, 60])
    assert second.judge == "llm 2"


def test_examiners_may_swap_names_and_nothing_else_changes(body: dict[str, Any]) -> None:
    made, other = talks(body, 60, 0.2, 0.9), {"王": "李", "李": "王"}
    swapped = [
        replace(t, marks=tuple(replace(m, examiner=other[m.examiner]) for m in t.marks[::-1])) for t in made
    ]
    first, second = agreement(made).as_json(), agreement(swapped).as_json()
    assert [bar["value"] for bar in first["bars"]] == pytest.approx([bar["value"] for bar in second["bars"]])
    people = [each["machines"][0]["blind"]["totals"]["examiner_examiner"] for each in (first, second)]
    for name in ("mae", "icc_2_1", "alpha"):
        assert people[0][name]["value"] == pytest.approx(people[1][name]["value"])


def test_the_same_marks_give_the_same_bytes_in_whatever_order(body: dict[str, Any]) -> None:
    made = talks(body, 60, 0.4, 0.4)
    first = agreement(made).as_json()
    again = agreement(made[::-1]).as_json()
    assert first["holds"] == again["holds"]
    values = [[bar["value"] for bar in each["bars"]] for each in (first, again)]
    assert values[0] == pytest.approx(values[1])
    assert agreement(made).as_json() == first
