"""A candidate speaks in a real browser and hears the counterpart speak."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Server, visit
from tests.browser.practising import LINES, begin, replied, say
from tests.support.speech import TINY, errors_between, speak_to_wav

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_spoken_sentences_are_heard_shown_corrected_and_sent(
    serving: Callable[..., Server], launch: Callable[..., Browser], tmp_path: Path
) -> None:
    server = serving(KOUSHI_ASR=str(TINY))
    line, wav = "我完全理解您现在的心情。", tmp_path / "mic.wav"
    ((_, ends),) = speak_to_wav([line], wav, gaps=(1.0, 30.0))
    browser = launch(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={wav}%noloop",
    )
    seen = visit(browser, server, 390, 844, permissions=["microphone"])
    page = seen.page
    begin(page, server)
    button = page.get_by_role("button", name="按一下开始说")
    button.click()
    expect(page.locator('.dock[data-state="listen"]')).to_be_visible()
    page.wait_for_timeout(int(ends * 1000) + 800)
    button.click()
    expect(page.locator(".heard-mark")).to_be_visible(timeout=30_000)
    heard = page.locator(".dock textarea").input_value()
    wrong, length = errors_between(line, heard)
    assert wrong <= 0.2 * length, heard
    page.locator(".dock textarea").fill(f"{line}真的对不起。")
    page.get_by_role("button", name="发送").click()
    replied(page, 3)
    expect(page.locator(".turn.mine .said")).to_have_text(f"{line}真的对不起。")
    expect(page.locator(".turn.mine .under")).to_contain_text(f"机器听成：{heard}")
    assert seen.foreign == []
    assert seen.errors == []


def test_replies_are_spoken_and_the_one_question_is_asked_once(
    serving: Callable[..., Server], launch: Callable[..., Browser]
) -> None:
    server = serving(KOUSHI_SPEECH="ask")
    page = visit(launch(), server).page
    with page.expect_response(re.compile("/voice/reply.wav")) as answer:
        begin(page, server)
    sound = answer.value
    assert sound.status == 200
    assert sound.headers["content-type"] == "audio/wav"
    page.get_by_role("button", name="只用本机语音").click()
    expect(page.locator(".consent")).to_have_count(0)
    begin(page, server)
    expect(page.locator(".consent")).to_have_count(0)
    page.get_by_role("button", name="对方的声音").click()
    spoken: list[str] = []
    page.on("request", lambda request: "reply.wav" in request.url and spoken.append(request.url))
    say(page, LINES[0], 3)
    page.wait_for_timeout(500)
    assert spoken == []
