"""A candidate asks the tutor in a real browser: sources open, threads last, the phone has room."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, visit
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import says

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "怎么给顾客的投诉信写回信？"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> str:
    """`KOUSHI_HOME` of all servers here: the index is built by the first."""
    return str(tmp_path_factory.mktemp("home"))


def ask(page: Page, text: str, turns: int) -> None:
    """Types and sends; waits until the answer is whole: then there are `turns` exchanges."""
    page.get_by_role("textbox", name="您的问题").fill(text)
    page.get_by_role("button", name="问", exact=True).click()
    answered(page, turns)


def answered(page: Page, turns: int) -> None:
    expect(page.locator(f'.tutor[data-turns="{turns}"][data-busy="0"]')).to_be_attached(timeout=90_000)


def test_a_thread_with_its_sources_survives_a_reload_and_nothing_leaves_the_machine(
    serving: Callable[..., Server], launch: Callable[..., Browser], built: str
) -> None:
    server = serving(KOUSHI_HOME=built)
    seen = visit(launch(), server)
    page = seen.page
    page.goto(f"{server.url}/tutor")
    expect(page.get_by_role("heading", name="想问什么？")).to_be_visible()
    ask(page, QUESTION, 1)
    expect(page).to_have_url(re.compile("thread="))
    expect(page.get_by_role("textbox", name="您的问题")).to_have_value("")
    number = page.get_by_role("button", name="看出处 1")
    number.click()
    source = page.get_by_role("region", name="出处 1")
    expect(source).to_be_visible()
    said = page.locator(".said").inner_text()
    assert source.locator("mark").inner_text()[:20] in said
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(number).to_be_focused()
    page.locator(".chip").first.click()
    answered(page, 2)
    ask(page, "红烧肉怎么烧", 3)
    expect(page.locator(".answer.none")).to_contain_text("没有讲到")
    page.reload()
    expect(page.locator(".exchange")).to_have_count(3)
    page.get_by_role("button", name="看出处 1").first.click()
    expect(page.get_by_role("region", name="出处 1").first).to_be_visible()
    assert seen.foreign == []
    assert seen.errors == []


def test_an_address_asks_at_once_and_the_level_is_kept(
    serving: Callable[..., Server], launch: Callable[..., Browser], built: str
) -> None:
    server = serving(KOUSHI_HOME=built)
    page = visit(launch(), server, 390, 844, color_scheme="dark").page
    page.goto(f"{server.url}/tutor?q=激励员工有哪些办法")
    answered(page, 1)
    expect(page.locator(".question")).to_have_text("您问：激励员工有哪些办法")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_text("二级", exact=True).click()
    page.goto(f"{server.url}/tutor")
    expect(page.get_by_role("radio", name="二级")).to_be_checked()
    page.get_by_role("textbox", name="您的问题").fill("字" * 2001)
    page.get_by_role("button", name="问", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("2001")
    page.get_by_role("button", name="Switch the page to English").click()
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()


def test_a_question_in_a_stale_window_stays_in_its_box(
    serving: Callable[..., Server], launch: Callable[..., Browser], built: str
) -> None:
    server = serving(KOUSHI_HOME=built)
    browser = launch()
    page = visit(browser, server).page
    page.goto(f"{server.url}/tutor")
    ask(page, QUESTION, 1)
    other = visit(browser, server).page
    other.goto(page.url)
    expect(other.locator(".exchange")).to_have_count(1)
    ask(page, "举个例子", 2)
    other.get_by_role("textbox", name="您的问题").fill("那二级呢？")
    other.get_by_role("button", name="问", exact=True).click()
    expect(other.get_by_role("alert").first).to_contain_text("别的窗口")
    expect(other.locator(".exchange")).to_have_count(2)
    expect(other.get_by_role("textbox", name="您的问题")).to_have_value("那二级呢？")


def test_a_models_answer_arrives_while_it_is_being_written(
    serving: Callable[..., Server], launch: Callable[..., Browser], built: str
) -> None:
    text = "回信先写称呼，再写来信日期和编号。[1]最后留联系人和直线电话，署名职务日期。[1]"
    with LlmServer(says(text, gap=0.08)) as llm:
        server = serving(KOUSHI_HOME=built, KOUSHI_LLM_BASE_URL=llm.base_url, KOUSHI_LLM_MODEL="test-model")
        page = visit(launch(), server).page
        page.goto(f"{server.url}/tutor?q={QUESTION}")
        expect(page.locator('.tutor[data-busy="1"] .said')).to_contain_text("称呼", timeout=90_000)
        answered(page, 1)
    expect(page.locator(".said")).to_contain_text("直线电话")
    expect(page.locator(".cite")).to_have_count(2)
