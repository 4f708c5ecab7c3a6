"""What the fault tests share: the room in which commands are called, and the ledger that is attacked."""

from __future__ import annotations

from contextlib import closing

import pytest

from ledger.store.open import open_store
from tests.faults.prepared import KEPT, prepare
from tests.ledger.commands.conftest import call, prepared, quick, room
from tests.projections.conftest import kept_place

__all__ = ["call", "kept_place", "prepared", "quick", "room"]


@pytest.fixture(scope="session")
def prepared_ledger(tmp_path_factory):
    """A sound ledger, from whose copies all attacks start."""
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def scene(prepared_ledger, tmp_path):
    """A copy of the prepared ledger, to be attacked."""
    return prepared_ledger.copy(tmp_path)


@pytest.fixture
def head(scene):
    """The checkpoint at 26, as it was kept before the attack."""
    with closing(open_store(str(scene.path))) as store:
        return dict(store.checkpoints())[KEPT]
