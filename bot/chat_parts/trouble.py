"""What goes wrong with a language model's endpoint, told so that somebody can mend it.

Vendors' exceptions are read by their attributes (`status_code`, `response.headers`, `body`), so that
nothing here needs the vendor's library and a subclass or a new version does not slip through.
"""

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from retrieval.errors import ProviderError


class Why(StrEnum):
    """The kind of trouble; code decides by it, never by the text."""

    KEY = "key"
    QUOTA = "quota"
    MODEL = "model"
    REQUEST = "request"
    "The endpoint does not take a parameter we sent."
    TOO_LARGE = "too_large"
    BUSY = "busy"
    SERVER = "server"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    EMPTY = "empty"
    BROKEN = "broken"
    "Not the JSON that was asked for, twice."
    CUT = "cut"
    "The answer stopped in the middle: connection lost, or the endpoint's length limit."
    FOREIGN = "foreign"
    "What came back is not an OpenAI-compatible answer."


TRANSIENT = frozenset({Why.BUSY, Why.SERVER, Why.UNREACHABLE, Why.TIMEOUT})
MEND = {
    Why.KEY: "检查 KOUSHI_LLM_API_KEY 是否正确、是否过期",
    Why.QUOTA: "到服务商处充值或提高额度，或换一个接口",
    Why.MODEL: "检查 KOUSHI_LLM_MODEL 与 KOUSHI_LLM_BASE_URL（多数接口以 /v1 结尾）",
    Why.REQUEST: "换一个模型，或查看该接口支持哪些参数",
    Why.TOO_LARGE: "换一个上下文更长的模型",
    Why.BUSY: "稍后再试，或降低同时进行的数量",
    Why.SERVER: "稍后再试；一直如此请查看接口服务的日志",
    Why.UNREACHABLE: "检查 KOUSHI_LLM_BASE_URL、网络与代理，确认接口服务已启动",
    Why.TIMEOUT: "稍后再试，或换一个更快的模型",
    Why.REFUSED: "换一个模型，或请人工处理这一份",
    Why.EMPTY: "换一个模型，或关闭它的思考模式",
    Why.BROKEN: "换一个支持结构化输出的模型",
    Why.CUT: "再试一次；一直如此请提高接口的输出长度上限",
    Why.FOREIGN: "检查 KOUSHI_LLM_BASE_URL 是否指向 OpenAI 兼容接口（多数以 /v1 结尾）",
}
_FILTERED = re.compile(
    r"content_filter|content.management|responsible.?ai|data_?inspection_?failed|content exists risk"
    r"|sensitive (content|information|word)",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(
    r"context.?length|context.?window|maximum context|prompt is too long|exceeds? the (available )?context",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"response_format|json_schema|json_object|tool|structured|temperature|stream_options|grammar",
    re.IGNORECASE,
)
_SHAPE = re.compile(r"response_format|json_schema|json_object|grammar", re.IGNORECASE)
"llama.cpp answers 500 to a schema that it cannot turn into a grammar: not worth a second try."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers; `key` stays out of every text."""

    base_url: str
    model: str
    key: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """The address without user names and passwords, and the model."""
        return f"{self.address} 上的模型 {self.model}"

    @property
    def address(self) -> str:
        """The address, safe to show and to keep."""
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        return urlsplit(self.base_url).hostname in {"localhost", "127.0.0.1", "::1"}

    @property
    def bearer(self) -> str:
        """What is sent as the key: local servers want none, the vendor's client does."""
        return self.key or "none"

    def scrub(self, text: str) -> str:
        """`text` on one line, shortened, without the key or a password in the address."""
        secrets = [self.key, urlsplit(self.base_url).password or ""]
        for secret in secrets:
            if secret:
                text = text.replace(secret, "***")
        text = re.sub(r"(?i)(bearer\s+|\bsk-)[\w*.-]{6,}", r"\1***", text)
        text = " ".join(text.split())
        return text if len(text) <= 200 else text[:200] + "…"


class ChatError(ProviderError):
    """A language model did not give what was asked of it.

    `received` holds what had arrived before (a stream that died); `retry_after` is seconds, as the
    endpoint asked; `detail` is the endpoint's own message, scrubbed.
    """

    def __init__(
        self, what: str, why: Why, *, received: str = "", retry_after: float | None = None, detail: str = ""
    ) -> None:
        self.why, self.received, self.retry_after, self.detail = why, received, retry_after, detail
        super().__init__(what, mend=MEND[why])


def trouble(why: Why, what: str, endpoint: Endpoint, *, received: str = "") -> ChatError:
    """An error found by ourselves in what the endpoint answered."""
    return ChatError(f"{endpoint.place} {what}", why, received=received)


def explain(error: BaseException, endpoint: Endpoint, *, received: str = "") -> ChatError:
    """The vendor's exception as ours, in Chinese, without the key."""
    if isinstance(error, ChatError):
        return error
    if isinstance(error.__cause__, ChatError):  # found on the wire, and wrapped by the vendor's client
        return error.__cause__
    detail = endpoint.scrub(_message(error))
    why, what = _judge(error, detail)
    said = f"：{detail}" if detail and why not in {Why.TIMEOUT, Why.CUT} else ""
    if received and why in {Why.UNREACHABLE, Why.SERVER, Why.FOREIGN}:
        why, what = Why.CUT, "说到一半断了"
    return ChatError(
        f"{endpoint.place} {what}{said}",
        why,
        received=received,
        retry_after=_retry_after(error),
        detail=detail,
    )


def _message(error: BaseException) -> str:
    """The endpoint's own words where there are any; HTML pages are reduced to their title."""
    body = getattr(error, "body", None)
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        return str(body["message"])
    text = str(getattr(error, "message", "") or error)
    if "<html" in text.lower() or "<!doctype" in text.lower():
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        return f"返回了网页「{title.group(1).strip()}」" if title else "返回了网页"
    return text


def _judge(error: BaseException, detail: str) -> tuple[Why, str]:  # noqa: PLR0911
    name, status = type(error).__name__, getattr(error, "status_code", None)
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return Why.TIMEOUT, "没有在时限内回答"
    if isinstance(status, int):
        return _by_status(status, detail, f"{getattr(error, 'code', '')}")
    if "ContentFilter" in name:
        return Why.REFUSED, "的回答被内容审查拦下"
    if "LengthFinish" in name:
        return Why.CUT, "的回答太长，被截断"
    if isinstance(error, Warning):
        return Why.REQUEST, "不接受这种请求"
    if re.search("Connect|Protocol|ReadError|WriteError|CloseError", name) or isinstance(error, OSError):
        return Why.UNREACHABLE, "连不上"
    if getattr(error, "request", None) is not None:
        return Why.SERVER, "中途报错"
    return Why.FOREIGN, "返回的不是 OpenAI 兼容的回答"


def _by_status(status: int, detail: str, code: str) -> tuple[Why, str]:  # noqa: PLR0911
    if status in {400, 403, 422} and _FILTERED.search(f"{detail} {code}"):
        return Why.REFUSED, f"拒绝回答（{status}，内容审查）"
    if 300 <= status < 400:
        return Why.FOREIGN, f"要把请求转到别处去（{status}）"
    if status in {401, 403}:
        return Why.KEY, f"不认这个密钥（{status}）"
    if status == 402 or "insufficient_quota" in code or "insufficient balance" in detail.lower():
        return Why.QUOTA, f"额度不足（{status}）"
    if status == 413 or (status in {400, 422} and _TOO_LARGE.search(f"{detail} {code}")):
        return Why.TOO_LARGE, f"放不下这么长的对话（{status}）"
    if status == 404 and not _PARAMETER.search(detail):
        return Why.MODEL, "没有找到（404）"
    if status == 429:
        return Why.BUSY, "正忙，限制了请求次数（429）"
    if status in {408, 409} or (status >= 500 and status != 501 and not _SHAPE.search(detail)):
        return Why.SERVER, f"出错（{status}）"
    return Why.REQUEST, f"不接受这样的请求（{status}）"


def _retry_after(error: BaseException) -> float | None:
    """Seconds asked for by `retry-after-ms` or `Retry-After` (a number or a date); never negative."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    if headers is None:
        return None
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value and re.fullmatch(r"\d+(\.\d+)?", value.strip()):
            return float(value) / divisor
    date = email.utils.parsedate_tz(headers.get("retry-after") or "")
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None
