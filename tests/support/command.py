"""The command line run in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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
        """Its output as JSON lines; the command must have been done."""
        assert self.code == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


Koushi = Callable[..., Ran]


def refused(ran: Ran, code: int, *said: str) -> None:
    """One message in Chinese, nothing on standard output, no traceback."""
    assert ran.code == code, ran.err
    assert not ran.out
    assert ran.err.startswith("koushi：")
    assert "Traceback" not in ran.err
    assert all(each in ran.err for each in said), ran.err
