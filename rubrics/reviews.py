"""What examiners decided, as kept: who, when, why, from what to what. Appended; the newest counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from retrieval.database import writing
from retrieval.errors import InputError
from rubrics.batch_store import BatchStore, Item
from rubrics.batch_tables import SEEN, marks, reviews
from rubrics.sheets import Result
from rubrics.standing import RED, Change, standing

LONGEST = 500
"Characters of a reason."
Where = tuple[str, int]
"(batch, index of the file)."


class StaleError(InputError):
    """Somebody decided the same thing a moment ago."""


class ReviewStore:
    """The reviews' table over one engine; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def change(self, where: Where, change: Change) -> None:
        """Append a decision on a criterion or a red line, committed when this returns.

        Raises:
            InputError: no reason, no such band or criterion, nothing marked there.
            StaleError: what stands is no longer `change.before`.
        """
        reason = change.reason.strip()
        if not reason:
            raise InputError("改分要写一句为什么", mend="写给以后看的人")
        if len(reason) > LONGEST:
            raise InputError(f"理由超过 {LONGEST} 个字", mend="写短一些")
        try:
            with writing(self._engine) as db:
                mark_id, stands, number = self._before(db, where, change)
                if stands != change.before:
                    raise StaleError("这一项刚才在别的窗口里改过了", mend="看过最新的再定")
                if stands == change.after:
                    raise InputError("和现在的一样，没有改", mend="选别的档次")
                _insert(db, where, mark_id, number, change, reason)
        except IntegrityError as error:
            raise StaleError("这一项刚才在别的窗口里改过了", mend="看过最新的再定") from error

    def _before(self, db: Connection, where: Where, change: Change) -> tuple[int, int | None, int]:
        """The report's row, what stands now, and the number of this decision."""
        batch_id, index = where
        found = select(marks.c.id, marks.c.body).where(marks.c.batch_id == batch_id, marks.c.index == index)
        row = db.execute(found).one_or_none()
        if row is None or row.body is None:
            raise InputError("这一份还没有评分，不能改", mend="等评完再改")
        earlier = _changes(db, batch_id).get(index, ())
        mine = [each for each in earlier if each.criterion == change.criterion]
        if change.criterion.startswith(RED):
            known = {RED + each["id"] for each in row.body["red_lines"]}
            most, stands = 1, mine[-1].after if mine else None
        else:
            bands = standing(row.body, earlier).bands
            known, most, stands = set(bands), 4, bands.get(change.criterion)
        if change.criterion not in known or not 0 <= change.after <= most:
            raise InputError("没有这一项或这一档", mend="刷新页面再试")
        return row.id, stands, len(mine)

    def saw(self, where: Where, who: str, now: float) -> None:
        """Append that this person looked at the whole and lets it stand."""
        batch_id, index = where
        with writing(self._engine) as db:
            query = select(reviews.c.id).where(_is(where), reviews.c.criterion == SEEN)
            number = len(db.execute(query).all())
            mark = select(marks.c.id).where(marks.c.batch_id == batch_id, marks.c.index == index)
            mark_id = db.execute(mark).scalar_one_or_none()
            values = {"batch_id": batch_id, "index": index, "mark_id": mark_id, "criterion": SEEN}
            db.execute(insert(reviews).values(**values, number=number, reason="", who=who, created_at=now))

    def changes(self, batch_id: str) -> Mapping[int, Sequence[Change]]:
        """All decisions of a batch by index of the file, in the order in which they were made."""
        with self._engine.connect() as db:
            return _changes(db, batch_id)

    def seen(self, batch_id: str) -> Mapping[int, tuple[str, float]]:
        """Who looked at which file last, and when."""
        query = (
            select(reviews.c.index, reviews.c.who, reviews.c.created_at)
            .where(reviews.c.batch_id == batch_id, reviews.c.criterion == SEEN)
            .order_by(reviews.c.id)
        )
        with self._engine.connect() as db:
            return {index: (who, at) for index, who, at in db.execute(query)}


def _is(where: Where) -> ColumnElement[bool]:
    return (reviews.c.batch_id == where[0]) & (reviews.c.index == where[1])


def _insert(db: Connection, where: Where, mark_id: int, number: int, change: Change, reason: str) -> None:
    values = {"batch_id": where[0], "index": where[1], "mark_id": mark_id, "criterion": change.criterion}
    decided = {"before": change.before, "after": change.after, "reason": reason, "who": change.who}
    db.execute(insert(reviews).values(**values, **decided, number=number, created_at=change.at))


def _changes(db: Connection, batch_id: str) -> dict[int, list[Change]]:
    query = (
        select(reviews)
        .where(reviews.c.batch_id == batch_id, reviews.c.criterion != SEEN)
        .order_by(reviews.c.id)
    )
    found: dict[int, list[Change]] = {}
    for r in db.execute(query):
        made = Change(r.criterion, r.before, r.after, r.reason, r.who, r.created_at)
        found.setdefault(r._mapping["index"], []).append(made)
    return found


def result(batches: BatchStore, decided: ReviewStore, batch_id: str, item: Item) -> Result:
    """One file of a batch as it stands."""
    body = batches.bodies(batch_id, [item.index]).get(item.index)
    stands = standing(body, decided.changes(batch_id).get(item.index, ())) if body else None
    return Result(item.name, body, _why(item, body), stands, decided.seen(batch_id).get(item.index))


def _why(item: Item, body: Mapping[str, Any] | None) -> str:
    return "" if body else item.error or "还没有评"


def results(batches: BatchStore, decided: ReviewStore, batch_id: str) -> list[Result]:
    """A whole batch as it stands, in the order in which the files came."""
    bodies, changes, seen = batches.bodies(batch_id), decided.changes(batch_id), decided.seen(batch_id)
    out = []
    for item in batches.items(batch_id):
        body = bodies.get(item.index)
        stands = standing(body, changes.get(item.index, ())) if body else None
        out.append(Result(item.name, body, _why(item, body), stands, seen.get(item.index)))
    return out
