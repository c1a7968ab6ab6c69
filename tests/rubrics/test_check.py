"""What an instructor is told before a candidate meets the station."""

import pytest

from retrieval.errors import ManyInputErrors
from rubrics.check import check_station
from rubrics.playtest import play_one, play_test
from scenarios.drafts import skeleton
from scenarios.loading import YamlSource, load_station
from scenarios.station import Station

TEXT = skeleton("l3-cake")


def line_of(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "line", "mend"),
    [
        ("rubric: complaint-handling", "rubric: complaint-handing", "rubric:", "complaint-handling"),
        ("role: customer", "role: supervisor", "rubric:", "customer"),
        ("[L3.6.2.S2,", "[L3.6.2.S99,", "standard:", ""),
    ],
)
def test_rubrics_and_codes_are_checked_with_their_line(old: str, new: str, line: str, mend: str) -> None:
    with pytest.raises(ManyInputErrors) as caught:
        check_station(YamlSource.draft("draft", TEXT.replace(old, new)))
    (error,) = caught.value.errors
    assert (error.line, mend in error.mend) == (line_of(line), True)


def station(text: str) -> Station:
    return load_station(YamlSource.draft("draft", text))


async def test_the_skeleton_is_fair_on_several_seeds() -> None:
    plays = await play_test(station(TEXT), (1, 2, 3))
    assert len(plays) == 33
    assert [each.player for each in plays if not each.within] == []
    assert all(each.causes() == () for each in plays)


async def test_a_mark_outside_its_bar_names_what_cost_it() -> None:
    weak = TEXT[TEXT.index("  weak:") :].replace("  weak:", "  strong:")
    cut = TEXT[: TEXT.index("  strong:")] + weak + TEXT[TEXT.index("  borderline:") :]
    played = await play_one(station(cut), "strong", 1)
    assert (played.within, played.too_low) == (False, True)
    causes = played.causes()
    assert 1 <= len(causes) <= 3
    assert causes[0].points >= causes[-1].points > 0
    assert all(cause.checks for cause in causes)
    shape = played.as_json("l3-cake")["causes"][0]
    assert {"id", "title", "points", "checks"} <= set(shape)


async def test_a_weak_candidate_who_does_too_well_is_told_by_what_they_earned() -> None:
    strong = TEXT[TEXT.index("  strong:") : TEXT.index("  borderline:")].replace("  strong:", "  weak:")
    played = await play_one(station(TEXT[: TEXT.index("  weak:")] + strong), "weak", 1)
    assert (played.within, played.too_low) == (False, False)
    criteria = {each.id: each.points for each in played.report.criteria}
    assert all(criteria[cause.id] == pytest.approx(cause.points, abs=0.06) for cause in played.causes())
