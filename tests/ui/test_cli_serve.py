"""`koushi serve` as a process: it says where it is, answers, and leaves on Ctrl-C."""

import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from ui.commands.serve import loopback


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.0.0.53", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_only_this_machine_is_served(host: str, here: bool) -> None:
    assert loopback(host) is here


@pytest.mark.slow
def test_it_says_where_it_is_answers_and_leaves_on_ctrl_c() -> None:
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            said = next(line for line in server.stdout if "http://" in line)
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found
            with urllib.request.urlopen(f"{found[0]}/healthz", timeout=30) as answer:
                assert answer.status == 200
            with urllib.request.urlopen(f"{found[0]}/readyz", timeout=30) as answer:
                assert answer.status == 200
        finally:
            server.send_signal(signal.SIGINT)
            _, err = server.communicate(timeout=30)
    assert server.returncode == 0, err
    assert "Traceback" not in err
