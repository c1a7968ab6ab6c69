"""The coach in a real browser: a weak talk, its coaching, a sentence tried, the talk begun again."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scenarios.loading import find_station
from tests.browser.conftest import Server, visit
from tests.browser.test_practise import begin, finish, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATION = find_station("l3-aircon-third-visit")
SHOTS = os.environ.get("KOUSHI_SHOTS")
"A folder to leave pictures in, for whoever wants to look."


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_from_a_weak_talk_over_the_coach_to_a_better_one_beside_it(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving(KOUSHI_SPEECH="browser")
    seen = visit(launch(), server)
    page = seen.page
    first = begin(page, server)
    weak = STATION.players["weak"].says
    say(page, weak[0], 3)
    say(page, weak[1], 5)
    say(page, weak[2], 7)
    if page.locator(".talk").get_attribute("data-stop"):
        page.get_by_role("button", name="看成绩").click()
        expect(page.locator(".report")).to_be_visible(timeout=30_000)
    else:
        finish(page)
    coach = page.locator("#coach")
    expect(coach.locator(".coach-weak > li").nth(1)).to_contain_text("责任被推开")
    expect(coach.locator(".coach-note q").first).not_to_be_empty()
    shot(page, "coach-1280")
    before = page.locator(".report .ring-text b").inner_text()

    coach.locator('[data-do="whatif"]').nth(1).click()
    tried = page.locator("#tried")
    expect(tried).to_contain_text("后面的话照原样不动", timeout=30_000)
    expect(tried.locator(".gained").first).to_be_visible()
    shot(page, "tried-1280")

    coach.locator('[data-do="rewind"]').nth(1).click()
    expect(page.locator(".talk .turn")).to_have_count(3)
    expect(page.locator(".dock textarea")).to_have_value(weak[1])
    strong = STATION.players["strong"].says
    for n, text in enumerate(strong[1:5]):
        say(page, text, 5 + 2 * n)
    finish(page)
    beside = page.locator("#rewound")
    expect(beside).to_contain_text(weak[1])
    expect(beside).to_contain_text(strong[1])
    expect(beside.locator(".both-totals")).to_contain_text(before)
    expect(beside.locator(".gained").first).to_be_visible()
    expect(beside.locator(".drawing-curve").first).to_be_visible()
    shot(page, "beside-1280")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "beside-390-dark")
    address = page.url
    beside.locator(".both-totals a").click()
    expect(page).to_have_url(re.compile(f"report={first}"))
    expect(page.locator("#rewound .branches a")).to_have_count(1, timeout=30_000)
    shot(page, "coach-390-dark")
    page.locator("#rewound .branches a").click()
    expect(page).to_have_url(address)
    drilled(page, server)
    assert seen.errors == []
    assert seen.foreign == []


def drilled(page: Page, server: Server) -> None:
    """An exercise from the report: three weak answers, then an example and the note; then another one."""
    link = page.locator(".coach-practise a").first
    page.goto(server.url + str(link.get_attribute("href")))
    expect(page.locator(".drill .drill-line")).to_be_visible(timeout=30_000)
    shot(page, "drill-390-dark")
    first = page.locator(".drill").get_attribute("data-drill")
    for n, text in enumerate(("嗯。", "好的。", "知道了。"), 1):
        page.locator(".drill-form textarea").fill(text)
        page.get_by_role("button", name="就这么说").click()
        expect(page.locator(f'.drill[data-tries="{n}"]')).to_be_attached(timeout=20_000)
    expect(page.locator(".drill-marked")).to_contain_text("示范")
    expect(page.locator(".drill-note q")).not_to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 860})
    shot(page, "drill-1280")
    page.get_by_role("button", name="再练一道").click()
    expect(page.locator(f'.drill:not([data-drill="{first}"])')).to_be_attached(timeout=20_000)
