"""The database engine all packages share, and the one `metadata` their tables are declared on.

SQLite by default, PostgreSQL by URL. What a committed transaction wrote survives a power cut.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from retrieval.errors import InputError, ProviderError

BUSY_MS = 10_000
"""How long a SQLite connection waits for another's write before giving up."""

HEAD = "0005"
"""The newest revision in `migrations/versions`."""

_LOCK = 0x6B6F7573  # "kous": our key among PostgreSQL's advisory locks

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def engine(url: str) -> Engine:
    """An engine for `sqlite:///path`, `sqlite://` (in memory) or `postgresql://…`; connects to nothing yet.

    Raises:
        InputError: the URL cannot be read or names a database we do not know.
        ProviderError: the driver of that database is not installed.
    """
    address = _address(url)
    try:
        made = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        raise ProviderError(
            f"没有安装数据库驱动 {error.name}", mend="PostgreSQL 请执行 pip install 'koushi[postgres]'"
        ) from error
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _prepare)
        event.listen(made, "begin", _begin)
    return made


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        backend = address.get_backend_name()
        if backend == "postgres":
            address, backend = address.set(drivername="postgresql"), "postgresql"
        address.get_dialect()
    except ModuleNotFoundError:  # the driver: told by the caller
        pass
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise _unreadable() from error
    if backend not in {"sqlite", "postgresql"}:
        raise _unreadable()
    if backend == "sqlite" and address.database not in {None, "", ":memory:"}:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    return address


def _unreadable() -> InputError:
    # The address itself is not repeated: it may hold a password.
    return InputError(
        "数据库地址写得不对",
        mend="应形如 sqlite:////路径/koushi.db 或 postgresql://用户:密码@主机/库名",
        field="KOUSHI_DATABASE_URL",
    )


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    _use_wal(cursor)
    cursor.close()


def _use_wal(cursor: Any) -> None:
    import sqlite3

    deadline = time.monotonic() + BUSY_MS / 1000
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] not in {"wal", "memory"}:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:  # this one pragma does not wait: another process is switching too
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("koushi_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write; committed at the end, rolled back on an error.

    On SQLite it takes the write lock at once and waits for it. A plain `engine.begin()` that reads first and
    writes later is refused without waiting ("database is locked") when another process wrote in between.
    """
    with engine.connect() as connection:
        options = {"koushi_immediate": True} if engine.dialect.name == "sqlite" else {}
        prepared = connection.execution_options(**options)
        with prepared.begin():
            yield prepared


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision; several processes may do so at the same moment.

    Raises:
        ProviderError: the database cannot be reached, or was written by a newer koushi.
    """
    try:
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if revision(connection) != HEAD:
                _migrate(connection)
    except DBAPIError as error:
        raise ProviderError(
            f"数据库用不了：{error.orig}", mend="检查数据库是否在运行、地址与权限是否正确"
        ) from error


def revision(connection: Connection) -> str | None:
    """The revision the tables are at; None in a database without our tables."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "retrieval:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ProviderError(
            f"数据库的版本是 {revision(connection)}，这个程序认不得",
            mend="它多半是更新版本的 koushi 建的，请先升级程序",
        ) from error
