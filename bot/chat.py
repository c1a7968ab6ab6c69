"""A language model behind any OpenAI-compatible endpoint.

Speech is streamed through LangChain (`chat_parts/connections.py`). JSON is asked for without it
(`chat_parts/posting.py`): a judge asks hundreds of times a minute, and the libraries' wrapping of one answer
costs more than sending and reading it.

Endpoints differ in what they understand. For JSON the surest way is tried first (`json_schema`, then
`json_object`, a tool call, a plain request) and what worked is remembered (`chat_parts/habits.py`), as is
a refused `temperature` or `stream_options`. Whatever goes wrong becomes one `ChatError`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TypeVar

from bot.chat_parts.asking import (
    Messages,
    Usage,
    complaint,
    counted,
    shape,
    with_schema,
    with_system,
)
from bot.chat_parts.completion import NotACompletion, read_completion
from bot.chat_parts.connections import Connections
from bot.chat_parts.habits import Habits, Notebook, Rung
from bot.chat_parts.json_text import Unreadable, read_object
from bot.chat_parts.patience import patiently
from bot.chat_parts.think import ThinkFilter, without_thought
from bot.chat_parts.trouble import ChatError, Endpoint, Why, explain, trouble

T = TypeVar("T")


class ChatEndpoint:
    """The `ChatModel` of `bot/ports.py`. Clients are made on first use, one for each event loop."""

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str = "",
        *,
        timeout: float = 30.0,
        total: float = 60.0,
        attempts: int = 3,
        temperature: float | None = None,
        folder: Path | None = None,
    ) -> None:
        """Nothing is connected yet.

        Args:
            base_url: up to and with `/v1`.
            model: as the endpoint calls it.
            api_key: empty for local servers.
            timeout: s without anything arriving, after which one attempt is given up.
            total: s for one `stream` or one `structured`, with all attempts and waits.
            attempts: how often one request is sent when the endpoint is busy or unreachable.
            temperature: None leaves it to the endpoint.
            folder: where `endpoints.json` remembers what each endpoint understands; None: nowhere.
        """
        self.endpoint = Endpoint(base_url.rstrip("/"), model, api_key)
        self.name = model
        self.usage = Usage()
        self._timeout, self._total, self._attempts = timeout, total, attempts
        self._temperature = temperature
        self._notebook = Notebook(folder)
        self._connections = Connections(self.endpoint, timeout)

    @property
    def habits(self) -> Habits:
        """What this endpoint is known to understand."""
        return self._notebook.of(self.endpoint)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close this loop's connections; a later call opens new ones."""
        await self._connections.aclose()

    async def stream(self, system: str, messages: Messages) -> AsyncIterator[str]:
        """The answer, piece by piece, without thoughts.

        Attempts are repeated until the first piece has arrived, never after it.

        Raises:
            ChatError: `received` holds what came before a stream broke off.
        """
        deadline = asyncio.get_running_loop().time() + self._total
        first, chunks = await self._adapted(
            lambda: self._opened(with_system(system, messages), deadline), deadline
        )
        strip, said = ThinkFilter(inside=self.habits.bare_think), ""
        finish, told, chunk = None, None, first
        async with aclosing(chunks):
            while chunk is not None:
                told = chunk.usage_metadata or told
                finish = chunk.response_metadata.get("finish_reason") or finish
                piece = strip.feed(str(chunk.text))
                self._heed_orphan(strip, said)
                said += piece
                if piece:
                    yield piece
                chunk = await self._next(chunks, deadline, said)
        rest = strip.close()
        if rest:
            yield rest
        self._count(told)
        self._check_end(finish, said + rest)

    async def structured(
        self, system: str, messages: Messages, schema: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """One JSON object that satisfies `schema` (every field required, no others allowed).

        Raises:
            ChatError: unreachable, refused, or not this object in two attempts.
        """
        deadline = asyncio.get_running_loop().time() + self._total
        asked = with_schema(with_system(system, messages), schema)
        known = self.habits.rung
        rungs = [known, *(r for r in Rung if r is not known)] if known else list(Rung)
        for rung in rungs:
            try:
                answer = await self._ask_twice(rung, asked, schema, deadline)
            except ChatError as error:
                # What works for other questions and not for this one is the model's bad day, not a limit.
                works = self.habits.rung is rung
                passable = {Why.REQUEST} if works else {Why.REQUEST, Why.BROKEN, Why.EMPTY}
                if error.why not in passable or rung is rungs[-1]:
                    raise
                continue
            self._notebook.note(self.endpoint, replace(self.habits, rung=rung))
            return answer
        raise AssertionError("unreachable: the last rung returns or raises")

    async def _ask_twice(
        self, rung: Rung, messages: list[dict[str, str]], schema: Mapping[str, Any], deadline: float
    ) -> dict[str, Any]:
        """Asks, and once more with what was wrong."""
        problem, text, cut = "", "", False
        for again in (False, True):
            asked = [*messages, *complaint(text, problem)] if again else messages
            text, cut = await self._answer(rung, asked, schema, deadline)
            try:
                return read_object(text, schema, cut=cut)
            except Unreadable as error:
                problem = str(error)
        why = Why.CUT if cut else Why.BROKEN
        raise trouble(why, f"两次都没有给出合格的 JSON：{problem}", self.endpoint, received=text)

    async def _answer(
        self, rung: Rung, messages: list[dict[str, str]], schema: Mapping[str, Any], deadline: float
    ) -> tuple[str, bool]:
        """The text that should be JSON, and whether it was cut short."""
        raw = await self._adapted(lambda: self._invoked(messages, shape(rung, schema), deadline), deadline)
        try:
            reply = read_completion(raw)
        except NotACompletion as error:
            raise explain(error, self.endpoint) from None
        self._count(reply.usage)
        if reply.refusal:
            raise trouble(Why.REFUSED, f"拒绝回答：{self.endpoint.scrub(reply.refusal)}", self.endpoint)
        if reply.finish == "content_filter":
            raise trouble(Why.REFUSED, "的回答被内容审查拦下", self.endpoint)
        text = without_thought(reply.text)
        if not text:
            raise trouble(Why.EMPTY, "给了一个空的回答", self.endpoint)
        return text, reply.finish == "length"

    def _count(self, told: Mapping[str, Any] | None) -> None:
        self.usage = self.usage.plus(told)
        counted(told)

    async def _adapted(self, act: Callable[[], Awaitable[T]], deadline: float) -> T:
        """Does it, with retries, and again without what the endpoint turns out not to take."""
        while True:
            try:
                return await patiently(act, self._attempts, deadline)
            except ChatError as error:
                lesson = self.habits.after(error)
                if lesson is None:
                    raise
                self._notebook.note(self.endpoint, lesson)

    async def _opened(self, messages: list[dict[str, str]], deadline: float) -> tuple[Any, Any]:
        """The first chunk and the rest of them."""
        client = await self._connections.langchain()
        extra: dict[str, Any] = {"stream_usage": True} if self.habits.usage else {}
        chunks = client.astream(messages, **self._sampling(), **extra)
        first = await self._next(chunks, deadline, "")
        return first, chunks

    async def _next(self, chunks: Any, deadline: float, said: str) -> Any:
        """The next chunk, None at the end. Time is bounded here, never across a `yield`."""
        try:
            async with asyncio.timeout_at(self._until(deadline)):
                with _untraced():
                    return await anext(chunks, None)
        except Exception as error:  # noqa: BLE001 - whatever the libraries raise is the endpoint's failure
            raise explain(error, self.endpoint, received=said) from None

    async def _invoked(self, messages: list[dict[str, str]], shape: dict[str, Any], deadline: float) -> bytes:
        http = await self._connections.posting()
        body = {"model": self.endpoint.model, "messages": messages, **self._sampling(), **shape}
        try:
            from bot.chat_parts.posting import completion

            async with asyncio.timeout_at(self._until(deadline)):
                return await completion(http, self.endpoint, body)
        except Exception as error:  # noqa: BLE001 - whatever the libraries raise is the endpoint's failure
            raise explain(error, self.endpoint) from None

    def _until(self, deadline: float) -> float:
        return min(deadline, asyncio.get_running_loop().time() + self._timeout)

    def _sampling(self) -> dict[str, Any]:
        wanted = self._temperature is not None and self.habits.temperature
        return {"temperature": self._temperature} if wanted else {}

    def _heed_orphan(self, strip: ThinkFilter, said: str) -> None:
        """What was said so far was a thought: too late for this answer, known for the next."""
        if strip.orphan:
            self._notebook.note(self.endpoint, replace(self.habits, bare_think=True))
            raise trouble(Why.BROKEN, "把思考过程当成回答说了出来", self.endpoint, received=said)

    def _check_end(self, finish: str | None, said: str) -> None:
        if finish == "content_filter":
            raise trouble(Why.REFUSED, "的回答被内容审查拦下", self.endpoint, received=said)
        if not said.strip():
            raise trouble(Why.EMPTY, "什么也没有说（可能只有思考，或拒绝回答）", self.endpoint)
        if finish in {None, "length"}:
            raise trouble(Why.CUT, "说到一半断了", self.endpoint, received=said)


def _untraced() -> AbstractContextManager[None]:
    """Keeps what candidates say from LangSmith: LangChain sends it there as soon as its variables are set."""
    from langsmith import tracing_context

    return tracing_context(enabled=False)
