"""The databases' own guards: rows of evidence are inserted once, and then they stay."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger import canonical
from ledger.errors import ProofError
from ledger.store.inserting import MANY_ROWS
from ledger.store.open import open_store, schema_problems
from ledger.store.schema import TABLES
from tests.conformance.conftest import POSTGRESQL, SQLITE, address
from tests.sealing import Sealer

REFUSED = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)


class Shell:
    """A database shell in an attacker's hands."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = "://" not in url
        self.connection: Any = (
            sqlite3.connect(url, isolation_level=None)
            if self.is_sqlite
            else psycopg.connect(url, autocommit=True)
        )

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL in which a lone x stands for some bytes."""
        some = "x'01'" if self.is_sqlite else "'\\x01'"
        cursor = self.connection.execute(
            sql.replace(" x,", f" {some},").replace(" x)", f" {some})")
        )
        return cursor.fetchall() if cursor.description else []


def attack(url: str, *statements: str) -> None:
    """Run SQL in a shell of its own."""
    shell = Shell(url)
    for statement in statements:
        shell.run(statement)
    shell.connection.close()


@pytest.fixture
def shell(sql_url):
    """A shell on a store that holds two acts and a row in every table."""
    store = open_store(sql_url)
    writer = Sealer(store)
    content = (canonical.digest(b"sx"), b"s", b"x")
    writer.append(writer.seal("test/a"), content=[content])
    writer.act("test/b")
    store.add_checkpoint(1, b"note")
    store.close()
    opened = Shell(sql_url)
    opened.run("INSERT INTO cosignatures VALUES (1, 'witness', x)")
    opened.run("INSERT INTO timestamps VALUES ('token', 1, x)")
    opened.run("INSERT INTO disclosures VALUES ('digest', 0, x)")
    yield opened
    opened.connection.close()


def held(shell: Shell) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    return {
        table.name: sorted(shell.run(f"SELECT * FROM {table.name}"), key=repr)
        for table in TABLES
    }


def check_refused(shell: Shell, *attacks: str) -> None:
    """Try each attack; nothing may change."""
    before = held(shell)
    for attack in attacks:
        with pytest.raises(REFUSED):
            shell.run(attack)
    assert held(shell) == before


@pytest.mark.parametrize("table", [table.name for table in TABLES if table.name != "head"])
def test_no_row_is_changed(shell, table):
    """Every column of every table refuses an update, even to the same value."""
    columns = next(each.columns.keys() for each in TABLES if each.name == table)

    check_refused(shell, *(f'UPDATE {table} SET "{name}" = "{name}"' for name in columns))


@pytest.mark.parametrize(
    "table", [t.name for t in TABLES if t.name not in ("content", "disclosures")]
)
def test_no_row_is_deleted(shell, table):
    """Evidence stays; so does the head."""
    check_refused(shell, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["content", "disclosures"])
def test_what_may_be_purged_can_be_deleted(shell, table):
    """Content and disclosures alone can go; that it was lawful is recorded elsewhere."""
    shell.run(f"DELETE FROM {table}")

    assert shell.run(f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_no_row_is_replaced(shell, table):
    """Inserting a row again, whatever the database calls it, does not slip past."""
    names = next(each.columns.keys() for each in TABLES if each.name == table)
    columns = ", ".join(f'"{name}"' for name in names)
    same = f"INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true"
    sqlite = (f"INSERT OR REPLACE {same}", f"REPLACE {same}")
    postgresql = tuple(
        f'INSERT {same} ON CONFLICT ("{names[0]}") DO UPDATE SET "{name}" = excluded."{name}"'
        for name in names
        if table != "cosignatures"
    )

    check_refused(shell, f"INSERT {same}", *(sqlite if shell.is_sqlite else postgresql))


@pytest.mark.parametrize("how", ["REPLACE", "INSERT OR REPLACE"])
def test_an_event_is_not_replaced_by_its_record_and_version(shell, how):
    """A new index with a known record and version would delete the old row: refused."""
    if not shell.is_sqlite:
        how = "INSERT"
    act = "(SELECT min(act) FROM seals)"

    check_refused(
        shell,
        f"{how} INTO events VALUES (2, 'test/a', 1, 'test.happened/1', x, {act}, 't', x)",
        f"{how} INTO events VALUES (0, 'test/c', 1, 'test.happened/1', x, {act}, 't', x)",
    )


@pytest.mark.parametrize("how", ["REPLACE", "INSERT OR REPLACE"])
def test_a_seal_is_not_replaced_by_its_act(shell, how):
    """The next first index with a known act would delete the old seal: refused."""
    if not shell.is_sqlite:
        how = "INSERT"
    act, _ = shell.run("SELECT act, digest FROM seals ORDER BY first_index LIMIT 1")[0]

    check_refused(
        shell,
        f"{how} INTO seals VALUES (2, 1, '{act}', 'new', x, 'a', 'k', 't')",
        f"{how} INTO seals VALUES (0, 1, 'new', 'new', x, 'a', 'k', 't')",
    )


def test_a_seal_of_a_known_digest_takes_nothing_s_place(shell):
    """Digests have no index, so that no seal is replaced by its digest: what is put beside is for verify."""
    how = "INSERT OR REPLACE" if shell.is_sqlite else "INSERT"
    before = held(shell)["seals"]

    shell.run(f"{how} INTO seals VALUES (2, 1, 'new', '{before[0][3]}', x, 'a', 'k', 't')")

    assert held(shell)["seals"][:-1] == before


@pytest.mark.parametrize("index", [0, 1, 3, -1])
def test_an_event_has_the_next_index(shell, index):
    """No event is inserted before the end or beyond it."""
    row = f"({index}, 'test/c', 1, 'test.happened/1', x, (SELECT min(act) FROM seals), 't', x)"

    check_refused(shell, f"INSERT INTO events VALUES {row}")


@pytest.mark.parametrize("version", [1, 3])
def test_an_event_has_the_next_version(shell, version):
    """No gap opens and no double appears within a record."""
    row = (
        f"(2, 'test/a', {version}, 'test.happened/1', x, (SELECT min(act) FROM seals), 't', x)"
    )

    check_refused(shell, f"INSERT INTO events VALUES {row}")


def test_a_refused_event_undoes_what_was_written_with_it(shell):
    """Not even the seal stays that was inserted just before it."""
    before = held(shell)
    shell.run("BEGIN")
    shell.run("INSERT INTO seals VALUES (2, 1, 'new', 'new', x, 'a', 'k', 't')")

    with pytest.raises(REFUSED):
        shell.run("INSERT INTO events VALUES (3, 'test/c', 1, 'test.x/1', x, 'new', 't', x)")

    if not shell.is_sqlite:
        shell.run("ROLLBACK")
    assert held(shell) == before


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_the_head_moves_only_forward_and_only_over_events(shell, size):
    """Back, in place, or beyond the last event, the head does not go."""
    check_refused(shell, f"UPDATE head SET size = {size}")


def test_the_head_has_one_row(shell):
    """A second head would be a second truth."""
    check_refused(
        shell,
        "INSERT INTO head VALUES (2, 9, x, x, '', '')",
        "UPDATE head SET id = 2, size = 9",
    )


def test_an_event_belongs_to_a_seal(sql_url):
    """The store's own connections refuse an event whose act has no seal."""
    store = open_store(sql_url)
    row = (0, "test/c", 1, "test.happened/1", b"x", "no such act", "t", b"x")

    with store._wire() as wire, pytest.raises(ProofError), wire.writing():
        wire.add("add_event", [row])

    store.close()


@pytest.mark.parametrize("events", [1, MANY_ROWS])
def test_an_append_onto_changed_tables_is_refused(sql_url, events):
    """Where rows were added behind the head, the next append says so instead of going on."""
    store = open_store(sql_url)
    writer = Sealer(store)
    writer.act("test/a")
    act = "(SELECT min(act) FROM seals)"
    attack(sql_url, f"INSERT INTO events VALUES (1, 'test/c', 1, 'test.x/1', x, {act}, 't', x)")

    with pytest.raises(ProofError, match="not as they were left"):
        writer.act(*["test/b"] * events)

    assert store.head().size == 1
    store.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_no_table_is_emptied(postgresql_database, table):
    """TRUNCATE passes by row triggers, so it has one of its own."""
    open_store(postgresql_database, create=True).close()
    shell = Shell(postgresql_database)

    with pytest.raises(REFUSED):
        shell.run(f"TRUNCATE {table} CASCADE")

    shell.connection.close()


# --- what differs from the release -----------------------------------------------------------


def test_migrations_make_the_schema_as_released(sql_url):
    """What the migrations build is what the program says it uses."""
    assert schema_problems(sql_url) == []


DROPS: list[tuple[str, str]] = [
    *(
        (f"DROP TRIGGER {name}", name)
        for name in ("events_unchanged", "events_next", "head_one")
    ),
    ("DROP INDEX events_first", "events"),
    ("ALTER TABLE content ADD COLUMN more TEXT", "content"),
    ("ALTER TABLE content RENAME COLUMN salt TO pepper", "content"),
]


@pytest.mark.parametrize(("change", "named"), DROPS)
def test_a_change_of_the_schema_is_named(sql_url, change, named):
    """A missing guard, index or column is told by its name."""
    shell = Shell(sql_url)
    if not shell.is_sqlite and change.startswith("DROP TRIGGER"):
        change += f" ON {named.partition('_')[0]}"

    shell.run(change)
    shell.connection.close()

    assert [problem for problem in schema_problems(sql_url) if named in problem]


HOLLOW = {
    SQLITE: (
        "DROP TRIGGER events_unchanged",
        "CREATE TRIGGER events_unchanged BEFORE UPDATE ON events BEGIN SELECT 1; END",
    ),
    POSTGRESQL: (
        """CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN RETURN NEW; END$$""",
    ),
}


@pytest.mark.parametrize(
    "kind", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)]
)
def test_a_guard_that_guards_nothing_is_named(kind, tmp_path: Path, request):
    """A trigger of the right name with another body is not the guard that was released."""
    with address(kind, tmp_path, request) as url:
        open_store(url, create=True).close()
        attack(url, *HOLLOW[kind])

        assert "events_unchanged: not as released: changed" in schema_problems(url)


@pytest.mark.postgresql
def test_a_disabled_guard_is_named(postgresql_database):
    """A trigger that is there but sleeps is told."""
    open_store(postgresql_database, create=True).close()
    attack(postgresql_database, "ALTER TABLE events DISABLE TRIGGER events_unchanged")

    assert schema_problems(postgresql_database) == [
        "events_unchanged: not as released: changed"
    ]


def test_a_changed_setting_of_the_file_is_named(tmp_path):
    """Without a write-ahead log readers would stop writers."""
    path = str(tmp_path / "ledger.db")
    open_store(path, create=True).close()
    attack(path, "PRAGMA journal_mode = DELETE")

    assert schema_problems(path) == ["setting journal_mode: expected wal, found delete"]
