"""The SQL that both databases understand: statements as constants, written out once for each.

Where a value goes stands its name (`:record`). Each driver has its own mark for that place, and takes
the values in order. What the databases say differently stands beside them, as `SPECIAL`.

Plain text and not expressions of SQLAlchemy, which makes the tables of these columns (`schema`) and
migrates them: loading it takes longer than all else that a small command does.
"""

from __future__ import annotations

import re
from typing import Any

from ledger.frozen import frozen

REVISION = "0001"

Values = dict[str, Any]

_NAMED = re.compile(r"(?<!:):([a-z_]+)")
_EVENT = 'SELECT "index", record, version, kind, event, act, recorded_at, nodes FROM events'
_SEAL = 'SELECT first_index, count, act, digest, envelope, actor, "key", at FROM seals'
_OF_ONE_RECORD = f"{_EVENT} WHERE record = :record AND version > :above AND version <= :upto"

STATEMENTS: dict[str, str] = {
    "revision": "SELECT version_num FROM alembic_version",
    "head": "SELECT size, root, frontier, recorded_at, clock, id FROM head",
    "find_act": "SELECT act, first_index, count, digest, envelope FROM seals WHERE act = :act",
    "head_and_act": "SELECT size, root, frontier, recorded_at, clock, id,"
    " act, first_index, count, digest, envelope FROM head LEFT JOIN seals ON act = :act",
    "seal": f"{_SEAL} WHERE act = :act",
    "seals": f"{_SEAL} WHERE first_index >= :start AND first_index < :stop"
    " ORDER BY first_index LIMIT :limit",
    "first_seal": "SELECT envelope FROM seals WHERE first_index = 0",
    "event_at": f'{_EVENT} WHERE "index" = :index',
    "events": f'{_EVENT} WHERE "index" >= :start AND "index" < :stop ORDER BY "index" LIMIT :limit',
    # What is asked for is not answered: half of a row's columns take a third of its time.
    "act_events": 'SELECT "index", record, version, kind, event, nodes FROM events'
    ' WHERE "index" >= :start AND "index" < :stop AND act = :act AND recorded_at = :recorded_at'
    ' ORDER BY "index"',
    "history": f"{_OF_ONE_RECORD} ORDER BY version LIMIT :limit",
    "history_back": f"{_OF_ONE_RECORD} ORDER BY version DESC LIMIT :limit",
    # `version = 1` as the index `events_first` says it, to the letter; `lowest` is the one lower
    # bound, from which that index is read.
    "records": "SELECT record FROM events WHERE version = 1 AND record >= :lowest"
    " AND record < :above AND record != :after ORDER BY record LIMIT :limit",
    "by_record": f"{_EVENT} WHERE (record, version) > (:record, :above) AND record < :upto"
    " ORDER BY record, version LIMIT :limit",
    # Read from the index of record and version alone.
    "newest": "SELECT record, max(version) FROM events WHERE record > :after"
    " GROUP BY record ORDER BY record LIMIT :limit",
    "doubled_acts": "SELECT act FROM seals GROUP BY act HAVING count(*) > 1",
    "content": "SELECT salt, bytes FROM content WHERE digest = :digest",
    "disclosure": "SELECT event_index, disclosure FROM disclosures WHERE digest = :digest",
    "disclosures": "SELECT digest, event_index, disclosure FROM disclosures"
    " WHERE digest > :after ORDER BY digest LIMIT :limit",
    "purge_content": "DELETE FROM content WHERE digest = :digest",
    "purge_disclosure": "DELETE FROM disclosures WHERE digest = :digest",
    "checkpoints": "SELECT size, note FROM checkpoints ORDER BY size",
    "checkpoint": "SELECT note FROM checkpoints WHERE size = :size",
    "cosignatures": "SELECT size, witness, cosignature FROM cosignatures ORDER BY size, witness",
    "cosignature": "SELECT cosignature FROM cosignatures"
    " WHERE size = :size AND witness = :witness",
    "stamps": "SELECT digest, size, token FROM timestamps ORDER BY size, digest",
    "stamp": "SELECT size FROM timestamps WHERE digest = :digest",
    "add_seal": 'INSERT INTO seals (first_index, count, act, digest, envelope, actor, "key", at)'
    " VALUES (:first_index, :count, :act, :digest, :envelope, :actor, :key, :at)",
    "add_event": 'INSERT INTO events ("index", record, version, kind, event, act, recorded_at, nodes)'
    " VALUES (:index, :record, :version, :kind, :event, :act, :recorded_at, :nodes)",
    "add_content": "INSERT INTO content (digest, salt, bytes) VALUES (:digest, :salt, :bytes)",
    "add_disclosure": "INSERT INTO disclosures (digest, event_index, disclosure)"
    " VALUES (:digest, :event_index, :disclosure)",
    "add_checkpoint": "INSERT INTO checkpoints (size, note) VALUES (:size, :note)",
    "add_cosignature": "INSERT INTO cosignatures (size, witness, cosignature)"
    " VALUES (:size, :witness, :cosignature)",
    "add_stamp": "INSERT INTO timestamps (digest, size, token) VALUES (:digest, :size, :token)",
    "move_head": "UPDATE head SET size = :new_size, root = :new_root, frontier = :new_frontier,"
    " recorded_at = :new_recorded_at, clock = :new_clock",
    "read_back": 'SELECT size, root, (SELECT max("index") FROM events),'
    ' (SELECT count(*) FROM events WHERE "index" >= :first) FROM head',
}


@frozen
class Written:
    """A statement in the driver's SQL, and the names of its values in the driver's order."""

    sql: str
    order: tuple[str, ...]

    def values(self, values: Values) -> tuple[Any, ...]:
        """Return the values in the driver's order."""
        return tuple(map(values.__getitem__, self.order))


def write_out(statements: dict[str, str], mark: str) -> dict[str, Written]:
    """Return every statement with the driver's own mark (`?`, `%s`) where a value goes."""
    return {
        name: Written(_NAMED.sub(mark, sql), tuple(_NAMED.findall(sql)))
        for name, sql in statements.items()
    }
