"""The same talk on a real PostgreSQL."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import VirtualClock
from bot.recogniser import BuiltinRecogniser
from bot.session import Session, Tools
from bot.store import TalkStore
from bot.wording.authored import AuthoredWording
from retrieval.database import engine, upgrade
from retrieval.errors import InputError
from scenarios.loading import library
from tests.support import postgres

pytestmark = pytest.mark.skipif(postgres.programs() is None, reason="PostgreSQL is not installed here")


@pytest.fixture(scope="module")
def database() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(Path(folder)) as url:
        made = engine(url)
        upgrade(made)
        upgrade(made)
        yield made
        made.dispose()


async def test_a_talk_is_kept_resumed_branched_and_guarded(database: Engine) -> None:
    station = library()["l3-aircon-third-visit"]
    tools = Tools(BuiltinRecogniser(), AuthoredWording(), TalkStore(database), VirtualClock())
    session = Session.begin(tools, station, seed=2)
    other = Session.resume(tools, lambda _id, _version: station, session.talk.id)
    for line in station.players["strong"].says[:4]:
        await session.take(line)
    with pytest.raises(InputError, match="别的窗口"):
        await other.take("喂")
    back = Session.resume(tools, lambda _id, _version: station, session.talk.id)
    assert back.transcript() == session.transcript()
    assert back.state == session.state
    assert len(back.branch(3).transcript().turns) == 3
    back.hint()
    back.end()
    assert tools.store.stop_reason(session.talk.id) == str(back.stop_reason)
    assert {talk.id for talk in tools.store.recent()} >= {session.talk.id}
