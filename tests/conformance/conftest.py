"""Stores to hold against one contract: in memory, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.store.open import open_store
from tests.pg import fresh_database

MEMORY, SQLITE, POSTGRESQL = "memory", "sqlite", "postgresql"
SQL_KINDS = (SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql))
KINDS = (MEMORY, *SQL_KINDS)


@contextmanager
def address(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a store that does not exist yet."""
    if kind == MEMORY:
        yield "memory:"
    elif kind == SQLITE:
        yield str(folder / "ledger.db")
    else:
        with fresh_database(request.getfixturevalue("postgresql_url")) as url:
            yield url


@pytest.fixture(params=KINDS)
def store(request, tmp_path) -> Iterator[Any]:
    """An empty store of each kind."""
    with address(request.param, tmp_path, request) as url:
        opened = open_store(url, create=True)
        yield opened
        opened.close()


@pytest.fixture(params=SQL_KINDS)
def sql_url(request, tmp_path) -> Iterator[str]:
    """The address of an empty store in each database."""
    with address(request.param, tmp_path, request) as url:
        open_store(url, create=True).close()
        yield url
