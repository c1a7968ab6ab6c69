"""What people see: nothing said becomes markup, every face and word is there, drawings tell the numbers."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from scenarios.station import Channel, Role, Temperament
from tests.ui.samples import CARD, REPORT, TALK, TILE, TILES, UNFINISHED
from ui.i18n import Texts, language_of, texts
from ui.views import charts, pages
from ui.views.avatars import avatar
from ui.views.models import Bubble
from ui.views.report_view import CriterionView, RedLine, ReportView

ZH, EN = texts("zh"), texts("en")


def shown_report(view: ReportView, t: Texts = ZH) -> Markup:
    return pages.report(view, "a1b2c3", CARD, t)


class Seen(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.tags if name in attrs]


def test_both_languages_say_the_same_things_with_the_same_gaps() -> None:
    def gaps(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert ZH.entries.keys() == EN.entries.keys()
    assert [key for key in ZH.entries if gaps(ZH.entries[key]) != gaps(EN.entries[key])] == []


def test_every_word_a_template_asks_for_is_there() -> None:
    asked: set[str] = set()
    for file in files("ui").joinpath("views", "templates").iterdir():
        source = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r"\bt\('([a-z_]+\.[a-z_0-9]+)'", source))
    assert len(asked) > 80
    assert asked - ZH.entries.keys() == set()


def test_english_is_chosen_by_the_switch_alone() -> None:
    assert language_of({}) == "zh"
    assert language_of({"koushi_lang": "en"}) == "en"
    assert language_of({"koushi_lang": "<script>"}) == "zh"


@given(said=st.text(min_size=1))
def test_whatever_is_said_stays_text(said: str) -> None:
    mean = f"<i>{said}</i>\"'>"
    view = replace(
        TALK,
        bubbles=(Bubble(0, False, mean), Bubble(1, True, mean, heard=f"{mean}x", delta=1, reasons=(mean,))),
        draft=mean,
        hint=mean,
        notice=mean,
        reason=mean,
    )
    shown = Seen(pages.talk(view, ZH))
    assert all(
        attrs.get("class") or attrs.get("aria-hidden") is not None or not attrs
        for _, attrs in shown.tags
        if _ == "i"
    )
    assert shown.values("data-draft") == [mean.replace("\r", "\n")] or "\r" in mean
    plain = Seen(
        pages.talk(
            replace(
                view,
                bubbles=(Bubble(0, False, "好"), Bubble(1, True, "好", heard="号", delta=1, reasons=("好",))),
                draft="",
                hint="好",
                notice="好",
                reason="好",
            ),
            ZH,
        )
    )
    assert [tag for tag, _ in shown.tags] == [tag for tag, _ in plain.tags]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("temperament", list(Temperament))
def test_every_role_and_temperament_has_a_face(role: Role, temperament: Temperament) -> None:
    faces = {avatar(role, temperament, gender, age) for gender in ("female", "male") for age in (30, 70)}
    assert len(faces) == 4


def test_faces_differ_by_temperament_and_by_role() -> None:
    assert len({avatar("customer", each) for each in Temperament}) == len(Temperament)
    assert len({avatar(each, "cold") for each in Role}) == len(Role)


def test_the_grid_shows_each_station_with_its_best_total_and_the_talk_to_go_on_with() -> None:
    shown = Seen(pages.choose(TILES, UNFINISHED, ZH))
    assert shown.values("data-station") == [tile.id for tile in TILES]
    assert "最好 68.5 分" in shown.text
    assert "没练过" in shown.text
    assert "修了三次还不凉的空调 · 已说 3 轮" in shown.text
    assert "共 9 题" in shown.text


def test_an_empty_library_says_what_to_do() -> None:
    assert "koushi station new" in Seen(pages.choose((), None, ZH)).text


@pytest.mark.parametrize("channel", list(Channel))
def test_the_card_tells_all_that_may_be_known(channel: Channel) -> None:
    text = Seen(pages.card(replace(CARD, channel=str(channel)), ZH)).text
    for part in (CARD.you_are, CARD.situation, *CARD.known, *CARD.powers, *CARD.limits, CARD.task):
        assert part in text


def test_practice_shows_the_mood_and_its_reason_an_exam_shows_neither() -> None:
    assert "紧张程度 63" in pages.talk(TALK, ZH)
    assert "接住了他真正担心的事" in Seen(pages.talk(TALK, ZH)).text
    quiet = tuple(replace(each, delta=None, reasons=(), rewind=False) for each in TALK.bubbles)
    exam = replace(TALK, tension=None, reason="", bubbles=quiet, card=replace(CARD, mode="exam"))
    shown = Seen(pages.talk(exam, ZH))
    assert "紧张" not in shown.text
    assert not {"hint", "rewind"} & set(shown.values("data-do"))


def test_what_was_misheard_is_shown_beside_what_was_meant() -> None:
    assert "机器听成：您先别急这个我得看看西桶才知道" in Seen(pages.talk(TALK, ZH)).text


def test_an_ended_talk_says_why_and_leads_to_the_result() -> None:
    shown = Seen(pages.talk(replace(TALK, stop="walked_out"), ZH))
    assert "对方走了。" in shown.text
    assert "report" in shown.values("data-do")
    assert "askend" not in shown.values("data-do")


def test_the_report_says_it_all_on_the_first_screen() -> None:
    shown = Seen(shown_report(REPORT))
    first = shown.text.index("各项得分")
    for word in ("54.5", "未通过", "及格线 60", "模拟成绩，非职业资格证书", "只说负责，没有说谁来、几点来"):
        assert 0 <= shown.text.index(word) < first
    assert shown.text.index("54.5") < shown.text.index("说出并接纳客户的感受")


def test_evidence_leads_to_the_turn_it_quotes() -> None:
    shown = Seen(shown_report(REPORT))
    points = {(a["data-turn"], a["data-quote"]) for tag, a in shown.tags if a.get("data-quote")}
    assert ("5", "现在外机转不转") in points
    assert {f"said-{turn}" for turn, _ in points} <= set(shown.values("id"))


def test_a_pass_is_green_a_fail_is_not_red_and_unscored_is_neither() -> None:
    assert "outcome-fail" in shown_report(REPORT)
    passed = shown_report(replace(REPORT, total=80.0, passed=True))
    assert "outcome-pass" in passed
    unscored = Seen(
        shown_report(replace(REPORT, total=None, passed=None, verdict="考生没有说话", moments=()))
    )
    assert "未评分" in unscored.text
    assert "考生没有说话" in unscored.text
    assert "丢分最多" not in unscored.text


def test_a_criterion_of_nothing_and_an_unscored_one_can_be_shown() -> None:
    odd = CriterionView("x", "没评的一项", 20, "unscored", None, None, None, "评分员没有回答", "", (), (), ())
    shown = Seen(shown_report(replace(REPORT, criteria=(odd,))))
    assert "评分员没有回答" in shown.text


def test_a_red_line_is_told_with_its_words_and_its_effect() -> None:
    red = (RedLine("insult", "辱骂、讽刺对方", 3, "您先别急", "fail"),)
    text = Seen(shown_report(replace(REPORT, red_lines=red))).text
    assert "红线 · 辱骂、讽刺对方" in text
    assert "本次直接不通过" in text


def test_the_english_page_has_english_words_and_chinese_content() -> None:
    text = Seen(shown_report(REPORT, EN)).text
    assert "Not passed" in text
    assert "Practice result, not a vocational certificate" in text
    assert "三次都没修好，换了我也会火大" in text
    assert "各项得分" not in text


def drawn(svg: str, name: str) -> float:
    found = re.search(rf'class="{name}"[^>]*stroke-dasharray="([\d.]+)', svg)
    assert found
    return float(found[1])


@given(low=st.floats(0, 99), more=st.floats(1, 50))
def test_a_higher_total_draws_a_longer_ring_and_never_more_than_all_of_it(low: float, more: float) -> None:
    a, b = (charts.ring(total, 60, "pass", "x") for total in (low, min(100.0, low + more)))
    assert drawn(a, "ring-value") < drawn(b, "ring-value") <= 2 * 3.1416 * charts.RING_RADIUS


def test_the_cut_line_is_where_sixty_is() -> None:
    found = re.search(r'ring-cut" x1="([\d.]+)" y1="([\d.]+)"', charts.ring(50, 60, "fail", "x"))
    assert found
    x, y = float(found[1]), float(found[2])
    assert x < 64 < y  # 60 % clockwise from the top: left and below the middle


def test_a_station_nobody_tried_is_new_and_a_station_tried_without_a_total_is_not() -> None:
    assert "练过" in Seen(pages.choose([replace(TILE, best=None, tried=1)], None, ZH)).text
    assert "没练过" not in Seen(pages.choose([replace(TILE, best=None, tried=1)], None, ZH)).text


def _luminance(colour: str) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground_it_stands_on(scheme: int) -> None:
    """WCAG 2.2 AA, 1.4.3: 4.5 to 1."""
    css = files("ui").joinpath("assets", "app.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-fA-F]{6})\b", block))
    grounds = {
        "ink": ("ground", "paper", "wash", "accent-wash", "hot-wash"),
        "soft": ("ground", "paper", "wash", "hot-wash"),
        "accent": ("ground", "paper", "accent-wash"),
        "accent-ink": ("accent",),
        "hot": ("ground", "paper", "hot-wash"),
        "pass": ("ground",),
    }
    for text, under in grounds.items():
        for ground in under:
            a, b = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
            assert (a + 0.05) / (b + 0.05) >= 4.5, f"{text} on {ground}"
