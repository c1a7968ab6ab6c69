"""Time as the talk sees it, in seconds since the epoch."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def spend(self, text: str) -> None:
        """Lets pass the time it takes to say `text`, where time is made and not measured."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def spend(self, text: str) -> None:
        """Speaking has taken its own time already."""


class VirtualClock:
    """For scripted talks: time passes only by speaking, so that the same script gives the same bytes."""

    CHARS_A_SECOND = 4.5
    "Unhurried Mandarin, about 270 characters a minute."

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Seconds since the start."""
        return self._now

    def spend(self, text: str) -> None:
        """The time of saying `text`, and a second to begin."""
        self._now += round(1.0 + len(text) / self.CHARS_A_SECOND, 1)
