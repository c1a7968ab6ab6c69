"""A real Chromium against a real `koushi serve` with its own data folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip


# What is waited for comes later on a busy machine; it comes or it does not.
expect.set_options(timeout=20_000)


@dataclass
class Server:
    """`koushi serve`, which can be killed and started again on the same data and the same port."""

    home: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("koushi")), "serve", "--port", str(self.port)]
        env = {k: v for k, v in os.environ.items() if not k.startswith("KOUSHI_")}
        env |= {"KOUSHI_HOME": str(self.home), "KOUSHI_SPEECH": "espeak", **self.settings}
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        ends = time.monotonic() + 90
        while time.monotonic() < ends:
            assert self.process is not None
            assert self.process.poll() is None, (self.home / "serve.log").read_text(encoding="utf-8")
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.2)
        raise AssertionError((self.home / "serve.log").read_text(encoding="utf-8"))

    def kill(self) -> None:
        """As when the power fails."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers with the settings given; kills them at the end."""
    started: list[Server] = []

    def start(**settings: str) -> Server:
        home = tmp_path / f"home{len(started)}"
        home.mkdir()
        server = Server(home, free_port(), settings)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.kill()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture
def launch(playwright: Playwright) -> Iterator[Callable[..., Browser]]:
    """Chromium with further switches."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    browsers: list[Browser] = []

    def open_browser(*switches: str) -> Browser:
        browsers.append(playwright.chromium.launch(executable_path=found, args=[*QUIET, *switches]))
        return browsers[-1]

    yield open_browser
    for browser in browsers:
        browser.close()


@dataclass
class Visit:
    """A page with what went wrong on it: errors of scripts, and requests to anywhere else."""

    page: Page
    errors: list[str]
    foreign: list[str]


def visit(browser: Browser, server: Server, width: int = 1280, height: int = 860, **options: Any) -> Visit:
    """A fresh visitor of that screen size."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    seen = Visit(page, [], [])
    page.on("console", lambda line: "Content Security Policy" in line.text and seen.foreign.append(line.text))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))

    def asked(url: str) -> None:
        if not url.startswith((server.url, "data:", "blob:")):
            seen.foreign.append(url)

    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket_: asked(socket_.url.replace("ws://", "http://")))
    return seen
