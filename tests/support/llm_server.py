"""An OpenAI-compatible chat endpoint on this machine, faithful on the wire, that does as it is told.

`LlmServer(steps)` answers one request with one step, in order; a request too many is answered 599 and
fails the test on leaving, as does a step nobody asked for. `answer=` takes a function instead, for tests
that send many requests at once. Errors have the shapes that real servers send (OpenAI, vLLM, DeepSeek).
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.support.llm_steps import REFUSALS, Reply, Seen, Step, fails


class LlmServer:
    """Serves on 127.0.0.1 for the length of a `with`; `base_url` and `seen` are for the test.

    `supports`: ways of asking for JSON that are understood; others get the refusal real servers send, and
    use up no step. `temperature=False` and `stream_options=False` refuse these, as some endpoints do.
    """

    def __init__(
        self,
        *steps: Step,
        answer: Callable[[Seen], Step] | None = None,
        supports: Iterable[str] = ("json_schema", "json_object", "tool", "prompt"),
        temperature: bool = True,
        stream_options: bool = True,
    ) -> None:
        self.seen: list[Seen] = []
        self.refused: list[Seen] = []
        self.errors: list[str] = []
        "What went wrong in the server itself, e.g. in the test's `answer`."
        self.strays: list[str] = []
        "Paths asked for that are no chat."
        self.arrived = threading.Event()
        "Set with the first request."
        self.at_once = 0
        "The most requests that were open at the same time."
        self._steps, self._answer, self._supports = list(steps), answer, frozenset(supports)
        self._temperature, self._stream_options = temperature, stream_options
        self._open, self._surplus, self._lock, self._stopped = 0, 0, threading.Lock(), threading.Event()

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self) -> None:
                size = int(self.headers["content-length"] or 0)
                if self.path != "/v1/chat/completions":
                    server.strays.append(self.path)
                    self.rfile.read(size)
                    self.send_error(404, "Invalid URL")
                    return
                body = self.rfile.read(size)
                if len(body) < size:  # hung up before all was sent
                    self.close_connection = True
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.path, headers, json.loads(body))
                try:
                    server._serve(self, seen)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def do_GET(self) -> None:
                server.strays.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                """Silent."""

        class Http(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                error = sys.exc_info()[1]
                if not isinstance(error, ConnectionError):  # a client that hung up is no failure of ours
                    server.errors.append(repr(error))

        self._http = Http(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if kind is None:
            assert not self.errors, self.errors
            assert not self._surplus, f"{self._surplus} request(s) more than there were steps"
            assert not self._steps, f"{len(self._steps)} step(s) nobody asked for"

    @property
    def base_url(self) -> str:
        """Up to and with `/v1`."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def wait_idle(self, seconds: float = 2.0) -> bool:
        """True once no request is open: whoever asked has hung up or been answered."""
        until = time.monotonic() + seconds
        while self._open and time.monotonic() < until:
            time.sleep(0.01)
        return not self._open

    def _serve(self, handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        with self._lock:
            self._open += 1
            self.arrived.set()
            self.at_once = max(self.at_once, self._open)
        try:
            self._step_for(seen)(Reply(handler, seen, self._stopped))
        finally:
            with self._lock:
                self._open -= 1

    def _step_for(self, seen: Seen) -> Step:
        refusal = self._refusal(seen)
        with self._lock:
            (self.refused if refusal else self.seen).append(seen)
            if refusal:
                return refusal
            if self._answer:
                return self._answer(seen)
            if self._steps:
                return self._steps.pop(0)
            self._surplus += 1
            return fails(599, "no step left")

    def _refusal(self, seen: Seen) -> Step | None:
        if "temperature" in seen.body and not self._temperature:
            text = "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1)"
            return fails(400, f"{text} value is supported.", param="temperature", code="unsupported_value")
        if "stream_options" in seen.body and not self._stream_options:
            text = "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs'}]"
            return lambda reply: reply.json(
                422,
                {"object": "error", "message": text, "type": "BadRequestError", "param": None, "code": 422},
            )
        if seen.rung in self._supports:
            return None
        return REFUSALS[seen.rung]
