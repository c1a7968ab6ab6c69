"""The server's parts as the examiner's page has them, over a home of its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from ui.app import build_app
from ui.review.desk import Desk
from ui.review.running import Running
from ui.settings import read
from ui.wiring import Wiring


@pytest.fixture
def wiring(home: Path) -> Iterator[Wiring]:
    made = Wiring(read({"KOUSHI_HOME": str(home)}))
    yield made
    made.engine.dispose()


@pytest.fixture
def desk(wiring: Wiring) -> Desk:
    return Desk(wiring, Running(wiring))


@pytest.fixture
async def client(wiring: Wiring) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(build_app(wiring)), base_url="http://127.0.0.1") as made:
        yield made
