"""Alembic's scripts; run by `retrieval.database.upgrade`, never by hand."""
