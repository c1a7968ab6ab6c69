"""What a candidate's browser does in every talk."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

LINES = (
    "彭先生，三次上门都没修好，大热天换了谁都会火大，这是我们没做好，真的对不起。",
    "我想先问清楚，空调是什么型号，从哪天开始不凉的？",
    "我这就安排资深工程师今天下午三点上门检测，您看可以吗？",
)

STATION = "l3-aircon-third-visit"


def begin(page: Page, server: Server, mode: str = "practice") -> str:
    """From the address of a card into the talk; the talk's id."""
    page.goto(f"{server.url}/?station={STATION}")
    page.locator(f'.modes label:has(input[value="{mode}"])').click()
    page.get_by_role("button", name="开始", exact=True).click()
    expect(page.locator(".talk .turn")).to_have_count(1)
    return str(page.locator(".talk").get_attribute("data-talk"))


def say(page: Page, text: str, turns: int) -> None:
    """Types and sends; waits until the reply is whole: then there are `turns` turns."""
    page.locator(".dock textarea").fill(text)
    page.get_by_role("button", name="发送").click()
    replied(page, turns)


def replied(page: Page, turns: int) -> None:
    expect(page.locator(f'.talk[data-turns="{turns}"][data-busy="0"]')).to_be_attached(timeout=20_000)


def finish(page: Page) -> None:
    page.get_by_role("button", name="结束", exact=True).click()
    page.get_by_role("button", name="结束并评分").click()
    expect(page.locator(".report")).to_be_visible(timeout=20_000)
