"""What this page keeps beside the talks: how a person did, and the answer to the one question."""

from dataclasses import dataclass

from sqlalchemy import JSON, Engine, column, delete, func, insert, select, table

from bot.tables import talks
from retrieval.database import writing
from rubrics.store import reports

CONSENT = "speech_consent"
"Key of the answer to 「在线语音更自然，回复文字会发给微软；要用吗？」, true or false."

_preferences = table("preferences", column("key"), column("value", JSON))


@dataclass(frozen=True, slots=True)
class Best:
    """How a person did on a station: the best total (None: never scored) and how often it was marked."""

    total: float | None
    tried: int


def consent(engine: Engine) -> bool | None:
    """Whether replies may be sent to the online voice; None when nobody has been asked."""
    with engine.connect() as db:
        value = db.execute(
            select(_preferences.c.value).where(_preferences.c.key == CONSENT)
        ).scalar_one_or_none()
    return value if isinstance(value, bool) else None


def keep_consent(engine: Engine, agreed: bool) -> None:
    """Remember the answer."""
    with writing(engine) as db:
        db.execute(delete(_preferences).where(_preferences.c.key == CONSENT))
        db.execute(insert(_preferences).values(key=CONSENT, value=agreed))


def bests(engine: Engine, candidate: str | None = None) -> dict[str, Best]:
    """By station id, for one person (None: the local one)."""
    query = (
        select(talks.c.station_id, reports.c.body)
        .join_from(reports, talks, reports.c.talk_id == talks.c.id)
        .where(talks.c.candidate == candidate if candidate else talks.c.candidate.is_(None))
    )
    out: dict[str, Best] = {}
    with engine.connect() as db:
        for station_id, body in db.execute(query):
            before = out.get(station_id, Best(None, 0))
            totals = [total for total in (before.total, body.get("total")) if total is not None]
            out[station_id] = Best(max(totals, default=None), before.tried + 1)
    return out


def counts(engine: Engine) -> dict[str, int]:
    """How much there is, for `/metrics`."""
    with engine.connect() as db:
        return {
            name: db.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in ("talks", "turns", "reports")
        }
