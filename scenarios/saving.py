"""A station goes into the organisation's folder: whole or not at all, and never over something unasked.

What is replaced stays beside it as `ID@VERSION.yaml.bak`, which no reader of stations takes for one.
"""

import os
import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from retrieval.errors import InputError
from scenarios.drafts import digest, proper_id, version_in
from scenarios.loading import shipped_files, yaml_files
from scenarios.station import Station

_ONE_AT_A_TIME = threading.Lock()


class Doubt(StrEnum):
    """Why a person is asked before something is replaced."""

    CHANGED = "changed"
    "The file is no longer the one that was opened: somebody else has saved."
    SAME_VERSION = "same_version"
    "There is another content under the same or a higher version."
    SHIPPED = "shipped"
    "A shipped station has this id; this one would take its place."


class NeedsYes(InputError):
    """Nothing was written; it will be when the person says yes."""

    def __init__(self, doubt: Doubt, what: str, mend: str, seen: str, version: int = 0) -> None:
        """Keep what a page needs to ask.

        Args:
            seen: names what is there now; a yes holds for exactly that.
            version: of what is there; 0 when it has none.
        """
        super().__init__(what, mend=mend)
        self.doubt, self.seen, self.version = doubt, seen, version


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a station was put; `digest` names the bytes now there."""

    file: Path
    backup: Path | None
    digest: str


def save(station: Station, text: str, folder: Path, *, yes: bool = False, seen: str | None = None) -> Saved:
    """Put a station into the folder; it can be practised at once, in every process.

    Args:
        station: what `text` says, checked.
        yes: replaces what is there, or takes a shipped station's place.
        seen: digest of the file that was opened, empty when there was none; another one there now is asked
            about even when the version is higher. None asks nothing of the kind.

    Raises:
        NeedsYes: there is something to be asked first; nothing was written.
        InputError: it cannot be written.
    """
    data = text.encode()
    with _ONE_AT_A_TIME:
        file = _place(proper_id(station.id), folder)
        try:
            old = file.read_bytes() if file.exists() else None
            _ask(station, old, yes=yes, seen=seen, same=old == data)
            backup = _keep_old(file, old) if old is not None and old != data else None
            if old != data:
                _write(file, data)
        except OSError as error:
            mend = f"检查这个文件夹有没有写权限、磁盘有没有空间（{error.strerror}）"
            raise InputError("存不进去", mend=mend, file=file) from error
    return Saved(file, backup, digest(data))


def _place(station_id: str, folder: Path) -> Path:
    """Where the organisation keeps this station: where it is, subfolders included, else in the folder."""
    there = yaml_files(folder) if folder.is_dir() else ()
    found = (Path(str(file)) for file in there if file.name == f"{station_id}.yaml")
    return next(found, folder / f"{station_id}.yaml")


def _ask(station: Station, old: bytes | None, *, yes: bool, seen: str | None, same: bool) -> None:
    """Raises what must be asked; a yes answers for the file that was seen and for no other."""
    now = "" if old is None else digest(old)
    if same:
        return
    if seen is not None and seen != now:
        raise NeedsYes(Doubt.CHANGED, *_changed(station.id, old), seen=now)
    if yes:
        return
    if old is None:
        if any(file.name == f"{station.id}.yaml" for file in shipped_files()):
            mend = "确认以后，考生练到的就是您这一份；不想替换，就把 id 换成新的编号"
            raise NeedsYes(Doubt.SHIPPED, f"“{station.id}”是自带的题", mend, seen=now)
        return
    before = version_in(old.decode("utf-8", "replace")) or 0
    if station.version <= before:
        what = f"已经有“{station.id}”第 {before} 版，内容不一样"
        mend = f"把 version 改成 {before + 1} 再保存；或者确认替换（旧的会留一份备份）"
        raise NeedsYes(Doubt.SAME_VERSION, what, mend, seen=now, version=before)


def _changed(station_id: str, old: bytes | None) -> tuple[str, str]:
    if old is None:
        return f"“{station_id}”的文件不在了，像是被人移走或删掉了", "确认以后会重新写一份"
    version = version_in(old.decode("utf-8", "replace"))
    head = f"“{station_id}”在别处存过了，现在是第 {version or '?'} 版，不是您打开的那一份"
    return head, "可以先在新窗口里看看那一份；确认替换，那一份会留作备份"


def _keep_old(file: Path, old: bytes) -> Path:
    """The old content beside the file, under a name that is free; once is enough."""
    stem = f"{file.stem}@{version_in(old.decode('utf-8', 'replace')) or 'old'}"
    n = 1
    while True:
        backup = file.with_name(f"{stem}.yaml.bak" if n == 1 else f"{stem}.{n}.yaml.bak")
        if not backup.exists():
            _write(backup, old)
            return backup
        if backup.read_bytes() == old:
            return backup
        n += 1


def _write(file: Path, data: bytes) -> None:
    """All of it or nothing: a reader sees the old file or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    passing = file.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        with passing.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        passing.replace(file)
    finally:
        passing.unlink(missing_ok=True)
