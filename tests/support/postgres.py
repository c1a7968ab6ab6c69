"""A PostgreSQL cluster of the test's own, on a socket in its own folder."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder with initdb and pg_ctl; None where PostgreSQL is not installed."""
    found = shutil.which("pg_ctl")
    if found and (Path(found).resolve().parent / "initdb").is_file():
        return Path(found).resolve().parent
    return next((p.parent for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Runs a server while the block runs; yields its SQLAlchemy URL."""
    bin_, data = programs(), folder / "pg"
    assert bin_ is not None
    data.mkdir(parents=True)
    account = _account()
    if account is not None:  # PostgreSQL refuses to run as root
        for place in (folder, data):
            os.chown(place, account.pw_uid, account.pw_gid)
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and parent.stat().st_mode & 0o001 == 0:
                parent.chmod(parent.stat().st_mode | 0o011)
    who = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "koushi", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **who,
    )  # fmt: skip
    options = f"-c listen_addresses='' -c unix_socket_directories={data} -c fsync=off"
    subprocess.run(
        [bin_ / "pg_ctl", "-D", data, "-w", "-o", options, "-l", data / "log", "start"],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **who,
    )  # fmt: skip
    try:
        yield f"postgresql+psycopg://koushi@/postgres?host={data}"
    finally:
        subprocess.run(
            [bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **who,
        )  # fmt: skip


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]
