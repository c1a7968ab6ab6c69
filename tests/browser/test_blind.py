"""The blind tenth in a real browser: nothing of the machine's mark until the examiner has given his."""

import json
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from rubrics.batch import digest
from rubrics.blind import chosen
from tests.browser.conftest import Server, visit
from tests.browser.test_review import drop, marked, talks

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def versions(talk: dict[str, Any]) -> tuple[bytes, bytes]:
    """The talk in two files that differ in its name only: one of the blind tenth, one not."""
    made = (json.dumps({**talk, "id": f"n{n}"}).encode() for n in count())
    found: dict[bool, bytes] = {}
    while len(found) < 2:
        data = next(made)
        found.setdefault(chosen(digest(data)), data)
    return found[True], found[False]


def files() -> dict[str, bytes]:
    """A talk to be marked blind, and others that are not."""
    made = talks()
    blind, _ = versions(made["l3-aircon-third-visit-borderline"])
    others = {name: versions(talk)[1] for name, talk in made.items() if name.startswith("l2-clinic")}
    return {"盲.json": blind, **{f"{name}.json": data for name, data in others.items()}}


def opened(page: Page, server: Server) -> dict[str, Any]:
    """Drops the files, opens the blind one; what the machine gave it, from the database's own report."""
    page.goto(f"{server.url}/review")
    expect(page.get_by_role("checkbox", name=re.compile("盲评"))).to_be_checked()
    drop(page, files(), blind=True)
    marked(page)
    expect(page.locator(".queue a")).to_have_count(4)
    page.locator(".queue a", has_text="盲.json").click()
    expect(page.locator(".right.blind")).to_be_visible()
    return machines(server)


def machines(server: Server) -> dict[str, Any]:
    import sqlite3

    with sqlite3.connect(server.home / "koushi.db") as db:
        query = """SELECT body FROM batch_marks m JOIN batch_items i
                   ON m.batch_id = i.batch_id AND m."index" = i."index" WHERE i.name = '盲.json'"""
        ((body,),) = db.execute(query).fetchall()
    found: dict[str, Any] = json.loads(body)
    return found


def test_the_machines_mark_stays_hidden_until_all_bands_are_given_and_both_are_kept(
    serving: Callable[..., Server], launch: Callable[..., Browser], tmp_path: Path
) -> None:
    server = serving()
    seen = visit(launch(), server)
    page = seen.page
    body = opened(page, server)
    batch = page.locator(".review").get_attribute("data-batch")

    # the queue: first, without total, reason or flag, whatever the doubt
    page.get_by_role("link", name="回到这一批").click()
    first = page.locator(".queue a").first
    expect(first.locator("b")).to_have_text("盲.json")
    assert first.inner_text().split() == ["盲.json", "先盲评", "盲评"]
    for show in ("look", "pass", "fail"):
        page.get_by_label("看哪些").select_option(show)
        expect(page.locator(f'.review[data-show="{show}"]')).to_be_visible()
        expect(page.locator(".queue b", has_text="盲.json")).to_have_count(0)
    page.get_by_label("看哪些").select_option("blind")
    expect(page.locator('.review[data-show="blind"]')).to_be_visible()
    expect(page.locator(".queue a")).to_have_count(1)
    page.locator(".queue a").first.click()

    # the talk: no total, no evidence, no rationale; nor on paper, nor in the table
    expect(page.locator(".right.blind")).to_be_visible()
    html = page.content()
    for each in body["criteria"]:
        assert each["rationale"] not in html
    assert page.locator("mark, .total, [aria-checked='true'], [data-do='seen']").count() == 0
    address = (
        f"{server.url}/review/print?batch={batch}&item={page.locator('.review').get_attribute('data-item')}"
    )
    answer = page.request.get(address)
    assert answer.status == 403
    assert "先盲评" in answer.text()
    assert exported(page, server, batch, "总分", tmp_path)["盲.json"]["结果"] == "待盲评"

    # given by keyboard; what is half done outlives a reload
    give = page.get_by_role("button", name="交，看机评")
    expect(give).to_be_disabled()
    page.locator(".card-criterion").first.focus()
    page.keyboard.press("3")
    page.keyboard.press("2")
    page.reload()
    expect(page.locator("[data-pick][aria-checked='true']")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.locator(".right.blind")).to_be_visible()
    for n in range(2, len(body["criteria"])):
        expect(page.get_by_text(f"还有 {len(body['criteria']) - n} 项没定档")).to_be_visible()
        page.locator(".card-criterion").nth(n).locator('[data-pick="1"]').click()
    page.get_by_role("radio", name="边缘").click()
    expect(give).to_be_enabled()
    give.click()

    # then both, side by side; what stands is the machine's until the examiner says otherwise
    expect(page.locator(".compared")).to_be_visible()
    rows = page.locator(".compared tbody tr:not(.sum)")
    mine = [3, 2, *[1] * (len(body["criteria"]) - 2)]
    for row, band, each in zip(rows.all(), mine, body["criteria"], strict=True):
        assert row.locator("td").all_inner_texts() == [str(band), str(each["band"])]
    assert page.locator(".item-head .total b").inner_text() == f"{body['total']:g}"
    expect(page.get_by_role("radio", name="边缘")).to_be_checked()
    assert page.request.get(address).status == 200
    page.reload()
    expect(page.locator(".compared")).to_be_visible()
    row = exported(page, server, batch, "总分", tmp_path)["盲.json"]
    assert (row["总分"], row["改动"]) == (body["total"], 0)

    page.get_by_role("button", name="按我的盲评改成绩").click()
    differ = sum(a != each["band"] for a, each in zip(mine, body["criteria"], strict=True))
    expect(page.locator(".did")).to_contain_text(f"改了 {differ} 项")
    expect(page.locator(".history li")).to_have_count(differ)
    assert [b.inner_text() for b in page.locator(".bands [aria-checked='true']").all()] == list(
        map(str, mine)
    )
    assert seen.errors == []
    assert seen.foreign == []


def exported(
    page: Page, server: Server, batch: str | None, sheet: str, folder: Path
) -> dict[str, dict[str, Any]]:
    file = folder / "out.xlsx"
    file.write_bytes(page.request.get(f"{server.url}/review/export.xlsx?batch={batch}").body())
    head, *rows = openpyxl.load_workbook(file)[sheet].iter_rows(values_only=True)
    return {str(row[0]): dict(zip(map(str, head), row, strict=True)) for row in rows}


def test_on_a_phone_in_the_dark_and_in_english(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server, 390, 844, color_scheme="dark").page
    opened(page, server)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Switch the page to English").click()
    expect(page.get_by_text("Please mark this one first")).to_be_visible()
    for card in page.locator(".card-criterion").all():
        card.locator('[data-pick="4"]').click()
    red = page.locator('[name="crossed"]').first
    red.check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".compared")).to_be_visible()
    expect(page.locator(".compared .sum td").first).to_have_text("59")
    expect(page.get_by_text("Red lines you saw crossed")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("radio", name="good", exact=True).click()
    expect(page.get_by_role("radio", name="good", exact=True)).to_be_checked()


def test_who_wants_no_blind_tenth_sees_all_marks_at_once(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    page.goto(f"{server.url}/review")
    expect(page.locator(".drop")).to_be_visible()
    drop(page, files(), blind=False)
    marked(page)
    page.locator(".queue a", has_text="盲.json").click()
    expect(page.locator(".item-head .total b")).to_be_visible()
    expect(page.locator(".right.blind")).to_have_count(0)
