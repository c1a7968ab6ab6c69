"""A talk that is kept nowhere is the same talk, and a talk is not continued in a changed station."""

from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.recogniser import BuiltinRecogniser
from bot.rehearsal import rehearse
from bot.session import Session, Tools
from bot.store import TalkStore
from bot.wording.authored import AuthoredWording
from retrieval.database import engine, upgrade
from retrieval.errors import InputError
from scenarios.drafts import skeleton
from scenarios.loading import YamlSource, load_station
from scenarios.station import Station

RECOGNISER = BuiltinRecogniser()
SAYS = ("罗女士，孩子过生日等了两个小时，真的对不起。", "订单号是多少？", "今天给您退款，您看行吗？")


def station(**changes: str) -> Station:
    text = skeleton("l3-cake")
    for old, new in changes.items():
        text = text.replace(old, new)
    return load_station(YamlSource.draft("draft", text))


async def test_the_same_lines_and_seed_give_the_same_talk_and_one_more_line_leaves_it_as_it_was() -> None:
    two = await rehearse(station(), 3, SAYS[:2], RECOGNISER)
    three = await rehearse(station(), 3, SAYS, RECOGNISER)
    assert three.transcript().turns[: len(two.transcript().turns)] == two.transcript().turns
    assert [each.reasons for each in three.exchanges[:2]] == [each.reasons for each in two.exchanges]
    assert (await rehearse(station(), 3, (), RECOGNISER)).exchanges == ()


async def test_lines_after_the_end_are_not_said() -> None:
    session = await rehearse(station(), 1, ("你有病吧，滚。",) * 20, RECOGNISER)
    assert session.ended
    assert len(session.exchanges) < 20


async def test_a_talk_goes_on_only_in_the_station_it_was_begun_in(tmp_path: Path) -> None:
    database = engine(f"sqlite:///{tmp_path / 'k.db'}")
    upgrade(database)
    tools = Tools(RECOGNISER, AuthoredWording(), TalkStore(database), SystemClock())
    session = Session.begin(tools, station(), seed=1)
    await session.take(SAYS[0])
    changed = station(order_no="order_number")
    with pytest.raises(InputError, match="改过了"):
        Session.resume(tools, lambda *_: changed, session.talk.id)
    branch = session.branch(1)
    with pytest.raises(InputError, match="改过了"):
        Session.resume(tools, lambda *_: changed, branch.talk.id)
    assert Session.resume(tools, lambda *_: station(), session.talk.id).exchanges == session.exchanges
    session.end()
    assert Session.resume(tools, lambda *_: changed, session.talk.id).ended
    database.dispose()
