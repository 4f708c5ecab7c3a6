"""The evidence tables, as this version of the program releases them: tables, indexes, triggers.

What a table guards: a row of evidence is inserted once, never changed and never deleted. Content and
disclosures alone may be deleted (a lawful purge), `head` alone is updated, and only forward. Triggers
guard against mistakes and against `INSERT OR REPLACE`, signatures against people.

`migrations/` holds the same as written when it was released; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import CreateTable

# Text is compared by bytes; whole numbers have 64 bits.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
WHOLE = BigInteger().with_variant(Integer, "sqlite")

METADATA = MetaData()

HEAD = Table(
    "head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", WHOLE, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("recorded_at", TEXT, nullable=False),
    Column("clock", TEXT, nullable=False),
    CheckConstraint("id = 1", name="head_id"),
    sqlite_strict=True,
)
SEALS = Table(
    "seals",
    METADATA,
    Column("first_index", WHOLE, primary_key=True, autoincrement=False),
    Column("count", WHOLE, nullable=False),
    Column("act", TEXT, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    # An envelope tells its act, so that no two seals of one digest pass this. An index over digests
    # would be written at a page by chance for each act: a fifth of what a one-event act writes.
    UniqueConstraint("act", name="seals_act"),
    sqlite_strict=True,
)
EVENTS = Table(
    "events",
    METADATA,
    Column("index", WHOLE, primary_key=True, autoincrement=False),
    Column("record", TEXT, nullable=False),
    Column("version", WHOLE, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Column(
        "act",
        TEXT,
        ForeignKey("seals.act", name="events_act", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Column("recorded_at", TEXT, nullable=False),
    Column("nodes", LargeBinary, nullable=False),
    UniqueConstraint("record", "version", name="events_record_version"),
    sqlite_strict=True,
)
# As text: an index that names PostgreSQL has SQLAlchemy load all of its dialect, at every start.
FIRST_EVENTS = "CREATE INDEX events_first ON events (record) WHERE version = 1"
CONTENT = Table(
    "content",
    METADATA,
    Column("digest", TEXT, primary_key=True, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    sqlite_strict=True,
)
CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    Column("size", WHOLE, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    sqlite_strict=True,
)
COSIGNATURES = Table(
    "cosignatures",
    METADATA,
    Column(
        "size", WHOLE, ForeignKey("checkpoints.size", name="cosignatures_size"), nullable=False
    ),
    Column("witness", TEXT, nullable=False),
    Column("cosignature", LargeBinary, nullable=False),
    UniqueConstraint("size", "witness", name="cosignatures_size_witness"),
    sqlite_strict=True,
)
TIMESTAMPS = Table(
    "timestamps",
    METADATA,
    Column("digest", TEXT, primary_key=True, nullable=False),
    Column(
        "size", WHOLE, ForeignKey("checkpoints.size", name="timestamps_size"), nullable=False
    ),
    Column("token", LargeBinary, nullable=False),
    sqlite_strict=True,
)
DISCLOSURES = Table(
    "disclosures",
    METADATA,
    Column("digest", TEXT, primary_key=True, nullable=False),
    Column(
        "event_index",
        WHOLE,
        ForeignKey("events.index", name="disclosures_event"),
        nullable=False,
    ),
    Column("disclosure", LargeBinary, nullable=False),
    sqlite_strict=True,
)

TABLES = (HEAD, SEALS, EVENTS, CONTENT, CHECKPOINTS, COSIGNATURES, TIMESTAMPS, DISCLOSURES)
PURGEABLE = ("content", "disclosures")

_NEXT_INDEX = 'coalesce((SELECT "index" FROM events ORDER BY "index" DESC LIMIT 1) + 1, 0)'
_NEXT_SEAL = (
    "coalesce((SELECT first_index + count FROM seals ORDER BY first_index DESC LIMIT 1), 0)"
)
_SEAL_KNOWN = "EXISTS (SELECT 1 FROM seals WHERE act = NEW.act)"
_NEXT_VERSION = (
    "coalesce((SELECT version FROM events WHERE record = NEW.record"
    " ORDER BY version DESC LIMIT 1), 0) + 1"
)
# To undo one refused insertion alone, SQLite copies every page that an insertion is about to change.
# For events, of which there are many, the whole append is undone instead: nothing else stands in it.
_UNDOES_ALL = ("events_next",)

# (trigger, before what, on which table, when, what it says). IS NOT compares NULL too.
_GUARDS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "head_forward", "UPDATE", "head",
        f"NEW.id IS NOT 1 OR NEW.size <= OLD.size OR NEW.size IS NOT {_NEXT_INDEX}",
        "head: moves forward only, to the end of events",
    ),
    ("head_one", "INSERT", "head", "EXISTS (SELECT 1 FROM head)", "head: has one row"),
    (
        "events_next", "INSERT", "events",
        f'NEW."index" IS NOT {_NEXT_INDEX} OR NEW.version IS NOT {_NEXT_VERSION}',
        "events: not the next index or not the next version",
    ),
    (
        "seals_next", "INSERT", "seals",
        f"NEW.first_index IS NOT {_NEXT_SEAL} OR {_SEAL_KNOWN}",
        "seals: not the next first index, or known already",
    ),
    (
        "content_new", "INSERT", "content",
        "EXISTS (SELECT 1 FROM content WHERE digest = NEW.digest)",
        "content: known already",
    ),
    (
        "checkpoints_new", "INSERT", "checkpoints",
        "EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size)",
        "checkpoints: known already",
    ),
    (
        "cosignatures_new", "INSERT", "cosignatures",
        "EXISTS (SELECT 1 FROM cosignatures WHERE size = NEW.size AND witness = NEW.witness)",
        "cosignatures: known already",
    ),
    (
        "timestamps_new", "INSERT", "timestamps",
        "EXISTS (SELECT 1 FROM timestamps WHERE digest = NEW.digest)",
        "timestamps: known already",
    ),
    (
        "disclosures_new", "INSERT", "disclosures",
        "EXISTS (SELECT 1 FROM disclosures WHERE digest = NEW.digest)",
        "disclosures: known already",
    ),
)  # fmt: skip

# (trigger, before what, on which table): never.
_NEVER: tuple[tuple[str, str, str], ...] = (
    *(
        (f"{table.name}_unchanged", "UPDATE", table.name)
        for table in TABLES
        if table is not HEAD
    ),
    *(
        (f"{table.name}_undeleted", "DELETE", table.name)
        for table in TABLES
        if table.name not in PURGEABLE
    ),
)


def tables_ddl(dialect: Dialect) -> list[str]:
    """Return the statements that make the tables and indexes, in order."""
    made = [str(CreateTable(table).compile(dialect=dialect)).strip() for table in TABLES]
    made.append(FIRST_EVENTS)
    return ["\n".join(line.strip() for line in each.splitlines()) for each in made]


def sqlite_triggers() -> list[str]:
    """Return the statements that make SQLite's triggers, in order."""
    guards = [
        f"CREATE TRIGGER {name} BEFORE {what} ON {table} WHEN {when}\n"
        f"BEGIN SELECT RAISE({'ROLLBACK' if name in _UNDOES_ALL else 'ABORT'}, '{says}'); END"
        for name, what, table, when, says in _GUARDS
    ]
    never = [
        f"CREATE TRIGGER {name} BEFORE {what} ON {table}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table}: append-only'); END"
        for name, what, table in _NEVER
    ]
    return guards + never


def postgresql_functions() -> dict[str, str]:
    """Return the body of each trigger function, by its name."""
    refuse = (
        "RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ': append-only', ERRCODE = '23000';"
    )
    bodies = {"append_only": f"BEGIN\n{refuse}\nEND"}
    for name, _, _, when, says in _GUARDS:
        told = when.replace(" IS NOT ", " IS DISTINCT FROM ")
        bodies[name] = (
            f"BEGIN\nIF {told} THEN\nRAISE EXCEPTION '{says}' USING ERRCODE = '23000';\n"
            "END IF;\nRETURN NEW;\nEND"
        )
    return bodies


def postgresql_triggers() -> dict[str, str]:
    """Return the statement that makes each PostgreSQL trigger, by its name."""
    rows = [(name, what, table, name) for name, what, table, _, _ in _GUARDS]
    rows += [(name, what, table, "append_only") for name, what, table in _NEVER]
    made = {
        name: f"CREATE TRIGGER {name} BEFORE {what} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
        for name, what, table, function in rows
    }
    for table in TABLES:
        name = f"{table.name}_kept_whole"
        made[name] = (
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table.name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
    return made


def postgresql_guards() -> list[str]:
    """Return the statements that make PostgreSQL's trigger functions and triggers, in order."""
    functions = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for name, body in postgresql_functions().items()
    ]
    return [*functions, *postgresql_triggers().values()]


def ddl(dialect: Dialect) -> list[str]:
    """Return all statements that make an empty store of this revision, in order."""
    triggers = sqlite_triggers() if dialect.name == "sqlite" else postgresql_guards()
    return [*tables_ddl(dialect), FIRST_HEAD[dialect.name], *triggers]


# The empty log; its root is SHA-256 of nothing.
FIRST_HEAD = {
    "sqlite": """INSERT INTO head (id, size, root, frontier, recorded_at, clock) VALUES
(1, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'', '', '')""",
    "postgresql": """INSERT INTO head (id, size, root, frontier, recorded_at, clock) VALUES
(1, 0, '\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\\x', '', '')""",
}
