"""Answers to exercises. Rows are appended, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create `drill_tries`; `created_at` is seconds since 1970."""
    op.create_table(
        "drill_tries",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("candidate", sa.String, nullable=True, index=True),
        sa.Column("drill", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False, index=True),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )
