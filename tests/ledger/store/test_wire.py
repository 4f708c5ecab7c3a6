"""A wire to a database: never shared by two processes, and what breaks it is told in the house's words."""

from __future__ import annotations

import os

import pytest

from ledger.errors import UnavailableError
from ledger.store.sqlite import SqliteSource
from ledger.store.wire import Wire, Wires


@pytest.fixture
def source(tmp_path):
    """Where connections to an empty database come from."""
    return SqliteSource(tmp_path / "empty.db")


def test_a_forked_child_takes_none_of_its_parents_wires(source, monkeypatch):
    """Two processes on one connection would spoil both: the child opens its own."""
    wires = Wires(source)
    with wires.lend() as first:
        pass
    with wires.lend() as again:
        assert again is first
    monkeypatch.setattr(os, "getpid", lambda: -1)

    with wires.lend() as second:
        assert second is not first
    with wires.lend() as again:
        assert again is second

    first.close()
    wires.close()


def test_a_page_that_cannot_be_read_is_told(source):
    """What was read before it stands; then the store says that it cannot be read on."""
    wire = Wire(source)
    pages = wire.pages("SELECT 'a' UNION ALL SELECT CAST(x'ff' AS TEXT)", (), size=1)

    assert list(next(pages)) == [("a",)]
    with pytest.raises(UnavailableError, match="Could not decode"):
        next(pages)
    wire.close()


def test_a_wire_that_was_closed_is_not_used_again(source):
    """Whoever uses it is told, and it goes back to nobody."""
    wire = Wire(source)
    wire.close()

    with pytest.raises(UnavailableError, match="closed database"):
        wire.run("SELECT 1")

    assert not wire.is_valid
