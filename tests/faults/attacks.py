"""What somebody with the database file and the sqlite3 shell can do to a ledger."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.audit.verdict import Pin, Verdict
from ledger.audit.verify import verify
from ledger.store.open import open_store


@dataclass(frozen=True)
class Scene:
    """A copy of a sound ledger's database, to be attacked and then verified."""

    path: Path
    pin: Pin

    @contextmanager
    def break_in(self, *, leave_triggers: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the database with its guards off; put the triggers back unless told to leave them."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        if not leave_triggers:
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        if not leave_triggers:
            for _, sql in triggers:
                connection.execute(sql)
        connection.close()

    def verify(self, **options: Any) -> Verdict:
        """Verify the ledger as it now is."""
        store = open_store(str(self.path))
        try:
            return verify(store, pin=self.pin, jobs=1, **options)
        finally:
            store.close()


def copy_of(original: Path, folder: Path, pin: Pin) -> Scene:
    """Return a scene over a copy of a closed database."""
    path = folder / "ledger.db"
    shutil.copy(original, path)
    return Scene(path, pin)


def told(verdict: Verdict) -> set[tuple[str, str, int | None]]:
    """Return (code, class, index) of every finding."""
    return {(each.code, each.damage, each.index) for each in verdict.findings}
