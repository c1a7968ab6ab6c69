"""The command line run in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from ui.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Koushi = Callable[..., Ran]


@pytest.fixture
def koushi(capsys: pytest.CaptureFixture[str]) -> Koushi:
    """Runs `koushi …`."""

    def run(*args: str) -> Ran:
        code = main(args)
        found = capsys.readouterr()
        return Ran(code, found.out, found.err)

    return run


def refused(ran: Ran, code: int, *said: str) -> None:
    """One message in Chinese, nothing on standard output, no traceback."""
    assert ran.code == code, ran.err
    assert not ran.out
    assert ran.err.startswith("koushi：")
    assert "Traceback" not in ran.err
    assert all(each in ran.err for each in said), ran.err
