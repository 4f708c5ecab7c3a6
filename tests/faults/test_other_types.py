"""A column that holds what its type does not allow is a finding, never the end of a verification.

Who can write to the file can take `STRICT` out of its schema, and put text where bytes belong.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.audit.verdict import DAMAGED
from ledger.audit.verify import verify
from ledger.errors import LedgerError
from ledger.store.open import open_store
from ledger.store.schema import EVENTS, HEAD, SEALS
from tests.office import make_busy_office, pin_of

COLUMNS = [
    (table.name, column.name)
    for table in (HEAD, SEALS, EVENTS)
    for column in table.columns
    # The key of each table is the number of its row: SQLite takes nothing else for it.
    if not column.primary_key
]
LONG = f"'{'x' * 64}'"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office whose store is closed."""
    made = make_busy_office(str(tmp_path_factory.mktemp("types") / "ledger.db"))
    made.store.close()
    return made


@pytest.fixture
def path(office, tmp_path):
    """A copy of its database that no guard keeps any more."""
    copy = tmp_path / "ledger.db"
    shutil.copy(Path(office.store.url), copy)
    with closing(sqlite3.connect(copy)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            file.execute(f"DROP TRIGGER {name}")
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE type = 'table'"
        )
        file.commit()
    return copy


@pytest.mark.parametrize("every", [False, True], ids=["one", "every"])
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_value_of_another_type_is_found(office, path, table, column, *, every):
    """In one row or in all of them, whatever is asked for; and what reads it without verifying says so."""
    put(path, table, column, every=every)
    pin = pin_of(office)

    with closing(open_store(str(path))) as store:
        told = verify(store, pin=pin, jobs=1)
        part = verify(store, pin=pin, jobs=1, only=("event", "seal", "log", "key"))

        assert told.verdict == part.verdict == DAMAGED
        with pytest.raises(LedgerError, match="holds something of another type"):
            read(store)


def put(path, table, column, *, every):
    """Put text in place of bytes and numbers, and bytes in place of text."""
    with closing(sqlite3.connect(path)) as file:
        (kind,) = file.execute(f"SELECT typeof({quoted(column)}) FROM {table}").fetchone()
        # Each another one, for what is unique.
        value = f"CAST({LONG} || rowid AS {'BLOB' if kind == 'text' else 'TEXT'})"
        last = f" WHERE rowid = (SELECT max(rowid) FROM {table})"
        file.execute(f"UPDATE {table} SET {quoted(column)} = {value}{'' if every else last}")
        file.commit()


def quoted(column):
    """A column's name in SQL."""
    return f'"{column}"'


def read(store):
    """Read all that stands in the three tables."""
    store.head()
    list(store.events())
    list(store.seals())
