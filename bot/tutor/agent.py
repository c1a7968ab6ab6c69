"""A LangChain agent whose one tool is our search: it may look several times, by words, level or code.

Beside `bot/chat.py` the only file that knows LangChain. Endpoints without tool calls get one retrieval and
a prompt; either way the text goes through `citing.Checker` before anybody sees it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from bot.chat import ChatEndpoint
from bot.chat_parts.think import ThinkFilter
from bot.chat_parts.trouble import ChatError, Why

Messages = Sequence[Mapping[str, str]]
SearchTool = Callable[[str, int, str], str]
"""(words, level or 0, code or empty) → numbered passages as text."""
ROUNDS = 4
"""Model calls of one answer; after that the agent is stopped and what is there counts."""
BREAK = "\x1e"
"""Between what is said before a search and what comes after it."""


class TutorEndpoint(ChatEndpoint):
    """A `ChatEndpoint` that can also be an agent. Remembers whether the endpoint takes tools."""

    tools = True
    "False once the endpoint has refused a request for its tools."

    async def converse(self, system: str, messages: Messages, look: SearchTool) -> AsyncGenerator[str, None]:
        """The answer piece by piece, `BREAK` wherever a search came between.

        Raises:
            ChatError: unreachable, refused, broken off (`received` holds what came before).
        """
        try:
            pieces = self._agent(system, messages, look) if self.tools else self.stream(system, messages)
            async for piece in pieces:
                yield piece
        except ChatError as error:
            if not self.tools or error.why is not Why.REQUEST or error.received:
                raise
            self.tools = False
            async for piece in self.stream(system, messages):
                yield piece

    async def _agent(self, system: str, messages: Messages, look: SearchTool) -> AsyncGenerator[str, None]:
        deadline = asyncio.get_running_loop().time() + self._total
        said, strip, call = "", ThinkFilter(inside=self.habits.bare_think), None
        first, chunks = await self._adapted(lambda: self._retold(system, messages, look, deadline), deadline)
        coming, ended = first, False
        async with aclosing(chunks):
            while coming is not None:
                chunk, _ = coming
                if _is_words(chunk):
                    if call not in {None, chunk.id}:
                        said, strip = said + strip.close() + BREAK, ThinkFilter(inside=self.habits.bare_think)
                        yield BREAK
                    call = chunk.id
                    piece = strip.feed(str(chunk.text))
                    said += piece
                    ended = chunk.response_metadata.get("finish_reason") == "stop" or ended
                    if piece:
                        yield piece
                coming = await self._next(chunks, deadline, said)
        if rest := strip.close():
            yield rest
        self._check_end("stop" if ended else None, said + rest)

    async def _retold(
        self, system: str, messages: Messages, look: SearchTool, deadline: float
    ) -> tuple[Any, Any]:
        """The first chunk and the rest of them."""
        client = await self._connections.langchain()
        agent = await asyncio.to_thread(_built, client, system, look)
        chunks: AsyncIterator[Any] = agent.astream(
            {"messages": [dict(m) for m in messages]}, stream_mode="messages"
        )
        return await self._next(chunks, deadline, ""), chunks


def _built(client: Any, system: str, look: SearchTool) -> Any:
    """Importing LangChain's agents takes a second of CPU: never on the loop that others talk on."""
    from langchain.agents import create_agent
    from langchain.agents.middleware import ModelCallLimitMiddleware
    from langchain_core.tools import StructuredTool

    def search(query: str, level: int = 0, code: str = "") -> str:
        return look(query, level, code)

    tool = StructuredTool.from_function(
        search,
        name="search",
        description=(
            "在《客户服务管理师》职业标准、讲解和机构文档里查找，返回带编号的资料。"
            "query：要找什么，几个词或一句话；level：只找某一级，1、2 或 3，0 为不限；"
            "code：标准的编码，如 L3.6.2.S4，没有就留空。"
        ),
    )
    limit = ModelCallLimitMiddleware(run_limit=ROUNDS, exit_behavior="end")
    return create_agent(client, [tool], system_prompt=system, middleware=[limit])


def _is_words(chunk: Any) -> bool:
    """A piece of the model's own speech, not a tool's result nor the limit's notice."""
    from langchain_core.messages import AIMessageChunk

    return isinstance(chunk, AIMessageChunk)
