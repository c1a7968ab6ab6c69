"""A batch marked by one judge: over processes for the built-in one, in one loop for a model.

Results come in the order of the files. A file that cannot be read, or one on which a process dies, is an
error under its name; the others are marked.
"""

import asyncio
import hashlib
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from bot.reading import parse_transcript
from retrieval.errors import KoushiError
from rubrics.intake import Found
from rubrics.marker import Marker

AHEAD = 4
"Talks handed to each process before the first of them is done: none of them waits for work."
TALKS_AT_ONCE = 16
"Talks a model is asked about at the same time; the judge's own gate limits the requests."
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a `koushi.report/1` as JSON, or the error in Chinese."""

    name: str
    digest: str
    "Of the file's bytes: SHA-256, hex; empty when they could not be had."
    report: dict[str, Any] | None = None
    error: str | None = None


def digest(data: bytes) -> str:
    """SHA-256 of a file's bytes, hex."""
    return hashlib.sha256(data).hexdigest()


async def marked(each: Found, marker: Marker) -> Outcome:
    """One file read, parsed and marked."""
    mine = ""
    try:
        data = each.read()
        mine = digest(data)
        report = await marker.mark(parse_transcript(data, each.name))
    except KoushiError as error:
        return Outcome(each.name, mine, error=str(error))
    except Exception as error:  # noqa: BLE001  one talk must not take the batch with it
        return Outcome(each.name, mine, error=f"评这一份时程序出错：{type(error).__name__}：{error}")
    return Outcome(each.name, mine, report.as_json())


# -- the built-in judge: processes ------------------------------------------------------------------


def in_processes(
    files: Iterable[Found], make: Callable[[], Marker], workers: int | None = None
) -> Iterator[Outcome]:
    """Each file marked in one of `workers` processes (as many as there are cores when None).

    Args:
        make: makes the marker, in each process; must be picklable.
    """
    count = workers or cores()
    todo, waiting = iter(files), deque[tuple[Found, Future[Outcome]]]()
    with _pool(count, make) as pool:
        while True:
            while len(waiting) < count * AHEAD and (each := next(todo, None)) is not None:
                waiting.append((each, pool.submit(each)))
            if not waiting:
                return
            each, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                lost = [each, *(other for other, _ in waiting)]
                waiting.clear()
                yield from _one_by_one(lost, pool)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _one_by_one(lost: list[Found], pool: "_Pool") -> Iterator[Outcome]:
    """Those under way when a process died, each alone: the one that kills it is known by that."""
    for each in lost:
        pool.renew()
        try:
            yield pool.submit(each).result()
        except BrokenProcessPool:
            yield Outcome(each.name, "", error="评这一份时评分进程中断了（把文件交给管理员看看）")
    pool.renew()


class _Pool:
    """A pool of processes that can be had anew when one of them died."""

    def __init__(self, workers: int, make: Callable[[], Marker]) -> None:
        self._workers, self._make = workers, make
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # Spawned, not forked: the server has threads.
        context = get_context("spawn")
        return ProcessPoolExecutor(self._workers, context, initializer=_begin, initargs=(self._make,))

    def submit(self, each: Found) -> "Future[Outcome]":
        """To be marked by whoever is free. Read here: a worker need not reach the file."""
        try:
            data = each.read()
        except KoushiError as error:
            done: Future[Outcome] = Future()
            done.set_result(Outcome(each.name, "", error=str(error)))
            return done
        try:
            with _ctrl_c_held():
                return self._pool.submit(_mark, each.name, data)
        except BrokenProcessPool as error:
            broken: Future[Outcome] = Future()
            broken.set_exception(error)
            return broken

    def renew(self) -> None:
        """New processes where one has died."""
        try:
            with _ctrl_c_held():
                self._pool.submit(int)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._new()

    def close(self, *, at_once: bool) -> None:
        """End the processes; `at_once` without waiting for what they do."""
        running = list((self._pool._processes or {}).values()) if at_once else []
        self._pool.shutdown(wait=not at_once, cancel_futures=True)
        for process in running:
            process.kill()


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Ctrl-C comes a moment later: a worker that is just being born inherits that it is not its business."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _pool(workers: int, make: Callable[[], Marker]) -> Iterator[_Pool]:
    pool = _Pool(workers, make)
    try:
        yield pool
    except BaseException:  # Ctrl-C, or whoever reads the results has had enough
        pool.close(at_once=True)
        raise
    pool.close(at_once=False)


_worker: dict[str, Any] = {}
"In a worker process: its marker and its loop."


def _begin(make: Callable[[], Marker]) -> None:
    """A worker's beginning. Ctrl-C is the parent's to answer; without a parent there is nothing to do."""
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _worker.update(runner=asyncio.Runner(), marker=make())
    threadpool_limits(1)  # one process a core


def _leave_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _mark(name: str, data: bytes) -> Outcome:
    done: Outcome = _worker["runner"].run(marked(Found(name, lambda: data), _worker["marker"]))
    return done


# -- a model as judge: one loop ----------------------------------------------------------------------


def in_one_loop(
    files: Iterable[Found], marker: Marker, runner: asyncio.Runner, at_once: int = TALKS_AT_ONCE
) -> Iterator[Outcome]:
    """Each file marked in one loop, `at_once` talks under way."""
    loop, todo = runner.get_loop(), iter(files)
    waiting: deque[asyncio.Task[Outcome]] = deque()
    try:
        while True:
            while len(waiting) < at_once and (each := next(todo, None)) is not None:
                waiting.append(loop.create_task(marked(each, marker)))
            if not waiting:
                return
            yield runner.run(_done(waiting.popleft()))
    finally:
        for task in waiting:
            task.cancel()


async def _done(task: "asyncio.Task[T]") -> T:
    return await task
