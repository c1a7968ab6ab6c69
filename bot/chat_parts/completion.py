"""Reads a whole `chat/completions` answer: its text, its end, its price. Believes nothing about its shape."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 100_000
"""Characters of an answer that should be one small JSON object; more is babble or an attack."""
MOST_BYTES = 8_000_000
"""Of one answer on the wire; a streamed one spends some 250 of them a token."""
_MOST_TOKENS = 10**9


class NotACompletion(ValueError):
    """The text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What one answer says, all of it the endpoint's word."""

    text: str
    "Content, or the arguments of the tool calls; empty when there is neither."
    finish: str | None
    refusal: str
    usage: Mapping[str, int] | None
    "`input_tokens`, `output_tokens`, `cached_tokens`; None where the endpoint does not tell."


def read_completion(raw: bytes) -> Completion:
    """The answer in a response's body.

    Raises:
        NotACompletion: it is not one, or its text is too long to be read.
    """
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        said = raw[:2000].decode("utf-8", "replace")
        raise NotACompletion(said if "<html" in said.lower() else "不是 JSON") from error
    choice = _first(data)
    message = choice.get("message")
    if not isinstance(message, Mapping):
        raise NotACompletion("没有 message")
    text = "\n".join(_calls(message)) or _content(message.get("content"))
    if len(text) > LONGEST:
        raise NotACompletion(f"回答有 {len(text)} 个字，太长了")
    finish, refusal = choice.get("finish_reason"), message.get("refusal")
    return Completion(
        _clean(text),
        finish if isinstance(finish, str) else None,
        _clean(refusal) if isinstance(refusal, str) else "",
        _usage(data.get("usage")),
    )


def _first(data: Any) -> Mapping[str, Any]:
    if isinstance(data, Mapping) and isinstance(error := data.get("error"), Mapping):
        raise NotACompletion(str(error.get("message"))[:200])
    choices = data.get("choices") if isinstance(data, Mapping) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise NotACompletion("没有 choices")
    return choices[0]


def _calls(message: Mapping[str, Any]) -> list[str]:
    calls = message.get("tool_calls")
    found = [c.get("function") for c in calls if isinstance(c, Mapping)] if isinstance(calls, list) else []
    return [str(f["arguments"]) for f in found if isinstance(f, Mapping) and f.get("arguments")]


def _content(content: Any) -> str:
    """Plain, or in typed parts as some endpoints give it."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(
        str(p.get("text") or "") for p in parts if isinstance(p, Mapping) and p.get("type") == "text"
    )


def _clean(text: str) -> str:
    """Without half characters, which nothing could write down again."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _usage(told: Any) -> dict[str, int] | None:
    if not isinstance(told, Mapping):
        return None
    details = told.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    return {
        "input_tokens": _count(told.get("prompt_tokens")),
        "output_tokens": _count(told.get("completion_tokens")),
        "cached_tokens": _count(told.get("prompt_cache_hit_tokens") if cached is None else cached),
    }


def _count(value: Any) -> int:
    return value if type(value) is int and 0 <= value < _MOST_TOKENS else 0


def _no_constant(name: str) -> Any:
    raise ValueError(name)
