"""Whether the whole shipped content is valid and fair: what `koushi check` runs."""

from collections.abc import Iterator

from retrieval.errors import InputError, ManyInputErrors
from rubrics.loading import find_rubric, load_rubric, shipped_files
from rubrics.playtest import complaints, play_test
from scenarios import loading as stations
from scenarios.station import Station

SEEDS = (1, 2)


async def check_all(seeds: tuple[int, ...] = SEEDS) -> list[str]:
    """Every problem of the shipped content, in Chinese; empty when there is none.

    Rubrics and stations load, their codes exist, every station's rubric exists and fits its counterpart,
    and the scripted candidates are marked where they should be.
    """
    problems = [*_rubrics()]
    for file in stations.shipped_files():
        try:
            station = stations.load_station(file)
        except InputError as error:
            problems += _told(error)
            continue
        wrong = [*_fits(station)]
        problems += wrong
        if not wrong:
            problems += complaints(station, await play_test(station, seeds))
    return problems


def _rubrics() -> Iterator[str]:
    for file in shipped_files():
        try:
            load_rubric(file)
        except InputError as error:
            yield from _told(error)


def _told(error: InputError) -> list[str]:
    return [str(each) for each in error.errors] if isinstance(error, ManyInputErrors) else [str(error)]


def _fits(station: Station) -> Iterator[str]:
    try:
        rubric = find_rubric(station.rubric)
    except InputError as error:
        yield f"{station.id}：{error}"
        return
    if station.role not in rubric.applies_to:
        roles = "、".join(rubric.applies_to)
        yield f"{station.id}：评分标准 {rubric.id} 用于 {roles}，这一题的对方是 {station.role}"
