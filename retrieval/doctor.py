"""How the ground floor is doing: the standard, the embedder with its index, the database."""

from pathlib import Path

from retrieval.database import HEAD, engine, revision
from retrieval.errors import KoushiError
from retrieval.health import Health
from retrieval.ports import Embedder
from retrieval.standard import load


def health(
    home: Path,
    *,
    embedder: Embedder | None = None,
    chroma_url: str | None = None,
    database_url: str | None = None,
) -> tuple[Health, ...]:
    """Every part of this package, tried for real; the index is built if it was not.

    Args:
        home: the data folder.
        embedder: the built-in one when None.
        chroma_url: a Chroma server instead of the folder.
        database_url: left out of the answer when None.
    """
    parts = [_standard(), _index(home, embedder, chroma_url)]
    if database_url is not None:
        parts.append(_database(database_url))
    return tuple(parts)


def _standard() -> Health:
    items = sum(1 for _ in load().items())
    return Health("standard", "standard.yaml", "ok", f"三个等级，{items} 条要求")


def _index(home: Path, embedder: Embedder | None, chroma_url: str | None) -> Health:
    from retrieval.search import open_search

    provider = f"{embedder.name if embedder else 'local'} + {'chroma server' if chroma_url else 'chroma'}"
    try:
        search = open_search(home, embedder, chroma_url)
        found = search.search("处理客户投诉的原则与流程", k=1)
        search.close()
    except KoushiError as error:
        return Health("retrieval", provider, "broken", error.what, error.mend or None)
    if not found:
        return Health(
            "retrieval", provider, "broken", "标准里的原话也查不到", f"删除 {home / 'chroma'} 后重来"
        )
    return Health("retrieval", provider, "ok", f"可检索 {len(search.passages)} 段")


def _database(url: str) -> Health:
    from sqlalchemy.exc import SQLAlchemyError

    provider = url.partition(":")[0].partition("+")[0] or "?"
    try:
        database = engine(url)
        with database.connect() as connection:
            found = revision(connection)
        database.dispose()
    except KoushiError as error:
        return Health("database", provider, "broken", error.what, error.mend or None)
    except SQLAlchemyError as error:
        return Health(
            "database",
            provider,
            "broken",
            f"连不上：{type(error).__name__}",
            "检查 KOUSHI_DATABASE_URL 与数据库服务",
        )
    if found not in {None, HEAD}:
        return Health("database", provider, "broken", f"表的版本是 {found}", "升级程序，或先启动一次让它迁移")
    return Health("database", provider, "ok", f"表的版本 {found}" if found else "还没有建表，启动时会建")
