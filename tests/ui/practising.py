"""A candidate's talk, as the page's parts take and give it."""

import re
from collections.abc import AsyncIterator
from typing import Any

from bot.session import Session
from ui.i18n import texts
from ui.wiring import Wiring

T = texts("zh")

STATION = "l3-aircon-third-visit"


def begin(wiring: Wiring, mode: str = "practice") -> Session:
    return Session.begin(wiring.tools, wiring.station(STATION), seed=7, mode=mode)


async def pages(shown: AsyncIterator[str]) -> list[str]:
    return [str(page) async for page in shown]


def attribute(page: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', page)
    assert found, page[:300]
    return found[1]


def said(text: str, session: Session, turns: int = 1, nonce: str = "n1") -> dict[str, Any]:
    return {"talk": session.talk.id, "turns": turns, "text": text, "nonce": nonce}
