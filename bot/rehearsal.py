"""Talks that are kept nowhere: scripts, play-tests, and an instructor trying what was just written."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache

from bot.clock import Clock, VirtualClock
from bot.opening import seeded_id
from bot.ports import Recogniser, Wording
from bot.session import Session, Tools
from bot.store import TalkStore
from scenarios.station import Station


@contextmanager
def fleeting(recogniser: Recogniser, wording: Wording, clock: Clock | None = None) -> Iterator[Tools]:
    """What a session works with over a database in memory; gone with the block, unlike the session.

    Args:
        clock: one that only speaking moves when None, so that the same lines give the same bytes.
    """
    from retrieval.database import engine

    database = engine("sqlite://")
    try:
        with closing(database.raw_connection()) as connection:
            connection.driver_connection.deserialize(_blank())  # type: ignore[union-attr]
        yield Tools(recogniser, wording, TalkStore(database), clock or VirtualClock())
    finally:
        database.dispose()


@cache
def _blank() -> bytes:
    """An empty database with its tables: to make them anew takes as long as a talk."""
    from retrieval.database import engine, upgrade

    database = engine("sqlite://")
    upgrade(database)
    with closing(database.raw_connection()) as connection:
        made: bytes = connection.driver_connection.serialize()  # type: ignore[union-attr]
    database.dispose()
    return made


async def rehearse(station: Station, seed: int, says: Iterable[str], recogniser: Recogniser) -> Session:
    """The talk that these lines give with the authored words, from its opening; only to be looked at.

    Lines after the end of the talk are not said.

    Raises:
        InputError: one of them is no utterance.
    """
    from bot.wording.authored import AuthoredWording

    with fleeting(recogniser, AuthoredWording()) as tools:
        session = Session.begin(tools, station, seed=seed, talk_id=seeded_id(station, seed))
        for text in says:
            if session.ended:
                break
            await session.take(text)
    return session
