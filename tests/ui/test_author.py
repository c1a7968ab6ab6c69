"""What the instructor's desk answers to a text, a talk, a play-test, a wish to save. It remembers nothing."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.director.state import MoveKind, StopReason
from retrieval.errors import InputError
from rubrics.players import players
from scenarios.drafts import skeleton
from scenarios.loading import shipped_files
from scenarios.station import Station
from ui.author.desk import Desk
from ui.author.events import PlayerName
from ui.author.showing import PLAYERS
from ui.i18n import texts
from ui.settings import read
from ui.wiring import Wiring

T = texts("zh")
TEXT = skeleton("l3-cake")
SHIPPED = shipped_files()[0].name.removesuffix(".yaml")


@pytest.fixture
def wiring(home: Path) -> Iterator[Wiring]:
    made = Wiring(read({"KOUSHI_HOME": str(home)}))
    yield made
    made.close()


@pytest.fixture
def desk(wiring: Wiring) -> Desk:
    return Desk(wiring)


def attribute(page: str, name: str) -> str:
    found = re.search(rf'data-{name}="([^"]*)"', page)
    assert found, page[:400]
    return html.unescape(found[1])


def test_the_page_knows_all_candidates_moves_and_endings(wiring: Wiring) -> None:
    station: Station = wiring.station(SHIPPED)
    assert set(get_args(PlayerName)) == set(PLAYERS) == set(players(station))
    for language in (T, texts("en")):
        wanted = [f"{kind}.{name}" for kind in ("player", "bar") for name in PLAYERS]
        wanted += [f"move.{kind}" for kind in MoveKind] + [f"played.{reason}" for reason in StopReason]
        assert [key for key in wanted if key not in language.entries] == []


def test_an_address_opens_begins_copies_or_shows_what_there_is(desk: Desk, home: Path) -> None:
    assert attribute(desk.open({"new": "l3-x"}, T), "text") == skeleton("l3-x")
    copied = attribute(desk.open({"new": "l3-x", "from": SHIPPED}, T), "text")
    assert "\nid: l3-x\n" in "\n" + copied
    opened = desk.open({"station": SHIPPED}, T)
    assert (attribute(opened, "screen"), attribute(opened, "digest")) == ("bench", "")
    (home / "stations").mkdir()
    (home / "stations" / "l3-old.yaml").write_bytes("题目".encode("gbk"))
    shelf = desk.open({}, T)
    assert "l3-old" in shelf
    assert SHIPPED in shelf
    assert "GBK" in desk.open({"station": "l3-old"}, T)
    for query in ({"station": "../../etc/passwd"}, {"new": "我的题"}, {"new": "l3-x", "from": "l3-nothing"}):
        refused = desk.open(query, T)
        assert attribute(refused, "screen") == "shelf"
        assert 'role="alert"' in refused


def test_beginning_what_exists_opens_it(desk: Desk) -> None:
    page = desk.open({"new": SHIPPED}, T)
    assert attribute(page, "screen") == "bench"
    assert "已经有编号" in page


async def test_every_problem_comes_with_its_line_and_the_text_it_is_about(desk: Desk) -> None:
    good = await desk.check({"text": TEXT, "serial": 4}, T)
    assert (attribute(good, "n"), attribute(good, "serial"), attribute(good, "id")) == ("0", "4", "l3-cake")
    text = TEXT.replace("level: 3", "level: 7").replace("rubric: complaint-handling", "rubric: <script>")
    bad = await desk.check({"text": text}, T)
    lines = [TEXT[: TEXT.index(part)].count("\n") + 1 for part in ("level: 3", "rubric:")]
    assert [int(n) for n in re.findall(r'data-line="(\d+)"', bad)] == lines
    assert "<script>" not in bad


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("大" * 1_000_001, "超过 1 MB"),
        ("a: &a [x]\nb: [*a, *a]", "引用写法"),
        (TEXT.replace("罗敏", "罗\ud83d敏"), "半个表情符号"),
        (TEXT.replace("  known:", "\tknown:"), "Tab"),
        ("", "空的"),
        ("[" * 100_000, "嵌套太深"),
    ],
)
async def test_hostile_text_gets_a_sentence(desk: Desk, text: str, said: str) -> None:
    assert said in await desk.check({"text": text}, T)
    assert "先把左边的问题改好" in await desk.talk({"text": text, "seed": 1}, T)
    assert "先把左边的问题改好" in await desk.plays({"text": text, "seeds": 1}, T)
    assert 'data-state="refused"' in await desk.save({"text": text, "key": "l3-cake", "seen": ""}, T)


@pytest.mark.parametrize(
    "event", [{}, {"text": 1}, {"text": TEXT, "seed": -1}, {"text": TEXT, "seed": 1, "says": ["好"] * 99}]
)
async def test_what_no_page_sends_is_refused(desk: Desk, event: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="读不懂"):
        await desk.talk(event, T)


async def test_a_talk_shows_why_and_is_kept_nowhere(desk: Desk, wiring: Wiring) -> None:
    says = ["罗女士，蛋糕晚了两个小时，真的对不起。", "订单号是多少？"]
    page = await desk.talk({"text": TEXT, "seed": 3, "says": says}, T)
    assert json.loads(attribute(page, "says")) == says
    assert page.count('class="moved"') == 2
    assert "致歉" in page
    assert wiring.talks.recent() == ()
    changed = TEXT.replace("MG20260718", "MG999")
    assert "MG999" in await desk.talk({"text": changed, "seed": 3, "says": says}, T)


async def test_a_line_that_is_no_utterance_leaves_the_talk_as_it_was(desk: Desk) -> None:
    page = await desk.talk({"text": TEXT, "seed": 3, "says": ["您好。", "啊" * 5000]}, T)
    assert json.loads(attribute(page, "says")) == ["您好。"]
    assert "5000" in attribute(page, "refused")


async def test_a_play_test_goes_on_from_what_the_page_has_kept_until_all_are_played(desk: Desk) -> None:
    rows: list[Any] = []
    for _ in range(30):
        page = await desk.plays({"text": TEXT, "seeds": 2, "done": rows}, T)
        kept = json.loads(attribute(page, "kept"))
        assert len(kept) > len(rows)
        rows = kept
        if attribute(page, "running") == "0":
            break
    assert len(rows) == 22
    assert "22 场都合适" in page
    stopped = await desk.plays({"text": TEXT, "seeds": 2, "done": rows[:5], "go_on": False}, T)
    assert (attribute(stopped, "running"), len(json.loads(attribute(stopped, "kept")))) == ("0", 5)
    assert "接着演" in stopped


async def test_one_play_is_shown_in_full(desk: Desk) -> None:
    page = await desk.played({"text": TEXT, "player": "strong", "seed": 1}, T)
    assert "罗女士您好" in page
    assert "情绪安抚与自我控制" in page
    assert "check-met" in page


async def test_saving_asks_and_the_yes_holds_for_what_was_seen(desk: Desk, wiring: Wiring) -> None:
    saved = await desk.save({"text": TEXT, "key": "l3-cake", "seen": ""}, T)
    assert attribute(saved, "state") == "saved"
    assert wiring.station("l3-cake").version == 1
    event = {"text": TEXT.replace("minutes: 6", "minutes: 7"), "key": "l3-cake"}
    event["seen"] = attribute(saved, "digest")
    asked = await desk.save(event, T)
    assert (attribute(asked, "state"), attribute(asked, "bump")) == ("ask", "2")
    late = await desk.save({**event, "seen": "", "yes": True}, T)
    assert "别处存过了" in late
    assert wiring.station("l3-cake").minutes == 6
    done = await desk.save({**event, "seen": attribute(asked, "digest"), "yes": True}, T)
    assert "l3-cake@1.yaml.bak" in done
    assert wiring.station("l3-cake").minutes == 7


async def test_a_text_with_another_id_is_another_station(desk: Desk, wiring: Wiring) -> None:
    await desk.save({"text": TEXT, "key": "l3-cake", "seen": ""}, T)
    other = await desk.save({"text": skeleton("l3-bread"), "key": "l3-cake", "seen": "whatever"}, T)
    assert attribute(other, "id") == "l3-bread"
    assert {"l3-cake", "l3-bread"} <= set(wiring.stations)
