"""The coach: advice that could be taken, at that turn, knowing no more than the candidate did."""

import asyncio
from dataclasses import replace
from functools import cache

import pytest

from bot import leading
from bot.recogniser import BuiltinRecogniser
from bot.rehearsal import rehearse
from bot.session import Session
from retrieval.notes import notes_for
from rubrics.builtin_judge import BuiltinJudge
from rubrics.coach import coach
from rubrics.coach_known import Felt, Knowledge, felt
from rubrics.coaching import Coaching
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.report import Report
from scenarios.loading import library
from scenarios.station import Kind, Station

RECOGNISER = BuiltinRecogniser()
AIRCON = library()["l3-aircon-third-visit"]
ALL = [(each, player) for each in library().values() for player in ("strong", "borderline", "weak")]


def played(station: Station, says: tuple[str, ...]) -> tuple[Session, Report, tuple[Felt, ...], Coaching]:
    async def go() -> tuple[Session, Report]:
        session = await rehearse(station, 1, says, RECOGNISER)
        rubric, judge = find_rubric(station.rubric), BuiltinJudge(RECOGNISER)
        made = await mark(
            session.transcript(), station=station, rubric=rubric, judge=judge, recogniser=RECOGNISER
        )
        return session, made

    session, report = asyncio.run(go())
    moody = station.kind is Kind.ROLEPLAY
    course = felt(leading.begin(station, 1), session.exchanges) if moody else ()
    rubric = find_rubric(station.rubric)
    return (
        session,
        report,
        course,
        coach(report.as_json(), session.transcript(), station, rubric, RECOGNISER, course),
    )


@cache
def by(station_id: str, player: str) -> tuple[Session, Report, tuple[Felt, ...], Coaching]:
    station = library()[station_id]
    return played(station, station.players[player].says)  # type: ignore[index]


every_talk = pytest.mark.parametrize(
    ("station", "player"), ALL, ids=[f"{station.id}-{player}" for station, player in ALL]
)


@every_talk
def test_every_quote_stands_where_it_says(station: Station, player: str) -> None:
    session, _, _, told = by(station.id, player)
    turns = session.transcript().turns
    for each in told.weak:
        assert turns[each.turn].role == "candidate"
        assert each.said in turns[each.turn].text
        assert each.note is not None
    notes = [each.note for each in (*told.weak, *told.missing) if each.note]
    for note in notes:
        assert any(note.quote in kept.text and note.title == kept.title for kept in notes_for(note.code))
    assert len({note.quote for note in notes}) == len(notes)


@every_talk
def test_no_sentence_is_advised_twice_nor_one_that_was_said(station: Station, player: str) -> None:
    session, _, _, told = by(station.id, player)
    better = [each.better for each in told.weak]
    assert len(set(better)) == len(better)
    said = [turn.text for turn in session.transcript().candidate_turns()]
    assert not [each for each in better if any(each in text for text in said)]


@every_talk
def test_advice_knows_nothing_that_was_still_hidden(station: Station, player: str) -> None:
    session, _, course, told = by(station.id, player)
    if station.kind is not Kind.ROLEPLAY:
        return
    knowledge = Knowledge(station, session.transcript(), course)
    for each in told.weak:
        for fact in station.facts:
            if fact.value in each.better:
                assert fact.value in knowledge.heard(each.turn)


def test_a_hidden_worry_and_a_hidden_figure_are_not_known_before_they_come_out() -> None:
    session, _, course, _ = by(AIRCON.id, "weak")
    knowledge = Knowledge(AIRCON, session.transcript(), course)
    assert not knowledge.allows("老太太七十八岁，血压高，可不能热着。", 1)
    assert not knowledge.allows("单号WX07092731我查到了。", 1)
    assert knowledge.allows("来了三趟，空调还是不制冷，是我们没做到位。", 1)


def test_what_made_it_worse_is_told_with_the_directors_reason() -> None:
    _, _, course, told = by(AIRCON.id, "weak")
    worst = max(course, key=lambda each: each.tension[1] - each.tension[0])
    moment = next(each for each in told.weak if each.turn == worst.turn)
    assert moment.hurt
    assert f"从 {worst.tension[0]} 升到 {worst.tension[1]}" in moment.effect
    assert "指责" in moment.effect


def test_who_lost_nothing_is_told_only_what_to_keep() -> None:
    _, report, _, told = by("l3-bank-transfer-anxious", "strong")
    assert report.total == 100
    assert not told.weak
    assert len(told.strong) >= 2


def test_a_strength_is_never_a_turn_that_hurt() -> None:
    for station, player in ALL:
        _, _, course, told = by(station.id, player)
        hurt = {each.turn for each in course if each.hurt}
        assert not [each for each in told.strong if each.turn in hurt]


def test_what_an_oral_answer_left_out_is_named_with_what_the_note_says() -> None:
    _, _, _, told = by("l3-q-complaint-steps", "borderline")
    assert "事后回访，确认客户满意" in [each.title for each in told.missing]
    noted = [each.note for each in told.missing if each.note]
    assert noted
    assert all(note.code.startswith("L3.6.") for note in noted)


def test_the_same_talk_is_coached_in_the_same_words() -> None:
    assert played(AIRCON, AIRCON.players["borderline"].says)[3] == by(AIRCON.id, "borderline")[3]


def test_an_unscored_talk_gets_no_weak_moments() -> None:
    session, report, course, _ = by(AIRCON.id, "weak")
    body = {**report.as_json(), "outcome": "unscored"}
    told = coach(body, session.transcript(), AIRCON, find_rubric(AIRCON.rubric), RECOGNISER, course)
    assert told.weak == ()


def test_the_sentence_advised_does_what_the_check_asks_for() -> None:
    """Said in that turn, the check comes out better than it did."""
    session, report, _, told = by(AIRCON.id, "borderline")
    rank = {"not_met": 0, "partly": 1, "cannot_judge": 1, "met": 2}
    before = {c["id"]: c["verdict"] for each in report.as_json()["criteria"] for c in each["checks"]}
    moment = max(told.weak, key=lambda each: each.lost)
    transcript = session.transcript()
    turns = tuple(
        replace(t, text=moment.better + t.text, behaviours=None, counted=()) if t.index == moment.turn else t
        for t in transcript.turns
    )
    judge = BuiltinJudge(RECOGNISER)
    again = asyncio.run(
        mark(
            replace(transcript, turns=turns),
            station=AIRCON,
            rubric=find_rubric(AIRCON.rubric),
            judge=judge,
            recogniser=RECOGNISER,
        )
    )
    after = {c["id"]: c["verdict"] for each in again.as_json()["criteria"] for c in each["checks"]}
    assert rank[after[moment.check]] > rank[before[moment.check]]
