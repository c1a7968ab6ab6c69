"""A batch marked by the built-in judge, over processes; `batch_loop.py` has the one for a model.

Results come in the order of the files. A file that cannot be read, or one on which a process dies, is an
error under its name; the others are marked.
"""

import asyncio
import gc
import hashlib
import os
import signal
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from bot.reading import parse_transcript
from bot.transcript import Transcript
from retrieval.errors import KoushiError
from rubrics.intake import Found
from rubrics.marker import Marker

AHEAD = 4
"Talks handed to each process before the first of them is done: none of them waits for work."
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


Read = tuple[str, Transcript] | Outcome
"""A file's digest and its talk, or why there is none."""


def parsed(name: str, data: bytes) -> Read:
    """A file's bytes as a talk."""
    mine = digest(data)
    try:
        return mine, parse_transcript(data, name)
    except KoushiError as error:
        return Outcome(name, mine, error=str(error))


async def read_here(each: Found) -> Read:
    """A file read and parsed in this process."""
    try:
        return parsed(each.name, each.read())
    except KoushiError as error:
        return Outcome(each.name, "", error=str(error))


async def marked(
    each: Found, marker: Marker, read: Callable[[Found], Awaitable[Read]] = read_here
) -> Outcome:
    """One file read, parsed and marked."""
    mine = ""
    try:
        found = await read(each)
        if isinstance(found, Outcome):
            return found
        mine, transcript = found
        report = await marker.mark(transcript)
    except KoushiError as error:
        return Outcome(each.name, mine, error=str(error))
    except Exception as error:  # noqa: BLE001  one talk must not take the batch with it
        return Outcome(each.name, mine, error=f"评这一份时程序出错：{type(error).__name__}：{error}")
    return Outcome(each.name, mine, report.as_json())


def in_processes(
    files: Iterable[Found], make: Callable[[], Marker], workers: int | None = None
) -> Iterator[Outcome]:
    """Each file marked in one of `workers` processes (as many as there are cores when None).

    Args:
        make: makes the marker, in each process; must be picklable.
    """
    count = workers or cores()
    todo, waiting = iter(files), deque[tuple[Found, Future[Outcome]]]()
    with pool_of(count, make) as pool:
        while True:
            while len(waiting) < count * AHEAD and (each := next(todo, None)) is not None:
                waiting.append((each, pool.submit(_mark, each)))
            if not waiting:
                return
            each, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                lost = [each, *(other for other, _ in waiting)]
                waiting.clear()
                yield from _one_by_one(lost, pool)


YIELDING = 10
"""Niceness of the processes: whoever waits for a page or talks with an endpoint goes first."""
DIED = "评这一份时评分进程中断了（把文件交给管理员看看）"


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _one_by_one(lost: list[Found], pool: "Pool") -> Iterator[Outcome]:
    """Those under way when a process died, each alone: the one that kills it is known by that."""
    for each in lost:
        pool.renew()
        try:
            yield pool.submit(_mark, each).result()
        except BrokenProcessPool:
            yield Outcome(each.name, "", error=DIED)
    pool.renew()


class Pool:
    """A pool of processes that can be had anew when one of them died."""

    def __init__(self, workers: int, make: Callable[[], Marker]) -> None:
        self._workers, self._make = workers, make
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # Spawned, not forked: the server has threads.
        context = get_context("spawn")
        return ProcessPoolExecutor(self._workers, context, initializer=_begin, initargs=(self._make,))

    def submit(self, work: Callable[[str, bytes], T | Outcome], each: Found) -> "Future[T | Outcome]":
        """To be done by whoever is free. Read here: a worker need not reach the file."""
        done: Future[T | Outcome] = Future()
        try:
            data = each.read()
        except KoushiError as error:
            done.set_result(Outcome(each.name, "", error=str(error)))
            return done
        try:
            with _ctrl_c_held():
                return self._pool.submit(work, each.name, data)
        except BrokenProcessPool as error:
            done.set_exception(error)
            return done

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
def pool_of(workers: int, make: Callable[[], Marker]) -> Iterator[Pool]:
    pool = Pool(workers, make)
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
    if hasattr(os, "nice"):
        os.nice(YIELDING)
    gc.freeze()  # what is loaded stays: looking through it again and again for garbage takes long


def _leave_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _mark(name: str, data: bytes) -> Outcome:
    done: Outcome = _worker["runner"].run(marked(Found(name, lambda: data), _worker["marker"]))
    return done


def recognised(name: str, data: bytes) -> Read:
    """In a worker: the talk with its behaviours in it, for whoever marks it elsewhere."""
    found = parsed(name, data)
    if isinstance(found, Outcome):
        return found
    try:
        return found[0], _worker["runner"].run(_worker["marker"].recognised(found[1]))
    except KoushiError as error:
        return Outcome(name, found[0], error=str(error))
