"""The connections to a model's endpoint, one set for each event loop; this file alone knows LangChain.

Importing the libraries that speak takes long: never on the loop that others talk on.
"""

import asyncio
import warnings
from importlib import import_module
from typing import Any

from bot.chat_parts.loops import PerLoop, once
from bot.chat_parts.trouble import Endpoint


class Connections:
    """Made on first use."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        """Nothing is connected yet; `timeout` in s of silence."""
        self._endpoint, self._timeout = endpoint, timeout
        self._sessions: PerLoop = {}
        self._streaming: PerLoop = {}
        self._clients: PerLoop = {}

    async def aclose(self) -> None:
        """Close this loop's; a later call opens new ones."""
        loop = asyncio.get_running_loop()
        self._clients.pop(loop, None)
        if (building := self._streaming.pop(loop, None)) is not None:
            await (await building).aclose()
        if (building := self._sessions.pop(loop, None)) is not None:
            await (await building).close()

    async def posting(self) -> Any:
        """The session of `posting.py`, for whole answers."""

        async def build() -> Any:
            posting = await asyncio.to_thread(import_module, "bot.chat_parts.posting")
            return posting.session(self._endpoint, self._timeout)

        return await once(self._sessions, build)

    async def langchain(self) -> Any:
        """LangChain's client over the vendor's, for streams."""

        async def build() -> Any:
            http = await once(self._streaming, lambda: asyncio.to_thread(self._http))
            return await asyncio.to_thread(self._client, http)

        return await once(self._clients, build)

    def _http(self) -> Any:
        from bot.chat_parts.wire import client

        return client(self._endpoint, self._timeout)

    def _client(self, http: Any) -> Any:
        from langchain_openai import ChatOpenAI

        from bot.chat_parts.wire import vendor

        sdk = vendor(self._endpoint, http)
        # Told to us by the refusal itself; LangChain's advice to change its own settings helps nobody here.
        warnings.filterwarnings(
            "ignore", message=r"(This model does not support OpenAI|Invalid schema for resp)"
        )
        return ChatOpenAI(
            model=self._endpoint.model,
            base_url=self._endpoint.base_url,
            api_key=sdk.api_key,
            async_client=sdk.chat.completions,
            root_async_client=sdk,
            max_retries=0,
            cache=False,
            use_responses_api=False,
            output_version="v0",
            stream_chunk_timeout=None,
        )
