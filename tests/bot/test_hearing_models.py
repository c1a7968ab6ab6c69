"""A model is fetched only when asked for, from the mirror that was named, with progress."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.hearing import WhisperTranscriber
from bot.hearing_models import fetch, missing_files
from bot.ports import Heard
from retrieval.errors import InputError, ProviderError
from tests.support.speech import LINES, TINY, spoken

_COMMIT = "0" * 40
_FILES = [path for path in TINY.iterdir() if path.suffix in {".json", ".bin"}]


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download uses."""

    protocol_version = "HTTP/1.1"
    left_out = ""

    def log_message(self, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        name = self.path.rpartition("/")[2]
        if self.path.startswith("/api/models/Systran/faster-whisper-base"):
            files = [
                {"rfilename": f.name, "size": f.stat().st_size} for f in _FILES if f.name != self.left_out
            ]
            extra = [{"rfilename": "README.md", "size": 5}]
            data = json.dumps({
                "id": "Systran/faster-whisper-base",
                "sha": _COMMIT,
                "siblings": files + extra,
            })
            self._send(200, data.encode(), body=body)
        elif (TINY / name).is_file() and "/resolve/" in self.path:
            self._send(200, (TINY / name).read_bytes(), body=body)
        else:
            self._send(404, b"", body=body)

    def _send(self, status: int, data: bytes, *, body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", _COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(data)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("HF_ENDPOINT", address)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_size_is_fetched_from_the_mirror_with_progress_and_hears(mirror: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    folder = fetch("base", tmp_path, lambda done, total: seen.append((done, total)))
    total = sum(path.stat().st_size for path in _FILES)
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)
    assert not missing_files(folder)
    assert not (folder / "README.md").exists()
    assert isinstance(WhisperTranscriber(folder).transcribe(spoken(LINES[0])), Heard)


def test_a_download_that_lacks_a_file_is_no_model(
    mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub, "left_out", "tokenizer.json")
    with pytest.raises(ProviderError, match="不完整"):
        fetch("base", tmp_path, lambda done, total: None)


def test_a_mirror_that_does_not_answer_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ProviderError, match="HF_ENDPOINT"):
        fetch("base", tmp_path, lambda done, total: None)


def test_an_unknown_size_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="large-v3"):
        fetch("huge", tmp_path, lambda done, total: None)


def test_a_child_that_has_much_to_complain_of_does_not_hang(
    monkeypatch: pytest.MonkeyPatch, mirror: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONVERBOSE", "1")  # some MB on stderr, where a pipe holds 64 KB
    assert not missing_files(fetch("base", tmp_path, lambda _done, _total: None))
