"""An instructor writes a station in a real browser: mends it, talks with it, proves it, saves it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scenarios.drafts import skeleton
from tests.browser.conftest import Server, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEW = "l3-cake-next-door"
SAYS = (
    "罗女士您好，我是米谷蛋糕房的小程。孩子过生日等了两个小时，换了谁都要生气，真的对不起。",
    "麻烦您报一下订单号，当时约的是几点送到？",
    "今天的蛋糕款我给您全额退，明天中午十二点前免费补送一个同款，您看可以吗？",
)
VIEW = "document.querySelector('#editor .cm-content').cmTile.root.view"
DEMAND = """demands:
  - id: make_good
    title: 退款，给个准时间
    presses: [那这个蛋糕怎么算？什么时候？, 光说对不起没用。]
    met_by: { any_of: [offer_solution, compensate], options: [refund, new_cake], deadline: true }
    accepts: [可以，那就这么办。]

"""


def bench(page: Page, server: Server, query: str) -> None:
    """Opens a station in the editor and waits until it has been looked at."""
    page.goto(f"{server.url}/author/?{query}")
    expect(page.locator("#problems .checked")).to_be_visible(timeout=30_000)


def text(page: Page) -> str:
    return str(page.evaluate(f"{VIEW}.state.doc.toString()"))


def put_cursor(page: Page, start: str, end: str = "") -> None:
    """Selects from where `start` begins to where `end` begins (or `start` ends), as a mouse would."""
    page.evaluate(
        f"""([start, end]) => {{
            const view = {VIEW}, all = view.state.doc.toString(), from = all.indexOf(start);
            if (from < 0) throw new Error("not there: " + start);
            const to = end ? all.indexOf(end, from) : from + start.length;
            view.focus(); view.dispatch({{ selection: {{ anchor: from, head: to }}, scrollIntoView: true }});
        }}""",
        [start, end],
    )


def line_of_cursor(page: Page) -> int:
    return int(page.evaluate(f"{VIEW}.state.doc.lineAt({VIEW}.state.selection.main.head).number"))


def line_of(page: Page, part: str) -> int:
    all_ = text(page)
    return all_[: all_.index(part)].count("\n") + 1


def fault(page: Page, what: str, line: int) -> None:
    """Follows a message to its line."""
    page.get_by_role("button", name=re.compile(f"跳到第 {line} 行.*{what}")).click()
    assert line_of_cursor(page) == line
    expect(page.locator("#editor .cm-content")).to_be_focused()


def fine(page: Page, title: str = "") -> None:
    expect(page.locator("#problems .fine")).to_contain_text(title)
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_enabled()


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def say(page: Page, line: str, turns: int) -> None:
    """In the talk beside the editor."""
    page.get_by_role("textbox", name="考生说").fill(line)
    page.get_by_role("textbox", name="考生说").press("Enter")
    expect(page.locator("#talk .moved")).to_have_count(turns)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()


def retitle(page: Page, title: str) -> None:
    put_cursor(page, re.search(r"^title: (.*)$", text(page), re.MULTILINE)[1])  # type: ignore[index]
    page.keyboard.insert_text(title)
    fine(page, title)


def test_a_new_station_is_written_mended_tried_proven_saved_and_practised(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    seen = visit(launch(), server)
    page = seen.page
    page.goto(server.url)
    page.get_by_role("link", name="出题").click()
    page.get_by_role("textbox", name="编号").fill(NEW)
    page.get_by_role("button", name="开始写").click()
    fine(page, "生日蛋糕迟到两小时")
    retitle(page, "蛋糕送到隔壁去了")

    put_cursor(page, "  situation:", "  situation:")  # the indent of one line
    page.keyboard.press("Space")
    line = line_of(page, "situation:")
    fault(page, "缩进", line)
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    page.keyboard.press("Backspace")
    fine(page)

    put_cursor(page, "trade:")  # a field nobody knows
    page.keyboard.insert_text("trad:")
    expect(page.locator("#problems .mend").last).to_contain_text("trade")
    fault(page, "没有“trad”这个字段", line_of(page, "trad:"))
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.type("e")
    fine(page)

    put_cursor(page, "demands:", "# ── 方案")  # nothing is asked for any more
    page.keyboard.press("Delete")
    expect(page.locator("#problems .faults")).to_contain_text("缺少这个字段")
    expect(page.locator("#tab-problems .badge")).to_have_text("1")
    put_cursor(page, "# ── 方案", "# ── 方案")
    page.keyboard.insert_text(DEMAND)
    fine(page)

    tab(page, "试谈")
    page.get_by_role("button", name="开始试谈").click()
    for n, line_ in enumerate(SAYS, 1):
        say(page, line_, n)
    expect(page.locator("#talk .reasons").first).to_contain_text("信任")
    written = text(page)
    page.reload()
    expect(page.locator("#talk .moved")).to_have_count(3, timeout=30_000)
    assert text(page) == written
    expect(page.locator('[data-banner="restored"]')).to_be_visible()

    tab(page, "试演")
    page.get_by_role("button", name="开始试演").click()
    expect(page.locator(".plays-verdict")).to_have_text("11 场都合适。", timeout=60_000)
    page.get_by_role("button", name="看强（种子 1）的对话和评分").click()
    expect(page.locator(".played .marked summary")).not_to_have_count(0)
    expect(page.locator(".played .turn.mine").first).to_contain_text("米谷蛋糕房")

    save(page)
    expect(page.locator("#saving .saved")).to_contain_text("第 1 版")
    expect(page).to_have_url(re.compile(f"station={NEW}"))
    assert (server.home / "stations" / f"{NEW}.yaml").read_text(encoding="utf-8") == written
    page.get_by_role("link", name="去练这道题").click()
    page.get_by_role("button", name="开始", exact=True).click()
    for n, line_ in enumerate(SAYS, 1):
        page.locator(".dock textarea").fill(line_)
        page.get_by_role("button", name="发送").click()
        expect(page.locator(f'.talk[data-turns="{2 * n + 1}"][data-busy="0"]')).to_be_attached(timeout=20_000)
    page.get_by_role("button", name="结束", exact=True).click()
    page.get_by_role("button", name="结束并评分").click()
    expect(page.locator(".report")).to_be_visible(timeout=20_000)
    page.goto(server.url)
    expect(page.locator(".tile", has_text="蛋糕送到隔壁去了")).to_contain_text("最好")
    assert seen.errors == []
    assert seen.foreign == []


def own(server: Server, station_id: str, content: str = "") -> Path:
    """A station among the organisation's, as if it had been saved before."""
    file = server.home / "stations" / f"{station_id}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(content or skeleton(station_id), encoding="utf-8")
    return file


def test_nothing_is_replaced_unasked_and_a_talk_in_the_old_version_ends_with_a_clear_word(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    file, browser = own(server, "l3-cake"), launch()
    candidate = visit(browser, server).page
    candidate.goto(f"{server.url}/?station=l3-cake")
    candidate.get_by_role("button", name="开始", exact=True).click()
    expect(candidate.locator(".turn")).to_have_count(1)
    page = visit(browser, server).page
    bench(page, server, "station=l3-cake")
    retitle(page, "蛋糕送错了")
    save(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("已经有“l3-cake”第 1 版")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_focused()
    save(page)
    dialog.get_by_role("button", name="先不存").click()
    assert "生日蛋糕迟到两小时" in file.read_text(encoding="utf-8")
    save(page)
    dialog.get_by_role("button", name="版本改成 2 再保存").click()
    expect(page.locator("#saving .saved")).to_contain_text("l3-cake@1.yaml.bak")
    assert "version: 2" in text(page)
    candidate.reload()
    expect(candidate.get_by_role("alert")).to_contain_text("从第 1 版到第 2 版")
    expect(candidate.locator(".tile", has_text="蛋糕送错了")).to_be_visible()
    own(server, "l3-cake", skeleton("l3-cake").replace("version: 1", "version: 3"))  # by somebody else
    retitle(page, "又改了一次")
    save(page)
    expect(dialog).to_contain_text("在别处存过了，现在是第 3 版")
    dialog.get_by_role("button", name="用我这份替换").click()
    expect(page.locator("#saving .saved")).to_contain_text("l3-cake@3.yaml.bak")


def test_what_is_written_outlives_the_server_and_two_windows_notice_each_other(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    first = visit(launch(), server).page
    bench(first, server, "new=l3-two")
    second = first.context.new_page()
    bench(second, server, "new=l3-two")
    retitle(first, "第一个窗口写的")
    expect(second.locator('[data-banner="other"]')).to_be_visible()
    retitle(second, "第二个窗口写的")
    expect(second.locator('[data-banner="other"]')).to_be_visible()
    second.get_by_role("button", name="用那边的").click()
    fine(second, "第一个窗口写的")
    second.close()
    server.kill()
    put_cursor(first, "第一个窗口写的")
    first.keyboard.insert_text("停电的时候写的")
    expect(first.locator('[data-banner="lost"]')).to_be_visible(timeout=20_000)
    server.start()
    expect(first.locator('[data-banner="lost"]')).to_be_hidden(timeout=30_000)
    fine(first, "停电的时候写的")
    first.goto(f"{server.url}/author/")
    first.locator(".drafts a").click()
    fine(first, "停电的时候写的")
    first.get_by_role("button", name="不要这些改动").click()
    fine(first, "生日蛋糕迟到两小时")


def test_a_play_test_is_stopped_goes_on_and_tells_what_to_mend(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    bench(page, server, "new=l3-hard")
    put_cursor(page, "      - 麻烦您报一下订单号", "  borderline:")  # the strong candidate has little to say
    page.keyboard.insert_text("      - 您的订单号是多少？\n      - 好的，我知道了，再见。\n")
    fine(page)
    tab(page, "试演")
    page.locator(".seeds").select_option("10")
    page.get_by_role("button", name="开始试演").click()
    page.get_by_role("button", name="停下").click()
    go_on = page.get_by_role("button", name="接着演")
    expect(go_on).to_be_visible()
    stopped_at = page.locator("tr.play").count()
    assert 0 < stopped_at < 110
    page.reload()
    tab(page, "试演")
    expect(page.locator("tr.play")).to_have_count(stopped_at, timeout=30_000)
    go_on.click()
    expect(page.locator(".plays-verdict")).to_contain_text("场不合适", timeout=90_000)
    expect(page.locator("tr.play")).to_have_count(110, timeout=90_000)
    expect(page.locator(".causes").first).to_contain_text("没做到")
    put_cursor(page, "好的，我知道了")
    page.keyboard.insert_text("好")
    expect(page.locator(".changed-note")).to_be_visible()


def test_on_a_phone_everything_stands_one_below_the_other_and_a_broken_file_can_be_opened(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    own(server, "l3-broken", "id: l3-broken\nversion: eins\n")
    page = visit(launch(), server, 390, 844, color_scheme="dark").page
    page.goto(f"{server.url}/author/")
    page.get_by_role("link", name=re.compile("l3-broken.*处问题")).click()
    fault(page, "整数", 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    editor, beside = page.locator("#editor").bounding_box(), page.locator("#problems").bounding_box()
    assert editor
    assert beside
    assert editor["y"] + editor["height"] <= beside["y"]
    page.get_by_role("button", name="Switch the page to English").click()
    expect(page.get_by_role("tab", name="Play-test")).to_be_visible(timeout=30_000)


def test_a_text_of_two_megabytes_gets_a_sentence(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving()
    page = visit(launch(), server).page
    bench(page, server, "new=l3-big")
    page.evaluate(f"{VIEW}.dispatch({{changes: {{from: 0, insert: '# ' + '大'.repeat(2e6) + '\\n'}}}})")
    expect(page.locator("#problems .faults")).to_contain_text("超过 1 MB", timeout=20_000)
    page.evaluate(f"{VIEW}.dispatch({{changes: {{from: 0, to: 2000003}}}})")
    fine(page)
