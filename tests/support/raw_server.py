"""A TCP server that sends whatever bytes it is told to, however slowly: for endpoints that mean harm."""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Self

Send = Callable[[socket.socket, threading.Event, dict[str, Any]], None]
"""(connection, set when the server is closed, the request's JSON)."""


class RawServer:
    """Serves on 127.0.0.1 for the length of a `with`; `asked` and `hung_up` count requests and their ends."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._stopped = threading.Event()
        self.asked = self.hung_up = 0
        "Requests that came whole; of them those whose client closed before the answer was."
        self.arrived = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._listening.close()
        self._thread.join(2)

    @property
    def base_url(self) -> str:
        """Up to and with `/v1`."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"

    def wait(self, *, asked: int = 0, hung_up: int = 0, seconds: float = 10.0) -> bool:
        """True once there were so many requests, and so many clients gone."""
        until = time.monotonic() + seconds
        while (self.asked < asked or self.hung_up < hung_up) and time.monotonic() < until:
            time.sleep(0.01)
        return self.asked >= asked and self.hung_up >= hung_up

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while (asked := _request(connection)) is not None:
                with self._lock:
                    self.asked += 1
                self.arrived.set()
                try:
                    self._send(connection, self._stopped, asked)
                except OSError:
                    with self._lock:
                        self.hung_up += 1
                    return


def _request(connection: socket.socket) -> dict[str, Any] | None:
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            if not (part := connection.recv(65536)):
                return None
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        while len(body) < size:
            if not (part := connection.recv(65536)):
                return None
            body += part
    except OSError:
        return None
    asked: dict[str, Any] = json.loads(body)
    return asked


def whole(body: bytes, status: str = "200 OK", kind: str = "application/json", head: str = "") -> Send:
    """One answer."""
    text = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{head}\r\n"

    def send(connection: socket.socket, _stopped: threading.Event, _asked: dict[str, Any]) -> None:
        connection.sendall(text.encode())
        connection.sendall(body)

    return send


def completion(content: Any, **more: Any) -> bytes:
    """A `chat.completion` that says this."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": text}
    return json.dumps({
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        **more,
    }).encode()


def fills(change: Callable[[dict[str, Any], dict[str, Any]], Any]) -> Send:
    """A form filled in well and then changed: `change(form, request)` gives what is sent instead."""

    def send(connection: socket.socket, stopped: threading.Event, asked: dict[str, Any]) -> None:
        form = {name: {"quotes": [], "verdict": "met"} for name in schema_of(asked)["properties"]}
        whole(completion(change(form, asked)))(connection, stopped, asked)

    return send


def schema_of(asked: dict[str, Any]) -> dict[str, Any]:
    """What the request wants to have filled in; from the prompt where no parameter says so."""
    if "response_format" in asked and "json_schema" in asked["response_format"]:
        return dict(asked["response_format"]["json_schema"]["schema"])
    if "tools" in asked:
        return dict(asked["tools"][0]["function"]["parameters"])
    text = next(m["content"] for m in asked["messages"] if "JSON Schema：\n" in m["content"])
    return dict(json.loads(text.rpartition("JSON Schema：\n")[2]))


def drips(every: float = 0.05) -> Send:
    """A byte at a time, for ever."""

    def send(connection: socket.socket, stopped: threading.Event, _asked: dict[str, Any]) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n"
        )
        while not stopped.wait(every):
            connection.sendall(b" ")

    return send


def endless() -> Send:
    """As much as there is room for, for ever."""

    def send(connection: socket.socket, stopped: threading.Event, _asked: dict[str, Any]) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        part = b" " * 65536
        while not stopped.is_set():
            connection.sendall(b"10000\r\n" + part + b"\r\n")

    return send


def reset() -> Send:
    """Half an answer, then the connection is torn."""

    def send(connection: socket.socket, _stopped: threading.Event, _asked: dict[str, Any]) -> None:
        connection.sendall(
            b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"cho'
        )
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.close()
        raise OSError

    return send
