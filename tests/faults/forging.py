"""What an attacker with our program can make: acts signed by whatever key is at hand, a tree made anew."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from ledger import act as acts
from ledger.act import format_entry
from ledger.clock import new_id
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import component_keyids
from ledger.log.tree import append_all, leaf_hash, root
from tests.faults.prepared import LAST, SIZE, Copy
from tests.office import seed_of

ZEROS = "0" * 64


@dataclass(frozen=True)
class Forged:
    """An act of one event: a copy of the last act of the log, with what the attacker says otherwise.

    `signed_by` is whose key signs; `claimed` are other members of the act, `told` of the event, which
    begins a record unless it `follows` the last one.
    """

    signed_by: str
    claimed: dict[str, Any]
    told: dict[str, Any]
    follows: bool = False


def append(scene: Copy, forged: Forged) -> None:
    """Append a forged act, with a tree and a head made anew around it."""
    with scene.break_in() as connection:
        event, seal = _last(connection)
        moment = scene.prepared.office.clock()
        record = event.record if forged.follows else f"rule/{new_id(moment)}"
        encoded = acts.format_event(replace(event, **{"record": record, **forged.told}))
        digest = hashlib.sha256(encoded).hexdigest()
        claimed = {
            "act": new_id(moment), "events": (digest,),
            "seen": (SIZE, head_root(connection)), **forged.claimed,
        }  # fmt: skip
        envelope = signed(replace(seal, **claimed), forged.signed_by)
        insert(connection, envelope, encoded)
        rebuild(connection)


def insert(connection: sqlite3.Connection, envelope: bytes, encoded: bytes) -> None:
    """Insert an act of one event at the end, its columns as its bytes say."""
    act, event = acts.open_seal(envelope).act, acts.parse_event(encoded)
    digest = hashlib.sha256(envelope).hexdigest()
    connection.execute(
        "INSERT INTO seals VALUES (?, 1, ?, ?, ?, ?, ?, ?)",
        (SIZE, act.act, digest, envelope, act.actor, act.key, act.at),
    )
    connection.execute(
        "INSERT INTO events SELECT ?, ?, ?, ?, ?, ?, recorded_at, x''"
        f' FROM events WHERE "index" = {LAST}',
        (SIZE, event.record, event.version, event.kind, encoded, act.act),
    )


def signed(act: acts.Act, name: str) -> bytes:
    """Return the envelope of an act, signed by the key of a person, which it names."""
    signer = SeedSigner(seed_of(name))
    signatures = signer.sign(acts.signed_bytes(acts.format_act(act)))
    return acts.seal(act, component_keyids(act.key, signer.suite), signatures)


def sign_again(scene: Copy, first: int, name: str, *, actor: str, anew: bool = False) -> None:
    """Replace the seal of an act of one event by one that another key signed; `anew` rebuilds the tree."""
    with scene.break_in() as connection:
        (envelope,) = connection.execute(
            "SELECT envelope FROM seals WHERE first_index = ?", (first,)
        ).fetchone()
        key = SeedSigner(seed_of(name)).key_id
        forged = signed(replace(acts.open_seal(envelope).act, actor=actor, key=key), name)
        connection.execute(
            "UPDATE seals SET envelope = ?, actor = ?, key = ?, digest = ? WHERE first_index = ?",
            (forged, actor, key, hashlib.sha256(forged).hexdigest(), first),
        )
        if anew:
            rebuild(connection)


def cut(connection: sqlite3.Connection, size: int) -> None:
    """Cut the log to a size, cleanly: seals, tree and head as if there had been no more."""
    connection.execute('DELETE FROM events WHERE "index" >= ?', (size,))
    connection.execute("DELETE FROM seals WHERE first_index >= ?", (size,))
    connection.execute("DELETE FROM disclosures WHERE event_index >= ?", (size,))
    rebuild(connection)


def rebuild(connection: sqlite3.Connection) -> None:
    """Make node strings, frontier, root and size anew, as an attacker with our source would."""
    rows = connection.execute(
        'SELECT "index", event, recorded_at, act FROM events ORDER BY "index"'
    ).fetchall()
    seals = dict(connection.execute("SELECT act, digest FROM seals").fetchall())
    leaves = [leaf_hash(format_entry(row[1], row[2], seals.get(row[3], ZEROS))) for row in rows]
    frontier, nodes = append_all(0, (), leaves)
    for row, node in zip(rows, nodes, strict=True):
        connection.execute('UPDATE events SET nodes = ? WHERE "index" = ?', (node, row[0]))
    connection.execute(
        "UPDATE head SET size = ?, root = ?, frontier = ?, recorded_at = ?, clock = ?",
        (len(rows), root(frontier), b"".join(frontier), rows[-1][2], rows[-1][2]),
    )


def head_root(connection: sqlite3.Connection) -> str:
    """Return the root that the head says."""
    return str(connection.execute("SELECT hex(root) FROM head").fetchone()[0]).lower()


def _last(connection: sqlite3.Connection) -> tuple[acts.Event, acts.Act]:
    (event,) = connection.execute(f'SELECT event FROM events WHERE "index" = {LAST}').fetchone()
    (envelope,) = connection.execute(
        f"SELECT envelope FROM seals WHERE first_index = {LAST}"
    ).fetchone()
    return acts.parse_event(event), acts.open_seal(envelope).act
