"""From a real report and what examiners decided to what is shown."""

from typing import Any

import pytest

from bot.recogniser import BuiltinRecogniser
from bot.rehearsal import rehearse
from bot.transcript import Transcript
from rubrics.players import scripted
from rubrics.playtest import play
from rubrics.sheets import Result
from rubrics.standing import Change, standing
from scenarios.loading import find_station
from scenarios.station import Station
from ui.i18n import texts
from ui.practise.showing import told
from ui.reports.filling import report_view
from ui.views.report_view import ReportView

T = texts("zh")
RECOGNISER = BuiltinRecogniser()


async def marked(name: str, player: str) -> tuple[Station, Transcript, dict[str, Any]]:
    station = find_station(name)
    talk, report, _ = await play(station, scripted(station.players[player].says), 1)
    return station, talk, report.as_json()


def shown(
    talk: Transcript, body: dict[str, Any], station: Station | None = None, *changes: Change
) -> ReportView:
    stands = standing(body, changes)
    return report_view(Result("甲", body, stands=stands), talk, T, station=station)


async def test_a_talk_is_shown_with_its_station_its_total_and_a_sentence_without_the_total() -> None:
    station, talk, body = await marked("l3-aircon-third-visit", "borderline")
    view = shown(talk, body, station)
    assert (view.title, view.total, view.passed) == (station.title, body["total"], body["passed"])
    assert "三级 · 客户" in view.about
    assert f"{body['total']:g} 分" not in view.verdict
    assert view.verdict
    assert [each.turn for each in view.said] == [each.index for each in talk.turns]
    assert ["".join(p.text for p in each.pieces) for each in view.said] == [each.text for each in talk.turns]


async def test_an_examiners_mark_outranks_and_what_was_made_good_costs_nothing_any_more() -> None:
    station, talk, body = await marked("l3-aircon-third-visit", "weak")
    worst = body["costliest"][0]["criterion"]
    before = next(each["band"] for each in body["criteria"] if each["id"] == worst)
    view = shown(talk, body, station, Change(worst, before, 4, "听了录音", "李考评", 1_800_000_000.0))
    assert view.total is not None
    assert view.total > body["total"]
    assert view.machine_total == body["total"]
    title = next(each["title"] for each in body["criteria"] if each["id"] == worst)
    assert title not in {moment.title for moment in view.moments}
    assert "李考评改过 1 处" in view.verdict
    assert not view.waiting, "a person has decided"
    assert [(row.about, row.before, row.after, row.reason) for row in view.changes] == [
        (title, str(before), "4", "听了录音")
    ]


async def test_a_letter_is_not_quoted_whole_as_one_weak_moment() -> None:
    station, talk, body = await marked("l3-letter-hotel-noise", "weak")
    letter = next(talk.candidate_turns()).text
    view = shown(talk, {**body, "costliest": [{**body["costliest"][0], "you_said": letter}]}, station)
    assert [moment.said for moment in view.moments] == ["" if len(letter) > 120 else letter]
    assert view.rounds == {}


@pytest.mark.parametrize(
    ("name", "radar", "count"),
    [
        ("l2-renewal-after-outages", True, 3),
        ("l3-aircon-third-visit", False, 2),
        ("l3-letter-hotel-noise", False, 0),
    ],
)
async def test_functions_share_out_all_points_and_are_a_radar_only_where_it_says_something(
    name: str, radar: bool, count: int
) -> None:
    station, talk, body = await marked(name, "borderline")
    view = shown(talk, body, station)
    assert (view.radar, len(view.shares)) == (radar, count)
    if count:
        total = sum(each.share * each.weight for each in view.shares)
        assert total == pytest.approx(sum(each["points"] for each in body["criteria"]), abs=0.2)


async def test_criteria_that_all_rest_on_the_same_marks_make_no_radar() -> None:
    _, talk, body = await marked("l3-aircon-third-visit", "borderline")
    for each in body["criteria"]:
        each["standard"] = ["L3.1.1.S1", "L3.2.1.S1", "L3.3.1.S1"]
    assert not shown(talk, body).radar


async def test_the_tension_is_the_directors_and_letters_have_none() -> None:
    station = find_station("l3-aircon-third-visit")
    session = await rehearse(station, 1, station.players["strong"].says, RECOGNISER)
    course, reasons = told(session)
    assert course is not None
    assert [each.tension for each in course.points] == [each.state.tension for each in session.exchanges]
    assert sum(course.changes) == course.points[-1].tension - course.start
    assert reasons[1] == session.exchanges[0].reasons
    letter = find_station("l3-letter-hotel-noise")
    written = await rehearse(letter, 1, letter.players["weak"].says, RECOGNISER)
    assert told(written)[0] is None


async def test_an_unknown_station_and_an_unscored_talk_can_be_shown() -> None:
    station = find_station("l3-aircon-third-visit")
    talk, report, _ = await play(station, scripted(("嗯。",)), 1)
    view = shown(talk, report.as_json())
    assert (view.total, view.outcome, view.moments) == (None, "unscored", ())
    assert view.verdict == report.reason
    assert view.title == report.station
