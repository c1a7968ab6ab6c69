"""Whether the whole shipped content is valid and fair: what `koushi check` runs."""

from collections.abc import Iterator, Mapping

from retrieval.errors import InputError, ManyInputErrors
from rubrics.loading import find_rubric, load_rubric, shipped_files
from rubrics.playtest import complaints, play_test
from scenarios.crosscheck import Problem
from scenarios.loading import Source, load_station
from scenarios.loading import shipped_files as shipped_stations
from scenarios.station import Role, Station

SEEDS = (1, 2)
ROLES: Mapping[Role, str] = {
    Role.CUSTOMER: "客户",
    Role.SUPERVISOR: "上级",
    Role.SUBORDINATE: "下属",
    Role.COLLEAGUE: "同事",
    Role.CLIENT: "商务客户",
    Role.EXAMINER: "考官",
}


def check_station(source: Source) -> Station:
    """One station with all that can be checked without playing it: also its rubric exists and fits.

    Raises:
        ManyInputErrors: all that is wrong, in order of lines.
    """
    return load_station(source, _rubric)


def _rubric(station: Station) -> Iterator[Problem]:
    try:
        rubric = find_rubric(station.rubric)
    except InputError as error:
        yield ("rubric",), error.what, error.mend
        return
    if station.role not in rubric.applies_to:
        what = f"评分标准 {rubric.id} 不是给对方是{ROLES[station.role]}的题用的"
        yield ("rubric",), what, f"换一份 rubric，或把 role 改成：{'、'.join(rubric.applies_to)}"


async def check_all(seeds: tuple[int, ...] = SEEDS) -> list[str]:
    """Every problem of the shipped content, in Chinese; empty when there is none.

    Rubrics and stations load, their codes exist, every station's rubric exists and fits its counterpart,
    and the scripted candidates are marked where they should be.
    """
    problems = [*_rubrics()]
    for file in shipped_stations():
        try:
            station = check_station(file)
        except InputError as error:
            problems += _told(error)
            continue
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
