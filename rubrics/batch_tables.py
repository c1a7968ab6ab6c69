"""The examiners' tables, as migration 0003 makes them. Rows are appended, never changed."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from retrieval.database import metadata

SEEN = ""
"In place of a criterion in `reviews`: the whole was looked at."

batches = Table(
    "batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("options", JSON, nullable=False),
    Column("who", String, nullable=False),
    Column("created_at", Float, nullable=False),
)
items = Table(
    "batch_items",
    metadata,
    Column("batch_id", String, ForeignKey("batches.id"), primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("transcript", JSON(none_as_null=True)),
    Column("error", Text),
    Column("created_at", Float, nullable=False),
)
marks = Table(
    "batch_marks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch_id", String, ForeignKey("batches.id"), nullable=False),
    Column("index", Integer, nullable=False),
    Column("summary", JSON(none_as_null=True)),
    Column("body", JSON(none_as_null=True)),
    Column("error", Text),
    Column("created_at", Float, nullable=False),
)
stops = Table(
    "batch_stops",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch_id", String, ForeignKey("batches.id"), nullable=False),
    Column("stop", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
)
reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch_id", String, ForeignKey("batches.id"), nullable=False),
    Column("index", Integer, nullable=False),
    Column("mark_id", Integer, ForeignKey("batch_marks.id")),
    Column("criterion", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("before", Integer),
    Column("after", Integer),
    Column("reason", Text, nullable=False),
    Column("who", String, nullable=False),
    Column("created_at", Float, nullable=False),
)
