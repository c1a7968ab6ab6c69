"""The HTTP side of a model's endpoint, and the one file here that knows the vendor's client and its HTTP.

What comes back is hostile until it has been read: nothing is followed to another place, nothing compressed
unasked is unpacked, nothing longer than an answer can be is taken in. Imported on first use.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx  # what the vendor's client speaks with

from bot.chat_parts.completion import MOST_BYTES
from bot.chat_parts.trouble import Endpoint, Why, trouble


class _Bounded(httpx.AsyncByteStream):
    """A body that breaks off where it gets longer than an answer is."""

    def __init__(self, inner: httpx.AsyncByteStream, endpoint: Endpoint) -> None:
        self._inner, self._endpoint = inner, endpoint

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._inner:
            size += len(part)
            if size > MOST_BYTES:
                raise trouble(
                    Why.FOREIGN, f"的回答超过 {MOST_BYTES // 1_000_000} MB，没有读完", self._endpoint
                )
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


def client(endpoint: Endpoint, timeout: float) -> httpx.AsyncClient:
    """Pooled connections to this endpoint; `timeout` in s of silence."""

    async def fit(response: httpx.Response) -> None:
        if response.is_redirect:
            there = endpoint.scrub(response.headers.get("location", ""))
            raise trouble(Why.FOREIGN, f"要把请求转到别处去（{response.status_code}：{there}）", endpoint)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise trouble(Why.FOREIGN, "没有问过就压缩了回答", endpoint)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Bounded(response.stream, endpoint)

    return httpx.AsyncClient(
        headers={"accept-encoding": "identity", "authorization": f"Bearer {endpoint.bearer}"},
        timeout=timeout,
        limits=httpx.Limits(max_connections=1000, max_keepalive_connections=512),
        # A server on this machine is never behind a proxy, whatever the environment says.
        trust_env=not endpoint.local,
        follow_redirects=False,
        event_hooks={"response": [fit]},
    )


def vendor(endpoint: Endpoint, http: httpx.AsyncClient) -> Any:
    """The vendor's client over these connections; it retries nothing by itself."""
    import openai

    return openai.AsyncOpenAI(
        base_url=endpoint.base_url, api_key=endpoint.bearer, max_retries=0, http_client=http
    )
