"""What is written stays written, and servers that start together do not trip over each other."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from retrieval.database import HEAD, engine, revision, upgrade, writing
from retrieval.errors import InputError, ProviderError

TABLES = {
    "tutor_turns", "talks", "turns", "talk_ends", "reports", "hints", "preferences", "alembic_version",
    "batches", "batch_items", "batch_marks", "batch_stops", "reviews", "blind_marks", "ratings",
    "drill_tries",
}  # fmt: skip


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'koushi.db'}"


def test_a_fresh_file_gets_its_tables_and_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    db = engine(url(tmp_path))
    upgrade(db)
    with writing(db) as connection:
        connection.execute(text("INSERT INTO preferences VALUES ('speech', '\"edge\"')"))
    upgrade(db)
    assert set(inspect(db).get_table_names()) == TABLES
    with db.connect() as connection:
        assert connection.execute(text("SELECT value FROM preferences")).scalar_one() == '"edge"'
        assert revision(connection) == HEAD
    db.dispose()


def test_the_named_head_is_the_newest_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "retrieval:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


UPGRADE = """
import sys
from retrieval.database import engine, upgrade
sys.stdin.readline()
upgrade(engine(sys.argv[1]))
"""


def test_processes_that_start_at_once_share_one_fresh_file(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, url(tmp_path)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for _ in range(4)
    ]
    for process in processes:  # all have imported or are importing; now let them go together
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0], errors
    db = engine(url(tmp_path))
    assert set(inspect(db).get_table_names()) == TABLES
    db.dispose()


def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    db = engine(url(tmp_path))
    with writing(db) as connection:  # somebody else's table where ours should go
        connection.execute(text("CREATE TABLE hints (other INTEGER)"))
    with pytest.raises(ProviderError):
        upgrade(db)
    assert inspect(db).get_table_names() == ["hints"]
    db.dispose()


def test_a_database_of_a_newer_koushi_is_refused(tmp_path: Path) -> None:
    db = engine(url(tmp_path))
    upgrade(db)
    with writing(db) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ProviderError, match="9999") as raised:
        upgrade(db)
    assert "升级" in raised.value.mend
    db.dispose()


def test_sqlite_is_set_up_to_keep_what_it_was_given(tmp_path: Path) -> None:
    db = engine(url(tmp_path))
    with db.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 2}
    db.dispose()


def test_a_turn_needs_its_talk_and_is_rolled_back_with_its_transaction(tmp_path: Path) -> None:
    db = engine(url(tmp_path))
    upgrade(db)
    turn = text(
        'INSERT INTO turns (talk_id, "index", role, text, at, payload, status, created_at) '
        "VALUES ('none', 0, 'counterpart', '你们怎么回事', 0, '{}', 'complete', 0)"
    )

    def write_both() -> None:
        with writing(db) as connection:
            connection.execute(text("INSERT INTO preferences VALUES ('a', '1')"))
            connection.execute(turn)

    with pytest.raises(IntegrityError):
        write_both()
    with db.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM preferences")).scalar_one() == 0
    db.dispose()


COUNT = """
import sys
from sqlalchemy import text
from retrieval.database import engine, writing
db = engine(sys.argv[1])
for _ in range(50):
    with writing(db) as c:
        n = c.execute(text("SELECT value FROM preferences WHERE key = 'n'")).scalar_one()
        c.execute(text("UPDATE preferences SET value = :n WHERE key = 'n'"), {"n": int(n) + 1})
"""


def test_two_processes_reading_then_writing_lose_nothing(tmp_path: Path) -> None:
    db = engine(url(tmp_path))
    upgrade(db)
    with writing(db) as connection:
        connection.execute(text("INSERT INTO preferences VALUES ('n', '0')"))
    both = [subprocess.Popen([sys.executable, "-c", COUNT, url(tmp_path)]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    with db.connect() as connection:
        assert int(connection.execute(text("SELECT value FROM preferences")).scalar_one()) == 100
    db.dispose()


@pytest.mark.parametrize(
    "wrong", ["", "koushi.db", "mysql://a:geheim@b/c", "nosuch://x", "postgresql://h:port/x"]
)
def test_a_wrong_address_is_told_without_its_password(wrong: str) -> None:
    with pytest.raises(InputError) as raised:
        engine(wrong)
    assert "sqlite" in raised.value.mend
    assert "geheim" not in str(raised.value)


def test_an_unreachable_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(ProviderError, match="数据库"):
        upgrade(engine(f"sqlite:///{tmp_path / 'taken'}"))
