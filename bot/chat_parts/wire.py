"""The HTTP side of a model's endpoint, and the one file here that knows the vendor's client and its HTTP.

What comes back is hostile until it has been read: nothing is followed to another place, nothing compressed
unasked is unpacked, nothing longer than an answer can be is taken in. Imported on first use.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx  # what the vendor's client speaks with

from bot.chat_parts.trouble import Endpoint, Why, trouble

MOST_BYTES = 8_000_000
"""Of one answer on the wire; a streamed one spends some 250 of them a token."""
NO_KEY = "none"
"Local servers want no key, the client does."


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


class Refused(Exception):
    """An answer with an error status, with the attributes of vendors' exceptions (`trouble.explain`)."""

    def __init__(self, response: httpx.Response) -> None:
        self.response, self.status_code = response, response.status_code
        self.body, self.code = _error(response)
        super().__init__(response.text[:2000])


def _error(response: httpx.Response) -> tuple[Any, str]:
    try:
        told = response.json()
    except (ValueError, RecursionError):
        return None, ""
    body = told.get("error", told) if isinstance(told, dict) else told
    return body, str(body.get("code") or "") if isinstance(body, dict) else ""


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
        headers={"accept-encoding": "identity", "authorization": f"Bearer {endpoint.key or NO_KEY}"},
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

    key = endpoint.key or NO_KEY
    return openai.AsyncOpenAI(base_url=endpoint.base_url, api_key=key, max_retries=0, http_client=http)


async def completion(http: httpx.AsyncClient, endpoint: Endpoint, body: dict[str, Any]) -> bytes:
    """The whole answer to one `chat/completions` request as it came, unread.

    The vendor's client would spend more on it than all the rest takes; `completion.py` reads what is wanted.

    Raises:
        Refused, ChatError, httpx.HTTPError: see `trouble.explain`.
    """
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    response = await http.post(
        f"{endpoint.base_url}/chat/completions", content=content, headers={"content-type": "application/json"}
    )
    if not response.is_success:
        raise Refused(response)
    return response.content
