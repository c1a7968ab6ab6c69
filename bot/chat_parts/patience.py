"""Trying again: with growing waits, or as long as the endpoint asked, and never past the deadline."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.chat_parts.asking import retried
from bot.chat_parts.trouble import TRANSIENT, ChatError

T = TypeVar("T")
LONGEST_WAIT = 8.0
SCATTER = 0.3
"""s by which those who were told the same moment come apart."""


async def patiently(act: Callable[[], Awaitable[T]], attempts: int, deadline: float) -> T:
    """Does it, up to `attempts` times where the trouble may pass, all by `deadline` (the loop's clock).

    Raises:
        ChatError: the last attempt's.
    """
    from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, stop_before_delay
    from tenacity.wait import wait_random_exponential

    backoff = wait_random_exponential(multiplier=0.5, max=LONGEST_WAIT)

    def wait(state: Any) -> float:
        asked = getattr(state.outcome.exception(), "retry_after", None)
        return float(backoff(state)) if asked is None else float(asked) + random.uniform(0, SCATTER)

    left = max(0.0, deadline - asyncio.get_running_loop().time())
    retrying = AsyncRetrying(
        retry=retry_if_exception(lambda e: isinstance(e, ChatError) and e.why in TRANSIENT),
        stop=stop_after_attempt(attempts) | stop_before_delay(left),
        wait=wait,
        before_sleep=lambda _: retried(),
        reraise=True,
    )
    async for attempt in retrying:
        with attempt:
            return await act()
    raise AssertionError("unreachable: the last attempt returns or raises")
