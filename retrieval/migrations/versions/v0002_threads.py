"""What was asked of the tutor and answered. Rows are appended, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create `tutor_turns`; `created_at` is seconds since 1970."""
    op.create_table(
        "tutor_turns",
        sa.Column("thread_id", sa.String, primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("candidate", sa.String, nullable=True, index=True),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )
