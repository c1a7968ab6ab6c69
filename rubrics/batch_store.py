"""Batches as kept: what was dropped in, what was marked, whether it goes on. Nothing is overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from retrieval.database import writing
from retrieval.errors import InputError
from rubrics.batch_tables import SEEN, batches, items, marks, reviews, stops


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch's head; `options` holds the `station`, `rubric` and `judge` asked for."""

    id: str
    options: Mapping[str, Any]
    who: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Taken:
    """One file as taken in: its transcript (`koushi.transcript/1`), or why it cannot be read."""

    name: str
    digest: str
    transcript: Mapping[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a batch with what became of it."""

    index: int
    name: str
    error: str | None
    "Why there is no report: it cannot be read, or not be marked."
    mark_id: int | None = None
    summary: Mapping[str, Any] | None = None
    "Of the report, see `summary`; None while it is not marked."

    @property
    def done(self) -> bool:
        """Nothing more comes of it by itself."""
        return self.error is not None or self.summary is not None


def summary(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the queue must know of a report."""
    names = (
        "total",
        "passed",
        "cut_score",
        "needs_review",
        "standard_error",
        "flags",
        "review_reasons",
        "reason",
    )
    return {name: body[name] for name in (*names, "station", "rubric")}


def doubt(item: Item) -> tuple[int, float, int, int]:
    """Sorts a queue: what a person should see first, then the nearest to the cut, then the most flagged.

    Nearness is in standard errors of the total. What could not be read or is not marked yet comes last.
    """
    of = item.summary
    if of is None:
        return (3 if item.error is None else 2, 0.0, 0, item.index)
    error = of["standard_error"] or 0.01
    distance = 0.0 if of["total"] is None else abs(of["total"] - of["cut_score"]) / error
    return (0 if of["needs_review"] else 1, distance, -len(of["flags"]), item.index)


class BatchStore:
    """The batches' tables over one engine; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, batch: Batch) -> None:
        """A new batch, empty."""
        values = {"id": batch.id, "options": dict(batch.options), "who": batch.who}
        with writing(self._engine) as db:
            db.execute(insert(batches).values(**values, created_at=batch.created_at))

    def get(self, batch_id: str) -> Batch:
        """Its head.

        Raises:
            InputError: there is none of that id.
        """
        with self._engine.connect() as db:
            row = db.execute(select(batches).where(batches.c.id == batch_id)).one_or_none()
        if row is None:
            raise InputError("没有这一批", mend="回到全部批次里找")
        return Batch(row.id, row.options, row.who, row.created_at)

    def recent(self, limit: int = 30) -> tuple[Batch, ...]:
        """The newest first."""
        query = select(batches).order_by(batches.c.created_at.desc()).limit(limit)
        with self._engine.connect() as db:
            return tuple(Batch(r.id, r.options, r.who, r.created_at) for r in db.execute(query))

    def add(self, batch_id: str, taken: Sequence[Taken], now: float) -> int:
        """Append files; the same bytes under the same name are taken once. How many were new."""
        with writing(self._engine) as db:
            known = select(items.c.name, items.c.digest).where(items.c.batch_id == batch_id)
            there = {(row.name, row.digest) for row in db.execute(known)}
            fresh = [each for each in taken if (each.name, each.digest) not in there]
            rows = [
                {
                    "batch_id": batch_id,
                    "index": len(there) + n,
                    "name": each.name,
                    "digest": each.digest,
                    "transcript": dict(each.transcript) if each.transcript is not None else None,
                    "error": each.error,
                    "created_at": now,
                }
                for n, each in enumerate(fresh)
            ]
            if rows:
                db.execute(insert(items), rows)
        return len(rows)

    def items(self, batch_id: str) -> tuple[Item, ...]:
        """All files, in the order they came."""
        joined = items.outerjoin(
            marks, (marks.c.batch_id == items.c.batch_id) & (marks.c.index == items.c.index)
        )
        columns = (items.c.index, items.c.name, items.c.error, marks.c.id, marks.c.summary, marks.c.error)
        query = (
            select(*columns).select_from(joined).where(items.c.batch_id == batch_id).order_by(items.c.index)
        )
        with self._engine.connect() as db:
            return tuple(Item(i, name, e or e2, m, s) for i, name, e, m, s, e2 in db.execute(query))

    def overview(self, batch_id: str) -> tuple[str, int, int, int]:
        """The first file's name, and how many there are, are done, and were looked at."""
        mine, done = items.c.batch_id == batch_id, marks.c.batch_id == batch_id
        first = select(items.c.name).where(mine).order_by(items.c.index).limit(1)
        broken = select(func.count()).where(mine, items.c.error.is_not(None))
        seen = select(func.count(func.distinct(reviews.c.index))).where(
            reviews.c.batch_id == batch_id, reviews.c.criterion == SEEN
        )
        with self._engine.connect() as db:
            name = db.execute(first).scalar_one_or_none() or ""
            files, bad, marked, looked = (
                int(db.execute(each).scalar_one())
                for each in (select(func.count()).where(mine), broken, select(func.count()).where(done), seen)
            )
        return name, files, bad + marked, looked

    def todo(self, batch_id: str) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """What is still to be marked, as (index, transcript)."""
        there = select(marks.c.id).where(marks.c.batch_id == items.c.batch_id, marks.c.index == items.c.index)
        query = (
            select(items.c.index, items.c.transcript)
            .where(items.c.batch_id == batch_id, items.c.error.is_(None), ~there.exists())
            .order_by(items.c.index)
        )
        with self._engine.connect() as db:
            return tuple((index, transcript) for index, transcript in db.execute(query))

    def transcript(self, batch_id: str, index: int) -> Mapping[str, Any] | None:
        """What was said; None when it could not be read.

        Raises:
            InputError: there is no such file.
        """
        query = select(items.c.transcript).where(items.c.batch_id == batch_id, items.c.index == index)
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
        if row is None:
            raise InputError("这一批里没有这一份", mend="回到这一批里找")
        found: Mapping[str, Any] | None = row.transcript
        return found

    def mark(
        self, batch_id: str, index: int, body: Mapping[str, Any] | None, error: str | None, now: float
    ) -> None:
        """Append what marking it gave. Marked meanwhile by somebody else: theirs stays."""
        values = {
            "batch_id": batch_id,
            "index": index,
            "summary": summary(body) if body is not None else None,
            "body": dict(body) if body is not None else None,
            "error": error,
            "created_at": now,
        }
        try:
            with writing(self._engine) as db:
                db.execute(insert(marks).values(**values))
        except IntegrityError:
            return

    def bodies(self, batch_id: str, indices: Sequence[int] | None = None) -> dict[int, Mapping[str, Any]]:
        """The reports by index of their file; of all files when None."""
        query = select(marks.c.index, marks.c.body).where(
            marks.c.batch_id == batch_id, marks.c.body.is_not(None)
        )
        if indices is not None:
            query = query.where(marks.c.index.in_(indices))
        with self._engine.connect() as db:
            return {row[0]: row[1] for row in db.execute(query)}

    def stop(self, batch_id: str, now: float, *, stop: bool = True) -> None:
        """Marking is to stop, or to go on."""
        with writing(self._engine) as db:
            db.execute(insert(stops).values(batch_id=batch_id, stop=stop, created_at=now))

    def stopped(self, batch_id: str) -> bool:
        """Whether somebody stopped it and nobody let it go on."""
        newest = select(func.max(stops.c.id)).where(stops.c.batch_id == batch_id).scalar_subquery()
        with self._engine.connect() as db:
            return bool(db.execute(select(stops.c.stop).where(stops.c.id == newest)).scalar_one_or_none())
