"""`reports.jsonl`: the results of a batch, written as they come, so that what was marked is marked once.

A line is a report (`koushi.report/1` with `file` and `content_hash`) or `{"file":…, "error":…}`.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from bot.reading import parse_transcript
from retrieval.errors import InputError
from rubrics.batch import Outcome, digest
from rubrics.intake import Found
from rubrics.marker import Marker

NAME = "reports.jsonl"
Line = dict[str, Any]
_MADE = ("transcript_hash", "station", "station_hash", "rubric", "rubric_hash", "recogniser")


def line(outcome: Outcome) -> Line:
    """The outcome as one line."""
    own = {"file": outcome.name, "content_hash": outcome.digest}
    return {**outcome.report, **own} if outcome.report else {**own, "error": outcome.error}


class Journal:
    """The file in a folder. Lines are appended and flushed; `settle` puts them in order at the end."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        """Opens it.

        Args:
            resume: go on with what is there; otherwise it is kept beside as `reports.jsonl.bak`.

        Raises:
            InputError: the folder cannot be written to.
        """
        self.path = folder / NAME
        self._at: dict[str, tuple[int, int]] = {}
        "Of each file's newest line: where it begins and how long it is, in bytes."
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and not resume:
                self.path.replace(self.path.with_suffix(".jsonl.bak"))
            self._file: BinaryIO = self.path.open("a+b")
        except OSError as error:
            mend = error.strerror or "检查写入权限"
            raise InputError("结果文件夹写不进去", mend=mend, file=folder) from None
        self._look()

    def _look(self) -> None:
        """Finds the lines there are. A torn last line, from a power cut, is cut off."""
        self._file.seek(0)
        at = 0
        for raw in self._file:
            try:
                name = json.loads(raw)["file"] if raw.endswith(b"\n") else None
            except (ValueError, KeyError, TypeError):
                name = None
            if name is None:
                break
            self._at[name] = (at, len(raw))
            at += len(raw)
        self._file.truncate(at)

    def add(self, outcome: Outcome) -> Line:
        """One more result; on the disk when this returns."""
        made = line(outcome)
        raw = json.dumps(made, ensure_ascii=False).encode() + b"\n"
        at = self._file.seek(0, os.SEEK_END)
        self._file.write(raw)
        self._file.flush()
        self._at[outcome.name] = (at, len(raw))
        return made

    def get(self, name: str) -> Line | None:
        """The newest result of that file."""
        if name not in self._at:
            return None
        at, length = self._at[name]
        self._file.seek(at)
        found: Line = json.loads(self._file.read(length))
        return found

    def kept(self, each: Found, marker: Marker) -> Line | None:
        """The report there is on this file, if marking it now could give no other.

        The same bytes under the same name, the same station, rubric, judge, recogniser and, where one is
        asked for, second opinion. What could not be read or was not scored is tried again.
        """
        old = self.get(each.name)
        if old is None or old.get("outcome") != "scored":
            return None
        try:
            data = each.read()
            now = marker.made_by(parse_transcript(data, each.name))
        except InputError:
            return None
        made = old.get("provenance", {})
        same = all(made.get(key) == now.get(key) for key in _MADE) and old.get("judge") == now["judge"]
        asked = now["second"] is None or (old.get("second") or {}).get("judge") == now["second"]
        return old if same and asked and old.get("content_hash") == digest(data) else None

    def lines(self, names: Iterable[str]) -> Iterator[Line]:
        """The results of these files, in this order; those not marked yet are left out."""
        for name in names:
            if (each := self.get(name)) is not None:
                yield each

    def settle(self, names: Iterable[str]) -> None:
        """The file anew with these files' results alone, in this order; whole or not at all."""
        fresh = self.path.with_suffix(".jsonl.new")
        with fresh.open("wb") as file:
            for each in self.lines(names):
                file.write(json.dumps(each, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._file.close()
        fresh.replace(self.path)
        self._at.clear()
        self._file = self.path.open("a+b")
        self._look()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
