"""What is sent to a model, in each way of asking, and what it costs."""

import json
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from bot.chat_parts.habits import Rung

Messages = Sequence[Mapping[str, str]]
_TOOL = "answer"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens so far, where the endpoint told them; `calls` counts answers, `told` those with figures."""

    calls: int = 0
    told: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    "Of the input, what the endpoint had read before."
    retries: int = 0
    "Requests sent again because the one before came to nothing."

    def plus(self, told: Mapping[str, Any] | None) -> "Usage":
        """With one more answer."""
        if not told:
            return replace(self, calls=self.calls + 1)
        details = told.get("input_token_details") or {}
        cached = told.get("cached_tokens") or details.get("cache_read") or 0
        return Usage(
            self.calls + 1,
            self.told + 1,
            self.input_tokens + int(told.get("input_tokens") or 0),
            self.output_tokens + int(told.get("output_tokens") or 0),
            self.cached_tokens + int(cached),
            self.retries,
        )


class Meter:
    """Adds up what is asked within its block, by whatever task the block starts."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.usage = Usage()

    def __enter__(self) -> "Meter":
        self._before = _meter.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _meter.reset(self._before)


_meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


def counted(told: Mapping[str, Any] | None) -> None:
    """One more answer, for the meter that is running."""
    if (meter := _meter.get()) is not None:
        meter.usage = meter.usage.plus(told)


def retried() -> None:
    """One more request that was sent again."""
    if (meter := _meter.get()) is not None:
        meter.usage = replace(meter.usage, retries=meter.usage.retries + 1)


def with_system(system: str, messages: Messages) -> list[dict[str, str]]:
    """The messages as the client wants them, the system text first."""
    head = [{"role": "system", "content": system}] if system else []
    return [*head, *({"role": m["role"], "content": m["content"]} for m in messages)]


def with_schema(messages: list[dict[str, str]], schema: Mapping[str, Any]) -> list[dict[str, str]]:
    """The schema at the very end, so that what calls have in common stays a common beginning."""
    ask = (
        "\n\n只输出一个 JSON 对象，不要代码块，不要任何其他文字。它必须符合这个 JSON Schema：\n"
        + json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    )
    *before, last = messages
    return [*before, {**last, "content": last["content"] + ask}]


def complaint(text: str, problem: str) -> list[dict[str, str]]:
    """Shows the model its own answer and says what is wrong with it."""
    said = (
        [{"role": "assistant", "content": text[:4000]}] if text else [{"role": "assistant", "content": "…"}]
    )
    return [*said, {"role": "user", "content": f"这个回答不能用：{problem}。请重新只输出那一个 JSON 对象。"}]


def shape(rung: Rung, schema: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent beside the messages, for each way of asking."""
    match rung:
        case Rung.JSON_SCHEMA:
            named = {"name": _TOOL, "strict": True, "schema": dict(schema)}
            return {"response_format": {"type": "json_schema", "json_schema": named}}
        case Rung.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Rung.TOOL:
            function = {"name": _TOOL, "description": "交回答案", "parameters": dict(schema)}
            choice = {"type": "function", "function": {"name": _TOOL}}
            return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
        case Rung.PROMPT:
            return {}
