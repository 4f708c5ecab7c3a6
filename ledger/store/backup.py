"""Backups of an embedded store: a copy at one moment, made while others go on working.

A restored copy is a ledger of the past. Whoever holds a receipt or checkpoint of a later head will
see that; so a restore is for a store that was lost, never for taking something back.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from ledger.errors import UnavailableError, UsageError


def copy_database(database: Path, out: Path) -> None:
    """Copy a SQLite store as it stands now; the copy appears under its name only when complete.

    Raises:
        UsageError: `out` exists. UnavailableError: reading or writing fails; `out` is not there.
    """
    if out.exists():
        raise UsageError(f"{out} exists", todo="choose another name")
    if not database.is_file():
        raise UnavailableError(f"store {database.name}", "is no file here")
    draft = out.with_name(out.name + ".unfinished")
    draft.unlink(missing_ok=True)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.closing(
                sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
            ) as source,
            contextlib.closing(sqlite3.connect(draft)) as target,
        ):
            source.backup(target)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.rename(out)
    except (sqlite3.Error, OSError) as error:
        draft.unlink(missing_ok=True)
        raise UnavailableError(f"copy of {database.name}", str(error)) from error
