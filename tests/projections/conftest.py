"""Places to keep views in: files beside a ledger, PostgreSQL schemas, memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from projections.runner import FilePlace, Place, SchemaPlace, ScratchPlace
from tests.office import Office, make_busy_office
from tests.pg import fresh_database

FILE, SCHEMA, SCRATCH = "file", "schema", "scratch"
KEPT = (FILE, pytest.param(SCHEMA, marks=pytest.mark.postgresql))


def open_place(kind: str, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Yield an empty place of that kind."""
    if kind == SCHEMA:
        server = request.getfixturevalue("postgresql_url")
        with fresh_database(server) as url, closing(SchemaPlace(url)) as place:
            yield place
        return
    folder = request.getfixturevalue("tmp_path")
    with closing(FilePlace(folder) if kind == FILE else ScratchPlace()) as place:
        yield place


@pytest.fixture(params=(*KEPT, SCRATCH))
def place(request) -> Iterator[Place]:
    """An empty place of each kind."""
    yield from open_place(request.param, request)


@pytest.fixture(params=KEPT)
def kept_place(request) -> Iterator[Place]:
    """An empty place of each kind that outlives its process."""
    yield from open_place(request.param, request)


@pytest.fixture
def office() -> Office:
    """An office where some things have happened."""
    return make_busy_office()
