"""`koushi drill` and the exercises of /tutor."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from rubrics.drill_store import DrillStore
from rubrics.drills import choose
from tests.support.command import Koushi, refused
from ui.i18n import texts
from ui.settings import read
from ui.tutor.drilling import Drilling
from ui.wiring import Wiring

T = texts("zh")
ITEM = "L3.6.2.S5"


@pytest.fixture
def wiring(home: Path) -> Iterator[Wiring]:
    made = Wiring(read({"KOUSHI_HOME": str(home)}))
    yield made
    made.engine.dispose()


async def last(pages: AsyncIterator[str]) -> str:
    return [str(page) async for page in pages][-1]


def test_the_command_sets_the_same_exercise_for_the_same_seed(koushi: Koushi) -> None:
    one, two = (koushi("drill", "--item", ITEM, "--seed", "4", "--json").json for _ in range(2))
    assert one == two
    assert one["drill"]["code"] == ITEM
    assert one["tries"] == []


def test_the_command_marks_each_answer_and_ends_with_an_example(koushi: Koushi) -> None:
    args = ["drill", "--item", ITEM, "--seed", "4", "--json"]
    for text in ("嗯。", "好的。", "知道了。"):
        args += ["--answer", text]
    tries = koushi(*args).json["tries"]
    assert [each["left"] for each in tries] == [2, 1, 0]
    assert [each["over"] for each in tries] == [False, False, True]
    assert tries[-1]["note"]["quote"]


def test_an_item_that_is_none_is_refused(koushi: Koushi) -> None:
    refused(koushi("drill", "--item", "L9.9"), 1, "L9.9")


async def test_the_page_keeps_the_answers_until_it_is_over_and_then_the_outcome(wiring: Wiring) -> None:
    desk, set_ = Drilling(wiring), choose(ITEM, 1)
    store = DrillStore(wiring.engine)
    event = {"action": "answer", "code": ITEM, "drill": set_.id, "answers": [], "text": "嗯。"}
    page = await last(desk.answer(event, T))
    assert T("drill.left", n=2) in page
    assert store.done() == ()
    page = await last(desk.answer({**event, "answers": ["嗯。", "好。"], "text": "<b>行</b>"}, T))
    assert T("drill.model") in page
    assert "<b>行</b>" not in page
    assert [each.drill for each in store.done()] == [set_.id]


async def test_what_is_refused_stays_in_the_box(wiring: Wiring) -> None:
    set_, text = choose(ITEM, 1), "好" * 400
    event = {"action": "answer", "code": ITEM, "drill": set_.id, "answers": [], "text": text}
    page = await last(Drilling(wiring).answer(event, T))
    assert 'role="alert"' in page
    assert text in page
    assert T("drill.left", n=3) in page


async def test_without_an_item_the_weakest_is_set(wiring: Wiring) -> None:
    assert f'data-code="{ITEM}"' in await last(Drilling(wiring).open("", T))
