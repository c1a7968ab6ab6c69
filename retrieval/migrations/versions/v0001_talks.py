"""Talks, their turns and ends, reports, hints, preferences. Rows are appended, never changed.

The one exception: a counterpart's turn is written `pending` and becomes `complete` or `cut`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the six tables. All times are seconds: `at` since the talk began, `created_at` since 1970."""
    _talks()
    _turns()
    _ends()
    _reports()
    _hints()
    op.create_table(
        "preferences",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )


def _talks() -> None:
    op.create_table(
        "talks",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("station_id", sa.String, nullable=False),
        sa.Column("station_version", sa.Integer, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column(
            "mode", sa.String, sa.CheckConstraint("mode IN ('practice', 'exam')", "mode"), nullable=False
        ),
        sa.Column("candidate", sa.String, nullable=True, index=True),
        sa.Column("parent_id", sa.String, sa.ForeignKey("talks.id"), nullable=True, index=True),
        sa.Column("parent_turn", sa.Integer, nullable=True),
        sa.Column("created_at", sa.Float, nullable=False, index=True),
        sa.Column("meta", sa.JSON, nullable=False),
    )


def _turns() -> None:
    role = sa.CheckConstraint("role IN ('counterpart', 'candidate')", "role")
    status = sa.CheckConstraint("status IN ('complete', 'pending', 'cut')", "status")
    op.create_table(
        "turns",
        sa.Column("talk_id", sa.String, sa.ForeignKey("talks.id"), primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.String, role, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heard", sa.Text, nullable=True),
        sa.Column("confidence", sa.Float, nullable=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("status", sa.String, status, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )


def _ends() -> None:
    op.create_table(
        "talk_ends",
        sa.Column("talk_id", sa.String, sa.ForeignKey("talks.id"), primary_key=True),
        sa.Column("stop_reason", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("talk_id", sa.String, sa.ForeignKey("talks.id"), nullable=True, index=True),
        sa.Column("transcript_hash", sa.String, nullable=False, index=True),
        sa.Column("rubric", sa.String, nullable=False),
        sa.Column("judge_kind", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )


def _hints() -> None:
    op.create_table(
        "hints",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("talk_id", sa.String, sa.ForeignKey("talks.id"), nullable=False, index=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )
