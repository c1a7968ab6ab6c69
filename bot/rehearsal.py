"""Talks that are kept nowhere: scripts, play-tests, and an instructor trying what was just written."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache

from bot.clock import Clock, VirtualClock
from bot.exchange import Exchange
from bot.opening import seeded_id
from bot.ports import Recogniser, Wording
from bot.session import Session, Tools
from bot.store import Kept, Talk, TalkStore
from retrieval.errors import InputError
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


async def instead(
    talk: Talk, kept: Sequence[Kept], station: Station, index: int, text: str, recogniser: Recogniser
) -> Exchange:
    """What would have come of another utterance at `index`; the talk itself is left as it is.

    The counterpart is as it was before that turn: the same seed, the same state, the authored words.

    Raises:
        InputError: the talk is an exam, that turn is not the candidate's, or the text is no utterance.
    """
    from bot.wording.authored import AuthoredWording

    if talk.mode == "exam":
        raise InputError("考试的对话不能换一句再看", mend="换到练习模式再试")
    if not 0 < index < len(kept) or kept[index].turn.role != "candidate":
        raise InputError(f"第 {index} 句不是你说的话", mend="选一句自己说的话")
    with fleeting(recogniser, AuthoredWording()) as tools:
        begun = tools.clock.now() - (kept[index - 1].turn.at or 0.0)
        alone = replace(talk, created_at=begun, parent_id=None, parent_turn=None)
        tools.store.begin(alone, {}, tuple(kept[:index]))
        return await Session(tools, alone, station).take(text)
