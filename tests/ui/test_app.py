"""The application as a visitor's browser and a monitor meet it, over real HTTP shapes and a real SQLite."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from bot.ports import Cue
from bot.session import Session, Tools
from retrieval.errors import ProviderError
from tests.ui.practising import STATION, T, attribute, begin, pages, said
from ui.app import build_app
from ui.practise import shelf
from ui.practise.desk import Desk
from ui.settings import read
from ui.wiring import Wiring


@pytest.fixture
def wiring(home: Path) -> Iterator[Wiring]:
    made = Wiring(read({"KOUSHI_HOME": str(home), "KOUSHI_SPEECH": "espeak"}))
    yield made
    made.engine.dispose()


def visiting(wiring: Wiring) -> AsyncClient:
    """Call it inside a loop: outside, Gradio makes loops of its own and leaves them open."""
    return AsyncClient(transport=ASGITransport(build_app(wiring)), base_url="http://127.0.0.1")


async def test_monitors_are_answered(client: AsyncClient, wiring: Wiring) -> None:
    assert (await client.get("/healthz")).json() == {"ok": True}
    assert (await client.get("/readyz")).json() == {"database": True, "stations": True}
    begin(wiring)
    measured = await client.get("/metrics")
    assert measured.headers["content-type"].startswith("text/plain")
    assert "\nkoushi_talks_total 1\n" in measured.text
    assert "\nkoushi_turns_total 1\n" in measured.text


async def test_not_ready_when_the_database_cannot_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    (folder / "koushi.db").mkdir(parents=True)
    async with visiting(Wiring(read({"KOUSHI_HOME": str(folder)}))) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["database"] is False
        assert (await client.get("/healthz")).status_code == 200


async def test_the_page_forbids_itself_every_other_place(client: AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "fonts.googleapis" not in page.text
    assert "fonts.gstatic" not in page.text
    theme = (await client.get("/theme.css")).text
    assert "@import" not in theme
    assert not re.search(r"url\(['\"]?https?:", theme)


async def test_a_talk_ends_in_a_stored_report_which_opening_it_again_does_not_mark_again(
    wiring: Wiring,
) -> None:
    desk, session = Desk(wiring), begin(wiring)
    lines = (
        "三次都没修好，换了谁都会火大，真的对不起。",
        "空调是什么型号？",
        "今天下午三点我派工程师上门，可以吗？",
    )
    for i, line in enumerate(lines):
        shown = await pages(desk.say(said(line, session, 1 + 2 * i), T))
        assert attribute(shown[0], "data-busy") == "1"
        assert attribute(shown[-1], "data-sent") == "n1"
        assert attribute(shown[-1], "data-speak") == str(2 * i + 2)
    marking, first = await pages(desk.end(session.talk.id, T))
    assert "正在评分" in marking
    assert attribute(first, "data-screen") == "report"
    assert [first] == await pages(desk.report(session.talk.id, T))
    assert shelf.counts(wiring.engine)["reports"] == 1
    tried = shelf.bests(wiring.engine)[STATION]
    assert tried.tried == 1
    home = desk.home(T)
    assert "没练过" not in re.findall(rf'data-station="{STATION}".*?</a>', home, re.DOTALL)[0]


async def test_a_report_is_taken_along_as_pdf_and_as_a_page_once_there_is_one(
    wiring: Wiring, client: AsyncClient
) -> None:
    desk, session = Desk(wiring), begin(wiring)
    address = f"/report/{session.talk.id}"
    await pages(desk.say(said("三次都没修好，换了谁都会火大，真的对不起。", session), T))
    early = await client.get(f"{address}.pdf")
    assert (early.status_code, "还没有评分" in early.json()["problem"]) == (404, True)
    page = (await pages(desk.end(session.talk.id, T)))[-1]
    assert f'href="{address}.pdf"' in page
    paper = await client.get(f"{address}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content == (await client.get(f"{address}.pdf")).content
    alone = await client.get(f"{address}.html")
    assert "三次都没修好，换了谁都会火大" in alone.text
    assert (await client.get("/report/gone.pdf")).status_code == 404
    assert shelf.counts(wiring.engine)["reports"] == 1


async def test_the_same_utterance_sent_twice_is_kept_once(wiring: Wiring) -> None:
    desk, session = Desk(wiring), begin(wiring)
    event = said("我来负责到底。", session)
    both = await asyncio.gather(pages(desk.say(event, T)), pages(desk.say({**event, "nonce": "n2"}, T)))
    kept = Session.resume(wiring.tools, wiring.station_of, session.talk.id).transcript()
    assert [turn.role for turn in kept.turns] == ["counterpart", "candidate", "counterpart"]
    outcomes = [(attribute(p[-1], "data-sent"), attribute(p[-1], "data-refused")) for p in both]
    assert sum(bool(refused) for _, refused in outcomes) == 1


@pytest.mark.parametrize(("text", "told"), [("长" * 2001, "2001"), ("  ", "还没有说话")])
async def test_what_cannot_be_taken_is_refused_with_the_reason(wiring: Wiring, text: str, told: str) -> None:
    desk, session = Desk(wiring), begin(wiring)
    last = (await pages(desk.say(said(text, session), T)))[-1]
    assert attribute(last, "data-refused") == "n1"
    assert attribute(last, "data-sent") == ""
    assert told in attribute(last, "data-notice")
    assert attribute(last, "data-turns") == "1"


class Failing:
    """A wording that breaks in the middle of a reply."""

    name = "failing"

    async def word(self, cue: Cue) -> AsyncIterator[str]:
        yield "你等"
        raise RuntimeError("broken")


async def test_a_reply_cut_in_the_middle_is_finished_when_the_talk_is_opened_again(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, session, tools = Desk(wiring), begin(wiring), wiring.tools
    broken = Tools(tools.recogniser, Failing(), tools.store, tools.clock)
    with monkeypatch.context() as patch:
        patch.setattr(Wiring, "tools", broken)
        last = (await pages(desk.say(said("空调是什么型号？", session), T)))[-1]
    assert "出了点问题" in attribute(last, "data-notice")
    assert attribute(last, "data-sent") == "n1"
    again = await pages(desk.open({"talk": session.talk.id}, T))
    assert attribute(again[0], "data-busy") == "1"
    assert attribute(again[-1], "data-busy") == "0"
    assert attribute(again[-1], "data-turns") == "3"


async def test_addresses_that_lead_nowhere_lead_home_and_say_so(wiring: Wiring) -> None:
    desk = Desk(wiring)
    for query in ({"talk": "gone"}, {"report": "gone"}, {"station": "l3-gone"}):
        (page,) = await pages(desk.open(query, T))
        assert attribute(page, "data-screen") == "choose"
        assert 'role="alert"' in page


async def test_a_report_is_not_given_while_the_talk_goes_on(wiring: Wiring) -> None:
    desk, session = Desk(wiring), begin(wiring)
    (page,) = await pages(desk.report(session.talk.id, T))
    assert attribute(page, "data-screen") == "talk"


async def test_a_judge_that_cannot_be_reached_loses_no_talk(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(self: Wiring, name: str | None = None) -> Any:
        raise ProviderError("连不上评分模型", mend="稍后再看成绩")

    desk, session = Desk(wiring), begin(wiring)
    await pages(desk.say(said("三次都没修好，真的对不起。", session), T))
    with monkeypatch.context() as patch:
        patch.setattr(Wiring, "judge", unreachable)
        last = (await pages(desk.end(session.talk.id, T)))[-1]
    assert "连不上评分模型" in attribute(last, "data-notice")
    assert 'data-do="report"' in last
    assert attribute((await pages(desk.report(session.talk.id, T)))[-1], "data-screen") == "report"


async def test_an_exam_gives_no_hint_and_no_way_back(wiring: Wiring) -> None:
    desk, session = Desk(wiring), begin(wiring, "exam")
    shown = await pages(desk.say(said("三次都没修好，真的对不起。", session), T))
    assert "紧张" not in shown[-1]
    assert "考试中没有提示" in desk.hint(session.talk.id, T)


def test_a_hint_is_still_there_after_a_reload_and_gone_after_the_next_turn(wiring: Wiring) -> None:
    desk, session = Desk(wiring), begin(wiring)
    given = desk.hint(session.talk.id, T)
    assert '<aside class="hint">' in given
    (again,) = asyncio.run(pages(desk.open({"talk": session.talk.id}, T)))
    assert '<aside class="hint">' in again
    last = asyncio.run(pages(desk.say(said("空调是什么型号？", session), T)))[-1]
    assert '<aside class="hint">' not in last


def test_draws_what_was_never_tried_before_anything_else(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = list(wiring.stations)
    done = {each: shelf.Best(80.0 + i, 1) for i, each in enumerate(ids[:-1])}
    monkeypatch.setattr(shelf, "bests", lambda engine: done)
    assert {Desk(wiring).drawn() for _ in range(10)} == {ids[-1]}
    done[ids[-1]] = shelf.Best(10.0, 1)
    drawn = {Desk(wiring).drawn() for _ in range(40)}
    assert ids[-1] in drawn
    assert len(drawn) <= max(1, len(ids) // 3)
