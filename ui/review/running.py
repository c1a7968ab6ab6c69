"""Batches marked in the background, while the page is open or not. What is done is in the database.

A process remembers only which batches it is working on. After a restart whoever opens the batch sets it
going again, and what was marked stays marked.
"""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from rubrics.batch import Outcome, in_processes
from rubrics.batch_loop import in_one_loop
from rubrics.batch_store import BatchStore
from rubrics.intake import Found
from ui.wiring import batch_marker

if TYPE_CHECKING:
    from ui.wiring import Wiring

_log = logging.getLogger(__name__)
Todo = Sequence[tuple[int, Mapping[str, Any]]]


class Running:
    """Who marks batches in this process; one batch at a time, on all cores."""

    def __init__(self, wiring: "Wiring") -> None:
        """Nothing runs yet."""
        self._wiring = wiring
        self._threads: dict[str, threading.Thread] = {}
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def ensure(self, batch_id: str) -> bool:
        """Sees to it that the batch is being marked if anything is left to do; whether it is."""
        store = BatchStore(self._wiring.engine)
        with self._lock:
            running = self._threads.get(batch_id)
            if running is not None and running.is_alive():
                return not store.stopped(batch_id)
            if store.stopped(batch_id) or not store.todo(batch_id):
                return False
            name = f"batch-{batch_id}"
            self._threads[batch_id] = threading.Thread(
                target=self._work, args=(batch_id,), name=name, daemon=True
            )
            self._threads[batch_id].start()
        return True

    def _work(self, batch_id: str) -> None:
        """Marks what is left; another server on the same data folder that does so is left to it."""
        from filelock import FileLock, Timeout

        store = BatchStore(self._wiring.engine)
        locks = self._wiring.settings.home / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        try:
            with self._turn, FileLock(locks / f"batch-{batch_id}.lock", timeout=0):
                self._mark(store, batch_id)
        except Timeout:
            time.sleep(1)
        except Exception:  # noqa: BLE001  a thread has no other edge
            _log.exception("marking batch %s failed", batch_id)
            store.stop(batch_id, time.time())  # it is told as stopped; a person may let it go on

    def _mark(self, store: BatchStore, batch_id: str) -> None:
        todo = store.todo(batch_id)
        if store.stopped(batch_id):
            return
        with closing(self._outcomes(store.get(batch_id).options, todo)) as outcomes:
            for (index, _), outcome in zip(todo, outcomes, strict=True):
                store.mark(batch_id, index, outcome.report, outcome.error, time.time())
                if store.stopped(batch_id):
                    return

    def _outcomes(self, options: Mapping[str, Any], todo: Todo) -> "Generator[Outcome]":
        settings = self._wiring.settings
        make = partial(batch_marker, settings, options["judge"], options["station"], options["rubric"])
        files = [_file(index, transcript) for index, transcript in todo]
        if "llm" not in {options["judge"], settings.recogniser}:
            yield from in_processes(files, make)
            return
        with asyncio.Runner() as runner:
            yield from in_one_loop(files, make(), runner)


def _file(index: int, transcript: Mapping[str, Any]) -> Found:
    return Found(f"{index}.json", lambda: json.dumps(transcript, ensure_ascii=False).encode())
