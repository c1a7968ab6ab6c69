"""A folder of vectors for every state of the documents.

Chroma's folder must not be written while another process has it open: the other then finds entries it
knows nothing of, and fails. So a change of documents copies the folder, and what is new is written into the
copy. Who still reads the old one goes on undisturbed; an hour after it was left it is swept away.
"""

import contextlib
import hashlib
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from retrieval.passages import Passage

_LEFT = "left"
_KEPT = 3600.0
"""Seconds an old state is kept for those who still read it."""


def folder(home: Path, passages: Sequence[Passage]) -> Path:
    """Where the vectors of `passages` are, or will be: `chroma`, with documents `chroma-<their hash>`.

    A folder that is not there yet is begun as a copy of the latest one, so that little has to be embedded.
    """
    ids = sorted(passage.id for passage in passages if passage.kind == "document")
    if not ids:
        return home / "chroma"
    own = home / f"chroma-{hashlib.sha256(''.join(ids).encode()).hexdigest()[:16]}"
    if not own.exists():
        _copy(home, own)
    return own


def leave(home: Path, current: Path) -> None:
    """The documents are now those of `current`: the other states are on their way out."""
    (current / _LEFT).unlink(missing_ok=True)
    for each in _states(home):
        marker = each / _LEFT
        if each == current:
            continue
        if not marker.exists():
            marker.touch()
        elif time.time() - marker.stat().st_mtime > _KEPT:
            shutil.rmtree(each, ignore_errors=True)


def _states(home: Path) -> list[Path]:
    return [each for each in home.glob("chroma-*") if each.is_dir()]


def _copy(home: Path, own: Path) -> None:
    from filelock import FileLock

    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "chroma-copy.lock", timeout=600):
        latest = max([*_states(home), home / "chroma"], key=_age, default=None)
        if own.exists() or latest is None or not latest.is_dir():
            return
        begun = own.with_name(f".{own.name}.new")
        shutil.rmtree(begun, ignore_errors=True)
        # What cannot be copied, or is copied half, is made anew: sync and probe see to it.
        with contextlib.suppress(OSError, shutil.Error):
            shutil.copytree(latest, begun, ignore=shutil.ignore_patterns(_LEFT))
            begun.replace(own)


def _age(state: Path) -> float:
    file = state / "chroma.sqlite3"
    return file.stat().st_mtime if file.exists() else 0.0
