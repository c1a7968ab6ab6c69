"""Batches and what examiners decide in them: appended, told apart, the newest counts."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from retrieval.database import engine, upgrade
from retrieval.errors import InputError
from rubrics.batch_store import Batch, BatchStore, Item, Taken, doubt
from rubrics.batch_tables import reviews
from rubrics.builtin_judge import BuiltinJudge
from rubrics.loading import library
from rubrics.marking import mark
from rubrics.reviews import ReviewStore, StaleError, results
from rubrics.standing import Change
from scenarios.loading import library as stations
from tests.rubrics.talks import STRONG, NoRecogniser, talk
from tests.support import postgres


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    made = engine(f"sqlite:///{tmp_path}/k.db")
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
async def body() -> dict[str, Any]:
    nobody = NoRecogniser()
    station, rubric = stations()["l3-aircon-third-visit"], library()["complaint-handling"]
    report = await mark(
        talk(STRONG), station=station, rubric=rubric, judge=BuiltinJudge(nobody), recogniser=nobody
    )
    made = report.as_json()
    made["red_lines"] = [
        {
            "id": "insult",
            "turn": 1,
            "quote": "x",
            "effect": "review",
            "title": "辱骂",
            "upheld": "fail",
            "cap": None,
        }
    ]
    return made


@pytest.fixture
def batches(database: Engine, body: dict[str, Any]) -> BatchStore:
    return filled(database, body)


def filled(database: Engine, body: dict[str, Any]) -> BatchStore:
    """One batch: a marked talk, an unreadable file, one still to be marked."""
    store = BatchStore(database)
    store.begin(Batch("b", {"station": None}, "考评员", 1.0))
    shape = talk(STRONG).as_json()
    store.add("b", [Taken("甲", "1", shape), Taken("乙", "2", error="坏"), Taken("丙", "3", shape)], 2.0)
    store.mark("b", 0, body, None, 3.0)
    return store


def changed(criterion: str, before: int | None, after: int, reason: str = "听了录音") -> Change:
    return Change(criterion, before, after, reason, "王老师", 5.0)


def test_a_batch_is_taken_in_once_and_knows_what_is_to_do(batches: BatchStore) -> None:
    assert batches.add("b", [Taken("甲", "1", {}), Taken("丁", "1", error="坏")], 3.0) == 1
    assert [(item.index, item.name, item.done) for item in batches.items("b")] == [
        (0, "甲", True), (1, "乙", True), (2, "丙", False), (3, "丁", True),
    ]  # fmt: skip
    assert [index for index, _ in batches.todo("b")] == [2]
    batches.mark("b", 2, None, "没有这道题", 4.0)
    batches.mark("b", 2, None, "晚来的", 4.0)
    assert batches.todo("b") == ()
    assert batches.items("b")[2].error == "没有这道题"
    with pytest.raises(InputError):
        batches.get("other")
    with pytest.raises(InputError):
        batches.transcript("b", 9)


def test_it_stops_and_goes_on(batches: BatchStore) -> None:
    assert not batches.stopped("b")
    batches.stop("b", 4.0)
    assert batches.stopped("b")
    batches.stop("b", 5.0, stop=False)
    assert not batches.stopped("b")


def test_a_change_is_appended_and_the_mark_follows(
    batches: BatchStore, database: Engine, body: dict[str, Any]
) -> None:
    store, first = ReviewStore(database), body["criteria"][0]
    store.change(("b", 0), changed(first["id"], first["band"], 1))
    store.change(("b", 0), changed(first["id"], 1, 2, "  再听一遍  "))
    store.change(("b", 0), changed("red:insult", None, 1))
    store.saw(("b", 0), "王老师", 9.0)
    store.saw(("b", 1), "李老师", 9.5)
    one, broken, waiting = results(batches, store, "b")
    assert one.final.bands[first["id"]] == 2
    assert (one.final.passed, one.final.total) == (False, 59.0)
    assert [each.reason for each in one.final.changes] == ["听了录音", "再听一遍", "听了录音"]
    assert one.seen == ("王老师", 9.0)
    assert (broken.error, broken.seen) == ("坏", ("李老师", 9.5))
    assert waiting.error == "还没有评"
    with database.connect() as db:
        assert len(db.execute(select(reviews)).all()) == 5


@pytest.mark.parametrize(
    ("criterion", "before", "after", "reason", "said"),
    [
        ("empathy", 4, 3, "  ", "为什么"),
        ("empathy", 4, 5, "x", "没有这一项或这一档"),
        ("nothing", None, 3, "x", "没有这一项"),
        ("red:other", None, 1, "x", "没有这一项"),
        ("red:insult", None, 2, "x", "没有这一项"),
        ("empathy", 4, 4, "x", "没有改"),
        ("empathy", 4, 3, "长" * 501, "超过"),
    ],
)
def test_a_change_that_cannot_be_leaves_no_trace(
    batches: BatchStore,
    database: Engine,
    criterion: str,
    before: int | None,
    after: int,
    reason: str,
    said: str,
) -> None:
    with pytest.raises(InputError, match=said):
        ReviewStore(database).change(("b", 0), changed(criterion, before, after, reason))
    assert ReviewStore(database).changes("b") == {}


def test_who_decides_on_an_older_sight_is_refused(batches: BatchStore, database: Engine) -> None:
    store = ReviewStore(database)
    store.change(("b", 0), changed("empathy", 4, 3))
    with pytest.raises(StaleError):
        store.change(("b", 0), changed("empathy", 4, 2))
    with pytest.raises(InputError, match="还没有评分"):
        store.change(("b", 2), changed("empathy", 4, 2))


def test_the_queue_begins_with_what_a_person_must_see() -> None:
    def item(index: int, total: float | None, *, review: bool = False, flags: int = 0) -> Item:
        of = {"total": total, "cut_score": 60, "standard_error": 4.0, "needs_review": review}
        return Item(index, str(index), None, index, {**of, "flags": ["x"] * flags})

    queue = [
        item(0, 90), item(1, 70), item(2, None, review=True), item(3, 62, review=True),
        Item(4, "4", "坏"), Item(5, "5", None), item(6, 70, flags=1),
    ]  # fmt: skip
    assert [each.index for each in sorted(queue, key=doubt)] == [2, 3, 6, 1, 0, 4, 5]


@pytest.mark.skipif(postgres.programs() is None, reason="PostgreSQL is not installed here")
def test_on_postgresql_it_is_the_same(body: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(Path(folder)) as url:
        database = engine(url)
        upgrade(database)
        batches, store, first = filled(database, body), ReviewStore(database), body["criteria"][0]
        batches.mark("b", 0, body, None, 4.0)
        assert [index for index, _ in batches.todo("b")] == [2]
        store.change(("b", 0), changed(first["id"], first["band"], 1))
        with pytest.raises(StaleError):
            store.change(("b", 0), changed(first["id"], first["band"], 2))
        store.saw(("b", 1), "李老师", 9.5)
        assert batches.overview("b") == ("甲", 3, 2, 1)
        one, broken, waiting = results(batches, store, "b")
        assert one.final.bands[first["id"]] == 1
        assert (broken.error, waiting.error) == ("坏", "还没有评")
        batches.stop("b", 5.0)
        assert batches.stopped("b")
        database.dispose()
