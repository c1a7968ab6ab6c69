"""One request and its whole answer over HTTP: what a judge asks hundreds of times a minute.

A library of its own carries it (aiohttp), because with the vendor's transport a request costs more than
everything that is made of its answer. What comes back is hostile until it has been read: nothing is followed
to another place, nothing compressed unasked is unpacked, nothing longer than an answer can be is taken in.
Imported on first use.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.chat_parts.completion import MOST_BYTES
from bot.chat_parts.trouble import Endpoint, Why, trouble

MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, unread."""

    status: int
    headers: Mapping[str, str]
    raw: bytes


class Refused(Exception):
    """An answer with an error status, with the attributes of vendors' exceptions (`trouble.explain`)."""

    def __init__(self, answer: Answer) -> None:
        self.response, self.status_code = answer, answer.status
        self.body, self.code = _error(answer.raw)
        super().__init__(answer.raw[:8000].decode("utf-8", "replace")[:2000])


def _error(raw: bytes) -> tuple[Any, str]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return None, ""
    body = told.get("error", told) if isinstance(told, dict) else told
    return body, str(body.get("code") or "") if isinstance(body, dict) else ""


def session(endpoint: Endpoint, timeout: float) -> aiohttp.ClientSession:
    """Pooled connections of the running loop to this endpoint; `timeout` in s of silence."""
    headers = {"accept-encoding": "identity", "content-type": "application/json"}
    if urlsplit(endpoint.base_url).username is None:  # who is named in the address is who asks
        headers["authorization"] = f"Bearer {endpoint.bearer}"
    return aiohttp.ClientSession(
        headers=headers,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout),
        connector=aiohttp.TCPConnector(limit=MOST_AT_ONCE, keepalive_timeout=5),
        cookie_jar=aiohttp.DummyCookieJar(),
        # A server on this machine is never behind a proxy, whatever the environment says.
        trust_env=not endpoint.local,
        auto_decompress=False,
    )


async def completion(http: aiohttp.ClientSession, endpoint: Endpoint, body: Mapping[str, Any]) -> bytes:
    """The whole answer to one `chat/completions` request as it came, unread; `completion.py` reads it.

    Raises:
        Refused, ChatError, ConnectionError, TimeoutError: see `trouble.explain`.
    """
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    try:
        async with http.post(
            f"{endpoint.base_url}/chat/completions", data=content, allow_redirects=False
        ) as response:
            _fit(response, endpoint)
            answer = Answer(response.status, response.headers, await _bounded(response, endpoint))
    except TimeoutError:
        raise
    except (aiohttp.ClientError, ValueError) as error:  # the latter: an address that is none
        raise ConnectionError(str(error) or type(error).__name__) from error
    if answer.status >= 300:
        raise Refused(answer)
    return answer.raw


def _fit(response: aiohttp.ClientResponse, endpoint: Endpoint) -> None:
    if 300 <= response.status < 400 and "location" in response.headers:
        there = endpoint.scrub(response.headers["location"])
        raise trouble(Why.FOREIGN, f"要把请求转到别处去（{response.status}：{there}）", endpoint)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise trouble(Why.FOREIGN, "没有问过就压缩了回答", endpoint)


async def _bounded(response: aiohttp.ClientResponse, endpoint: Endpoint) -> bytes:
    """The body, which breaks off where it gets longer than an answer is."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MOST_BYTES:
            response.close()
            raise trouble(Why.FOREIGN, f"的回答超过 {MOST_BYTES // 1_000_000} MB，没有读完", endpoint)
        parts.append(part)
    return b"".join(parts)
