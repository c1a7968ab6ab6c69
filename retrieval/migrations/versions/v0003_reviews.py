"""Batches of transcripts, their reports, and what examiners decided. Rows are appended, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the five tables; `created_at` is seconds since 1970."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "batch_items",
        *_item(primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("transcript", sa.JSON, nullable=True),
        sa.Column("error", sa.Text, nullable=True),
        sa.Column("created_at", sa.Float, nullable=False),
    )
    _marks()
    op.create_table(
        "batch_stops",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch_id", sa.String, sa.ForeignKey("batches.id"), nullable=False, index=True),
        sa.Column("stop", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )
    _reviews()


def _item(*, primary_key: bool) -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column(
            "batch_id", sa.String, sa.ForeignKey("batches.id"), primary_key=primary_key, nullable=False
        ),
        sa.Column("index", sa.Integer, primary_key=primary_key, autoincrement=False, nullable=False),
    )


def _marks() -> None:
    op.create_table(
        "batch_marks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *_item(primary_key=False),
        sa.Column("summary", sa.JSON, nullable=True),
        sa.Column("body", sa.JSON, nullable=True),
        sa.Column("error", sa.Text, nullable=True),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.UniqueConstraint("batch_id", "index", name="uq_batch_marks_batch_id"),
    )


def _reviews() -> None:
    """`number` counts the decisions on one criterion of one report: of two made at once, one is refused."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *_item(primary_key=False),
        sa.Column("mark_id", sa.Integer, sa.ForeignKey("batch_marks.id"), nullable=True),
        sa.Column("criterion", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("before", sa.Integer, nullable=True),
        sa.Column("after", sa.Integer, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.UniqueConstraint("batch_id", "index", "criterion", "number", name="uq_reviews_batch_id"),
    )
