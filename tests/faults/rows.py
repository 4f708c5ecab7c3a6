"""Attacks with the sqlite3 shell: each column of each evidence table, rows deleted, added and moved."""

from __future__ import annotations

from tests.faults.attacking import DATABASE, Attack, by_sql, row
from tests.faults.prepared import KEPT, LAST, PRIVATE, SCANNED, SIZE, STAMPED

LONG_AGO = "2021-01-01T00:00:00.000000Z"
ZEROS = "0" * 64


def event(column: str, value: str, index: int = 18) -> str:
    """Return SQL that edits one column of an event."""
    return f'UPDATE events SET "{column}" = {value} WHERE "index" = {index}'


def seal(column: str, value: str, index: int = 18) -> str:
    """Return SQL that edits one column of a seal."""
    return f"UPDATE seals SET {column} = {value} WHERE first_index = {index}"


def of_seal(column: str, index: int) -> str:
    """Return SQL that reads a column of a seal."""
    return f"(SELECT {column} FROM seals WHERE first_index = {index})"


def of_event(column: str, index: int) -> str:
    """Return SQL that reads a column of an event."""
    return f'(SELECT "{column}" FROM events WHERE "index" = {index})'


def swap(table: str, key: str, here: int, there: int) -> tuple[str, ...]:
    """Return SQL that lets two rows change places."""
    return tuple(
        f'UPDATE {table} SET "{key}" = {to} WHERE "{key}" = {at}'
        for at, to in ((here, -1), (there, here), (-1, there))
    )


EVENTS = (
    row("events-index-edited", "log.gap", "deleted", 18, event("index", "99")),
    row("events-index-below-the-log", "log.index", "edited", None, event("index", "-5")),
    row("events-record-edited", "event.column", "edited", 18, event("record", "'officer/X'")),
    row("events-version-edited", "event.column", "edited", 18, event("version", "9")),
    row("events-kind-edited", "event.column", "edited", 18,
        event("kind", "'officer.post_left/1'")),
    row("events-kind-no-text", "event.unreadable", "unreadable", 18,
        event("kind", "CAST(x'ff' AS TEXT)")),
    row("events-event-edited", "seal.event", "edited", 18,
        event("event", "CAST(replace(CAST(event AS TEXT), '主任', '主住') AS BLOB)")),
    row("events-event-cut", "event.canonical", "edited", 18,
        event("event", "substr(event, 1, 50)")),
    row("events-event-emptied", "event.canonical", "edited", 18, event("event", "x''")),
    row("events-event-spaced", "event.canonical", "edited", 18,
        event("event", "CAST(replace(CAST(event AS TEXT), ',', ', ') AS BLOB)")),
    row("events-act-edited", "event.act", "edited", 18, event("act", of_seal("act", 17))),
    row("events-recorded-at-edited", "time.recorded_at", "edited", 18,
        event("recorded_at", f"'{LONG_AGO}'")),
    row("events-recorded-at-edited-a-little", "seal.replaced", "re-signed", 18,
        event("recorded_at", of_event("recorded_at", 17))),
    row("events-recorded-at-of-one-in-an-act", "time.act", "edited", 6,
        event("recorded_at", "'2022-03-01T01:00:11.999999Z'", 6)),
    row("events-recorded-at-backwards", "time.order", "edited", 19,
        event("recorded_at", "'2022-03-02T00:00:00.000000Z'")),
    row("events-recorded-at-no-time", "time.form", "edited", 18,
        event("recorded_at", "'soon'")),
    row("events-recorded-at-after-a-stamp", "time.bracket", "edited", KEPT - 1,
        event("recorded_at", "'2122-03-02T00:00:00.000000Z'", KEPT - 1)),
    row("events-nodes-edited", "log.nodes", "edited", 18,
        event("nodes", "zeroblob(length(nodes))")),
    row("events-nodes-cut", "log.nodes", "edited", 18, event("nodes", "x''")),
    row("events-nodes-above-the-leaf", "log.nodes", "edited", 17,
        event("nodes", "CAST(substr(nodes, 1, 56) || 'xxxxxxxx' AS BLOB)", 17)),
    row("events-last-deleted", "log.truncated", "truncated", LAST,
        f'DELETE FROM events WHERE "index" = {LAST}'),
    row("events-middle-deleted", "log.gap", "deleted", 18,
        'DELETE FROM events WHERE "index" = 18'),
    row("events-middle-deleted-in-its-history", "event.version", "deleted", 24,
        'DELETE FROM events WHERE "index" = 18'),
    row("events-one-of-an-act-deleted", "log.gap", "deleted", 6,
        'DELETE FROM events WHERE "index" = 6'),
    row("events-act-deleted-whole", "seal.loose", "truncated", LAST,
        f'DELETE FROM events WHERE "index" = {LAST}'),
    row("events-tail-truncated", "log.truncated", "truncated", 20,
        'DELETE FROM events WHERE "index" >= 20'),
    row("events-all-deleted", "log.truncated", "truncated", 0, "DELETE FROM events"),
    row("events-founding-deleted", "log.gap", "deleted", 0,
        'DELETE FROM events WHERE "index" < 3', "DELETE FROM seals WHERE first_index = 0"),
    row("events-swapped", "seal.event", "reordered", 16, *swap("events", "index", 16, 17)),
    row("events-swapped-in-one-act", "seal.event", "reordered", 6,
        *swap("events", "index", 6, 7)),
    row("events-order-of-a-history-turned", "event.order", "reordered", 16,
        *swap("events", "index", 16, 17)),
    row("events-older-bytes-in-its-place", "seal.event", "inserted", 17,
        event("event", of_event("event", 16), 17)),
    row("events-old-one-appended", "seal.uncovered", "inserted", SIZE,
        f"INSERT INTO events SELECT {SIZE}, record, 99, kind, event, act, recorded_at, nodes"
        ' FROM events WHERE "index" = 16'),
    row("events-appended-past-the-head", "log.size", "rolled back", SIZE,
        f"INSERT INTO events SELECT {SIZE}, record, 99, kind, event, act, recorded_at, nodes"
        ' FROM events WHERE "index" = 16'),
)  # fmt: skip

SEALS = (
    row("seals-first-index-edited", "seal.place", "edited", 18, seal("first_index", "999")),
    row("seals-count-edited", "seal.column", "edited", 18, seal("count", "2")),
    row("seals-act-edited", "seal.column", "edited", 18, seal("act", "'X'")),
    row("seals-digest-edited", "seal.column", "edited", 18, seal("digest", f"'{ZEROS}'")),
    row("seals-envelope-cut", "seal.canonical", "edited", 18,
        seal("envelope", "substr(envelope, 1, 100)")),
    row("seals-signature-edited", "seal.signature", "edited", 18,
        "UPDATE seals SET envelope = CAST(replace(CAST(envelope AS TEXT), '\"sig\":\"',"
        " '\"sig\":\"' || CASE substr(envelope, instr(envelope, '\"sig\":\"') + 7, 1)"
        " WHEN CAST('A' AS BLOB) THEN 'B' ELSE 'A' END) AS BLOB) WHERE first_index = 18",
        "UPDATE seals SET envelope = CAST(substr(envelope, 1, instr(envelope, '\"sig\":\"') + 7)"
        " || substr(envelope, instr(envelope, '\"sig\":\"') + 9) AS BLOB)"
        " WHERE first_index = 18"),
    row("seals-envelope-of-another-act", "seal.event", "edited", 18,
        seal("envelope", of_seal("envelope", 17))),
    row("seals-actor-edited", "seal.column", "edited", 18, seal("actor", "'officer/X'")),
    row("seals-key-edited", "seal.column", "edited", 18, seal("key", f"'{ZEROS}'")),
    row("seals-at-edited", "seal.column", "edited", 18, seal("at", f"'{LONG_AGO}'")),
    row("seals-at-no-text", "seal.unreadable", "unreadable", 18,
        seal("at", "CAST(x'ff' AS TEXT)")),
    row("seals-deleted", "seal.missing", "deleted", 18,
        "DELETE FROM seals WHERE first_index = 18"),
    row("seals-last-deleted", "seal.missing", "inserted", LAST,
        f"DELETE FROM seals WHERE first_index = {LAST}"),
    row("seals-all-deleted", "seal.missing", "inserted", 0, "DELETE FROM seals"),
    row("seals-swapped", "seal.event", "reordered", 16, *swap("seals", "first_index", 16, 17)),
    row("seals-inserted-within-an-act", "seal.overlap", "inserted", 6,
        "INSERT INTO seals SELECT 6, count, 'X', digest || 'x', envelope, actor, key, at"
        " FROM seals WHERE first_index = 18"),
    row("seals-inserted-for-the-same-act", "seal.double", "inserted", None,
        "CREATE TABLE copied AS SELECT * FROM seals", "DROP TABLE seals",
        "ALTER TABLE copied RENAME TO seals",
        f"INSERT INTO seals SELECT {SIZE}, count, act, digest, envelope, actor, key, at"
        " FROM seals WHERE first_index = 18"),
    row("seals-inserted-past-the-end", "seal.loose", "inserted", SIZE,
        f"INSERT INTO seals SELECT {SIZE}, count, 'X', digest || 'x', envelope, actor, key, at"
        " FROM seals WHERE first_index = 18"),
)  # fmt: skip

HEAD = (
    row("head-id-edited", "log.head", "unreadable", None, "UPDATE head SET id = 2"),
    row("head-size-less", "log.size", "rolled back", LAST, "UPDATE head SET size = size - 1"),
    row("head-size-more", "log.truncated", "truncated", SIZE,
        "UPDATE head SET size = size + 1"),
    row("head-root-edited", "log.root", "edited", None, "UPDATE head SET root = zeroblob(32)"),
    row("head-frontier-edited", "log.frontier", "edited", None,
        "UPDATE head SET frontier = zeroblob(length(frontier))"),
    row("head-recorded-at-edited", "time.head", "edited", None,
        f"UPDATE head SET recorded_at = '{LONG_AGO}'"),
    row("head-clock-edited", "time.clock", "edited", None,
        f"UPDATE head SET clock = '{LONG_AGO}'"),
    row("head-deleted", "log.head", "unreadable", None, "DELETE FROM head"),
    row("head-second-one-inserted", "log.head", "unreadable", None,
        "INSERT INTO head SELECT 2, size, root, frontier, recorded_at, clock FROM head"),
)  # fmt: skip

CONTENT = (
    row("content-bytes-edited", "content.digest", "edited", SCANNED,
        "UPDATE content SET bytes = x'00'"),
    row("content-salt-edited", "content.digest", "edited", SCANNED,
        "UPDATE content SET salt = zeroblob(16)"),
    row("content-digest-edited", "content.missing", "content missing", SCANNED,
        "UPDATE content SET digest = substr(digest, 2) || 'x'"),
    row("content-deleted", "content.missing", "content missing", SCANNED,
        "DELETE FROM content"),
)  # fmt: skip

CHECKPOINTS = (
    row("checkpoints-size-edited", "checkpoint.size", "edited", None,
        "UPDATE checkpoints SET size = 20"),
    row("checkpoints-note-edited", "checkpoint.signature", "edited", None,
        "UPDATE checkpoints SET note = CAST(replace(CAST(note AS TEXT), char(10) || '26',"
        " char(10) || '25') AS BLOB)"),
    row("checkpoints-note-cut", "checkpoint.signature", "edited", None,
        "UPDATE checkpoints SET note = substr(note, 1, 80)"),
    row("checkpoints-stamped-one-deleted", "time.stamp_missing", "deleted", STAMPED,
        "DELETE FROM checkpoints"),
    row("cosignatures-size-edited", "checkpoint.cosignature", "edited", None,
        "UPDATE cosignatures SET size = 25"),
    row("cosignatures-witness-edited", "checkpoint.cosignature", "edited", None,
        "UPDATE cosignatures SET witness = replace(witness, 'w1', 'w2')"),
    row("cosignatures-cosignature-edited", "checkpoint.cosignature", "edited", None,
        "UPDATE cosignatures SET cosignature = substr(cosignature, 1, 60)"),
    row("cosignatures-deleted", "checkpoint.quorum", "unwitnessed", KEPT - 1,
        "DELETE FROM cosignatures"),
    row("timestamps-digest-edited", "time.stamp_missing", "deleted", STAMPED,
        f"UPDATE timestamps SET digest = '{ZEROS}'"),
    row("timestamps-size-edited", "time.stamp", "edited", STAMPED,
        f"UPDATE timestamps SET size = {KEPT - 1}"),
    row("timestamps-token-edited", "time.stamp", "edited", STAMPED,
        "UPDATE timestamps SET token = substr(token, 1, 60)"),
    row("timestamps-deleted", "time.stamp_missing", "deleted", STAMPED,
        "DELETE FROM timestamps"),
)  # fmt: skip


FIRST = "event_index = (SELECT min(event_index) FROM disclosures)"
PRIVATE_FIELDS = (
    row("disclosures-digest-edited", "private.missing", "content missing", PRIVATE,
        f"UPDATE disclosures SET digest = substr(digest, 2) || '_' WHERE {FIRST}"),
    row("disclosures-event-index-edited", "private.place", "edited", PRIVATE,
        f"UPDATE disclosures SET event_index = {PRIVATE + 1} WHERE {FIRST}"),
    row("disclosures-disclosure-edited", "private.digest", "edited", PRIVATE,
        f"UPDATE disclosures SET disclosure = x'00' WHERE {FIRST}"),
    row("disclosures-swapped", "private.digest", "edited", PRIVATE,
        "UPDATE disclosures SET disclosure = (SELECT disclosure FROM disclosures"
        f" ORDER BY event_index DESC LIMIT 1) WHERE {FIRST}"),
    row("disclosures-deleted", "private.missing", "content missing", PRIVATE,
        f"DELETE FROM disclosures WHERE {FIRST}"),
    row("disclosures-inserted", "private.loose", "inserted", None,
        "INSERT INTO disclosures VALUES ('A', 3, x'00')"),
)  # fmt: skip


def schema(name: str, *statements: str) -> Attack:
    """Return an attack on tables, indexes and triggers."""
    does = by_sql(*statements, leave_triggers=True)
    return Attack(name, DATABASE, ("store.schema", "store changed", None), does)


SCHEMA = (
    schema("schema-trigger-dropped", "DROP TRIGGER events_unchanged"),
    schema("schema-trigger-emptied", "DROP TRIGGER events_unchanged",
           "CREATE TRIGGER events_unchanged BEFORE UPDATE ON events BEGIN SELECT 1; END"),
    schema("schema-trigger-added",
           "CREATE TRIGGER quiet AFTER INSERT ON seals BEGIN DELETE FROM content; END"),
    schema("schema-column-added", "ALTER TABLE events ADD COLUMN remark TEXT"),
    schema("schema-index-dropped", "DROP INDEX events_first"),
    schema("schema-table-dropped", "DROP TABLE disclosures"),
)  # fmt: skip

ROWS = (*EVENTS, *SEALS, *HEAD, *CONTENT, *PRIVATE_FIELDS, *CHECKPOINTS, *SCHEMA)
