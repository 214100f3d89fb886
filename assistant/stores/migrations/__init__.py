"""Numbered changes of the database schema, run once each by Alembic."""
