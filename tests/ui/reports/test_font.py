"""The font in the tree: whatever a candidate says can be read, or at least copied."""

import base64
import io
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from scenarios.loading import library
from ui.reports import font


def characters(data: bytes) -> dict[int, str]:
    return dict(TTFont(io.BytesIO(data)).getBestCmap())


def test_all_of_gb_2312_and_every_station_can_be_drawn() -> None:
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    known = "".join(each.decode("gb2312", errors="ignore") for each in rows)
    assert len(known) == 6763
    written = "".join(each.model_dump_json() for each in library().values())
    marks = "①⑩→↑↓√×℃％（）《》“”‘’……——·、。；：！？−½"
    assert {each for each in known + written + marks if ord(each) not in font.covered()} == set()


def test_the_licence_lies_beside_the_files_and_both_are_small() -> None:
    folder = files("ui").joinpath("assets", "fonts")
    assert "SIL OPEN FONT LICENSE Version 1.1" in folder.joinpath("OFL.txt").read_text(encoding="utf-8")
    assert sum(len(each.read_bytes()) for each in folder.iterdir()) < 3_000_000


@pytest.mark.parametrize("weight", ["400", "700"])
def test_a_cut_font_holds_what_is_asked_for_and_little_else(weight: font.Weight) -> None:
    made = characters(font.truetype(weight, "您说得对"))
    assert {chr(code) for code in made} == set("您说得对 □")


def test_what_the_font_lacks_is_a_box_with_its_own_code() -> None:
    made = characters(font.truetype("400", "好😀𠮷"))
    assert made[ord("😀")] == made[ord("𠮷")] == made[font.BOX]
    assert made[ord("好")] != made[font.BOX]


def test_a_page_leaves_what_the_font_lacks_to_the_readers_own_fonts() -> None:
    made = font.data_uri("400", "好😀")
    kind, _, data = made.partition(",")
    assert kind == "data:font/woff2;base64"
    assert ord("😀") not in characters(base64.b64decode(data))


def test_the_same_text_gives_the_same_bytes() -> None:
    assert font.truetype("700", "通过 83.5") == font.truetype("700", "通过 83.5")


@given(st.text(st.characters(), max_size=60))
def test_any_text_can_stand_on_paper(text: str) -> None:
    kept = font.clean(text)
    kept.encode("utf-8")
    assert {ord(each) for each in kept} - {9, 10} <= characters(font.truetype("400", kept)).keys()
