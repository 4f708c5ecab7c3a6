"""A copy of a database never takes the place of something that is there."""

from __future__ import annotations

import pytest

from ledger.errors import UsageError
from ledger.store.backup import copy_database


def test_nothing_is_copied_over_what_is_there(tmp_path):
    """Least of all over a ledger; what is there stays as it was."""
    ledger, kept = tmp_path / "ledger.db", tmp_path / "kept.db"
    ledger.write_bytes(b"the ledger")
    kept.write_bytes(b"a backup")

    with pytest.raises(UsageError, match=r"ledger\.db exists; choose another name"):
        copy_database(kept, ledger)

    assert ledger.read_bytes() == b"the ledger"
    assert sorted(tmp_path.iterdir()) == [kept, ledger]
