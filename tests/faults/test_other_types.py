"""A column that holds what its type does not allow is a finding, never the end of a verification.

Who can write to the file can take `STRICT` out of its schema, and put text where bytes belong.
"""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import Integer

from ledger.audit.verdict import DAMAGED
from ledger.errors import LedgerError
from ledger.store.open import open_store
from ledger.store.schema import CONTENT, DISCLOSURES, EVENTS, HEAD, SEALS, TABLES
from tests.faults.prepared import SIZE
from tests.office import FOUNDER

COLUMNS = [
    column
    for table in TABLES
    for column in table.columns
    # A whole number that is the key is the number of its row: SQLite takes nothing else for it.
    if not (column.primary_key and isinstance(column.type, Integer))
]
# By these their rows are looked up: one of another type is not found, which is for `verify` to say.
SOUGHT = (CONTENT.c.digest, DISCLOSURES.c.digest)
CHECKS = {
    "head": ("log",),
    "content": ("content",),
    "checkpoints": ("checkpoint",),
    "cosignatures": ("checkpoint",),
    "timestamps": ("time",),
    "disclosures": ("private",),
}
LONG = f"'{'x' * 64}'"

every = pytest.mark.parametrize("every", [False, True], ids=["one", "every"])
columns = pytest.mark.parametrize("column", COLUMNS, ids=str)


@pytest.fixture
def scene(prepared_ledger, tmp_path):
    """A copy of a ledger that no guard keeps any more."""
    copy = prepared_ledger.copy(tmp_path)
    with copy.break_in(leave_triggers=True) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            file.execute(f"DROP TRIGGER {name}")
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE type = 'table'"
        )
    return copy


@every
@columns
def test_a_value_of_another_type_is_found(scene, column, *, every):
    """In one row or in all of them, whatever is asked for; the run comes to its end."""
    put(scene, column, every=every)

    told = scene.verify()
    part = scene.verify(only=CHECKS.get(column.table.name, ("event", "seal", "log", "key")))

    assert (told.verdict, told.unfinished) == (DAMAGED, "")
    assert (part.verdict, part.unfinished) == (DAMAGED, "")


@every
@pytest.mark.parametrize("column", [each for each in COLUMNS if each not in SOUGHT], ids=str)
def test_who_reads_it_is_told(scene, column, *, every):
    """Without verifying; nothing is made of such a row."""
    digests = [looked_up(scene, table) for table in (CONTENT, DISCLOSURES)]
    put(scene, column, every=every)

    with (
        closing(open_store(str(scene.path))) as store,
        pytest.raises(LedgerError, match="holds something of another type"),
    ):
        read(store, *digests)


RESTED_ON = [*HEAD.columns, *EVENTS.columns, SEALS.c.envelope]


@pytest.mark.parametrize("column", [each for each in COLUMNS if each in RESTED_ON], ids=str)
def test_an_act_that_rests_on_it_is_refused(scene, column):
    """With an error of the house, and nothing is written."""
    put(scene, column, every=True)

    with scene.at_work() as office, pytest.raises(LedgerError):
        propose(office)

    with scene.break_in() as file:
        assert file.execute("SELECT count(*) FROM events").fetchone() == (SIZE,)


@pytest.mark.parametrize("column", [each for each in COLUMNS if each not in RESTED_ON], ids=str)
def test_any_other_act_is_recorded(scene, column):
    """What it does not rest on is for `verify` to name."""
    put(scene, column, every=True)

    with scene.at_work() as office:
        assert propose(office).first_index == SIZE


def propose(office):
    """Propose a post."""
    done = ("officer.propose-post", office.record_of("丁"), {"post": "文书"})
    return office.act(FOUNDER, done)


def put(scene, column, *, every):
    """Put text in place of bytes and numbers, and bytes in place of text."""
    table, name = column.table.name, f'"{column.name}"'
    with scene.break_in() as file:
        (kind,) = file.execute(f"SELECT typeof({name}) FROM {table}").fetchone()
        # Each another one, for what is unique.
        value = f"CAST({LONG} || rowid AS {'BLOB' if kind == 'text' else 'TEXT'})"
        last = f" WHERE rowid = (SELECT max(rowid) FROM {table})"
        file.execute(f"UPDATE {table} SET {name} = {value}{'' if every else last}")


def looked_up(scene, table):
    """Return the digest of the last row of a table that is asked by digest."""
    with scene.break_in() as file:
        last = f"SELECT digest FROM {table.name} ORDER BY rowid DESC LIMIT 1"
        return file.execute(last).fetchone()[0]


def read(store, content, private):
    """Read all that stands in the tables."""
    store.head()
    list(store.events())
    list(store.seals())
    store.content(content)
    store.disclosure(private)
    store.checkpoints()
    store.cosignatures()
    store.stamps()
