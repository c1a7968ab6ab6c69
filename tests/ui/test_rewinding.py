"""Rewind: the branch beside its original, and one sentence tried in the place of another."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.session import Session
from retrieval.errors import InputError
from rubrics.store import ReportStore
from rubrics.whatif import compared
from ui.coaching import coaching
from ui.i18n import texts
from ui.practise.desk import Desk
from ui.practise.rewinding import rewound, tried
from ui.settings import read
from ui.wiring import Wiring

T = texts("zh")
STATION = "l3-aircon-third-visit"
BETTER = "不管是哪个环节出的问题，您找的是我们公司，就由我来给您办到底。三趟都没修好，真对不起您。"


@pytest.fixture
def wiring(home: Path) -> Iterator[Wiring]:
    made = Wiring(read({"KOUSHI_HOME": str(home), "KOUSHI_SPEECH": "browser"}))
    yield made
    made.engine.dispose()


def talked(wiring: Wiring, says: tuple[str, ...], mode: str = "practice") -> Session:
    async def go() -> Session:
        session = Session.begin(wiring.tools, wiring.station(STATION), seed=1, mode=mode)
        for text in says:
            if not session.ended:
                await session.take(text)
        session.end()
        return session

    return asyncio.run(go())


def shown(pages: AsyncIterator[str]) -> str:
    async def go() -> str:
        return [str(page) async for page in pages][-1]

    return asyncio.run(go())


def weak(wiring: Wiring, mode: str = "practice") -> Session:
    return talked(wiring, wiring.station(STATION).players["weak"].says, mode)


def body(wiring: Wiring, session: Session) -> dict[str, object]:
    shown(Desk(wiring).report(session.talk.id, T))
    return dict(ReportStore(wiring.engine).of_talk(session.talk.id)[0].body)


def test_a_branch_is_marked_beside_the_talk_it_left_and_both_stay(wiring: Wiring) -> None:
    first = weak(wiring)
    before = body(wiring, first)
    branch = first.branch(3)
    assert [t.text for t in branch.transcript().turns] == [t.text for t in first.transcript().turns[:3]]
    assert branch.state == first.exchanges[0].state
    for text in (BETTER, *wiring.station(STATION).players["strong"].says[2:4]):
        asyncio.run(branch.take(text))
    branch.end()
    page = shown(Desk(wiring).report(branch.talk.id, T))
    beside = rewound(wiring, branch, body(wiring, branch))
    assert beside is not None
    assert beside.said == (first.exchanges[1].turn.text, BETTER)
    assert beside.compared is not None
    assert beside.compared.totals[0] == before["total"]
    assert beside.compared.by is not None
    assert any(each.gained for each in beside.compared.changes)
    assert BETTER in page
    assert f"report={first.talk.id}" in page
    again = rewound(wiring, first, before)
    assert again is not None
    assert [each.talk for each in again.branches] == [branch.talk.id]
    assert f"report={branch.talk.id}" in shown(Desk(wiring).report(first.talk.id, T))


def test_several_branches_of_one_talk_are_all_listed(wiring: Wiring) -> None:
    first = weak(wiring)
    made = body(wiring, first)
    ids = [first.branch(turn).talk.id for turn in (1, 3)]
    beside = rewound(wiring, first, made)
    assert beside is not None
    assert [each.talk for each in beside.branches] == ids
    assert not any(each.ended or each.total for each in beside.branches)


def test_another_sentence_tells_the_answer_and_the_mark_of_the_fixed_rest(wiring: Wiring) -> None:
    first = weak(wiring)
    made = body(wiring, first)
    found = asyncio.run(tried(wiring, first, made, 3, BETTER))
    real = first.branch(3)
    asyncio.run(real.take(BETTER))
    assert found.reply == real.exchanges[-1].reply
    assert found.tension is not None
    assert found.tension == (first.exchanges[1].state.tension, real.state.tension)
    assert found.tension[1] < found.tension[0]
    assert found.compared is not None
    assert found.compared.totals[0] == made["total"]
    assert "不把责任推给别人、不在客户面前贬损同事和公司" in found.compared.changes[2].gained


def test_the_coachs_own_sentence_raises_the_mark_of_a_middling_talk(wiring: Wiring) -> None:
    first = talked(wiring, wiring.station(STATION).players["borderline"].says)
    made = body(wiring, first)
    told = coaching(first, made, wiring.rubric("complaint-handling"), wiring.recogniser)
    assert told is not None
    gains = []
    for each in told.weak:
        text = each.better if each.instead else each.better + each.said
        found = asyncio.run(tried(wiring, first, made, each.turn, text))
        assert found.compared is not None
        gains.append(found.compared.by or 0)
    assert min(gains) >= 0
    assert max(gains) > 0


def test_trying_a_sentence_changes_nothing_that_is_kept(wiring: Wiring) -> None:
    first = weak(wiring)
    made = body(wiring, first)
    turns = first.transcript().turns
    page = shown(Desk(wiring).whatif({"talk": first.talk.id, "turn": 3, "text": BETTER}, T))
    assert BETTER in page
    assert T("whatif.held") in page
    assert Session.resume(wiring.tools, wiring.station_of, first.talk.id).transcript().turns == turns
    assert len(ReportStore(wiring.engine).of_talk(first.talk.id)) == 1
    assert dict(ReportStore(wiring.engine).of_talk(first.talk.id)[0].body) == made


def test_the_same_sentence_again_changes_nothing(wiring: Wiring) -> None:
    first = weak(wiring)
    made = body(wiring, first)
    found = asyncio.run(tried(wiring, first, made, 1, first.exchanges[0].turn.text))
    assert found.reply == found.was
    assert found.compared is not None
    assert found.compared.by == 0
    assert not any(each.moved for each in found.compared.changes)


def test_in_an_exam_nothing_can_be_tried_nor_begun_again(wiring: Wiring) -> None:
    exam = weak(wiring, "exam")
    made = body(wiring, exam)
    with pytest.raises(InputError):
        exam.branch(1)
    with pytest.raises(InputError):
        asyncio.run(tried(wiring, exam, made, 1, BETTER))
    page = shown(Desk(wiring).report(exam.talk.id, T))
    assert 'data-do="whatif"' not in page
    assert 'data-do="rewind"' not in page


@pytest.mark.parametrize("text", ["", "好" * 5000])
def test_what_is_no_utterance_is_refused_with_a_sentence(wiring: Wiring, text: str) -> None:
    first = weak(wiring)
    body(wiring, first)
    page = shown(Desk(wiring).whatif({"talk": first.talk.id, "turn": 1, "text": text}, T))
    assert 'role="alert"' in page
    assert 'id="tried"' not in page


def test_marks_by_different_rubrics_are_not_compared(wiring: Wiring) -> None:
    made = body(wiring, weak(wiring))
    assert compared(made, {**made, "rubric": "negotiation@1"}) is None
