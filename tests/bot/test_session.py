"""A talk from opening to end over a real SQLite: what is kept, when, and what comes back."""

import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import VirtualClock
from bot.director.state import StopReason
from bot.doubles import ScriptedRecogniser, ScriptedWording
from bot.leading import LONGEST_TURN
from bot.session import Session, Tools
from bot.store import TalkStore
from bot.wording.authored import AuthoredWording
from retrieval.database import engine, upgrade
from retrieval.errors import InputError
from scenarios.loading import library
from scenarios.station import Station
from tests.support.seen import saw

ANSWERS = {
    "三趟都没修好，换谁都急，对不起": [
        saw("acknowledge_emotion", "三趟都没修好，换谁都急"),
        saw("apologise", "对不起"),
    ],
    "机器是什么型号": [saw("ask_fact", "机器是什么型号", fact="model")],
    "嗯": [],
}
LINES = list(ANSWERS)


@cache
def aircon() -> Station:
    return library()["l3-aircon-third-visit"]


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    made = engine(f"sqlite:///{tmp_path / 'koushi.db'}")
    upgrade(made)
    return made


@pytest.fixture
def tools(database: Engine) -> Tools:
    return Tools(ScriptedRecogniser(ANSWERS), AuthoredWording(), TalkStore(database), VirtualClock())


def again(tools: Tools, session: Session) -> Session:
    return Session.resume(tools, lambda _id, _version: aircon(), session.talk.id)


async def test_a_talk_comes_back_from_the_database_as_it_was(tools: Tools) -> None:
    session = Session.begin(tools, aircon(), seed=3)
    for line in LINES:
        await session.take(line)
    back = again(tools, session)
    assert back.transcript() == session.transcript()
    assert back.state == session.state
    assert [e.reasons for e in back.exchanges] == [e.reasons for e in session.exchanges]
    assert back.transcript().turns[0].text in [line.say for line in aircon().opening]


async def test_the_recogniser_is_told_what_was_just_asked(tools: Tools) -> None:
    session = Session.begin(tools, aircon(), seed=3)
    exchange = await session.take(LINES[0])
    await session.take(LINES[1])
    recogniser = tools.recogniser
    assert isinstance(recogniser, ScriptedRecogniser)
    assert recogniser.contexts[0].previous == session.transcript().turns[0].text
    assert recogniser.contexts[1].previous == exchange.reply


async def test_the_turn_is_committed_before_a_word_is_shown(database: Engine) -> None:
    store = TalkStore(database)
    wording = ScriptedWording(["第一", "第二"], ["第一", "第二"])
    tools = Tools(ScriptedRecogniser(ANSWERS), wording, store, VirtualClock())
    session = Session.begin(tools, aircon(), seed=1)
    async for piece in session.answer(LINES[0]):
        assert piece == "第一"
        kept = store.kept(session.talk.id)
        assert kept[-1].turn.text == LINES[0]
        assert kept[-1].payload["move"]
        break
    # the listener went away in the middle of the reply: the talk still owes it, and goes on
    back = again(tools, session)
    assert back.pending
    assert [piece async for piece in back.finish()] == ["第一", "第二"]
    assert not again(tools, session).pending


async def test_no_line_is_said_twice_however_often_nothing_is_said(tools: Tools) -> None:
    session = Session.begin(tools, aircon(), seed=5)
    while not session.ended:
        await session.take("嗯")
    said = [turn.text for turn in session.transcript().turns if turn.role == "counterpart"]
    assert len(said) == len(set(said))
    assert session.stop_reason in {StopReason.WALKED_OUT, StopReason.ESCALATED, StopReason.TURNS_OVER}


async def test_two_windows_on_one_talk_do_not_tangle(tools: Tools) -> None:
    one = Session.begin(tools, aircon(), seed=1)
    two = again(tools, one)
    await one.take(LINES[0])
    with pytest.raises(InputError, match="别的窗口"):
        await two.take(LINES[1])
    assert len(again(tools, one).transcript().turns) == 3


@pytest.mark.parametrize(("text", "what"), [("  \n", "还没有说话"), ("长" * (LONGEST_TURN + 1), "最多")])
async def test_what_is_no_turn_is_refused_and_nothing_stored(tools: Tools, text: str, what: str) -> None:
    session = Session.begin(tools, aircon(), seed=1)
    with pytest.raises(InputError, match=what):
        await session.take(text)
    assert len(again(tools, session).transcript().turns) == 1


async def test_rewind_branches_and_leaves_the_first_talk_alone(tools: Tools) -> None:
    session = Session.begin(tools, aircon(), seed=2)
    for line in LINES:
        await session.take(line)
    before = session.transcript()
    branch = session.branch(3)
    assert [t.text for t in branch.transcript().turns] == [t.text for t in before.turns[:3]]
    await branch.take("嗯")
    assert branch.talk.parent_id == session.talk.id
    assert again(tools, session).transcript() == before
    with pytest.raises(InputError, match="不是你说的"):
        session.branch(2)


async def test_an_exam_gives_no_hints_and_no_rewind(tools: Tools) -> None:
    session = Session.begin(tools, aircon(), seed=2, mode="exam")
    await session.take(LINES[0])
    with pytest.raises(InputError):
        session.hint()
    with pytest.raises(InputError):
        session.branch(1)


async def test_hints_are_noted_and_give_no_secret_away(tools: Tools) -> None:
    session = Session.begin(tools, aircon(), seed=2)
    for line in LINES:
        hint = session.hint()
        for fact in aircon().facts:
            assert fact.value not in hint
        await session.take(line)
    assert len(tools.store.hints(session.talk.id)) == len(LINES)


async def test_time_runs_out_by_the_clock_given(tools: Tools) -> None:
    session = Session.begin(tools, aircon(), seed=2)
    for _ in range(300):
        tools.clock.spend("很长的沉默")
    exchange = await session.take(LINES[0])
    assert exchange.state.stop is StopReason.TIME_OVER
    with pytest.raises(InputError, match="已经结束"):
        await session.take(LINES[1])


def test_killed_in_the_middle_the_talk_goes_on(database: Engine, tools: Tools, tmp_path: Path) -> None:
    """A real process is killed by SIGKILL while the reply is being given."""
    child = tmp_path / "child.py"
    child.write_text(
        "import asyncio, sys, time\n"
        "from tests.bot.test_session import *\n"
        "class Slow:\n"
        "    name = 'slow'\n"
        "    async def word(self, cue):\n"
        "        print('wording', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "        yield ''\n"
        "store = TalkStore(engine(sys.argv[1]))\n"
        "session = Session.begin(Tools(ScriptedRecogniser(ANSWERS), Slow(), store, VirtualClock()),"
        " aircon(), seed=4, talk_id='killed')\n"
        "asyncio.run(session.take(LINES[0]))\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(child), str(database.url)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"wording\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.05)
    session = Session.resume(tools, lambda _id, _version: aircon(), "killed")
    assert session.transcript().turns[-1].text == LINES[0]
    assert session.pending

    async def go_on() -> None:
        assert "".join([piece async for piece in session.finish()])
        await session.take(LINES[1])

    import asyncio

    asyncio.run(go_on())
    assert len(session.transcript().turns) == 5
