"""Attacks by people who hold a key, or whose key was stolen: acts that the program would have refused."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from typing import Any

from ledger import act as acts
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import HYBRID, key_id
from tests.faults.attacking import DATABASE, OFFICER, PROGRAM, REVOKED, STOLEN, Attack
from tests.faults.forging import Forged, append, cut, rebuild, sign_again
from tests.faults.prepared import LAST, SCAN, SCANNED, SIZE, SPARE, STAMPED, Copy
from tests.office import FOUNDER, SECOND, seed_of
from tests.private import carried_out, purged

ZEROS = "0" * 64
SPARE_KEY = SeedSigner(seed_of(SPARE)).key_id
PROPOSED = {"name": "亲戚", "posts": ["登记员"], "proposer": ""}
ENROLLED = 2
"""Where the founder's key is enrolled."""
NOBODY = "officer/01FX1FVGK8FD0000000000000X"
FIFTH = {"n": 5, "record": "document/X", "occurred_on": "2022-03-01"}


def forged(
    signed_by: str = "丁",
    *,
    by: str = "",
    told: dict[str, Any] | None = None,
    follows: bool = False,
    **claimed: Any,
) -> Callable[[Copy], None]:
    """Return what appends an act signed by a key; `by` names another actor, `told` is of its event."""

    def does(scene: Copy) -> None:
        officers = {name: each.officer for name, each in scene.prepared.office.people.items()}
        said = {"key": SeedSigner(seed_of(signed_by)).key_id, **claimed}
        if by:
            said["actor"] = officers.get(by, by)
        append(scene, Forged(signed_by, said, told or {}, follows))

    return does


def signed_again(first: int, name: str, *, officer: str, anew: bool) -> Callable[[Copy], None]:
    """Return what replaces an act's seal by one of another key, for this officer."""

    def does(scene: Copy) -> None:
        actor = scene.prepared.office.record_of(officer)
        sign_again(scene, first, name, actor=actor, anew=anew)

    return does


def insider(name: str, code: str, damage: str, does: Callable[[Copy], None]) -> Attack:
    """Return an attack by whoever holds an officer's key, at the end of the log."""
    return Attack(name, OFFICER, (code, damage, SIZE), does)


def like(index: int, record: str = "", **changed: Any) -> Callable[[Copy], None]:
    """Return what appends an event as the one at an index, but for what is changed in its body."""

    def does(scene: Copy) -> None:
        with scene.break_in() as connection:
            event = _event_at(connection, index)
        body: dict[str, Any] = dict(event.body) | changed
        told = {"kind": event.kind, "record": record or f"{event.record}X", "body": body}
        forged(told=told)(scene)

    return does


def _event_at(connection: sqlite3.Connection, index: int) -> acts.Event:
    (encoded,) = connection.execute(
        'SELECT event FROM events WHERE "index" = ?', (index,)
    ).fetchone()
    return acts.parse_event(encoded)


def _resized(scene: Copy) -> None:
    """The scan is attached again, said to be of another size."""
    with scene.break_in() as connection:
        (scan,) = _event_at(connection, SCANNED).body["attachments"]
    like(SCANNED, attachments=[{**scan, "size_bytes": len(SCAN) + 1}])(scene)


def _shared(scene: Copy) -> None:
    """Half of a new key is a key that somebody else has."""
    theirs = SeedSigner(seed_of("丙")).public[0]
    halves = [theirs, bytes(1952)]
    public = [base64.b64encode(half).decode() for half in halves]
    record = f"key/{key_id(HYBRID, tuple(halves))}"
    like(ENROLLED, record, suite=HYBRID, public=public)(scene)


def _purged_and_put_back(scene: Copy) -> None:
    """A scan is lawfully purged, and its row put back from a copy."""
    with scene.break_in() as connection:
        (scan,) = _event_at(connection, SCANNED).body["attachments"]
        kept = connection.execute("SELECT * FROM content").fetchone()
    with scene.at_work() as office:
        of = office.store.event_at(SCANNED).record
        approved = purged(office, of, (scan["digest"],), by=(FOUNDER, SECOND))
        carried_out(office, approved, by=FOUNDER)
    with scene.break_in() as connection:
        connection.execute("INSERT INTO content VALUES (?, ?, ?)", kept)


def _stolen(scene: Copy) -> None:
    """A thief plans a rule with 丁's key; the key is then revoked as compromised since."""
    with scene.at_work() as office:
        theirs = office.act("丁", ("rule.plan", "", {"title": "别人的"}))
        record = f"key/{office.people['丁'].signer.key_id}"
        since = {"reason": "被盗", "compromised_since": theirs.first_index}
        office.act("丙", ("key.propose-revocation", record, since))
        office.act(SECOND, ("key.revoke", record, {}))


def _unsigned(scene: Copy) -> None:
    """An event that nobody signed, in a tree that was made anew around it."""
    with scene.break_in() as connection:
        _copy_last(connection)
        rebuild(connection)


def _copy_last(connection: sqlite3.Connection) -> None:
    connection.execute(
        f"INSERT INTO events SELECT {SIZE}, record, version + 1, kind,"
        " CAST(replace(CAST(event AS TEXT), '\"version\":1}', '\"version\":2}') AS BLOB),"
        f" '01FX1FVGK8FD0000000000000X', recorded_at, nodes FROM events WHERE \"index\" = {LAST}"
    )


def _edited_anew(scene: Copy) -> None:
    """An event is edited and the tree is made anew around it."""
    with scene.break_in() as connection:
        connection.execute(
            "UPDATE events SET event ="
            " CAST(replace(CAST(event AS TEXT), '主任', '主住') AS BLOB) WHERE \"index\" = 18"
        )
        rebuild(connection)


def _retimed_anew(scene: Copy) -> None:
    """An act is given another time and the tree is made anew around it."""
    with scene.break_in() as connection:
        connection.execute(
            'UPDATE events SET recorded_at = (SELECT recorded_at FROM events WHERE "index" = 17)'
            ' WHERE "index" = 18'
        )
        rebuild(connection)


def _cut_and_sign(scene: Copy) -> None:
    """The head is cut back by one act, cleanly; the checkpoint kept in the store stands."""
    with scene.break_in() as connection:
        cut(connection, 25)


FORGERIES = (
    Attack("forged-unsigned-event", PROGRAM, ("seal.missing", "inserted", SIZE), _unsigned),
    Attack("forged-event-in-a-new-tree", PROGRAM, ("seal.event", "edited", 18), _edited_anew),
    Attack("forged-event-seen-by-others", PROGRAM, ("seal.seen", "forked", 19), _edited_anew),
    Attack("forged-time-seen-by-others", PROGRAM, ("seal.seen", "forked", 19), _retimed_anew),
    Attack("forged-past-against-kept-checkpoint", PROGRAM,
           ("checkpoint.root", "forked", 25), _edited_anew),
    Attack("tail-cut-below-kept-checkpoint", PROGRAM,
           ("checkpoint.ahead", "truncated", 25), _cut_and_sign),
    Attack("re-signed-by-another-officer", OFFICER, ("seal.replaced", "re-signed", 18),
           signed_again(18, "丙", officer="丙", anew=False)),
    Attack("re-signed-by-another-officer-in-a-new-tree", OFFICER, ("seal.seen", "forked", 19),
           signed_again(18, "丙", officer="丙", anew=True)),
    Attack("re-signed-by-a-revoked-key", REVOKED, ("seal.replaced", "re-signed", LAST),
           signed_again(LAST, SPARE, officer="丙", anew=False)),
    Attack("re-signed-by-a-revoked-key-in-a-new-tree", REVOKED,
           ("key.not_good", "key misused", LAST),
           signed_again(LAST, SPARE, officer="丙", anew=True)),
    Attack("signed-by-a-revoked-key", REVOKED, ("key.not_good", "key misused", SIZE),
           forged(SPARE, by="丙")),
    Attack("signed-by-a-stolen-key", STOLEN, ("key.not_good", "key misused", SIZE), _stolen),
    insider("signed-by-a-key-never-enrolled", "key.not_good", "key misused",
            forged("生人", by="丁")),
    insider("signed-by-another-officers-key", "key.officer", "key misused",
            forged("丙", by="丁")),
    insider("signed-with-a-false-signature", "seal.signature", "edited",
            forged("丙", key=SeedSigner(seed_of("丁")).key_id)),
    insider("signed-for-nobody", "authority.officer", "key misused", forged(by=NOBODY)),
    insider("signed-before-its-key-was-seen", "key.unseen", "key misused",
            forged(seen=(3, ZEROS))),
    insider("signed-on-another-past", "seal.seen", "forked", forged(seen=(LAST, ZEROS))),
    insider("signed-on-a-future", "seal.seen", "forked", forged(seen=(SIZE + 9, ZEROS))),
    insider("signed-for-another-ledger", "seal.ledger", "forked",
            forged(ledger="county.example/office/ffffffffffffffff")),
    insider("act-without-delegation", "authority.delegation", "rule broken",
            forged(on_behalf_of=NOBODY)),
    insider("act-rests-on-an-old-version", "authority.reads", "rule broken",
            forged(reads=(("office/main", 1),))),
    insider("act-breaks-a-rule", "rule.A1", "rule broken",
            forged(told={"kind": "officer.proposed/1", "record": NOBODY, "body": PROPOSED})),
    insider("event-follows-another-digest", "event.prev", "edited",
            forged(told={"version": 2, "prev": "1" * 64}, follows=True)),
    insider("event-leaves-a-version-out", "event.version", "deleted",
            forged(told={"version": 2, "prev": "1" * 64})),
    insider("event-of-no-known-kind", "event.canonical", "edited",
            forged(told={"kind": "rule.forgotten/1"})),
    insider("number-leaves-some-out", "series.gap", "rule broken",
            forged(told={"kind": "series.allocated/1", "record": "series/X", "body": FIFTH})),
    insider("content-attached-under-another-size", "content.size", "edited", _resized),
    insider("key-enrolled-under-another-id", "key.id", "key misused",
            like(ENROLLED, f"key/{ZEROS}")),
    insider("key-with-a-component-of-another", "key.double", "key misused", _shared),
    insider("key-that-is-no-key", "key.unreadable", "unreadable",
            like(ENROLLED, f"key/{ZEROS}", public=["一"])),
    insider("stamp-told-with-another-time", "time.stamp", "edited",
            like(STAMPED, stamped_at="2022-03-01T00:00:00.000000Z")),
    Attack("purged-content-put-back", DATABASE, ("content.kept", "inserted", SCANNED),
           _purged_and_put_back),
    insider("event-cannot-be-decoded", "event.canonical", "edited",
            forged(told={"body": {"nothing": 1}})),
)  # fmt: skip
