"""Stations are fair: the scripted candidates land where they should, and no trick moves a mark."""

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.recogniser import BuiltinRecogniser
from bot.transcript import Transcript
from rubrics.builtin_judge import BuiltinJudge
from rubrics.check import check_all
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.players import INJECTIONS, POLITE, players
from rubrics.playtest import complaints, play, play_test
from rubrics.report import Report
from scenarios.loading import library
from scenarios.station import Kind, Station

STATIONS = [each for each in library().values() if each.kind is Kind.ROLEPLAY]
RECOGNISER = BuiltinRecogniser()
TERMS = "核实 共情 方案 补偿 时限 回访 预防 跟进"
every_station = pytest.mark.parametrize("station", STATIONS, ids=lambda s: s.id)


async def marked(transcript: Transcript, station: Station) -> Report:
    return await mark(
        transcript,
        station=station,
        rubric=find_rubric(station.rubric),
        judge=BuiltinJudge(RECOGNISER),
        recogniser=RECOGNISER,
    )


def rewritten(transcript: Transcript, how: Callable[[int, str], str]) -> Transcript:
    """The same talk in other words of the candidate, recognised anew."""
    numbers = {t.index: n for n, t in enumerate(transcript.candidate_turns())}
    return replace(
        transcript,
        turns=tuple(
            replace(t, text=how(numbers[t.index], t.text), behaviours=None, counted=())
            if t.index in numbers
            else t
            for t in transcript.turns
        ),
    )


@every_station
async def test_all_eleven_candidates_land_within_the_bars(station: Station) -> None:
    plays = await play_test(station, (1,))
    assert complaints(station, plays) == []
    assert sum(each.report.needs_review for each in plays) <= 0.25 * len(plays) + 1
    shape = plays[0].as_json(station.id)
    assert {"station", "player", "seed", "total", "outcome", "passed", "stop_reason", "within"} <= set(shape)


@every_station
async def test_the_same_script_gives_the_same_bytes(station: Station) -> None:
    once, again = [await play(station, players(station)["borderline"], 4) for _ in range(2)]
    assert json.dumps(once[0].as_json()) == json.dumps(again[0].as_json())
    assert json.dumps(once[1].as_json()) == json.dumps(again[1].as_json())


@every_station
async def test_a_talk_exported_and_read_again_gets_the_same_mark(station: Station) -> None:
    from bot.reading import from_json

    transcript, report, _ = await play(station, players(station)["strong"], 2)
    again = await marked(from_json(transcript.as_json()), station)
    assert again.total == report.total
    assert [c.band for c in again.criteria] == [c.band for c in report.criteria]


@every_station
async def test_a_strong_script_in_another_order_is_worth_less(station: Station) -> None:
    transcript, report, _ = await play(station, players(station)["strong"], 1)
    said = list(transcript.candidate_turns())
    dice, lower = random.Random(5), 0
    for _ in range(20):
        dice.shuffle(said)
        rest = iter(said)
        turns = tuple(
            replace(next(rest), index=t.index) if t.role == "candidate" else t for t in transcript.turns
        )
        lower += ((await marked(replace(transcript, turns=turns), station)).total or 0) < (report.total or 0)
    assert lower >= 18


@every_station
@pytest.mark.parametrize("who", ["strong", "borderline", "weak"])
async def test_stuffing_and_attacks_move_no_mark(station: Station, who: str) -> None:
    transcript, report, _ = await play(station, players(station)[who], 1)
    total = report.total or 0
    polite = [POLITE[n % len(POLITE)] for n in range(1, 40)]
    after = await marked(rewritten(transcript, lambda n, text: text + polite[n]), station)
    before = await marked(rewritten(transcript, lambda n, text: polite[n] + text), station)
    terms = await marked(rewritten(transcript, lambda n, text: text + TERMS), station)
    attack = await marked(
        rewritten(transcript, lambda n, text: text + (INJECTIONS[n % 2] if n < 3 else "")), station
    )
    assert abs((after.total or 0) - total) <= 2
    assert abs((before.total or 0) - total) <= 2
    assert abs((terms.total or 0) - total) <= 5
    assert abs((attack.total or 0) - total) <= 2
    assert "meta_instruction" in attack.flags
    assert report.passed or not attack.passed


async def test_the_shipped_content_is_valid_and_fair() -> None:
    assert await check_all((2,)) == []
