"""One limit on what is under way at once; who was there first goes first, whatever they ask for next."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class Gate:
    """Lets `width` in at a time; among those waiting, the lowest order first. For one event loop."""

    def __init__(self, width: int) -> None:
        """Open."""
        self._free = width
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    @asynccontextmanager
    async def turn(self, order: int) -> AsyncIterator[None]:
        """A block that is entered when there is room."""
        await self._enter(order)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, order: int) -> None:
        if self._free > 0:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (order, next(self._arrivals), mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # let in and cancelled at the same moment
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            _, _, next_ = heapq.heappop(self._waiting)
            if not next_.done():
                next_.set_result(None)
                return
        self._free += 1
