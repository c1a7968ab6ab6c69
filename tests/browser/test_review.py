"""An examiner clears a batch in a real browser: drops files, reads the queue, changes a mark, exports."""

import asyncio
import base64
import json
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from rubrics.players import scripted
from rubrics.playtest import play
from scenarios.loading import library
from tests.browser.conftest import Server, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATIONS = ("l3-aircon-third-visit", "l2-clinic-know-all", "l3-warehouse-will-not-expedite")
BROKEN = {
    "坏-半截.json": b'{"format": "koushi.transcript/1"',
    "坏-空.txt": b"",
    "坏-没有说话人.txt": "这里没有写是谁说的\n".encode(),
    "坏-表头.csv": b"who,what\n1,2\n",
    "坏-图.png": b"\x89PNG",
}
DROP = """([selector, files]) => {
    const data = new DataTransfer();
    for (const [name, content] of files)
        data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
    document.querySelector(selector).dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""  # noqa: E501


def talks() -> dict[str, dict[str, Any]]:
    """Nine talks of three stations, good, middling and poor."""

    async def all_() -> dict[str, dict[str, Any]]:
        out = {}
        for station in map(library().__getitem__, STATIONS):
            for name in ("strong", "borderline", "weak"):
                talk, _, _ = await play(station, scripted(station.players[name].says), 1)
                out[f"{station.id}-{name}"] = talk.as_json()
        return out

    with ThreadPoolExecutor(1) as beside:  # Playwright has a loop of its own in this thread
        return beside.submit(asyncio.run, all_()).result()


def as_text(talk: dict[str, Any], head: str = "", quote: str = "") -> str:
    names = (
        {"counterpart": "客户", "candidate": "考生"}
        if not head
        else {r: r for r in ("counterpart", "candidate")}
    )
    between = "：" if not head else ","
    lines = [f"{names[t['role']]}{between}{quote}{t['text']}{quote}" for t in talk["turns"]]
    return "\n".join([*filter(None, [head]), *lines])


def batch() -> dict[str, bytes]:
    """Thirty transcripts as JSON, text, CSV and in a zip; five of them broken."""
    made = talks()
    files = {f"{name}.json": json.dumps(talk).encode() for name, talk in made.items()}
    first = next(iter(made.values()))
    files |= {f"文本-{n}.txt": as_text(first).encode() for n in range(4)}
    files |= {f"表格-{n}.csv": as_text(first, "role,text", '"').encode("gb18030") for n in range(4)}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n, talk in enumerate([*made.values()][:8]):
            archive.writestr(f"二班/{n}.json", json.dumps(talk))
    return {**files, "二班.zip": packed.getvalue(), **BROKEN}


def drop(page: Page, files: dict[str, bytes], *, blind: bool = False) -> None:
    """Files dropped on the page.

    Args:
        blind: leave one in ten to be marked blind, as the page would.
    """
    page.get_by_role("checkbox", name=re.compile("盲评")).set_checked(blind)
    page.evaluate(DROP, [".drop", [[name, base64.b64encode(data).decode()] for name, data in files.items()]])


def marked(page: Page) -> None:
    """Waits until nothing is left to mark."""
    expect(page.locator('[data-screen="batch"][data-marking="0"]')).to_be_visible(timeout=90_000)


def sampled(page: Page, server: Server) -> None:
    """The batch of samples, marked, on the page."""
    page.goto(f"{server.url}/review")
    page.get_by_role("button", name="用一份样例试试").click()
    marked(page)


def total(page: Page) -> float:
    return float(page.locator(".item-head .total b").inner_text())


def table(page: Page, server: Server, sheet: str, tmp_path: Path) -> list[dict[str, Any]]:
    """A sheet of the exported workbook, opened again."""
    with page.expect_download() as coming:
        page.get_by_role("link", name="导出 Excel").click()
    file = tmp_path / "out.xlsx"
    coming.value.save_as(file)
    rows = openpyxl.load_workbook(file)[sheet].iter_rows(values_only=True)
    head = next(rows)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_thirty_are_dropped_five_broken_one_changed_and_the_table_agrees_with_the_page(
    serving: Callable[..., Server], launch: Callable[..., Browser], tmp_path: Path
) -> None:
    server = serving()
    seen = visit(launch(), server)
    page = seen.page
    page.goto(f"{server.url}/review")
    expect(page.get_by_role("heading", name="把对话放进来")).to_be_visible()
    drop(page, batch())
    marked(page)
    rows = page.locator(".queue a")
    expect(rows).to_have_count(30)
    expect(page.locator(".queue .broken")).to_have_count(5)
    for name in BROKEN:
        expect(page.locator(".queue b", has_text=name)).to_be_visible()
    # doubt first: no row that calls for a look comes after one that does not
    looks = [bool(row.locator(".look").count()) for row in rows.all()]
    assert any(looks)
    assert looks == sorted(looks, reverse=True)

    address = page.url
    page.reload()
    expect(rows).to_have_count(30)
    rows.first.click()
    name = page.locator(".item-head h1").inner_text()
    before = total(page)
    card = page.locator(".card-criterion").nth(1)
    title, old = card.locator("h3").inner_text(), int(card.get_attribute("data-before") or 0)
    new = 4 if old < 4 else 0
    weight = int(card.locator("header p").inner_text().split("/")[1].split()[0])
    page.keyboard.press("ArrowDown")
    page.keyboard.press(str(new))
    page.keyboard.press("Enter")
    expect(card.get_by_role("alert")).to_contain_text("为什么")
    page.keyboard.type("=听了录音，比记录里说得具体")
    page.keyboard.press("Enter")
    expect(page.locator(".did")).to_contain_text(f"{title}：{old} → {new}")
    assert total(page) == pytest.approx(before + weight * (new - old) / 4, abs=0.05)
    expect(page.locator(".history li")).to_contain_text("=听了录音")
    after = total(page)
    page.keyboard.press("j")
    expect(page.locator(".item-head h1")).not_to_have_text(name)
    page.keyboard.press("k")
    expect(page.locator(".item-head h1")).to_have_text(name)
    assert total(page) == after

    page.goto(address)
    expect(rows).to_have_count(30)
    shown = {
        row.locator("b").inner_text(): row.locator(".queue-total").inner_text().split() for row in rows.all()
    }
    exported = table(page, server, "总分", tmp_path)
    assert len(exported) == 30
    for row in exported:
        on_page = shown[str(row["文件"])]
        told = ["读不了"] if row["结果"] == "读不了" else [f"{row['总分']:g}", row["结果"]]
        assert on_page == told
    (mine,) = [row for row in exported if row["文件"] == name]
    assert (mine["总分"], mine["机评总分"], mine["改动"]) == (after, before, 1)
    (change,) = table(page, server, "改动", tmp_path)
    assert [change[key] for key in ("文件", "评分项", "原来", "改为", "理由")] == [
        name, title, old, new, "=听了录音，比记录里说得具体",
    ]  # fmt: skip
    assert seen.foreign == []
    assert seen.errors == []


def test_evidence_points_both_ways_and_what_was_seen_leaves_the_queue(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server, 390, 844, color_scheme="dark").page
    sampled(page, server)
    expect(page.locator(".queue a")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".queue a", has_text="样例-中").click()
    quote = page.locator(".card-criterion .quote").first
    words = quote.get_attribute("data-quote") or ""
    quote.click()
    lit = page.locator(".said-turn.on mark.on")
    expect(lit.first).to_be_in_viewport()
    assert "".join(lit.all_inner_texts()) in words
    turn = page.locator(".said-turn.mine", has=page.locator("mark")).first
    turn.click()
    ids = set(" ".join(m.get_attribute("data-for") or "" for m in turn.locator("mark").all()).split())
    assert ids == {c.get_attribute("data-card") for c in page.locator("[data-card].on").all()}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name=re.compile("^看完了")).click()
    expect(page.locator(".item-head h1")).not_to_have_text("样例-中.json")
    page.get_by_role("link", name="回到这一批").click()
    expect(page.locator(".queue a")).to_have_count(4)
    page.get_by_label("看哪些").select_option("seen")
    expect(page.locator(".queue a")).to_have_count(1)
    page.get_by_role("button", name="Switch the page to English").click()
    expect(page.get_by_role("link", name="All batches")).to_be_visible()


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    sampled(page, server)
    page.locator(".queue a").first.click()
    name = page.locator(".item-head h1").inner_text()
    page.route("**/queue/join*", lambda route: route.fulfill(json={"event_id": "lost"}), times=1)
    page.get_by_role("button", name=re.compile("^看完了")).click()
    expect(page.locator(".item-head h1")).not_to_have_text(name)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("link", name="回到这一批").click()
    expect(page.locator(".queue a")).to_have_count(4)


def test_an_answer_that_comes_late_does_not_take_the_page_back(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    sampled(page, server)
    page.locator(".queue a").first.click()
    head = page.locator(".item-head h1")
    first, old = head.inner_text(), page.locator(".answer").evaluate("e => e.outerHTML")
    page.get_by_role("button", name=re.compile("^看完了")).click()
    expect(head).not_to_have_text(first)
    second, address = head.inner_text(), page.url
    back = "(e, old) => { e.outerHTML = old; return document.querySelector('.item-head h1').innerText; }"
    assert page.locator(".answer").evaluate(back, old) == first
    expect(head).to_have_text(second)
    assert page.url == address


def test_a_batch_outlives_the_server_and_can_be_stopped(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    page.goto(f"{server.url}/review")
    expect(page.locator(".drop")).to_be_visible()
    text = as_text(next(iter(talks().values()))).encode()
    drop(page, {f"{n:03d}.txt": text + f"\n考生：第 {n} 份。".encode() for n in range(150)})
    expect(page.locator('[data-screen="batch"][data-marking="1"]')).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="停下").click()
    expect(page.get_by_text("已经停下")).to_be_visible()
    done = int(page.locator(".review").get_attribute("data-done") or 0)
    assert done < 150
    page.get_by_role("button", name="接着评").click()
    expect(page.locator('[data-screen="batch"][data-marking="1"]')).to_be_visible()
    server.kill()
    server.start()
    page.reload()
    marked(page)
    expect(page.locator(".queue a")).to_have_count(150)
    expect(page.get_by_text("评好 150")).to_be_visible()


def test_two_windows_do_not_change_the_same_thing_unseen(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    browser = launch()
    page = visit(browser, server).page
    sampled(page, server)
    page.locator(".queue a", has_text="样例-好").click()
    expect(page.locator(".card-criterion").first).to_be_visible()
    other = visit(browser, server).page
    other.goto(page.url)
    expect(other.locator(".card-criterion").first).to_be_visible()
    for each, band, said in ((page, "1", "先改"), (other, "2", "后改")):
        each.locator(f'.card-criterion >> nth=0 >> .bands [data-band="{band}"]').click()
        each.keyboard.type(said)
        each.keyboard.press("Enter")
        expect(each.locator(".did, .notice[role='alert']")).to_be_visible()
    expect(other.get_by_text("别的窗口里改过")).to_be_visible()
    expect(other.locator(".history li")).to_have_count(1)
    expect(other.locator('.card-criterion >> nth=0 >> [aria-checked="true"]')).to_have_text("1")
