"""A question to an endpoint, and what it should answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.chat import ChatEndpoint
from bot.chat_parts.trouble import ChatError
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import Step

KEY = "gw_7Hq2secret88"  # of no known pattern: it must be known, not guessed, to be kept out
ASK = [{"role": "user", "content": "空调第三次坏了"}]
SCHEMA = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["met", "not_met"]},
        "quotes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["verdict", "quotes"],
    "additionalProperties": False,
}
GOOD = {"verdict": "met", "quotes": ["我理解您的心情"]}


@asynccontextmanager
async def endpoint(server: LlmServer, **options: object) -> AsyncIterator[ChatEndpoint]:
    async with ChatEndpoint(server.base_url, "test-model", KEY, **options) as chat:  # type: ignore[arg-type]
        yield chat


async def streamed(chat: ChatEndpoint) -> list[str]:
    return [piece async for piece in chat.stream("你是周先生。", ASK)]


async def stream_trouble(step: Step, **options: object) -> ChatError:
    with LlmServer(step) as server:
        async with endpoint(server, attempts=1, **options) as chat:
            with pytest.raises(ChatError) as caught:
                await streamed(chat)
    return caught.value
