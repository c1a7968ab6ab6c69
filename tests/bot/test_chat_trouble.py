"""What goes wrong with the model's endpoint, over real HTTP: reason, remedy, what is tried again."""

import time

import pytest

from bot.chat import ChatEndpoint
from bot.chat_parts.trouble import ChatError, Why
from retrieval.errors import ProviderError
from tests.support.gateway import ASK, KEY, SCHEMA, endpoint, stream_trouble, streamed
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import (
    Step,
    busy,
    drops,
    error_in_stream,
    fails,
    hangs,
    keeps_alive,
    raw,
    says,
    web_page,
)


async def test_a_stream_that_dies_tells_what_had_been_said() -> None:
    error = await stream_trouble(says("第三次了", dies=True))
    assert error.why is Why.CUT
    assert error.received == "第三次了"


async def test_an_error_in_the_middle_of_a_stream_tells_what_had_been_said() -> None:
    error = await stream_trouble(error_in_stream("CUDA out of memory", ["第三", "次"]))
    assert (error.why, error.received) == (Why.CUT, "第三次")


async def test_a_stream_without_an_end_is_not_taken_for_whole() -> None:
    assert (await stream_trouble(says("第三次", finish=None))).why is Why.CUT
    assert (await stream_trouble(says("第三次", finish="length"))).why is Why.CUT


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (says("我不", finish="content_filter"), Why.REFUSED),
        (fails(400, "The response was filtered", code="content_filter"), Why.REFUSED),
        (fails(400, "Content Exists Risk"), Why.REFUSED),
        (says(""), Why.EMPTY),
        (says("<think>想不完"), Why.EMPTY),
        (fails(401, f"Incorrect API key provided: {KEY}.", code="invalid_api_key"), Why.KEY),
        (fails(404, "The model `test-model` does not exist", code="model_not_found"), Why.MODEL),
        (fails(429, "You exceeded your current quota", code="insufficient_quota"), Why.QUOTA),
        (fails(402, "Insufficient Balance"), Why.QUOTA),
        (
            fails(400, "This model's maximum context length is 4096", code="context_length_exceeded"),
            Why.TOO_LARGE,
        ),
        (fails(500, "The server had an error"), Why.SERVER),
        (web_page(502), Why.SERVER),
        (web_page(200, "登录"), Why.FOREIGN),
        (raw('{"choices": [{"ind'), Why.FOREIGN),
        (raw("{}"), Why.FOREIGN),
        (drops(), Why.UNREACHABLE),
        (busy(), Why.BUSY),
    ],
)
async def test_every_failure_has_its_reason_and_a_remedy_in_chinese_and_no_key(step: Step, why: Why) -> None:
    error = await stream_trouble(step)
    assert error.why is why
    assert isinstance(error, ProviderError)
    assert error.mend
    assert "test-model" in error.what
    assert KEY not in f"{error}{error.detail}{error.received}"


async def test_nobody_listening_is_unreachable() -> None:
    async with ChatEndpoint("http://someone:secret@127.0.0.1:9/v1", "m", KEY, attempts=1) as chat:
        with pytest.raises(ChatError) as caught:
            await streamed(chat)
    assert caught.value.why is Why.UNREACHABLE
    assert "secret" not in str(caught.value)


async def test_silence_is_given_up_in_time() -> None:
    begun = time.monotonic()
    error = await stream_trouble(hangs(), timeout=0.3)
    assert error.why is Why.TIMEOUT
    assert time.monotonic() - begun < 3
    late = await stream_trouble(says("第三次", gap=0.5), timeout=0.3)
    assert late.why is Why.TIMEOUT


async def test_a_busy_endpoint_is_asked_again_when_it_said_so() -> None:
    with LlmServer(busy("0.4"), fails(503, "Overloaded"), drops(), says("又坏了！")) as server:
        async with endpoint(server, attempts=4) as chat:
            begun = time.monotonic()
            assert "".join(await streamed(chat)) == "又坏了！"
    assert time.monotonic() - begun >= 0.4
    assert len(server.seen) == 4


async def test_a_wait_longer_than_there_is_time_for_is_not_begun() -> None:
    with LlmServer(busy("120")) as server:
        async with endpoint(server, total=5) as chat:
            begun = time.monotonic()
            with pytest.raises(ChatError) as caught:
                await streamed(chat)
    assert caught.value.why is Why.BUSY
    assert time.monotonic() - begun < 3


async def test_a_stream_kept_alive_without_a_word_is_given_up_too() -> None:
    error = await stream_trouble(keeps_alive(), timeout=0.3)
    assert error.why is Why.TIMEOUT


async def test_all_attempts_together_are_bounded() -> None:
    with LlmServer(answer=lambda _: hangs()) as server:
        async with endpoint(server, timeout=0.4, total=1.0, attempts=50) as chat:
            begun = time.monotonic()
            with pytest.raises(ChatError):
                await chat.structured("", ASK, SCHEMA)
    assert time.monotonic() - begun < 3


async def test_a_wrong_key_is_not_tried_again() -> None:
    with LlmServer(fails(401, "Incorrect API key provided")) as server:
        async with endpoint(server) as chat:
            with pytest.raises(ChatError):
                await chat.structured("", ASK, SCHEMA)
    assert len(server.seen) == 1
