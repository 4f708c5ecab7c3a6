"""The throwaway PostgreSQL server is what the tests of the store take it for."""

from __future__ import annotations

import psycopg
import pytest

pytestmark = pytest.mark.postgresql


def test_every_test_has_a_database_of_its_own(postgresql_database):
    """What one test writes, no other test sees."""
    with psycopg.connect(postgresql_database) as connection:
        connection.execute("CREATE TABLE here (n integer)")
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()

    assert tables == [("here",)]


def test_the_durable_server_writes_through(postgresql_durable_url):
    """Concurrency and faults are judged on a server that would survive a power cut."""
    with psycopg.connect(postgresql_durable_url) as connection:
        setting = connection.execute("SHOW fsync").fetchone()

    assert setting == ("on",)
