"""The conversation's tables, as migration 0001 makes them. Rows are appended, never changed."""

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Integer, String, Table, Text

from retrieval.database import metadata

talks = Table(
    "talks",
    metadata,
    Column("id", String, primary_key=True),
    Column("station_id", String, nullable=False),
    Column("station_version", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("mode", String, nullable=False),
    Column("candidate", String),
    Column("parent_id", String, ForeignKey("talks.id")),
    Column("parent_turn", Integer),
    Column("created_at", Float, nullable=False),
    Column("meta", JSON, nullable=False),
)
turns = Table(
    "turns",
    metadata,
    Column("talk_id", String, ForeignKey("talks.id"), primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("role", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("heard", Text),
    Column("confidence", Float),
    Column("at", Float, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("status", String, nullable=False),
    Column("created_at", Float, nullable=False),
)
talk_ends = Table(
    "talk_ends",
    metadata,
    Column("talk_id", String, ForeignKey("talks.id"), primary_key=True),
    Column("stop_reason", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("created_at", Float, nullable=False),
)
hints = Table(
    "hints",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("talk_id", String, ForeignKey("talks.id"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Float, nullable=False),
)
