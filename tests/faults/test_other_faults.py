"""Migrations, rebuilds and exports that fail at any call leave all or nothing, and can be asked for again."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ledger.export.check import check_bundle
from ledger.export.draft import draft_folder
from ledger.store.open import open_store, schema_problems
from projections.runner import Runner
from tests.conformance.conftest import POSTGRESQL, SQLITE, address
from tests.faults.failing import (
    WAYS,
    each_failure,
    failing_database,
    failing_disk,
    failing_wire,
)
from tests.ledger.export.bundled import export, trust_of
from tests.office import make_busy_office
from tests.projections.test_runner import rows_of
from tests.projections.toys import TOYS

KINDS = (SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql))
MADE: list[str] = []


@pytest.fixture(params=KINDS)
def url(request, tmp_path):
    """The address of an empty database."""
    with address(request.param, tmp_path, request) as given:
        if request.param == SQLITE:
            with closing(sqlite3.connect(given)) as made:
                made.execute("PRAGMA journal_mode = WAL")
        yield given


@pytest.mark.parametrize("way", WAYS)
def test_a_migration_that_fails_at_any_statement_made_all_or_nothing(url, way):
    """Asked again and again, it ends with all tables as released."""
    empty = schema_problems(url)

    failures = [
        schema_problems(url)
        for _ in each_failure(
            failing_database, way, lambda _: open_store(url, create=True).close()
        )
    ]

    assert len(failures) > 40
    assert all(problems in (empty, MADE) for problems in failures)
    assert schema_problems(url) == MADE


@pytest.mark.parametrize("way", WAYS)
def test_a_rebuild_that_fails_at_any_statement_leaves_views_that_answer(kept_place, way):
    """The rows in use are whole all the time, and the last rebuild's are the same."""
    runner = Runner(make_busy_office().store, kept_place, TOYS)
    runner.follow()
    followed = rows_of(runner)

    answers = [
        rows_of(runner) for _ in each_failure(failing_wire, way, lambda _: runner.rebuild())
    ]

    assert len(answers) > 20
    assert all(rows == followed for rows in answers)
    assert rows_of(runner) == followed


@pytest.mark.parametrize("way", WAYS)
def test_a_bundle_that_fails_at_any_call_is_finished_by_asking_again(tmp_path, way):
    """What has the bundle's name is whole; what has not passes no check until all of it is written."""
    office = make_busy_office()
    trust = trust_of(office)
    outs = [
        tmp_path / f"{at:03}"
        for at in each_failure(
            failing_disk, way, lambda at: export(office, tmp_path / f"{at:03}")
        )
    ]
    halves = [draft_folder(out) / "bag" for out in outs]
    intact = [half for half in halves if half.exists() and _is_intact(half, trust)]

    for out in outs:
        if not out.exists():
            export(office, out)

    assert len(outs) > 30
    assert len(intact) <= 4
    assert all(_is_intact(out, trust) for out in outs)


def _is_intact(path, trust):
    return check_bundle(path, trust).verdict == "intact"
