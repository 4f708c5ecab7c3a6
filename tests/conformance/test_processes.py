"""Sixteen processes append at once: nothing is lost, gapped or doubled."""

from __future__ import annotations

import pytest

from ledger.store.open import open_store
from tests.appenders import PROCESSES, SERIES, append_apart, append_numbers, run_at_once
from tests.conformance.conftest import POSTGRESQL, SQLITE
from tests.conformance.whole import check_whole
from tests.pg import fresh_database

ACTS = 12


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)])
def url(request, tmp_path):
    """The address of a store that writes through, as an office's does."""
    if request.param == SQLITE:
        yield str(tmp_path / "ledger.db")
    else:
        server = request.getfixturevalue("postgresql_durable_url")
        with fresh_database(server) as address:
            yield address


def test_one_series_for_all_is_gap_free(url):
    """Everyone takes numbers of one series; each number is taken once, by one document."""
    open_store(url, create=True).close()

    ended = run_at_once(append_numbers, url, ACTS)
    store = open_store(url)

    assert ended == [0] * PROCESSES
    assert [row.version for row in store.history(SERIES)] == list(
        range(1, PROCESSES * ACTS + 1)
    )
    assert len(store.records("test")) == PROCESSES * ACTS
    assert store.head().size == 2 * PROCESSES * ACTS
    check_whole(store)
    store.close()


def test_records_apart_do_not_disturb_each_other(url):
    """Everyone writes to a record of their own; no one is refused, and the log is one."""
    open_store(url, create=True).close()

    ended = run_at_once(append_apart, url, ACTS)
    store = open_store(url)

    assert ended == [0] * PROCESSES
    versions = store.versions([f"test/{who}" for who in range(PROCESSES)])
    assert set(versions.values()) == {ACTS}
    check_whole(store)
    store.close()
