"""A model's answers kept on the disk, by what was asked of whom: what was paid for once is not asked again.

One SQLite file that several processes may use. A cache: what cannot be read or written costs only asking
again, and the oldest go when it is full.
"""

import json
import logging
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
WAIT = 1.0
"""s to wait for another process that is writing."""
ROOM = 0.9
"""Of the limit, what is kept when the oldest go."""
_AT_ONCE = 500
"""Keys of one query: SQLite takes some thousand."""


class Answers:
    """JSON answers by key; safe to share between threads."""

    def __init__(self, file: Path, most_bytes: int) -> None:
        """Nothing is opened yet.

        Args:
            most_bytes: of answers kept, about.
        """
        self._file, self._most = file, most_bytes
        self._db: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def get(self, keys: Sequence[str]) -> dict[str, Any]:
        """The answers there are, by key. What is spoilt is left out."""
        rows: list[tuple[str, str]] = []
        with self._lock:
            try:
                for at in range(0, len(keys), _AT_ONCE):
                    some = keys[at : at + _AT_ONCE]
                    marks = ",".join("?" * len(some))
                    query = f"SELECT key, answer FROM answers WHERE key IN ({marks})"  # noqa: S608
                    rows += self._open().execute(query, some).fetchall()
            except (sqlite3.Error, OSError) as error:
                self._trouble(error)
        found: dict[str, Any] = {}
        for key, answer in rows:
            with suppress(ValueError, TypeError, RecursionError):
                found[key] = json.loads(answer)
        return found

    def put(self, answers: Mapping[str, Any]) -> None:
        """Keep these; what was there under the same keys is replaced."""
        rows = [(key, json.dumps(answer, ensure_ascii=False)) for key, answer in answers.items()]
        if not rows:
            return
        with self._lock:
            try:
                db = self._open()
                with db:
                    db.executemany("INSERT OR REPLACE INTO answers (key, answer) VALUES (?, ?)", rows)
                    self._make_room(db)
            except (sqlite3.Error, OSError) as error:
                self._trouble(error)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        with self._lock:
            self._drop()

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._file, timeout=WAIT, check_same_thread=False)
            self._db = db
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute(
                "CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, key TEXT UNIQUE, answer TEXT)"
            )
        return self._db

    def _make_room(self, db: sqlite3.Connection) -> None:
        """The oldest go once there is too much; the pages they leave are used again."""
        pages, free, size = (
            db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        used = (pages - free) * size
        if used <= self._most:
            return
        there = db.execute("SELECT count(*) FROM answers").fetchone()[0]
        gone = max(1, int(there * (1 - ROOM * self._most / used)))
        db.execute("DELETE FROM answers WHERE id IN (SELECT id FROM answers ORDER BY id LIMIT ?)", (gone,))

    def _trouble(self, error: Exception) -> None:
        """Told once in the log; a file that is no database is begun anew."""
        log.warning("answers of the model cannot be kept in %s: %s", self._file, error)
        broken = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        self._drop()
        if broken:
            for name in ("", "-wal", "-shm"):
                with suppress(OSError):
                    self._file.with_name(self._file.name + name).unlink()

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None
