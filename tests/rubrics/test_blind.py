"""The blind tenth as kept, and what agreement makes of it: who saw the machine's mark first is not blind."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from retrieval.database import engine, upgrade
from retrieval.errors import InputError
from rubrics.agreement.kept import from_database
from rubrics.agreement.marks import Crossed
from rubrics.batch_store import Batch, BatchStore, Taken
from rubrics.blind import BlindMark, BlindStore, Rating, blind_marks, chosen, red_lines_of
from rubrics.reviews import ReviewStore, StaleError
from rubrics.standing import Change
from tests.rubrics.marked import report
from tests.rubrics.talks import STRONG, talk
from tests.support import postgres

BLIND, OPEN = "0" * 64, "1" * 64
"Digests of which the first belongs to the blind tenth."
HIM = "王老师"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    made = engine(f"sqlite:///{tmp_path}/k.db")
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
async def body() -> dict[str, Any]:
    return await report()


def batch(database: Engine, body: dict[str, Any], name: str = "b", *, blind: bool = True) -> None:
    """A blind talk, one that is not, one that cannot be read, a blind one still to be marked."""
    store = BatchStore(database)
    store.begin(Batch(name, {"station": None, "blind": blind}, HIM, 1.0))
    shape = {**talk(STRONG).as_json(), "candidate": "考生七"}
    taken = [Taken("甲", BLIND, shape), Taken("乙", OPEN, shape), Taken("丙", "", error="坏")]
    store.add(name, [*taken, Taken("丁", BLIND, shape)], 2.0)
    store.mark(name, 0, body, None, 3.0)
    other = {**body, "provenance": {**body["provenance"], "transcript_hash": "other"}}
    store.mark(name, 1, other, None, 3.0)


def given(body: dict[str, Any], band: int = 2, at: float = 5.0, **more: Any) -> BlindMark:
    return BlindMark({each["id"]: band for each in body["criteria"]}, **{
        "crossed": (), "rating": None, "who": HIM, "at": at, **more,
    })  # fmt: skip


def test_one_file_in_ten_is_chosen_by_its_content_alone() -> None:
    import hashlib

    files = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(4000)]
    share = sum(map(chosen, files)) / len(files)
    assert 0.08 < share < 0.12
    assert [chosen(each) for each in files] == [chosen(each) for each in files]
    assert not chosen("")


def test_what_is_hidden_is_shown_once_all_criteria_have_their_bands(
    database: Engine, body: dict[str, Any]
) -> None:
    batch(database, body)
    store = BlindStore(database)
    assert store.hidden("b", HIM) == {0, 3}
    store.give(("b", 0), given(body, rating=3))
    assert store.hidden("b", HIM) == {3}
    assert store.hidden("b", "李老师") == {0, 3}, "the second marker has seen nothing yet"
    with pytest.raises(StaleError, match="盲评过"):
        store.give(("b", 0), given(body, 4))
    with database.connect() as db:
        assert len(db.execute(select(blind_marks)).all()) == 1


def test_a_batch_taken_in_without_a_blind_tenth_hides_nothing(database: Engine, body: dict[str, Any]) -> None:
    batch(database, body, blind=False)
    assert BlindStore(database).hidden("b", HIM) == frozenset()
    with pytest.raises(InputError):
        BlindStore(database).give(("b", 0), given(body))


def test_a_blind_mark_that_cannot_be_leaves_no_trace(database: Engine, body: dict[str, Any]) -> None:
    batch(database, body)
    store, whole = BlindStore(database), given(body)
    bands = dict(whole.bands)
    first = bands.pop("empathy")
    wrong = (
        ({"bands": bands}, "还有没定档的"),
        ({"bands": {**bands, "empathy": 5}}, "没有这一项或这一档"),
        ({"bands": {**bands, "empathy": first, "else": 1}}, "没有这一项或这一档"),
        ({"rating": 4}, "总体评价"),
        ({"crossed": (Crossed("x", "x", "fail"),)}, "红线"),
    )
    for fields, said in wrong:
        made = {"bands": whole.bands, "crossed": (), "rating": None, **fields}
        with pytest.raises(InputError, match=said):
            store.give(("b", 0), BlindMark(**made, who=HIM, at=5.0))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="还没有评分"):
        store.give(("b", 3), whole)
    with pytest.raises(InputError, match="总体评价"):
        store.rate(("b", 0), Rating(7, HIM, 5.0))
    assert store.given("b") == {}


def test_a_blind_mark_keeps_its_red_line_and_moves_nothing_that_stands(
    database: Engine, body: dict[str, Any]
) -> None:
    batch(database, body)
    insult = next(each for each in red_lines_of(body) if each.id == "insult")
    BlindStore(database).give(("b", 0), given(body, 4, crossed=(insult,), rating=1))
    assert ReviewStore(database).changes("b") == {}
    (found,) = from_database(database)
    (mark,) = found.marks
    assert (mark.blind, mark.total, mark.passed, mark.rating) == (True, 59.0, False, 1)
    assert (found.machine.total, found.candidate) == (body["total"], "考生七")


def test_marks_after_seeing_the_machines_are_kept_apart(database: Engine, body: dict[str, Any]) -> None:
    batch(database, body)
    reviews, store = ReviewStore(database), BlindStore(database)
    store.give(("b", 0), given(body, 2, at=5.0))
    reviews.change(("b", 0), Change("empathy", body["criteria"][0]["band"], 1, "听了录音", HIM, 6.0))
    store.rate(("b", 0), Rating(0, HIM, 6.5))
    store.rate(("b", 0), Rating(2, HIM, 6.6))
    reviews.saw(("b", 1), HIM, 7.0)
    one, other = sorted(from_database(database), key=lambda each: each.name, reverse=True)
    assert [(m.blind, m.bands["empathy"], m.rating) for m in other.marks] == [(False, 4, None)]
    assert [(m.blind, m.bands["empathy"], m.rating) for m in one.marks] == [(True, 2, None), (False, 1, 2)]


def test_who_dealt_with_the_same_talk_before_is_not_blind(database: Engine, body: dict[str, Any]) -> None:
    batch(database, body, "a", blind=False)
    batch(database, body, "b")
    ReviewStore(database).saw(("a", 0), HIM, 4.0)
    ReviewStore(database).saw(("a", 0), HIM, 9.0)
    BlindStore(database).give(("b", 0), given(body, at=5.0))
    BlindStore(database).give(("b", 0), given(body, at=5.0, who="李老师"))
    (found,) = from_database(database)
    assert {(m.examiner, m.blind) for m in found.marks} == {(HIM, False), ("李老师", True)}


def test_a_talk_in_two_batches_is_one_talk(database: Engine, body: dict[str, Any]) -> None:
    batch(database, body, "a")
    batch(database, body, "b")
    for name, band, at in (("a", 3, 5.0), ("b", 1, 6.0)):
        BlindStore(database).give((name, 0), given(body, band, at=at))
    (found,) = from_database(database)
    blind = [mark for mark in found.marks if mark.blind]
    assert [mark.bands["empathy"] for mark in blind] == [3], "the second time he knew the machine's mark"


@pytest.mark.skipif(postgres.programs() is None, reason="PostgreSQL is not installed here")
def test_on_postgresql_it_is_the_same(body: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(Path(folder)) as url:
        database = engine(url)
        upgrade(database)
        batch(database, body)
        store = BlindStore(database)
        assert store.hidden("b", HIM) == {0, 3}
        store.give(("b", 0), given(body, rating=2))
        with pytest.raises(StaleError):
            store.give(("b", 0), given(body))
        store.rate(("b", 1), Rating(3, HIM, 6.0))
        assert store.hidden("b", HIM) == {3}
        assert {each.name for each in from_database(database)} == {"甲", "乙"}
        database.dispose()
