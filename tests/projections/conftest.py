"""Places to keep views in: files beside a ledger, PostgreSQL schemas, memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from projections.answer import Question, answer
from projections.runner import FilePlace, Place, Runner, SchemaPlace, ScratchPlace
from projections.views import VIEWS
from tests.office import Office, make_busy_office
from tests.pg import fresh_database
from tests.projections.histories import History

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


@pytest.fixture
def history():
    """A log with its founding; acts are a day apart, the first on 2022-03-02 (office time)."""
    return History()


@pytest.fixture
def ask(history):
    """Ask a view of the log as it is then."""
    with closing(ScratchPlace()) as place:
        runner = Runner(history.store, place, VIEWS)

        def do(view, part="", **asked):
            runner.follow()
            question = Question(view, part=part, **asked)
            return list(answer(runner, question, clock=lambda: history.moment).rows)

        yield do


def only(rows, **wanted):
    """Return the one row with these values, and those columns of the others asked for."""
    (row,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return row
