"""A wire-faithful OpenAI-compatible audio server on this machine, with faults to order."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class AudioServer:
    """What the server does, and what it was asked."""

    url: str = ""
    text: str = "非常抱歉给您带来不便。"
    sound: bytes = b""
    fault: str = ""
    "`` | 500 | stall | garbage | no-text | plain-json | odd-chunks | break"
    logprob: float = -0.1
    forms: list[dict[str, Any]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


def _handler(server: AudioServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            form = self._form(body)
            server.forms.append(form | {"path": self.path, "key": self.headers.get("Authorization", "")})
            if server.fault == "stall":
                server.release.wait(30)
                self.close_connection = True
            elif server.fault == "500":
                self._send(500, {"error": {"message": "炸了", "type": "server_error"}})
            elif server.fault == "garbage":
                self._send(200, b"<html>nope</html>", "text/html")
            elif self.path.endswith("/audio/speech"):
                self._speech()
            elif server.fault == "no-text":
                self._send(200, {"segments": []})
            elif server.fault == "plain-json" and form["response_format"] == "verbose_json":
                self._send(400, {"error": {"message": "response_format", "type": "invalid_request_error"}})
            elif form["response_format"] == "json":
                self._send(200, {"text": server.text})
            else:
                segment = {"id": 0, "text": server.text, "avg_logprob": server.logprob, "no_speech_prob": 0.0}
                self._send(200, {"text": server.text, "language": "zh", "segments": [segment]})

        def _form(self, body: bytes) -> dict[str, Any]:
            kind = self.headers["Content-Type"]
            if kind.startswith("application/json"):
                return dict(json.loads(body))
            message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
            parts = {p.get_param("name", header="content-disposition"): p for p in message.get_payload()}
            return {
                str(name): part.get_payload(decode=True)
                if name == "file"
                else part.get_payload(decode=True).decode()
                for name, part in parts.items()
            }

        def _send(self, status: int, body: Any, kind: str = "application/json") -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _speech(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "audio/pcm")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            step = 333 if server.fault == "odd-chunks" else 4096
            for start in range(0, len(server.sound), step):
                piece = server.sound[start : start + step]
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                self.wfile.flush()
                time.sleep(0.001)
                if server.fault == "break" and start > len(server.sound) // 2:
                    self.close_connection = True
                    return
            self.wfile.write(b"0\r\n\r\n")

    return Handler


@contextmanager
def audio_server() -> Iterator[AudioServer]:
    """A running server; its address is `url`, to be given as the base address."""
    state = AudioServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    http.daemon_threads = True
    state.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.release.set()
        http.shutdown()
        http.server_close()
        thread.join()
