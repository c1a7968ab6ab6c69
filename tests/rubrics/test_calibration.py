"""Calibration: tested on what it was not fitted on, shown beside, forgotten when its ground has changed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given as given_
from hypothesis import settings as examples
from hypothesis import strategies as st

from retrieval.errors import InputError
from rubrics.agreement.marks import Mark, Talk, machine_of
from rubrics.calibration import Point, fit, hash_of, points
from rubrics.calibration_files import Calibrations, Sources
from tests.rubrics.marked import many, report


@pytest.fixture
async def body() -> dict[str, Any]:
    return await report()


def shifted(n: int, seed: int = 0, noise: float = 3.0) -> list[Point]:
    """A machine that gives ten points too many and spreads too little."""
    rng = np.random.default_rng(seed)
    true = rng.uniform(25, 95, n)
    raw = np.round(40 + 0.6 * true, 1)
    return [
        Point(f"t{i}", f"c{i}", r, t)
        for i, (r, t) in enumerate(zip(raw, true + rng.normal(0, noise, n), strict=True))
    ]


def test_a_line_below_a_hundred_and_steps_from_there_on() -> None:
    line, steps = fit(shifted(99)), fit(shifted(100))
    assert (line.kind, len(line.knots), line.n) == ("linear", 2, 99)
    assert steps.kind == "isotonic"
    for each in (line, steps):
        assert each.helps
        assert each.mae < each.raw_mae / 2
    assert line.value("new", 70.0) == pytest.approx(50, abs=3)


def test_its_error_is_that_of_talks_it_had_not_seen() -> None:
    """Marks that have nothing to do with one another cannot be learned, however well a fit bends to them."""
    rng = np.random.default_rng(3)
    noise = [
        Point(f"t{i}", f"c{i}", float(a), float(b)) for i, (a, b) in enumerate(rng.uniform(20, 90, (120, 2)))
    ]
    noise += [Point(f"u{i}", f"d{i}", 20.0, 30.0) for i in range(5)] + [
        Point(f"v{i}", f"e{i}", 90.0, 80.0) for i in range(5)
    ]
    found = fit(noise)
    on_itself = np.mean([abs(np.interp(p.raw, *zip(*found.knots, strict=True)) - p.examiner) for p in noise])
    assert found.mae > on_itself


def test_a_candidate_is_never_on_both_sides() -> None:
    """Four talks of each candidate with one raw total: judged by one fit, which saw none of the four."""
    rng = np.random.default_rng(4)
    same = [
        Point(f"t{c}-{k}", f"c{c}", 40.0 + c, x)
        for c, x in enumerate(rng.uniform(0, 99, 40))
        for k in range(4)
    ]

    def fits(given: list[Point]) -> list[int]:
        own = fit(given).own
        return [len({own[f"t{c}-{k}"] for k in range(4)}) for c in range(40)]

    assert set(fits(same)) == {1}
    assert max(fits([replace(each, group=each.talk) for each in same])) > 1


def test_what_took_part_is_shown_out_of_fold() -> None:
    made = shifted(60)
    found = fit(made)
    assert {found.value(each.talk, each.raw) for each in made} == set(found.own.values())
    assert any(found.own[each.talk] != found.value("new", each.raw) for each in made)


@examples(max_examples=25)
@given_(st.integers(30, 140), st.integers(0, 99), st.floats(0, 100), st.floats(0, 100))
def test_a_better_raw_total_never_becomes_a_worse_one(n: int, seed: int, a: float, b: float) -> None:
    found = fit(shifted(n, seed))
    low, high = sorted((a, b))
    assert 0 <= found.value("x", low) <= found.value("x", high) <= 100


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (shifted(29), "至少要 30 场"),
        ([replace(each, group="one") for each in shifted(40)], "1 位考生"),
        ([replace(each, raw=50.0) for each in shifted(40)], "全一样"),
        ([replace(each, raw=100 - each.raw) for each in shifted(40)], "反而不高"),
        ([replace(each, raw=100 - each.raw) for each in shifted(120)], "反而不高"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(given: list[Point], said: str) -> None:
    with pytest.raises(InputError, match=said):
        fit(given)


def test_only_blind_totals_without_red_lines_are_learned_from(body: dict[str, Any]) -> None:
    (one,) = many(body, 1)
    machine = machine_of(one.body)
    blind = Mark("王", True, {}, 60.0, True)
    marks = (blind, replace(blind, examiner="李", total=70.0), Mark("赵", False, {}, 0.0, False))
    talk = Talk(one.id, one.name, machine, marks)
    (found,) = points([talk])
    assert found.examiner == 65.0
    assert points([replace(talk, machine=replace(machine, red=True))]) == ()
    assert points([replace(talk, marks=(replace(blind, red=True),))]) == ()
    assert points([replace(talk, marks=marks[2:])]) == ()


def talks(body: dict[str, Any], n: int = 40) -> list[Talk]:
    out = []
    for each in many(body, n):
        machine = machine_of(each.body)
        marks = (Mark("王", True, {}, 0.8 * (machine.total or 0.0), True),)
        out.append(Talk(each.id, each.name, machine, marks))
    return out


def kept(home: Path, now: Sequence[Talk]) -> Calibrations:
    return Calibrations(home, lambda _: now)


def test_it_is_kept_and_shown_beside_the_raw_total(body: dict[str, Any], tmp_path: Path) -> None:
    given = talks(body)
    (made,) = kept(tmp_path, given).make(given, Sources(), "2026-01-01T08:00:00+08:00")
    again = kept(tmp_path, given)
    found, why = again.current(given[0].machine)
    assert (found, why) == (made, "")
    new = {**body, "total": 80.0}
    value, told = again.beside(new)
    assert value == pytest.approx(64, abs=0.2)
    assert "折外平均误差" in told
    assert new["total"] == 80.0
    assert again.beside({**body, "total": None}) == (None, "")
    red = {**body, "red_lines": [{"effect": "cap"}]}
    assert again.beside(red) == (None, "按红线定的总分，不校准")


def test_one_that_does_not_help_is_not_shown(body: dict[str, Any], tmp_path: Path) -> None:
    """Examiners who agree with the machine but for chance: there is nothing to learn."""
    rng = np.random.default_rng(5)
    given = [
        replace(
            each, marks=(replace(each.marks[0], total=(each.machine.total or 0.0) + rng.choice([-4, 4])),)
        )
        for each in talks(body, 30)
    ]
    (made,) = kept(tmp_path, given).make(given, Sources(), "2026")
    assert not made.fit.helps
    value, told = kept(tmp_path, given).beside(body)
    assert value is None
    assert "不比原分准" in told


def test_a_new_one_is_a_new_version_and_the_old_one_stays(body: dict[str, Any], tmp_path: Path) -> None:
    given = talks(body)
    for version in (1, 2):
        (made,) = kept(tmp_path, given).make(given, Sources(), "2026")
        assert made.version == version
    files = sorted((tmp_path / "calibration").glob("*.json"))
    assert [json.loads(each.read_text("utf-8"))["version"] for each in files] == [1, 2]


def test_it_is_not_used_once_its_ground_has_changed(body: dict[str, Any], tmp_path: Path) -> None:
    given = talks(body)
    kept(tmp_path, given).make(given, Sources("a.xlsx"), "2026")
    more = [*given[1:], replace(given[0], marks=(replace(given[0].marks[0], total=1.0),))]

    def gone(_: Sources) -> Sequence[Talk]:
        raise InputError("没有这个文件")

    machine = given[0].machine
    for now, of, said in (
        (kept(tmp_path, more), machine, "考评员的分变了"),
        (kept(tmp_path, given[:-1]), machine, "考评员的分变了"),
        (Calibrations(tmp_path, gone), machine, "没有这个文件"),
        (kept(tmp_path, given), replace(machine, rubric_hash="edited"), "评分标准改过了"),
        (kept(tmp_path, given), replace(machine, judge="builtin 99"), "评分员换了版本"),
    ):
        found, why = now.current(of)
        assert found is None
        assert said in why
    assert kept(tmp_path, given).current(replace(machine, rubric="else@1", rubric_hash="e")) == (None, "")


def test_too_few_marks_make_no_file(body: dict[str, Any], tmp_path: Path) -> None:
    given = talks(body, 12)
    with pytest.raises(InputError, match="现在 12 场盲评"):
        kept(tmp_path, given).make(given, Sources(), "2026")
    assert not (tmp_path / "calibration").exists()
    assert not kept(tmp_path, given).any()


def test_a_broken_file_is_told(body: dict[str, Any], tmp_path: Path) -> None:
    given = talks(body)
    kept(tmp_path, given).make(given, Sources(), "2026")
    (file,) = (tmp_path / "calibration").glob("*.json")
    file.write_text("{}", encoding="utf-8")
    found, why = kept(tmp_path, given).current(given[0].machine)
    assert found is None
    assert "校准文件读不了" in why
    with pytest.raises(InputError, match="校准文件读不了"):
        kept(tmp_path, given).make(given, Sources(), "2026")


def test_the_same_marks_have_the_same_hash_whatever_their_order(body: dict[str, Any]) -> None:
    given = talks(body)
    assert hash_of(points(given)) == hash_of(points(given[::-1]))
    assert hash_of(points(given)) != hash_of(points(given[1:]))
