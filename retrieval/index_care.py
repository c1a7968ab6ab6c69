"""Care for the folder of the vector index: what is derived may be thrown away, but only when it is broken."""

import errno
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 600
"Seconds to wait for another process that is building, or trying."
_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EMFILE, errno.ENFILE}
_TOLD = re.compile(r"disk is full|readonly database|No space left|Permission denied|Too many open files")
# the last: how Chroma, which passes on no numbers, tells of the same


def of_the_machine(error: BaseException | None) -> bool:
    """Whether a full disk, missing rights or too many open files did it: the folder may be sound."""
    while error is not None:
        if (isinstance(error, OSError) and error.errno in _MACHINE) or _TOLD.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def marked(folder: Path) -> Iterator[None]:
    """Leaves a mark beside the folder while it is opened; who finds one opens after a process that died.

    Some damage ends the process in Chroma's native code, where nothing can be caught. So after a death a
    process of its own tries the folder first, and one that kills that, too, is emptied.
    """
    mark = folder.with_suffix(".opening")
    if mark.exists() and not _bears_opening(folder):
        empty(folder)
    mark.touch()
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def _bears_opening(folder: Path) -> bool:
    command = [sys.executable, "-m", "retrieval.index", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return done.returncode in {0, 1}  # 1: an exception, which the caller will meet as well and can weigh


def empty(folder: Path) -> None:
    """Takes away what stands there, folder or not; of a link only the link."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)
