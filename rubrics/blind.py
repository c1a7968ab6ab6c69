"""The blind tenth: talks an examiner marks before seeing what the machine gave. Appended, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from retrieval.database import metadata, writing
from retrieval.errors import InputError
from rubrics.agreement.marks import Crossed
from rubrics.batch_tables import batches, items, marks
from rubrics.reviews import StaleError, Where

ONE_IN = 10
RATINGS = 4
"不及格、边缘、及格、良好: 0–3."

blind_marks = Table(
    "blind_marks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch_id", String, ForeignKey("batches.id"), nullable=False),
    Column("index", Integer, nullable=False),
    Column("mark_id", Integer, ForeignKey("batch_marks.id"), nullable=False),
    Column("who", String, nullable=False),
    Column("bands", JSON, nullable=False),
    Column("crossed", JSON, nullable=False),
    Column("rating", Integer),
    Column("created_at", Float, nullable=False),
)
ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch_id", String, ForeignKey("batches.id"), nullable=False),
    Column("index", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("who", String, nullable=False),
    Column("created_at", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class BlindMark:
    """What an examiner gave without having seen the machine's mark."""

    bands: Mapping[str, int]
    "Of every criterion, 0–4."
    crossed: tuple[Crossed, ...]
    rating: int | None
    "Global rating 0–3."
    who: str
    at: float
    "Seconds since 1970."


@dataclass(frozen=True, slots=True)
class Rating:
    """A global rating 0–3 given beside the machine's mark."""

    rating: int
    who: str
    at: float


def chosen(digest: str) -> bool:
    """Whether a file of that SHA-256 (hex) belongs to the blind tenth: the same bytes always do, or never."""
    return bool(digest) and int(digest[:12], 16) % ONE_IN == 0


def red_lines_of(body: Mapping[str, Any]) -> tuple[Crossed, ...]:
    """The red lines of the report's rubric, whether the machine saw them crossed or not.

    None when that rubric is no longer there as it was: a blind examiner must not learn of them from the hits.
    """
    made = body.get("provenance", {}).get("rubric_hash", "")
    return _red_lines(body["rubric"].partition("@")[0], made)


@lru_cache(64)
def _red_lines(name: str, rubric_hash: str) -> tuple[Crossed, ...]:
    from rubrics.loading import find_rubric
    from rubrics.model import Cap
    from rubrics.provenance import content_hash

    try:
        rubric = find_rubric(name)
    except InputError:
        return ()
    if content_hash(rubric) != rubric_hash:
        return ()
    return tuple(
        Crossed(each.id, each.title, "cap", each.effect.cap)
        if isinstance(each.effect, Cap)
        else Crossed(each.id, each.title, "fail")
        for each in rubric.red_lines
    )


class BlindStore:
    """Blind marks and global ratings over one engine; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hidden(self, batch_id: str, who: str) -> frozenset[int]:
        """The files of a batch whose machine marks this person may not see yet."""
        with self._engine.connect() as db:
            return _hidden(db, batch_id, who)

    def give(self, where: Where, given: BlindMark) -> None:
        """Append a whole blind mark, committed when this returns; then the machine's mark may be shown.

        Raises:
            InputError: nothing is hidden there, or a criterion, band, red line or rating is wrong.
            StaleError: this person has marked it already.
        """
        batch_id, index = where
        try:
            with writing(self._engine) as db:
                if index not in _hidden(db, batch_id, given.who):
                    raise StaleError("这一份不是盲评的，或者已经盲评过了", mend="刷新页面，看现在的样子")
                mark_id, body = _report(db, where)
                _check(body, given)
                values = {"batch_id": batch_id, "index": index, "mark_id": mark_id, "who": given.who}
                values |= {"bands": dict(given.bands), "crossed": [asdict(each) for each in given.crossed]}
                values |= {"rating": given.rating, "created_at": given.at}
                db.execute(insert(blind_marks).values(**values))
        except IntegrityError as error:
            raise StaleError("这一份刚才已经盲评过了", mend="刷新页面，看现在的样子") from error

    def given(self, batch_id: str) -> Mapping[int, Sequence[BlindMark]]:
        """The blind marks of a batch by index of the file, in the order in which they were given."""
        query = select(blind_marks).where(blind_marks.c.batch_id == batch_id).order_by(blind_marks.c.id)
        found: dict[int, list[BlindMark]] = {}
        with self._engine.connect() as db:
            for row in db.execute(query):
                crossed = tuple(Crossed(**each) for each in row.crossed)
                made = BlindMark(row.bands, crossed, row.rating, row.who, row.created_at)
                found.setdefault(row._mapping["index"], []).append(made)
        return found

    def rate(self, where: Where, rating: Rating) -> None:
        """Append a global rating; the newest counts.

        Raises:
            InputError: no such file, or not 0–3.
        """
        if not 0 <= rating.rating < RATINGS:
            raise InputError("总体评价没有这一种", mend="刷新页面再试")
        with writing(self._engine) as db:
            _report(db, where)
            mine = (ratings.c.batch_id == where[0]) & (ratings.c.index == where[1])
            number = db.execute(select(func.count()).select_from(ratings).where(mine)).scalar_one()
            db.execute(insert(ratings).values(
                batch_id=where[0], index=where[1], number=number, rating=rating.rating, who=rating.who,
                created_at=rating.at,
            ))  # fmt: skip

    def ratings(self, batch_id: str) -> Mapping[int, Rating]:
        """The newest global rating of each file, given beside the machine's mark."""
        query = select(ratings).where(ratings.c.batch_id == batch_id).order_by(ratings.c.id)
        with self._engine.connect() as db:
            return {r._mapping["index"]: Rating(r.rating, r.who, r.created_at) for r in db.execute(query)}


def _hidden(db: Connection, batch_id: str, who: str) -> frozenset[int]:
    """Asked for with the batch, chosen, readable, not failed, and not marked blind by this person yet."""
    options = db.execute(select(batches.c.options).where(batches.c.id == batch_id)).scalar_one_or_none()
    if not (options or {}).get("blind"):
        return frozenset()
    given = (
        select(blind_marks.c.id)
        .where(blind_marks.c.batch_id == items.c.batch_id, blind_marks.c.index == items.c.index)
        .where(blind_marks.c.who == who)
    )
    failed = (
        select(marks.c.id)
        .where(marks.c.batch_id == items.c.batch_id, marks.c.index == items.c.index)
        .where(marks.c.error.is_not(None))
    )
    query = select(items.c.index, items.c.digest).where(
        items.c.batch_id == batch_id, items.c.error.is_(None), ~given.exists(), ~failed.exists()
    )
    return frozenset(index for index, digest in db.execute(query) if chosen(digest))


def _report(db: Connection, where: Where) -> tuple[int, Mapping[str, Any]]:
    query = select(marks.c.id, marks.c.body).where(marks.c.batch_id == where[0], marks.c.index == where[1])
    row = db.execute(query).one_or_none()
    if row is None or row.body is None:
        raise InputError("这一份还没有评分", mend="等机器评完再盲评；机评分不会给看")
    return row.id, row.body


def _check(body: Mapping[str, Any], given: BlindMark) -> None:
    wanted = [each["id"] for each in body["criteria"]]
    missing = [each["title"] for each in body["criteria"] if each["id"] not in given.bands]
    if missing:
        raise InputError(f"还有没定档的：{'、'.join(missing)}", mend="每一项都定了才能交")
    if set(given.bands) != set(wanted) or not all(0 <= band <= 4 for band in given.bands.values()):
        raise InputError("没有这一项或这一档", mend="刷新页面再试")
    if not {each.id for each in given.crossed} <= {each.id for each in red_lines_of(body)}:
        raise InputError("没有这条红线", mend="刷新页面再试")
    if given.rating is not None and not 0 <= given.rating < RATINGS:
        raise InputError("总体评价没有这一种", mend="刷新页面再试")
