"""What the administrator reads after `koushi doctor`."""

from pathlib import Path

import pytest

from retrieval.database import engine, upgrade, writing
from retrieval.doctor import health
from retrieval.openai_embedding import OpenAIEmbedder
from retrieval.search import Search


@pytest.mark.usefixtures("search")
def test_a_fresh_installation_is_healthy(home: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'koushi.db'}"
    parts = health(home, database_url=url)
    assert [(part.part, part.state) for part in parts] == [
        ("standard", "ok"),
        ("retrieval", "ok"),
        ("database", "ok"),
    ]
    assert "376" in parts[0].detail
    assert set(parts[0].as_json()) == {"part", "provider", "state", "detail", "todo"}


def test_asking_for_health_does_not_disturb_who_is_searching(search: Search, home: Path) -> None:
    health(home)
    assert search.search("客户投诉")


def test_what_was_configured_and_does_not_answer_is_broken(home: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    dead = OpenAIEmbedder("http://127.0.0.1:9/v1", "none", timeout=1)
    _, index, database = health(tmp_path, embedder=dead, database_url=f"sqlite:///{taken}")
    assert (index.state, database.state) == ("broken", "broken")
    assert index.todo
    assert database.todo
    _, server = health(home, chroma_url="http://127.0.0.1:9")
    assert server.state == "broken"


def test_a_database_of_another_version_is_broken(home: Path, tmp_path: Path) -> None:
    from sqlalchemy import text

    url = f"sqlite:///{tmp_path / 'koushi.db'}"
    database = engine(url)
    upgrade(database)
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    part = health(home, database_url=url)[-1]
    assert part.state == "broken"
    assert "9999" in part.detail
