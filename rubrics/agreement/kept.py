"""Examiners' marks as the database keeps them: blind ones, and those made beside the machine's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from rubrics.agreement.marks import Mark, Talk, machine_of, merged, talk_id, total_of
from rubrics.batch_store import BatchStore
from rubrics.batch_tables import batches, items, reviews
from rubrics.blind import BlindMark, BlindStore, Rating, blind_marks, ratings
from rubrics.reviews import ReviewStore
from rubrics.standing import Change, standing

Seen = tuple[str, float]


@dataclass(frozen=True, slots=True)
class _Item:
    """One file that people dealt with."""

    name: str
    candidate: str | None
    body: Mapping[str, Any]
    blind: Sequence[BlindMark]
    changes: Sequence[Change]
    seen: Seen | None
    rating: Rating | None
    sights: Sequence[Seen]
    "Who dealt with it, and when: they had the machine's mark before them then, or were shown it."


def from_database(engine: Engine) -> tuple[Talk, ...]:
    """Every talk that an examiner marked blind, changed, rated or looked through."""
    found = list(_items(engine))
    first: dict[tuple[str, str], float] = {}
    for each in found:
        for who, at in each.sights:
            key = (talk_id(each.body), who)
            first[key] = min(at, first.get(key, at))
    return merged(_talk(each, first) for each in found)


def _items(engine: Engine) -> Iterator[_Item]:
    store, decided, blind = BatchStore(engine), ReviewStore(engine), BlindStore(engine)
    with engine.connect() as db:
        ids = list(db.execute(select(batches.c.id).order_by(batches.c.created_at)).scalars())
    for batch_id in ids:
        given, rated = blind.given(batch_id), blind.ratings(batch_id)
        changes, seen = decided.changes(batch_id), decided.seen(batch_id)
        touched = sorted({*given, *rated, *changes, *seen})
        if not touched:
            continue
        bodies, about = store.bodies(batch_id, touched), _about(engine, batch_id, touched)
        sights = _sights(engine, batch_id)
        for index in touched:
            if index in bodies:
                yield _Item(
                    *about[index],
                    bodies[index],
                    given.get(index, ()),
                    changes.get(index, ()),
                    seen.get(index),
                    rated.get(index),
                    sights.get(index, ()),
                )


def _about(engine: Engine, batch_id: str, indices: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """(file, candidate) by index."""
    query = select(items.c.index, items.c.name, items.c.transcript).where(
        items.c.batch_id == batch_id, items.c.index.in_(indices)
    )
    with engine.connect() as db:
        return {index: (name, (said or {}).get("candidate")) for index, name, said in db.execute(query)}


def _sights(engine: Engine, batch_id: str) -> dict[int, list[Seen]]:
    found: dict[int, list[Seen]] = {}
    with engine.connect() as db:
        for table in (reviews, blind_marks, ratings):
            query = select(table.c.index, table.c.who, table.c.created_at).where(table.c.batch_id == batch_id)
            for index, who, at in db.execute(query):
                found.setdefault(index, []).append((who, at))
    return found


def _talk(of: _Item, first: Mapping[tuple[str, str], float]) -> Talk:
    """A blind mark of somebody who had dealt with the same talk before is not blind."""
    mine = talk_id(of.body)
    marks = [_blind(of.body, each, blind=first[mine, each.who] >= each.at) for each in of.blind]
    if of.changes or of.seen or of.rating:
        marks.append(_beside(of))
    return Talk(mine, of.name, machine_of(of.body), tuple(marks), of.candidate)


def _blind(body: Mapping[str, Any], given: BlindMark, *, blind: bool) -> Mark:
    total, passed = total_of(body, given.bands, given.crossed)
    return Mark(given.who, blind, given.bands, total, passed, given.rating, red=bool(given.crossed))


def _beside(of: _Item) -> Mark:
    """The mark that stands, by whoever dealt with it last: he saw the machine's."""
    who, _ = max(_last(of), key=lambda each: each[1])
    rating = of.rating.rating if of.rating else None
    if not of.changes and not of.seen:
        return Mark(who, False, {}, None, None, rating)  # who only rates says nothing about bands
    final = standing(of.body, of.changes)
    bands = {name: band for name, band in final.bands.items() if band is not None}
    red = any(each in {"fail", "cap"} for each in final.red.values())
    return Mark(who, False, bands, final.total, final.passed, rating, red=red)


def _last(of: _Item) -> Iterator[Seen]:
    yield from ((each.who, each.at) for each in of.changes)
    if of.seen:
        yield of.seen
    if of.rating:
        yield of.rating.who, of.rating.at
