"""Talks in the database: begun, continued turn by turn, ended, branched. Nothing is ever overwritten."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, Row, insert, select
from sqlalchemy.exc import IntegrityError

from bot.ports import Behaviour
from bot.tables import hints, talk_ends, talks, turns
from bot.transcript import Turn
from retrieval.database import writing
from retrieval.errors import InputError
from scenarios.behaviours import BehaviourId


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk's head. `parent_id` and `parent_turn` name what it was branched from."""

    id: str
    station_id: str
    station_version: int
    seed: int
    mode: str
    candidate: str | None
    created_at: float
    parent_id: str | None = None
    parent_turn: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored turn with what belongs to it: move, state and reasons with a candidate's turn."""

    turn: Turn
    payload: Mapping[str, Any]


class TalkStore:
    """The sessions' tables over one engine; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, talk: Talk, meta: Mapping[str, Any], kept: tuple[Kept, ...]) -> None:
        """A new talk with its opening, or with the turns it shares with the talk it branches from."""
        with writing(self._engine) as db:
            db.execute(insert(talks).values(**asdict(talk), meta=dict(meta)))
            for entry in kept:
                db.execute(insert(turns).values(**_row(talk.id, entry, talk.created_at)))

    def append(self, talk_id: str, entry: Kept, now: float) -> None:
        """One more turn, committed when this returns.

        Raises:
            InputError: that turn exists already: the talk has gone on in another window.
        """
        try:
            with writing(self._engine) as db:
                db.execute(insert(turns).values(**_row(talk_id, entry, now)))
        except IntegrityError as error:
            raise InputError("这场对话已经在别的窗口里往下走了", mend="刷新页面，从最新的一句继续") from error

    def end(self, talk_id: str, stop_reason: str, at: float, now: float) -> None:
        """Notes why the talk ended; the first reason stays."""
        try:
            with writing(self._engine) as db:
                db.execute(
                    insert(talk_ends).values(talk_id=talk_id, stop_reason=stop_reason, at=at, created_at=now)
                )
        except IntegrityError:
            return

    def hinted(self, talk_id: str, turn: int, text: str, now: float) -> None:
        """Notes that a hint was given; reports tell it."""
        with writing(self._engine) as db:
            db.execute(insert(hints).values(talk_id=talk_id, turn=turn, text=text, created_at=now))

    def talk(self, talk_id: str) -> Talk:
        """The talk's head.

        Raises:
            InputError: there is none of that id.
        """
        with self._engine.connect() as db:
            row = db.execute(select(talks).where(talks.c.id == talk_id)).one_or_none()
        if row is None:
            raise InputError(f"没有编号为 {talk_id} 的对话", mend="回到首页重新选一个考站")
        return _talk(row)

    def content(self, talk_id: str) -> str | None:
        """What names the content of the station it was begun in; None for talks older than this."""
        with self._engine.connect() as db:
            meta = db.execute(select(talks.c.meta).where(talks.c.id == talk_id)).scalar_one()
        return (meta or {}).get("content")

    def kept(self, talk_id: str) -> tuple[Kept, ...]:
        """All turns, in order."""
        with self._engine.connect() as db:
            rows = db.execute(select(turns).where(turns.c.talk_id == talk_id).order_by(turns.c.index)).all()
        return tuple(_kept(row) for row in rows)

    def stop_reason(self, talk_id: str) -> str | None:
        """Why it ended; None while it goes on."""
        query = select(talk_ends.c.stop_reason).where(talk_ends.c.talk_id == talk_id)
        with self._engine.connect() as db:
            found: str | None = db.execute(query).scalar_one_or_none()
        return found

    def hints(self, talk_id: str) -> tuple[tuple[int, str], ...]:
        """The hints given, as (turn, text)."""
        query = select(hints.c.turn, hints.c.text).where(hints.c.talk_id == talk_id).order_by(hints.c.id)
        with self._engine.connect() as db:
            return tuple((row.turn, row.text) for row in db.execute(query))

    def recent(self, limit: int = 20) -> tuple[Talk, ...]:
        """The newest talks first."""
        query = select(talks).order_by(talks.c.created_at.desc()).limit(limit)
        with self._engine.connect() as db:
            return tuple(_talk(row) for row in db.execute(query))

    def branches(self, talk_id: str) -> tuple[Talk, ...]:
        """The talks that were begun again from a turn of this one, the oldest first."""
        query = select(talks).where(talks.c.parent_id == talk_id).order_by(talks.c.created_at, talks.c.id)
        with self._engine.connect() as db:
            return tuple(_talk(row) for row in db.execute(query))


def _talk(row: Row[Any]) -> Talk:
    fields = dict(row._mapping)
    fields.pop("meta")
    return Talk(**fields)


def _row(talk_id: str, entry: Kept, now: float) -> dict[str, Any]:
    turn = entry.turn
    payload = dict(entry.payload)
    if turn.behaviours is not None:
        payload["behaviours"] = [
            {**asdict(seen), "args": dict(seen.args), "counted": counted}
            for seen, counted in zip(turn.behaviours, turn.counted, strict=True)
        ]
    return {
        "talk_id": talk_id,
        "index": turn.index,
        "role": turn.role,
        "text": turn.text,
        "heard": turn.heard,
        "confidence": turn.confidence,
        "at": turn.at or 0.0,
        "payload": payload,
        "status": "complete",
        "created_at": now,
    }


def _kept(row: Row[Any]) -> Kept:
    payload = dict(row.payload)
    stored = payload.pop("behaviours", None)
    turn = Turn(
        index=row._mapping["index"],
        role=row.role,
        text=row.text,
        heard=row.heard,
        confidence=row.confidence,
        at=row.at,
        behaviours=None if stored is None else tuple(_behaviour(item) for item in stored),
        counted=tuple(item["counted"] for item in stored or ()),
    )
    return Kept(turn, payload)


def _behaviour(item: Mapping[str, Any]) -> Behaviour:
    return Behaviour(
        id=BehaviourId(item["id"]),
        quote=item["quote"],
        start=item["start"],
        end=item["end"],
        confidence=item["confidence"],
        args=item["args"],
    )
