"""What the drawings tell: labels that can be read, numbers that are right, nothing told by colour alone."""

import re
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval import standard
from tests.ui.samples import COURSE
from ui.views import charts, radar, tension
from ui.views.drawing import Area, Block, Dot, Drawing, Stroke, Words, svg
from ui.views.labels import _crosses
from ui.views.tension import Course, Point

ACTS = ("共情", "核实信息", "提出方案", "敷衍轻视", "跟进回访", "承诺时限")


def course(start: int, values: list[int]) -> Course:
    points, before = [], start
    for n, value in enumerate(values):
        by = value - before
        why = (
            f"{ACTS[n % 6]}「某句话」：说明（紧张 {by:+d}，信任 +1）",
            f"{ACTS[(n + 1) % 6]}「另一句」：说明（紧张 {by:+d}）",
        )
        points.append(Point(2 * n + 1, value, "说", why))
        before = value
    return Course(start, tuple(points))


def labels(drawing: Drawing) -> list[Words]:
    return [each for each in drawing.marks if isinstance(each, Words) and re.search(r"[+−]\d", each.text)]


@given(st.integers(0, 100), st.lists(st.integers(0, 100), min_size=1, max_size=16), st.booleans())
def test_labels_never_cover_each_other_the_curve_or_the_edge(
    start: int, values: list[int], narrow: bool
) -> None:
    drawing = tension.curve(course(start, values), "x", "火气最大", "平静", narrow=narrow)
    written = [each for each in drawing.marks if isinstance(each, Words)]
    for a, b in combinations([each.box for each in written], 2):
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
    (line,) = (each for each in drawing.marks if isinstance(each, Stroke) and each.ink == "hot")
    for label in labels(drawing):
        assert label.box[0] >= -0.01
        assert label.box[2] <= drawing.width + 0.01
        assert not any(_crosses(label.box, *each) for each in pairwise(line.points))


def test_the_greatest_moves_are_named_with_their_acts() -> None:
    told = {each.text for each in labels(tension.curve(COURSE, "x", "高", "低"))}
    assert told == {"共情、担责 −12", "催促不耐烦 +6", "共情 −9"}


def test_a_rise_is_a_ring_and_a_fall_a_full_dot_and_each_says_itself_aloud() -> None:
    dots = [
        each for each in tension.curve(COURSE, "x", "高", "低").marks if isinstance(each, Dot) and each.turn
    ]
    assert [(dot.turn, dot.hollow) for dot in dots] == [(1, False), (3, True), (5, False)]
    assert [dot.label for dot in dots] == [
        "第 1 轮：66（−12）共情、担责", "第 2 轮：72（+6）催促不耐烦", "第 3 轮：63（−9）共情",
    ]  # fmt: skip
    page = svg(tension.curve(COURSE, "从 78 到 63", "高", "低"))
    assert 'aria-label="从 78 到 63"' in page
    assert page.count('role="button" tabindex="0"') == 3


@given(st.lists(st.integers(0, 100), min_size=1, max_size=14))
def test_every_turn_has_its_dot_inside_the_drawing_higher_the_more_tension(values: list[int]) -> None:
    drawing = tension.curve(course(70, values), "x", "高", "低")
    dots = [each for each in drawing.marks if isinstance(each, Dot) and each.turn is not None]
    assert len(dots) == len(values)
    assert all(0 <= dot.x <= drawing.width and 0 <= dot.y <= drawing.height for dot in dots)
    assert sorted(range(len(dots)), key=lambda n: (-dots[n].y, n)) == sorted(
        range(len(dots)), key=lambda n: (values[n], n)
    )


def test_only_acts_that_pushed_the_same_way_are_named() -> None:
    reasons = (
        "共情「a」：说明（紧张 -2，信任 +1）",
        "争辩「b」：说明（紧张 +9，信任 -8）",
        "问到了「型号」",
        "问候「c」：礼貌开场",
    )
    assert tension.acts(reasons, 7) == ("争辩",)
    assert tension.acts(reasons, -2) == ("共情",)
    assert tension.acts(("没有说到新的要点",), 3) == ()
    assert tension.moving(reasons, 7) == [reasons[1]]


@given(st.integers(0, 4), st.integers(1, 40))
def test_a_bar_fills_by_its_bands_and_is_thicker_the_more_it_weighs(band: int, weight: int) -> None:
    drawing = charts.bar(band / 4, 60, weight, 40, "x")
    done = [each for each in drawing.marks if isinstance(each, Block) and each.ink == "accent"]
    assert len(done) == band
    heavier = charts.bar(band / 4, 60, 41, 41, "x")
    assert (
        next(each for each in heavier.marks if isinstance(each, Block)).height >= done[0].height
        if done
        else True
    )
    (cut,) = (each for each in drawing.marks if isinstance(each, Stroke))
    assert cut.points[0][0] == drawing.width * 0.6


def test_the_radar_reaches_further_where_more_was_reached() -> None:
    shares = tuple(
        radar.Share(name, share, 1) for name, share in (("甲", 1.0), ("乙", 0.5), ("丙", 0.0), ("丁", 0.75))
    )
    drawing = radar.radar(shares, 60, radar.told(shares))
    shape = next(each for each in drawing.marks if isinstance(each, Area))
    cx, cy = shape.points[2]
    reach = [((x - cx) ** 2 + (y - cy) ** 2) ** 0.5 for x, y in shape.points]
    assert reach[2] < reach[1] < reach[3] < reach[0]
    assert "甲 100%，乙 50%，丙 0%，丁 75%" in svg(drawing)


def test_the_names_round_the_radar_stay_inside_it() -> None:
    names = [function.name for level in standard.load().levels for function in level.functions]
    for count in range(3, 7):
        for begin in range(len(names) - count):
            shares = tuple(radar.Share(name, 1.0, 1) for name in names[begin : begin + count])
            drawing = radar.radar(shares, 60, "x")
            for words in (each for each in drawing.marks if isinstance(each, Words)):
                assert words.box[0] >= 0, words.text
                assert words.box[2] <= drawing.width
                assert 0 <= words.box[1] < words.box[3] <= drawing.height


def test_nothing_in_a_drawing_becomes_markup() -> None:
    mean = Drawing("x", 10, 10, '"><script>', (Words(0, 0, "<b>&"), Dot(1, 1, 1, turn=1, label='"<i>')))
    page = svg(mean)
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
