"""Threads in the database: what was asked, what was answered and the passages as they stood. Append-only."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, Column, Engine, Float, Integer, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from bot.tutor.answer import Answer, Asked
from bot.tutor.citing import cite
from retrieval.database import metadata, writing
from retrieval.errors import InputError
from retrieval.passages import Passage

tutor_turns = Table(
    "tutor_turns",
    metadata,
    Column("thread_id", String, primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("candidate", String),
    Column("body", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
)


class Threads:
    """Over one engine; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, thread_id: str) -> tuple[Answer, ...]:
        """All answers of a thread, oldest first; empty when nobody has asked in it."""
        mine = tutor_turns.c.thread_id == thread_id
        with self._engine.connect() as db:
            rows = db.execute(select(tutor_turns.c.body).where(mine).order_by(tutor_turns.c.index)).scalars()
            return tuple(_read(body) for body in rows)

    def append(self, thread_id: str, index: int, answer: Answer, now: float) -> None:
        """One more answer; `index` is how many there were before, `now` seconds since 1970.

        Raises:
            InputError: another window has asked in this thread meanwhile.
        """
        row = {"thread_id": thread_id, "index": index, "body": _body(answer), "created_at": now}
        try:
            with writing(self._engine) as db:
                db.execute(insert(tutor_turns).values(**row))
        except IntegrityError as error:
            raise InputError("这里已经在别的窗口里接着问了", mend="刷新页面，从最新的一问继续") from error


def _body(answer: Answer) -> dict[str, Any]:
    cited = [{"n": each.n, "quote": each.quote, "passage": asdict(each.passage)} for each in answer.citations]
    return {**answer.as_json(), "asked": answer.asked.as_json(), "citations": cited}


def _read(body: Mapping[str, Any]) -> Answer:
    return Answer(
        asked=Asked.read(body["asked"]),
        answered=body["answered"],
        text=body["answer"],
        citations=tuple(
            cite(each["n"], _passage(each["passage"]), each["quote"]) for each in body["citations"]
        ),
        suggestions=tuple(body["suggestions"]),
        source=body["source"],
        note=body["note"],
    )


def _passage(raw: Mapping[str, Any]) -> Passage:
    """Stored before a field was added, or with one that has gone: the five that matter are always there."""
    return Passage(raw["code"], raw["kind"], raw["title"], raw["text"], raw["level"])
