"""Reports are appended and come back as they were."""

import pytest

from retrieval.database import engine, upgrade
from rubrics.builtin_judge import BuiltinJudge
from rubrics.loading import library
from rubrics.marking import mark
from rubrics.report import Report
from rubrics.store import ReportStore
from scenarios.loading import library as stations
from tests.rubrics.talks import STRONG, NoRecogniser, talk


@pytest.fixture
async def report() -> Report:
    nobody = NoRecogniser()
    station = stations()["l3-aircon-third-visit"]
    rubric = library()["complaint-handling"]
    return await mark(
        talk(STRONG), station=station, rubric=rubric, judge=BuiltinJudge(nobody), recogniser=nobody
    )


def test_marking_again_adds_and_the_newest_comes_first(report: Report, tmp_path: object) -> None:
    database = engine(f"sqlite:///{tmp_path}/k.db")
    upgrade(database)
    store = ReportStore(database)
    first, second = store.add(report, now=1.0), store.add(report, now=2.0)
    assert [each.id for each in store.recent()] == [second, first]
    kept = store.get(first)
    assert kept is not None
    assert kept.body == report.as_json()
    assert store.best() == {"l3-aircon-third-visit": report.total}
    assert store.get(99) is None
    database.dispose()
