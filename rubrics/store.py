"""Reports as kept: appended, never changed. Marking again adds a row; the newest is the one shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Engine, Float, ForeignKey, Integer, Row, String, Table, insert, select

from retrieval.database import metadata, writing
from rubrics.report import Report

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("talk_id", String, ForeignKey("talks.id")),
    Column("transcript_hash", String, nullable=False),
    Column("rubric", String, nullable=False),
    Column("judge_kind", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One report as kept; `body` is `koushi.report/1`, `created_at` seconds since 1970."""

    id: int
    talk_id: str | None
    transcript_hash: str
    rubric: str
    judge_kind: str
    body: Mapping[str, Any]
    created_at: float


class ReportStore:
    """The reports' table over one engine; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, report: Report, now: float, talk_id: str | None = None) -> int:
        """Append a report, committed when this returns; its row id. `talk_id` when it marks a stored talk."""
        values = {
            "talk_id": talk_id,
            "transcript_hash": report.transcript_hash,
            "rubric": report.rubric,
            "judge_kind": report.judge.kind,
            "body": report.as_json(),
            "created_at": now,
        }
        with writing(self._engine) as db:
            made = db.execute(insert(reports).values(**values).returning(reports.c.id)).scalar_one()
        return int(made)

    def get(self, report_id: int) -> StoredReport | None:
        """That report; None when there is none."""
        with self._engine.connect() as db:
            row = db.execute(select(reports).where(reports.c.id == report_id)).one_or_none()
        return _stored(row) if row else None

    def of_talk(self, talk_id: str) -> tuple[StoredReport, ...]:
        """All reports on a stored talk, the newest first."""
        query = select(reports).where(reports.c.talk_id == talk_id).order_by(reports.c.id.desc())
        with self._engine.connect() as db:
            return tuple(_stored(row) for row in db.execute(query))

    def recent(self, limit: int = 50) -> tuple[StoredReport, ...]:
        """The newest reports first."""
        query = select(reports).order_by(reports.c.id.desc()).limit(limit)
        with self._engine.connect() as db:
            return tuple(_stored(row) for row in db.execute(query))

    def best(self) -> Mapping[str, float]:
        """Best total of each station marked so far, by station id without version."""
        best: dict[str, float] = {}
        with self._engine.connect() as db:
            for body in db.execute(select(reports.c.body)).scalars():
                if body["station"] and body["total"] is not None:
                    station = body["station"].partition("@")[0]
                    best[station] = max(best.get(station, 0.0), body["total"])
        return best


def _stored(row: Row[Any]) -> StoredReport:
    return StoredReport(
        row.id, row.talk_id, row.transcript_hash, row.rubric, row.judge_kind, row.body, row.created_at
    )
