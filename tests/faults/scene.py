"""What somebody with the database file and the sqlite3 shell can do to a ledger."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.audit.verdict import Pin, Verdict
from ledger.audit.verify import verify
from ledger.findings import Finding
from ledger.store.open import open_store

Told = tuple[str, str, int | None]


@dataclass(frozen=True)
class Scene:
    """A copy of a sound ledger's database, to be attacked and then verified."""

    path: Path
    pin: Pin

    @contextmanager
    def break_in(self, *, leave_triggers: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the database with its guards off; put the triggers back unless told to leave them."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            guards = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for name, _ in () if leave_triggers else guards:
                connection.execute(f"DROP TRIGGER {name}")
            yield connection
            for _, sql in () if leave_triggers else guards:
                connection.execute(sql)
            connection.execute("COMMIT")

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


def told(verdict: Verdict) -> set[Told]:
    """Return (code, class, index) of every finding of a verdict."""
    return named(verdict.findings)


def named(findings: Iterable[Finding]) -> set[Told]:
    """Return (code, class, index) of each of these."""
    return {(each.code, each.damage, each.index) for each in findings}
