"""Alembic migrations of the evidence tables: additive only, shipped with the program."""
