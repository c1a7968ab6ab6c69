"""What the endpoint of `llm_server.py` can be told to do, in the shapes that real servers send."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One request as it came over the wire."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """Everything the model was given to read."""
        return "\n".join(str(m["content"]) for m in self.body["messages"])

    @property
    def rung(self) -> str:
        """How JSON was asked for: json_schema, json_object, tool or prompt."""
        if "response_format" in self.body:
            return str(self.body["response_format"]["type"])
        return "tool" if "tools" in self.body else "prompt"


Step = Callable[["Reply"], None]


class Reply:
    """The open connection on which a step answers."""

    def __init__(self, handler: BaseHTTPRequestHandler, seen: Seen, stopped: threading.Event) -> None:
        self.handler, self.seen, self.stopped = handler, seen, stopped

    def send(self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        """A whole answer."""
        self.handler.send_response(status)
        for name, value in {
            "content-type": kind,
            "content-length": str(len(body)),
            **(headers or {}),
        }.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        """A whole JSON answer, UTF-8, not escaped."""
        self.send(status, json.dumps(body, ensure_ascii=False).encode(), "application/json", headers)

    def events(self, events: Iterable[bytes], *, cut_bytes: int = 0, die: bool = False) -> None:
        """Server-sent events in chunked encoding; `cut_bytes` cuts them anywhere, `die` never ends them."""
        self.handler.send_response(200)
        self.handler.send_header("content-type", "text/event-stream")
        self.handler.send_header("transfer-encoding", "chunked")
        self.handler.end_headers()
        for event in events:
            for part in _parts(event, cut_bytes):
                self.handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                self.handler.wfile.flush()
        if die:
            self.handler.close_connection = True
        else:
            self.handler.wfile.write(b"0\r\n\r\n")


def _parts(data: bytes, size: int) -> Iterator[bytes]:
    step = size or len(data)
    return (data[i : i + step] for i in range(0, len(data), step))


def says(
    text: str,
    *,
    pieces: Iterable[str] | None = None,
    finish: str | None = "stop",
    usage: bool = True,
    reasoning: str = "",
    refusal: str | None = None,
    cut_bytes: int = 0,
    dies: bool = False,
    delay: float = 0.0,
    gap: float = 0.0,
) -> Step:
    """An answer, streamed or whole as the request wants it.

    `pieces` are the stream's deltas (single characters by default); `delay` s come before anything,
    `gap` s between deltas; `dies` breaks the connection after the last delta.
    """

    def step(reply: Reply) -> None:
        reply.stopped.wait(delay)
        if reply.seen.body.get("stream"):
            wanted = bool(reply.seen.body.get("stream_options", {}).get("include_usage")) and usage
            deltas = _deltas(
                list(text if pieces is None else pieces), reasoning, finish, wanted, reply, gap, dies
            )
            reply.events(deltas, cut_bytes=cut_bytes, die=dies)
        else:
            message = {"role": "assistant", "content": None if refusal else text, "refusal": refusal}
            if reasoning:
                message["reasoning_content"] = reasoning
            reply.json(200, _completion(message, finish, usage))

    return step


def _deltas(
    pieces: list[str], reasoning: str, finish: str | None, usage: bool, reply: Reply, gap: float, dies: bool
) -> Iterator[bytes]:
    def event(delta: dict[str, Any] | None, end: str | None = None, **more: Any) -> bytes:
        choices = (
            [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": end}]
        )
        body = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1700000000,
            "model": "test-model",
            "choices": choices,
            **more,
        }
        return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"

    yield b": keep-alive\n\n"
    yield event({"role": "assistant", "content": ""})
    if reasoning:
        yield event({"reasoning_content": reasoning})
    for piece in pieces:
        reply.stopped.wait(gap)
        yield event({"content": piece})
    if dies:
        return
    if finish:
        yield event({}, finish)
    if usage:
        yield event(None, usage=USAGE)
    yield b"data: [DONE]\n\n"


USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def _completion(message: dict[str, Any], finish: str | None, usage: bool) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "test-model",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        **({"usage": USAGE} if usage else {}),
    }


def gives(value: Any, **options: Any) -> Step:
    """JSON in the way it was asked for: the arguments of a tool call, or content."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def step(reply: Reply) -> None:
        if reply.seen.rung != "tool":
            says(text, **options)(reply)
            return
        call = {"id": "call_1", "type": "function", "function": {"name": "answer", "arguments": text}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        reply.json(200, _completion(message, "tool_calls", usage=True))

    return step


def fails(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Step:
    """An error in OpenAI's shape."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return lambda reply: reply.json(status, {"error": error}, headers)


def busy(retry_after: str | None = None) -> Step:
    """OpenAI's rate limit."""
    text = (
        "Rate limit reached for test-model in organization org-1 on requests per min (RPM): Limit 3, Used 3."
    )
    headers = {"retry-after": retry_after} if retry_after else {}
    return fails(429, text, kind="requests", code="rate_limit_exceeded", headers=headers)


def web_page(status: int, title: str = "502 Bad Gateway") -> Step:
    """What a proxy says when nobody is behind it."""
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body></html>"
    return lambda reply: reply.send(status, page.encode(), "text/html")


def raw(body: str, kind: str = "application/json") -> Step:
    """Anything at all, with 200."""
    return lambda reply: reply.send(200, body.encode(), kind)


def error_in_stream(message: str, pieces: Iterable[str] = ()) -> Step:
    """vLLM: an error as an event, after some text."""

    def step(reply: Reply) -> None:
        body = {"error": {"message": message, "type": "InternalServerError", "param": None, "code": 500}}
        start = _deltas(list(pieces), "", None, usage=False, reply=reply, gap=0, dies=True)
        reply.events([*start, b"data: " + json.dumps(body).encode() + b"\n\n", b"data: [DONE]\n\n"])

    return step


def keeps_alive() -> Step:
    """OpenRouter: comments while it waits for a model that never speaks."""

    def comments(reply: Reply) -> Iterator[bytes]:
        while not reply.stopped.wait(0.05):
            yield b": PROCESSING\n\n"

    return lambda reply: reply.events(comments(reply))


def hangs() -> Step:
    """Never answers, until the server is closed."""
    return lambda reply: (reply.stopped.wait(30), setattr(reply.handler, "close_connection", True))[1]


def drops() -> Step:
    """Closes the connection without a word."""
    return lambda reply: setattr(reply.handler, "close_connection", True)


REFUSALS = {
    "json_schema": fails(
        400,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn"
        " more about supported models at the Structured Outputs guide:"
        " https://platform.openai.com/docs/guides/structured-outputs",
    ),
    "json_object": fails(
        400, "This response_format type is unavailable now", code="invalid_request_error"
    ),
    "tool": fails(400, "registry.ollama.ai/library/test-model does not support tools", kind="api_error"),
}  # fmt: skip
