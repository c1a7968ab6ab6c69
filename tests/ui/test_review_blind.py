"""The blind tenth through the page's own events, to the figures of `koushi agreement`."""

import asyncio
import re
from io import BytesIO
from typing import Any

import numpy as np
import openpyxl
import pytest
from httpx import AsyncClient

from retrieval.errors import InputError
from rubrics.batch_store import Batch, BatchStore, Taken
from rubrics.blind import BlindStore
from rubrics.reviews import ReviewStore
from tests.rubrics.marked import bands_of, levels, many, report
from tests.rubrics.talks import STRONG, talk
from tests.support.command import Koushi
from ui.i18n import texts
from ui.review.desk import Desk
from ui.wiring import Wiring

T = texts("zh")
BLIND, OPEN = "0" * 64, "1" * 64


@pytest.fixture
def body() -> dict[str, Any]:
    return asyncio.run(report())


def batch(wiring: Wiring, body: dict[str, Any], n: int) -> None:
    """`n` marked talks to be marked blind, and one that is not."""
    store = BatchStore(wiring.engine)
    store.begin(Batch("b", {"station": None, "rubric": None, "judge": "builtin", "blind": True}, "x", 1.0))
    shape = talk(STRONG).as_json()
    made = many(body, n + 1)
    taken = [Taken(each.name, BLIND if at < n else OPEN, shape) for at, each in enumerate(made)]
    store.add("b", taken, 2.0)
    for at, each in enumerate(made):
        store.mark("b", at, each.body, None, 3.0)


def given(body: dict[str, Any], item: int, band: int = 2, **more: Any) -> dict[str, Any]:
    bands = {each["id"]: band for each in body["criteria"]}
    return {
        "action": "blind",
        "batch": "b",
        "item": item,
        "bands": bands,
        "crossed": [],
        "rating": None,
        **more,
    }


def test_nothing_can_be_done_with_a_mark_that_is_withheld(
    wiring: Wiring, desk: Desk, body: dict[str, Any]
) -> None:
    batch(wiring, body, 1)
    at = {"batch": "b", "item": 0}
    for event in (
        {"action": "change", **at, "criterion": "empathy", "before": 1, "after": 0, "reason": "x"},
        {"action": "seen", **at},
        {"action": "rate", **at, "rating": 1},
        {"action": "adopt", **at},
    ):
        with pytest.raises(InputError, match="先盲评"):
            desk.act(event, T)
    assert BlindStore(wiring.engine).hidden("b", "本机考评员") == {0}
    assert ReviewStore(wiring.engine).changes("b") == {}
    assert ReviewStore(wiring.engine).seen("b") == {}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"bands": {"empathy": 3}}, "还有没定档的"),
        ({"crossed": ["nothing"]}, "没有这条红线"),
        ({"rating": 9}, "总体评价没有这一种"),
    ],
)
def test_what_is_missing_is_told_and_the_form_stays(
    wiring: Wiring, desk: Desk, body: dict[str, Any], more: dict[str, Any], said: str
) -> None:
    batch(wiring, body, 1)
    page = str(desk.act(given(body, 0, **more), T))
    assert said in page
    assert 'class="right blind"' in page
    assert 'class="compared"' not in page


async def test_no_address_shows_what_is_withheld(
    wiring: Wiring, desk: Desk, client: AsyncClient, body: dict[str, Any]
) -> None:
    batch(wiring, body, 1)
    shown = {"batch": "b", "item": "1"}
    for address in ("print", "report.html", "report.pdf"):
        assert (await client.get(f"/review/{address}", params={**shown, "item": "0"})).status_code == 403
    assert (await client.get("/review/print", params=shown)).status_code == 200
    answer = await client.get("/review/export.xlsx", params={"batch": "b"})
    book = openpyxl.load_workbook(BytesIO(answer.content))
    first, second = book["总分"].iter_rows(min_row=2, max_col=3, values_only=True)
    assert first == ("000.json", "待盲评", None)
    assert second[2] is not None
    assert {row[0] for row in book["评分项"].iter_rows(min_row=2, values_only=True)} == {"001.json"}
    assert book["盲评"].max_row == 1
    desk.act(given(body, 0, rating=3), T)
    answer = await client.get("/review/export.xlsx", params={"batch": "b"})
    book = openpyxl.load_workbook(BytesIO(answer.content))
    rows = list(book["盲评"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == [2] * len(body["criteria"])
    assert {row[5] for row in rows} == {"良好"}


def test_the_queue_puts_them_first_whatever_their_doubt(
    wiring: Wiring, desk: Desk, body: dict[str, Any]
) -> None:
    batch(wiring, body, 3)
    page = str(desk.open({"batch": "b", "show": "all"}, T))
    assert re.findall(r'<b lang="zh">(.+?)</b>', page)[:3] == ["000.json", "001.json", "002.json"]
    assert len(re.findall(r'class="num">', page)) == 1
    desk.act(given(body, 1), T)
    left = str(desk.open({"batch": "b", "show": "blind"}, T))
    assert re.findall(r'<b lang="zh">(.+?)</b>', left) == ["000.json", "002.json"]


def test_from_the_page_to_the_figures(
    wiring: Wiring, desk: Desk, koushi: Koushi, body: dict[str, Any]
) -> None:
    """Sixty talks marked blind by hand, some changed afterwards: the figures know which is which."""
    batch(wiring, body, 60)
    rng, ids = np.random.default_rng(9), [each["id"] for each in body["criteria"]]
    for item, level in enumerate(levels(61)[:60]):
        rating = int(np.clip(np.rint(level - 0.5), 0, 3))
        event = given(body, item, bands=bands_of(level, ids, 0.3, rng), rating=rating)
        assert 'class="compared"' in str(desk.act(event, T))
    desk.act({"action": "adopt", "batch": "b", "item": 0}, T)
    desk.act({"action": "seen", "batch": "b", "item": 60, "show": "all"}, T)
    told = koushi("agreement", "--json").json
    assert (told["n"], told["seen"]) == (60, 2)
    assert (told["holds"]["criterion_qwk"], told["holds"]["criterion_gap"]) == (True, None)
    assert told["holds"]["total_r"] is True
    (machine,) = told["machines"]
    assert machine["blind"]["totals"]["borderline"]["examiner"]["cut"]["value"] is not None
    assert "两位以上考评员" in koushi("agreement").out
    made = koushi("agreement", "--calibrate", "--json").json["calibrations"]
    assert made[0]["calibration"]["fit"]["kind"] == "linear"


async def test_a_calibration_stands_in_columns_of_its_own(
    wiring: Wiring, desk: Desk, client: AsyncClient, koushi: Koushi, body: dict[str, Any]
) -> None:
    batch(wiring, body, 40)
    rng, ids = np.random.default_rng(9), [each["id"] for each in body["criteria"]]
    for item, level in enumerate(levels(41)[:40]):
        desk.act(given(body, item, bands=bands_of(level - 0.8, ids, 0.2, rng)), T)
    plain = openpyxl.load_workbook(BytesIO((await client.get("/review/export.xlsx?batch=b")).content))
    assert (await asyncio.to_thread(koushi, "agreement", "--calibrate")).code == 0
    answer = await client.get("/review/export.xlsx?batch=b")
    head, *rows = openpyxl.load_workbook(BytesIO(answer.content))["总分"].iter_rows(values_only=True)
    _, *before = plain["总分"].iter_rows(values_only=True)
    assert head[-2:] == ("校准参考分", "校准说明")
    assert [row[:-2] for row in rows] == [tuple(row) for row in before]
    assert all(row[-2] is not None and "折外平均误差" in str(row[-1]) for row in rows)
    assert sum(row[-2] < row[2] for row in rows) > 30
