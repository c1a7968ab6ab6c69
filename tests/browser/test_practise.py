"""A candidate practises in a real browser: types, reloads, loses the server, sees the report."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from scenarios.loading import find_station
from tests.browser.conftest import Server, visit
from tests.browser.practising import LINES, STATION, begin, finish, replied, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_letter_is_read_answered_and_marked(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    seen = visit(launch(), server)
    page = seen.page
    letter = find_station("l3-letter-hotel-noise")
    page.goto(f"{server.url}/?station={letter.id}")
    page.get_by_role("button", name="开始", exact=True).click()
    expect(page.locator("#turn-0 .said")).to_contain_text("512房客人")
    box = page.locator(".dock textarea")
    box.fill("尊敬的贺女士：")
    box.press("Enter")  # begins a new line, hands nothing in
    expect(page.locator(".talk .turn")).to_have_count(1)
    expect(page.locator(".letter-count")).to_contain_text("6 字（要求 200–800 字）")
    page.reload()
    expect(box).to_have_value("尊敬的贺女士：\n")
    box.fill(letter.players["strong"].says[0])
    page.get_by_role("button", name="交信").click()
    page.get_by_role("button", name="看成绩").click()
    expect(page.locator(".report .outcome")).to_have_text("通过", timeout=20_000)
    expect(page.locator(".drawing-curve")).to_have_count(0)
    assert seen.errors == []


def test_an_examiner_asks_on_and_the_points_noted_are_shown(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server, 390, 844).page
    page.goto(f"{server.url}/?station=l3-q-complaint-steps")
    page.get_by_role("button", name="开始", exact=True).click()
    say(page, "先耐心听他说完，再安抚他的情绪。", 3)
    expect(page.locator(".mood")).to_have_count(0)
    page.locator("#turn-1 .why summary").click()
    expect(page.locator("#turn-1 .why")).to_contain_text("安抚情绪")
    say(page, "然后当场登记，查清楚原因。", 5)
    say(page, "没有别的了。", 7)
    page.get_by_role("button", name="看成绩").click()
    expect(page.locator(".report .ring-text")).to_be_visible(timeout=20_000)


def test_a_talk_from_the_grid_to_the_report_and_nothing_leaves_the_machine(
    serving: Callable[..., Server], launch: Callable[..., Browser], tmp_path: Path
) -> None:
    server = serving()
    seen = visit(launch(), server)
    page = seen.page
    page.goto(server.url)
    page.get_by_role("searchbox").fill("空调")
    expect(page.locator(".grid > li:visible")).to_have_count(1)
    page.locator(".grid > li:visible .tile").click()
    expect(page).to_have_url(re.compile(f"station={STATION}"))
    page.get_by_role("button", name="开始", exact=True).click()
    expect(page.locator(".turn.theirs")).to_have_count(1)
    expect(page).to_have_url(re.compile("talk="))
    say(page, LINES[0], 3)
    expect(page.locator(".dock textarea")).to_have_value("")
    page.locator(".dock textarea").fill("还没说完的")
    page.reload()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".dock textarea")).to_have_value("还没说完的")
    say(page, LINES[1], 5)
    say(page, LINES[2], 7)
    page.get_by_role("button", name="给我一个提示").click()
    expect(page.locator(".hint")).to_be_visible()
    finish(page)
    expect(page).to_have_url(re.compile("report="))
    expect(page.locator(".outcome")).to_have_text(re.compile("通过|未评分"))
    expect(page.locator(".disclaimer")).to_have_text("模拟成绩，非职业资格证书")
    page.locator(".moments .quote").first.click()
    expect(page.locator(".said-turn.on")).to_be_in_viewport()
    page.locator(".curve-dot").nth(1).press("Enter")
    expect(page.locator(".said-turn.on")).to_have_id("said-3")
    page.locator(".said-turn.mine", has=page.locator("mark")).first.click()
    expect(page.locator(".criterion.on[open]").first).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("link", name="导出 PDF").click()
    assert kept.value.suggested_filename.endswith(".pdf")
    assert Path(kept.value.path()).read_bytes().startswith(b"%PDF")
    with page.expect_download() as kept:
        page.get_by_role("link", name="导出网页").click()
    alone = page.context.new_page()
    alone.goto(Path(kept.value.path()).rename(tmp_path / "report.html").as_uri())
    expect(alone.locator(".moments .quote").first).to_be_visible()
    alone.locator(".moments .quote").first.click()
    expect(alone.locator(".said-turn.on")).to_have_count(1)
    page.reload()
    expect(page.locator(".criterion").first).to_be_visible()
    assert seen.foreign == []
    assert seen.errors == []


def test_rewinding_says_the_sentence_again_in_a_second_talk(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    first = begin(page, server)
    say(page, LINES[0], 3)
    say(page, LINES[1], 5)
    page.get_by_role("button", name="退回第 2 轮").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".dock textarea")).to_have_value(LINES[1])
    assert page.locator(".talk").get_attribute("data-talk") != first
    page.goto(f"{server.url}/?talk={first}")
    expect(page.locator(".turn")).to_have_count(5)


def test_the_keyboard_alone_leads_into_a_talk_and_the_back_button_out_of_it(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page

    def tab_to(css: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("css => document.activeElement.matches(css)", css):
                return
        raise AssertionError(f"Tab never reaches {css}")

    page.goto(server.url)
    expect(page.locator(".tile").first).to_be_visible()
    tab_to(".tile")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    tab_to('[data-do="begin"]')
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    tab_to(".dock textarea")
    page.keyboard.insert_text(LINES[0])
    page.keyboard.press("Enter")
    replied(page, 3)
    expect(page.get_by_role("log")).to_have_text(page.locator(".turn .said").last.inner_text())
    page.go_back()
    expect(page.locator(".sheet")).to_be_visible()
    page.go_forward()
    expect(page.locator(".turn")).to_have_count(3)


def test_in_an_exam_the_talk_begins_by_itself_when_the_reading_time_is_over(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    page.clock.install()
    page.goto(f"{server.url}/?station={STATION}")
    page.locator('.modes label:has(input[value="exam"])').click()
    page.clock.run_for(30_000)
    expect(page.locator(".reading b")).to_have_text("0:30")
    page.clock.run_for(31_000)
    expect(page.locator('.talk[data-mode="exam"]')).to_be_visible()


def test_an_exam_shows_neither_mood_nor_hints_nor_a_way_back(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    page.goto(f"{server.url}/?station={STATION}")
    page.locator('.modes label:has(input[value="exam"])').click()
    expect(page.locator(".reading")).to_be_visible()
    begin(page, server, "exam")
    say(page, LINES[0], 3)
    for hidden in (".mood", ".why", "[data-do=rewind]", "[data-do=hint]"):
        expect(page.locator(hidden)).to_have_count(0)


def test_what_is_said_stays_text_and_too_much_of_it_stays_in_the_box(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    seen = visit(launch(), server)
    page = seen.page
    begin(page, server)
    evil = '<img src=x onerror="document.title=1">${alert(1)}{{say}}</textarea><b>粗</b>'
    say(page, evil, 3)
    expect(page.locator(".turn.mine .said")).to_have_text(evil)
    assert page.locator(".turn img, .turn b").count() == 0
    long = "长" * 10_000
    page.locator(".dock textarea").fill(long)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".dock-error")).to_contain_text("一次最多说 2000 个字，您写了 10000 个")
    expect(page.locator(".dock textarea")).to_have_value(long)
    expect(page.locator(".turn")).to_have_count(3)
    assert seen.errors == []


def test_a_double_click_sends_once_and_an_older_window_is_shown_the_newest(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    browser = launch()
    page = visit(browser, server).page
    talk = begin(page, server)
    other = visit(browser, server).page
    other.goto(f"{server.url}/?talk={talk}")
    expect(other.locator(".turn")).to_have_count(1)
    page.locator(".dock textarea").fill(LINES[0])
    page.get_by_role("button", name="发送").dblclick()
    replied(page, 3)
    page.wait_for_timeout(1000)
    expect(page.locator(".turn.mine")).to_have_count(1)
    other.locator(".dock textarea").fill(LINES[1])
    other.get_by_role("button", name="发送").click()
    expect(other.locator(".notice")).to_contain_text("别的窗口")
    expect(other.locator(".turn")).to_have_count(3)
    expect(other.locator(".dock textarea")).to_have_value(LINES[1])
    other.get_by_role("button", name="发送").click()
    replied(other, 5)


def test_on_a_phone_nothing_scrolls_sideways_and_a_killed_server_loses_nothing(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server, 390, 844, has_touch=True, is_mobile=True).page

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.goto(server.url)
    expect(page.locator(".tile").first).to_be_visible()
    fits()
    page.goto(f"{server.url}/?station={STATION}")
    expect(page.locator(".sheet")).to_be_visible()
    fits()
    begin(page, server)
    say(page, LINES[0], 3)
    fits()
    server.kill()
    page.locator(".dock textarea").fill(LINES[1])
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".dock-error")).to_contain_text("连不上服务器", timeout=30_000)
    expect(page.locator(".dock textarea")).to_have_value(LINES[1])
    server.start()
    page.reload()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".dock textarea")).to_have_value(LINES[1])
    page.get_by_role("button", name="发送").click()
    replied(page, 5)
    finish(page)
    fits()
