"""A store is found by its address, made once, and opened only by a program that fits it."""

from __future__ import annotations

import importlib
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite

from ledger.errors import LedgerError, NotFoundError, UnavailableError, UsageError
from ledger.store import postgresql
from ledger.store.memory import MemoryStore
from ledger.store.open import grant, open_store, place_of, schema_problems, upgrade
from ledger.store.schema import ddl
from ledger.store.sqlite import bind_plainly
from ledger.store.statements import REVISION
from tests.needs import REPOSITORY
from tests.pg import clients_left
from tests.sealing import Sealer


def test_memory_is_a_store_without_a_database():
    """It is made empty each time, and nothing about its schema can be wrong."""
    store = open_store("memory:")
    Sealer(store).act("test/a")
    upgrade("memory:")

    assert isinstance(store, MemoryStore)
    assert open_store("memory:").head().size == 0
    assert schema_problems("memory:") == []


@pytest.mark.parametrize("scheme", ["", "sqlite:///"])
def test_a_path_names_a_file(tmp_path, scheme):
    """With or without its scheme, a path is the file; folders are made on the way."""
    url = f"{scheme}{tmp_path}/a folder%20/ledger.db"
    store = open_store(url, create=True)
    Sealer(store).act("test/a")
    store.close()

    again = open_store(url, create=True)

    assert again.head().size == 1
    again.close()


def test_a_store_that_is_not_there_is_not_made_by_looking(tmp_path):
    """Only `create` makes a file."""
    path = tmp_path / "ledger.db"

    for look in (open_store, upgrade, schema_problems):
        with pytest.raises(NotFoundError, match="qifeng init"):
            look(str(path))

    assert not path.exists()


def test_a_database_without_a_ledger_is_not_opened(tmp_path):
    """Another program's database is told from a ledger."""
    path = str(tmp_path / "other.db")
    sqlite3.connect(path).close()

    with pytest.raises(NotFoundError):
        open_store(path)


def test_a_schema_that_is_no_text_is_told(tmp_path):
    """A damaged word in the schema stands in SQLite's own message, which is then no text either."""
    path = tmp_path / "ledger.db"
    open_store(str(path), create=True).close()
    damaged = path.read_bytes().replace(b"CREATE TABLE content", b"CREATE T\xffBLE content")
    path.write_bytes(damaged)

    with pytest.raises(UnavailableError, match=r"ledger\.db: it cannot be read; "):
        open_store(str(path))


def test_a_ledger_is_not_made_over_another_programs_tables(tmp_path):
    """A table of ours that is there already stops the making, which is undone whole."""
    path = str(tmp_path / "other.db")
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE events (a)")

    with pytest.raises(UnavailableError, match="already exists"):
        open_store(path, create=True)

    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert tables == [("events",)]


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    """A file stands where a folder should be."""
    (tmp_path / "file").touch()

    with pytest.raises(UnavailableError, match=r"ledger\.db"):
        open_store(str(tmp_path / "file" / "ledger.db"), create=True)


def test_the_schema_of_garbage_cannot_be_told(tmp_path):
    """What is no database has no problems to list: it is an error."""
    (tmp_path / "ledger.db").write_bytes(b"x" * 8192)

    with pytest.raises(UnavailableError, match="not a database"):
        schema_problems(str(tmp_path / "ledger.db"))


@pytest.mark.parametrize(
    ("dialect", "released"), [(sqlite.dialect(), "SQLITE"), (pg.dialect(), "POSTGRESQL")]
)
def test_the_first_migration_is_the_schema_to_the_letter(dialect, released):
    """What is shipped as a migration is what the program takes as released."""
    migration = importlib.import_module("migrations.versions.0001_evidence")

    assert list(getattr(migration, released)) == ddl(dialect)
    assert migration.revision == REVISION


@pytest.mark.parametrize("url", ["mysql://host/x", "sqlite://", "", "sqlite:///"])
def test_an_address_of_no_known_kind_is_refused(url):
    """The message says which kinds there are."""
    with pytest.raises(UsageError, match="postgresql://"):
        open_store(url)


def set_revision(path, revision: str) -> None:
    """Pretend that another program made this store."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()


def test_an_older_store_asks_to_be_upgraded(tmp_path):
    """The message names both revisions and the command."""
    path = str(tmp_path / "ledger.db")
    open_store(path, create=True).close()
    set_revision(path, "0000")

    with pytest.raises(
        UnavailableError,
        match=r"revision 0000, this program's is 0001; run 'qifeng store upgrade'",
    ):
        open_store(path)

    assert schema_problems(path) == ["schema: revision 0000"]


def test_a_newer_store_asks_for_a_newer_program(tmp_path):
    """An old program neither opens nor upgrades what it does not understand."""
    path = str(tmp_path / "ledger.db")
    open_store(path, create=True).close()
    set_revision(path, "9999")

    for use in (open_store, upgrade):
        with pytest.raises(UnavailableError, match=r"9999.*use a newer program"):
            use(path)


def test_upgrading_what_is_up_to_date_changes_nothing(tmp_path):
    """What is stored stays as it is."""
    path = str(tmp_path / "ledger.db")
    store = open_store(path, create=True)
    Sealer(store).act("test/a")
    before = store.head()

    upgrade(path)

    assert store.head() == before
    store.close()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("/some/where/ledger.db", "ledger.db"),
        ("sqlite:///some/where/ledger.db", "ledger.db"),
        ("postgresql://officer:secret@host:5432/records?sslmode=require", "records"),
    ],
)
def test_messages_name_a_store_without_its_password(url, place):
    """The file or the database is enough to find it."""
    assert place_of(url) == place


def test_sqlite_keeps_its_promises_of_durability(tmp_path):
    """Write-ahead log, every commit on the disk, foreign keys, STRICT tables."""
    path = str(tmp_path / "ledger.db")
    store = open_store(path, create=True)
    with store._wire() as wire:
        told = {
            name: wire.run(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        tables = wire.run("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
        lax = {name for name, strict in tables.fetchall() if not strict}

    assert told == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000
    }  # fmt: skip
    assert lax == {"alembic_version", "sqlite_schema"}
    store.close()


@pytest.mark.postgresql
def test_a_granted_role_appends_and_reads_and_no_more(postgresql_database):
    """On PostgreSQL rights guard beside the triggers."""
    open_store(postgresql_database, create=True).close()
    with psycopg.connect(postgresql_database, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS office_clerks")
        owner.execute("CREATE ROLE office_clerks LOGIN")
    grant(postgresql_database, "office_clerks")
    as_clerk = postgresql_database.replace("postgres@", "office_clerks@")

    store = open_store(as_clerk)
    indexes = Sealer(store).act("test/a")
    store.close()

    assert indexes == [0]
    with psycopg.connect(as_clerk, autocommit=True) as clerk:
        for attack in (
            "ALTER TABLE events DISABLE TRIGGER ALL",
            "DELETE FROM events",
            "UPDATE seals SET actor = ''",
            "TRUNCATE events",
            "DROP TABLE head",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                clerk.execute(attack)
    with psycopg.connect(postgresql_database, autocommit=True) as owner:
        owner.execute("DROP OWNED BY office_clerks")
        owner.execute("DROP ROLE office_clerks")


def test_a_role_is_granted_by_a_plain_name():
    """What could be read as more than a name is refused."""
    with pytest.raises(UsageError, match="letters, digits"):
        postgresql.grants('x"; DROP TABLE events; --')


@pytest.mark.postgresql
def test_granting_to_nobody_says_so(postgresql_database):
    """The role has to be there."""
    open_store(postgresql_database, create=True).close()

    with pytest.raises(UnavailableError, match="does not exist"):
        grant(postgresql_database, "nobody_at_all")


def test_rights_are_granted_on_postgresql_only(tmp_path):
    """A file has the rights of the file."""
    with pytest.raises(UsageError, match="PostgreSQL only"):
        grant(str(tmp_path / "ledger.db"), "clerks")


def test_knowing_the_contract_costs_no_database():
    """What only reads the contract does not load SQLAlchemy."""
    program = "import sys, ledger.store.contract; print('sqlalchemy' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "False\n"


@pytest.mark.postgresql
def test_a_store_that_does_not_fit_is_let_go_of(postgresql_database):
    """Refusing to open leaves no connection behind."""
    with psycopg.connect(postgresql_database, autocommit=True) as other:
        # What was caught holds on to all that the refusal left open.
        with pytest.raises(NotFoundError) as caught:
            open_store(postgresql_database)
        left = clients_left(other)

    assert (left, caught.value.what) == (0, "store")


def test_a_connection_in_use_is_closed_when_it_comes_back_to_a_closed_store(tmp_path):
    """A thread that still reads while the store is closed leaves nothing open."""
    store = open_store(str(tmp_path / "ledger.db"), create=True)

    with store._wire() as wire:
        driver = wire._connection.driver_connection
        store.close()

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        driver.execute("SELECT 1")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://clerk:s3cret@[::/ledger", "store"),
        ("postgresql://clerk:s3cret@127.0.0.1:1", "store postgresql: "),
        ("postgresql://clerk:s3cret@127.0.0.1:1/ledger?connect_timeout=2", "store ledger: "),
        ("postgresql://clerk:s3cret@127.0.0.1:port/ledger", "store address: cannot be read"),
        ("postgresql:s3cret", "store address: cannot be read"),
    ],
)
def test_no_message_tells_a_password(address, told):
    """Whatever is wrong with an address, the error names the database at most."""
    with pytest.raises(LedgerError) as caught:
        open_store(address, lock_seconds=1)
    assert str(caught.value).startswith(told)
    assert "s3cret" not in str(caught.value)


def test_nothing_and_truth_values_are_bound_plainly():
    """They stand in a database as they do where the driver looks for an adapter."""
    bind_plainly()

    with closing(sqlite3.connect(":memory:")) as connection:
        row = connection.execute(
            "SELECT ?1, typeof(?1), ?2, ?3", (None, True, False)
        ).fetchone()

    assert row == (None, "null", 1, 0)
