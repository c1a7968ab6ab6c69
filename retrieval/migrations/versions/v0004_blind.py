"""Blind marks of examiners, and their global ratings of talks. Rows are appended, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the two tables; `created_at` is seconds since 1970."""
    op.create_table(
        "blind_marks",
        *_item(),
        sa.Column("mark_id", sa.Integer, sa.ForeignKey("batch_marks.id"), nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("bands", sa.JSON, nullable=False),
        sa.Column("crossed", sa.JSON, nullable=False),
        sa.Column("rating", sa.Integer, nullable=True),
        sa.Column("created_at", sa.Float, nullable=False),
        # Nobody is blind twice.
        sa.UniqueConstraint("batch_id", "index", "who", name="uq_blind_marks_batch_id"),
    )
    op.create_table(
        "ratings",
        *_item(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.UniqueConstraint("batch_id", "index", "number", name="uq_ratings_batch_id"),
    )


def _item() -> tuple[sa.Column[int], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch_id", sa.String, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("index", sa.Integer, nullable=False),
    )
