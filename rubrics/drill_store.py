"""What was practised and how it went, and which items are a person's weakest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Engine, Float, Integer, String, Table, insert, select

from bot.tables import talks
from retrieval.database import metadata, writing
from rubrics.store import reports

FADES = 0.8
"What a report counts beside the one after it: the newest says most."
CREDIT = 0.15
"What a passed exercise takes off the weakness of its item, once for each exercise."

drill_tries = Table(
    "drill_tries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("candidate", String),
    Column("drill", String, nullable=False),
    Column("code", String, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Done:
    """One exercise as it ended."""

    drill: str
    code: str
    passed: bool


class DrillStore:
    """The exercises' table over one engine; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, drill: str, code: str, answers: Sequence[str], passed: bool, now: float, who: str | None = None
    ) -> None:
        """An exercise that is over, committed when this returns. `who` None: the local person."""
        values = {"drill": drill, "code": code, "answers": list(answers), "passed": passed}
        with writing(self._engine) as db:
            db.execute(insert(drill_tries).values(**values, candidate=who, created_at=now))

    def done(self, who: str | None = None) -> tuple[Done, ...]:
        """All of one person, the oldest first."""
        mine = drill_tries.c.candidate == who if who else drill_tries.c.candidate.is_(None)
        query = select(drill_tries.c.drill, drill_tries.c.code, drill_tries.c.passed)
        with self._engine.connect() as db:
            rows = db.execute(query.where(mine).order_by(drill_tries.c.id)).all()
        return tuple(Done(*row) for row in rows)

    def weakest(self, who: str | None = None) -> tuple[tuple[str, float], ...]:
        """Items (code, weakness 0–1) of one person's marked talks, the weakest first."""
        mine = talks.c.candidate == who if who else talks.c.candidate.is_(None)
        query = select(reports.c.body).join_from(reports, talks, reports.c.talk_id == talks.c.id).where(mine)
        with self._engine.connect() as db:
            bodies = list(db.execute(query.order_by(reports.c.id.desc())).scalars())
        return weakness(bodies, self.done(who))


def weakness(bodies: Sequence[Mapping[str, Any]], done: Sequence[Done] = ()) -> tuple[tuple[str, float], ...]:
    """Items (code, weakness 0–1), the weakest first: what share of their marks was lost, the newest most.

    Args:
        bodies: `koushi.report/1`, the newest first.
        done: exercises; each different one that was passed makes its item a little less weak.
    """
    lost: dict[str, float] = {}
    could: dict[str, float] = {}
    for age, body in enumerate(bodies):
        for each in body["criteria"]:
            if each["points"] is None or not each["max_points"]:
                continue
            for code in each["standard"]:
                counts = FADES**age * each["max_points"] / len(each["standard"])
                lost[code] = lost.get(code, 0.0) + counts * (1 - each["points"] / each["max_points"])
                could[code] = could.get(code, 0.0) + counts
    passed = {(each.code, each.drill) for each in done if each.passed}
    out = []
    for code, most in could.items():
        credit = CREDIT * sum(1 for of, _ in passed if of == code)
        out.append((code, round(max(0.0, lost[code] / most - credit), 4)))
    return tuple(sorted(out, key=lambda each: (-each[1], each[0])))
