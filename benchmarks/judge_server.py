"""An endpoint that answers every marker validly after a fixed time; `python -m benchmarks.judge_server`.

Raw asyncio in a process of its own, so that it costs the cores little. What it answers fits the shape asked
for: our checks with a quote that stands, autorubric's verdicts, deepeval's scores.
`--noise` makes our verdicts vary from answer to answer, the same in every run.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter
from typing import Any

QUOTE = {"turn": 1, "quote": "您好"}
"""Stands in every talk of the bench: each begins with it."""
BORDERLINE = 5
"""Of so many checks one is of the kind on which a model is not of one mind (`marking.md`: 1–2 of 7)."""


class Server(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, latency: float, noise: float, asked: Counter[str]) -> None:
        self._latency, self._noise, self._asked, self._buffer = latency, noise, asked, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers where to write."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers as soon as a whole request is there, after the fixed time."""
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._buffer[:head].lower().find(b"content-length:")
        size = int(self._buffer[at + 15 : head].split(b"\r\n", 1)[0])
        if len(self._buffer) < head + 4 + size:
            return
        body, self._buffer = self._buffer[head + 4 : head + 4 + size], self._buffer[head + 4 + size :]
        answer = self._answer(body)
        loop = asyncio.get_running_loop()
        loop.call_later(self._latency, self._send, answer)

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)

    def _answer(self, body: bytes) -> bytes:
        asked = json.loads(body)
        text = json.dumps(self._content(asked), ensure_ascii=False)
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        if "tools" in asked:
            name = asked["tools"][0]["function"]["name"]
            call = {"id": "c", "type": "function", "function": {"name": name, "arguments": text}}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        done = {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": asked["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": {"prompt_tokens": 1500, "completion_tokens": 200, "total_tokens": 1700},
        }
        raw = json.dumps(done, ensure_ascii=False).encode()
        return (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(raw)
            + raw
        )

    def _content(self, asked: dict[str, Any]) -> Any:
        form = asked.get("response_format", {}).get("json_schema", {}).get("schema")
        form = form or (asked["tools"][0]["function"]["parameters"] if "tools" in asked else None)
        prompt = asked["messages"][-1]["content"]
        if form is not None:
            properties = form["properties"]
            if all("properties" in each and "verdict" in each["properties"] for each in properties.values()):
                return {name: self._check(name, prompt) for name in properties}
            return _filled(form, form.get("$defs", {}))
        return {"score": 8, "reason": "考生说了您好，做到了。"}

    def _check(self, name: str, prompt: str) -> dict[str, Any]:
        verdict = self._noisy(name, prompt) if self._noise else "met"
        return {"quotes": [QUOTE] if verdict in {"met", "partly"} else [], "verdict": verdict}

    def _noisy(self, name: str, prompt: str) -> str:
        """One check in five is a matter of opinion; the others slip now and then."""
        talk = prompt[: prompt.find("现在只评这一项")]
        nature = random.Random(f"{name}:{talk}")
        truth = nature.choices(["met", "partly", "not_met"], [60, 15, 25])[0]
        borderline = nature.randrange(BORDERLINE) == 0
        other = nature.choice([each for each in ("met", "partly", "not_met") if each != truth])
        place = f"{name}:{hash(talk)}"
        self._asked[place] += 1
        throw = random.Random(f"{place}:{self._asked[place]}").random()
        return other if throw < (self._noise if borderline else self._noise / 10) else truth


def _filled(form: dict[str, Any], known: dict[str, Any]) -> Any:
    """The least that satisfies a JSON schema as pydantic writes them."""
    if "$ref" in form:
        return _filled(known[form["$ref"].rpartition("/")[2]], known)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in form:
            return _filled(form[choice][0], known)
    if "const" in form or "enum" in form:
        return form["const"] if "const" in form else form["enum"][0]
    if "properties" in form:
        return {name: _filled(each, known) for name, each in form["properties"].items()}
    kind = form.get("type")
    return {
        "array": [],
        "object": {},
        "string": "考生说了您好，做到了。",
        "integer": 1,
        "number": 1.0,
        "boolean": True,
    }.get(str(kind))


async def main() -> None:
    """Serves on a free port, told on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--noise", type=float, default=0.0)
    args = parser.parse_args()
    asked: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Server(args.latency, args.noise, asked), "127.0.0.1", 0, backlog=1024
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
