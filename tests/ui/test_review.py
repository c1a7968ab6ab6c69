"""阅卷 as a visitor's browser and a script meet it: what goes in, what comes out, what is refused."""

import json
import re
import time
from io import BytesIO
from typing import Any

import openpyxl
import pdfplumber
from httpx import AsyncClient

from rubrics.batch_store import BatchStore
from tests.ui.test_cli_score import transcript
from ui.i18n import texts
from ui.review.desk import Desk
from ui.wiring import Wiring

T = texts("zh")
FILES = {
    "甲.json": json.dumps(transcript(id="甲<script>")).encode(),
    "短.txt": "客户：三次了！\n考生：真对不起。\n".encode(),
    "坏.csv": b"",
}


def sent(files: dict[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("file", (name, data)) for name, data in files.items()]


async def taken(client: AsyncClient) -> str:
    answer = await client.post("/review/files", files=sent(FILES))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["batch"])


def marked(desk: Desk, wiring: Wiring, batch: str) -> str:
    """The batch's page once all is marked."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        page = str(desk.open({"batch": batch, "show": "all"}, T))
        if 'data-marking="0"' in page:
            return page
        time.sleep(0.1)
    raise AssertionError(BatchStore(wiring.engine).items(batch))


def index_of(wiring: Wiring, batch: str, name: str) -> int:
    return next(each.index for each in BatchStore(wiring.engine).items(batch) if each.name == name)


def change(batch: str, item: int, **more: Any) -> dict[str, Any]:
    event = {
        "action": "change",
        "batch": batch,
        "item": item,
        "criterion": "empathy",
        "before": 4,
        "after": 1,
    }
    return {**event, "reason": "听了录音", **more}


async def test_a_batch_goes_in_and_comes_out_with_what_was_changed(
    client: AsyncClient, desk: Desk, wiring: Wiring
) -> None:
    batch = await taken(client)
    page = marked(desk, wiring, batch)
    assert re.findall(r'<b lang="zh">(.+?)</b>', page) == ["短.txt", "甲.json", "坏.csv"], "doubt first"
    item = index_of(wiring, batch, "甲.json")
    shown = str(desk.open({"batch": batch, "item": str(item)}, T))
    assert "<script>" not in shown
    band = int(re.findall(r'data-card="empathy" data-before="(\d)"', shown)[0])
    after = str(desk.act(change(batch, item, before=band, after=0 if band else 4), T))
    assert "听了录音" in after
    total = float(re.findall(r'class="total"><b>([\d.]+)', after)[0])
    answer = await client.get("/review/export.xlsx", params={"batch": batch})
    rows = list(
        openpyxl.load_workbook(BytesIO(answer.content))["总分"].iter_rows(min_row=2, values_only=True)
    )
    assert {row[0]: row[2] for row in rows} == {"甲.json": total, "短.txt": None, "坏.csv": None}
    paper = await client.get("/review/print", params={"batch": batch, "item": item})
    assert "听了录音" in paper.text
    assert f"<b>{total:g}</b>" in paper.text
    assert "甲&lt;script&gt;" in paper.text
    kept = await client.get("/review/report.pdf", params={"batch": batch, "item": item})
    assert kept.headers["content-type"] == "application/pdf"
    assert "attachment" in kept.headers["content-disposition"]
    with pdfplumber.open(BytesIO(kept.content)) as file:
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in file.pages))
    for each in (f"{total:g}", "听了录音", T("review.who"), f"{band}→{0 if band else 4}", "以考评员定的为准"):
        assert each in text, each
    alone = await client.get("/review/report.html", params={"batch": batch, "item": item})
    assert "听了录音" in alone.text
    assert 'data-print="0"' in alone.text


async def test_an_unscored_talk_gets_its_total_from_the_examiner(
    client: AsyncClient, desk: Desk, wiring: Wiring
) -> None:
    batch = await taken(client)
    marked(desk, wiring, batch)
    item = index_of(wiring, batch, "短.txt")
    page = str(desk.open({"batch": batch, "item": str(item)}, T))
    assert T("review.unscored_hint") in page
    for criterion in re.findall(r'class="card-criterion" data-card="([\w-]+)"', page):
        page = str(desk.act(change(batch, item, criterion=criterion, before=None, after=3), T))
    assert '<p class="total"><b>75</b>' in page


async def test_the_same_files_sent_again_are_taken_once(client: AsyncClient, wiring: Wiring) -> None:
    batch = await taken(client)
    again = await client.post("/review/files", params={"batch": batch}, files=sent(FILES))
    assert again.json() == {"batch": batch, "files": 3, "new": 0}
    assert len(BatchStore(wiring.engine).items(batch)) == 3


async def test_what_cannot_be_taken_in_is_said(client: AsyncClient) -> None:
    for query, files, said in (
        ({"station": "l3-nothing"}, FILES, "l3-nothing"),
        ({"rubric": "nothing"}, FILES, "nothing"),
        ({"batch": "gone"}, FILES, "没有这一批"),
    ):
        answer = await client.post("/review/files", params=query, files=sent(files))
        assert answer.status_code == 422
        assert said in answer.json()["problem"]
    abroad = await client.post("/review/files", files=sent(FILES), headers={"sec-fetch-site": "cross-site"})
    assert abroad.status_code == 403
    for address in (
        "/review/export.xlsx?batch=gone",
        "/review/print?batch=gone&item=0",
        "/review/report.pdf?batch=gone&item=0",
    ):
        assert (await client.get(address)).status_code == 404


async def test_a_wrong_address_or_click_is_answered_with_a_sentence(
    client: AsyncClient, desk: Desk, wiring: Wiring
) -> None:
    batch = await taken(client)
    marked(desk, wiring, batch)
    assert "没有这一批" in str(desk.open({"batch": "gone"}, T))
    assert "没有这一份" in str(desk.open({"batch": batch, "item": "99"}, T))
    assert 'data-show="open"' in str(desk.open({"batch": batch, "show": "nonsense"}, T))
    assert 'data-screen="home"' in str(desk.act({"action": "nonsense"}, T))
    item = index_of(wiring, batch, "甲.json")
    for more, said in (
        ({"reason": " "}, "为什么"),
        ({"after": 9}, "没有这一项或这一档"),
        ({"before": 0}, "别的窗口"),
    ):
        assert said in str(desk.act(change(batch, item, **more), T))
    broken = index_of(wiring, batch, "坏.csv")
    assert "还没有评分" in str(desk.act(change(batch, broken), T))


async def test_a_batch_of_a_station_and_rubric_chosen_on_the_page(
    client: AsyncClient, desk: Desk, wiring: Wiring
) -> None:
    data = json.dumps(transcript(station=None)).encode()
    answer = await client.post(
        "/review/files", params={"rubric": "negotiation"}, files=sent({"a.json": data})
    )
    batch = answer.json()["batch"]
    marked(desk, wiring, batch)
    (item,) = BatchStore(wiring.engine).items(batch)
    assert item.summary is not None
    assert item.summary["rubric"].startswith("negotiation@")
