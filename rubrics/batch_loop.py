"""A batch marked by a model, in one loop: many talks under way, so that the endpoint never waits for us.

The judge's own gate limits the requests. What is heavy and asks nobody, finding out what the candidates did,
can be given to other processes (`Hands`): while a core works on it, no request is sent and no answer read.
"""

import asyncio
import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from bot.transcript import Transcript
from rubrics.batch import DIED, Outcome, Pool, cores, marked, pool_of, read_here, recognised
from rubrics.intake import Found
from rubrics.marker import Marker

TALKS_AT_ONCE = 16
"Talks a model is asked about at the same time, unless told otherwise."
DONE_AHEAD = 4
"Times as many may be done and wait for one before them: it is slow, the others go on."


class Hands:
    """Processes that read files and find out what the candidates did."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._alone = pool, asyncio.Lock()

    async def read(self, each: Found) -> tuple[str, Transcript] | Outcome:
        """The file's digest and its talk, or why there is none."""
        try:
            return await asyncio.wrap_future(self._pool.submit(recognised, each))
        except BrokenProcessPool:
            async with self._alone:  # the one that kills a process is known by doing it again
                self._pool.renew()
                try:
                    return await asyncio.wrap_future(self._pool.submit(recognised, each))
                except BrokenProcessPool:
                    return Outcome(each.name, "", error=DIED)


@contextmanager
def hands(make: Callable[[], Marker], workers: int | None = None) -> Iterator[Hands]:
    """`workers` of them, as many as there are cores when None.

    Args:
        make: makes a marker, in each process; must be picklable, and need ask no model.
    """
    with pool_of(workers or cores(), make) as pool:
        yield Hands(pool)


def in_one_loop(
    files: Iterable[Found],
    marker: Marker,
    runner: asyncio.Runner,
    at_once: int = TALKS_AT_ONCE,
    helping: Hands | None = None,
) -> Iterator[Outcome]:
    """Each file marked in one loop, `at_once` talks under way; results in the order of the files."""
    loop, todo = runner.get_loop(), iter(files)
    waiting: deque[asyncio.Task[Outcome]] = deque()
    gc.freeze()  # while it looks through all that is loaded for garbage, no answer is read
    try:
        while True:
            under_way = sum(not task.done() for task in waiting)
            while under_way < at_once and len(waiting) < at_once * DONE_AHEAD:
                if (each := next(todo, None)) is None:
                    break
                waiting.append(loop.create_task(marked(each, marker, helping.read if helping else read_here)))
                under_way += 1
            if not waiting:
                return
            if waiting[0].done():
                yield waiting.popleft().result()
            else:
                runner.run(_some([task for task in waiting if not task.done()]))
    finally:
        for task in waiting:
            task.cancel()
        runner.run(_finish(list(waiting), marker))
        gc.unfreeze()


async def _some(tasks: list[asyncio.Task[Outcome]]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def _finish(tasks: list[asyncio.Task[Outcome]], marker: Marker) -> None:
    """Nothing is left behind: no request, no connection."""
    await asyncio.gather(*tasks, return_exceptions=True)
    if marker.finish is not None:
        await marker.finish()
