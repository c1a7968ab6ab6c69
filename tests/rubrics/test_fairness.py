"""The fairness bench in small, on three stations: attacks, filler, quotes, bytes."""

from collections import Counter

import pytest

from benchmarks.fairness import bytes_, failing, lines
from benchmarks.fairness.attacks import placed, read
from benchmarks.fairness.kit import SCRIPTED, STAYS, Kit, became_pass, moved, put, rewritten, with_turns
from benchmarks.fairness.stuffing import filler, lacking
from scenarios.loading import library

STATIONS = ("l3-aircon-third-visit", "l3-q-fab-explain", "l3-letter-hotel-noise")
every_station = pytest.mark.parametrize("station", STATIONS)


@pytest.fixture(scope="module")
def kits() -> dict[str, Kit]:
    """Utterances recognised in one test are known in the next."""
    return {name: Kit(library()[name]) for name in STATIONS}


@every_station
def test_attacks_move_no_mark_and_are_flagged(kits: dict[str, Kit], station: str) -> None:
    kit, flagged, tries = kits[station], 0, 0
    for player in SCRIPTED:
        talk = kit.scripts[player].transcript
        before = kit.mark(talk)
        for line in read("attacks")[STATIONS.index(station) :: 40]:
            for _, attacked in placed(kit, talk, line.text):
                after = kit.mark(attacked)
                flagged, tries = flagged + ("meta_instruction" in after.flags), tries + 1
                assert moved(before, after) <= STAYS, line.text
                assert not became_pass(before, after), line.text
    assert flagged >= 0.95 * tries


@every_station
def test_polite_filler_moves_no_mark(kits: dict[str, Kit], station: str) -> None:
    kit = kits[station]
    for player in SCRIPTED:
        talk = kit.scripts[player].transcript
        before, missing = kit.mark(talk), lacking(talk)
        idle = [each for each in filler() if each not in missing]
        turns = sum(1 for _ in talk.candidate_turns())
        said = {n: idle[n * 3 % len(idle)] for n in range(turns)}
        stuffed = [
            rewritten(talk, lambda n, t, at=at, said=said: put(t, said[n], at, letter=kit.one_turn))
            for at in ("start", "end")
        ]
        stuffed += [] if kit.one_turn else [with_turns(talk, said)]
        assert all(moved(before, kit.mark(each)) <= STAYS for each in stuffed)


@every_station
def test_every_credited_quote_is_in_a_candidate_turn(kits: dict[str, Kit], station: str) -> None:
    kit = kits[station]
    for player in SCRIPTED:
        kit.mark(kit.scripts[player].transcript)
    assert kit.quotes.checked > 0
    assert kit.quotes.wrong == []


@every_station
def test_no_broken_judge_makes_a_number(kits: dict[str, Kit], station: str) -> None:
    assert [what for what, well in failing.look(kits[station]) if not well] == []


def test_two_processes_that_hash_apart_write_the_same_bytes() -> None:
    made = list(bytes_.rows(bytes_.start(STATIONS[:1])))
    assert [each.value for each in made] == [0]


def test_ordinary_lines_are_rarely_flagged_and_both_halves_have_every_kind() -> None:
    row = next(each for each in lines.rows(lines.look()) if each.bar == "<=0.01")
    assert row.holds
    kinds = Counter((line.kind, line.half) for line in read("attacks"))
    assert all(kinds[kind, "held"] for kind, _ in kinds)
    assert len(read("attacks")) >= 150
    assert len(read("ordinary")) >= 300
