"""What the fault tests share: the room in which commands are called, and the ledger that is attacked."""

from __future__ import annotations

import pytest

from tests.faults.prepared import prepare
from tests.ledger.commands.conftest import call, prepared, quick, room
from tests.projections.conftest import kept_place

__all__ = ["call", "kept_place", "prepared", "quick", "room"]


@pytest.fixture(scope="session")
def prepared_ledger(tmp_path_factory):
    """A sound ledger, from whose copies all attacks start."""
    return prepare(tmp_path_factory.mktemp("prepared"))
