"""Every column of every evidence table, attacked with plain sqlite3: each attack is named.

The ledger has 26 events; event 18 is an act of one event (a delegation), 16 and 17 are two further
acts on one record, 5 to 7 are one act of three.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import act as acts
from ledger.act import format_entry
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import component_keyids
from ledger.log.tree import append_all, leaf_hash, root
from tests.faults.attacks import Scene, copy_of, told
from tests.office import START, make_busy_office, pin_of, seed_of

SIZE = 26
LAST = SIZE - 1
LONG_AGO = "2021-01-01T00:00:00.000000Z"
ZEROS = "0" * 64


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A sound ledger's database and its pin; its store is closed."""
    path = tmp_path_factory.mktemp("original") / "ledger.db"
    office = make_busy_office(str(path))
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=9)}
    again = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act("丁", ("officer.delegate", office.record_of("丁"), again))
    assert office.store.head().size == SIZE
    pin = pin_of(office)
    office.store.close()
    return path, pin


@pytest.fixture
def scene(original, tmp_path):
    """A copy of that database, to be attacked."""
    path, pin = original
    return copy_of(path, tmp_path, pin)


def edit(column: str, value: str, where: str) -> str:
    """Return SQL that edits one column of events."""
    return f'UPDATE events SET "{column}" = {value} WHERE {where}'


EVENT = '"index" = 18'
SEAL = "first_index = 18"

COLUMNS: list[tuple[str, str, tuple[str, str, int | None]]] = [
    ("events.index", edit("index", "99", EVENT), ("log.gap", "deleted", 18)),
    ("events.index below", edit("index", "-5", EVENT), ("log.index", "edited", None)),
    ("events.record", edit("record", "'officer/X'", EVENT), ("event.column", "edited", 18)),
    ("events.version", edit("version", "9", EVENT), ("event.column", "edited", 18)),
    ("events.kind", edit("kind", "'officer.post_left/1'", EVENT), ("event.column", "edited", 18)),
    (
        "events.event",
        edit("event", "CAST(replace(CAST(event AS TEXT), '主任', '主住') AS BLOB)", EVENT),
        ("seal.event", "edited", 18),
    ),
    (
        "events.event cut",
        edit("event", "substr(event, 1, 50)", EVENT),
        ("event.canonical", "edited", 18),
    ),
    (
        "events.act",
        edit("act", "(SELECT act FROM seals WHERE first_index = 17)", EVENT),
        ("event.act", "edited", 18),
    ),
    (
        "events.recorded_at",
        edit("recorded_at", f"'{LONG_AGO}'", EVENT),
        ("time.recorded_at", "edited", 18),
    ),
    (
        "events.recorded_at of one in an act",
        edit("recorded_at", "'2022-03-01T01:00:11.999999Z'", '"index" = 6'),
        ("time.recorded_at", "edited", 6),
    ),
    ("events.recorded_at no time", edit("recorded_at", "'soon'", EVENT), ("time.form", "edited", 18)),
    ("events.nodes", edit("nodes", "zeroblob(length(nodes))", EVENT), ("log.nodes", "edited", 18)),
    ("events.nodes cut", edit("nodes", "x''", EVENT), ("log.nodes", "edited", 18)),
    (
        "events.nodes above the leaf",
        edit("nodes", "CAST(substr(nodes, 1, 63) || 'x' AS BLOB)", '"index" = 17'),
        ("log.nodes", "edited", 17),
    ),
    (
        "seals.first_index",
        f"UPDATE seals SET first_index = 999 WHERE {SEAL}",
        ("seal.place", "edited", 18),
    ),
    ("seals.count", f"UPDATE seals SET count = 2 WHERE {SEAL}", ("seal.column", "edited", 18)),
    ("seals.act", f"UPDATE seals SET act = 'X' WHERE {SEAL}", ("seal.column", "edited", 18)),
    (
        "seals.digest",
        f"UPDATE seals SET digest = '{ZEROS}' WHERE {SEAL}",
        ("seal.column", "edited", 18),
    ),
    (
        "seals.envelope",
        f"UPDATE seals SET envelope = substr(envelope, 1, 100) WHERE {SEAL}",
        ("seal.canonical", "edited", 18),
    ),
    (
        "seals.actor",
        f"UPDATE seals SET actor = 'officer/X' WHERE {SEAL}",
        ("seal.column", "edited", 18),
    ),
    ("seals.key", f"UPDATE seals SET key = '{ZEROS}' WHERE {SEAL}", ("seal.column", "edited", 18)),
    ("seals.at", f"UPDATE seals SET at = '{LONG_AGO}' WHERE {SEAL}", ("seal.column", "edited", 18)),
    ("head.size less", "UPDATE head SET size = size - 1", ("log.size", "rolled back", LAST)),
    ("head.size more", "UPDATE head SET size = size + 1", ("log.truncated", "truncated", SIZE)),
    ("head.root", "UPDATE head SET root = zeroblob(32)", ("log.root", "edited", None)),
    (
        "head.frontier",
        "UPDATE head SET frontier = zeroblob(length(frontier))",
        ("log.frontier", "edited", None),
    ),
    (
        "head.recorded_at",
        f"UPDATE head SET recorded_at = '{LONG_AGO}'",
        ("time.head", "edited", None),
    ),
    ("head.clock", f"UPDATE head SET clock = '{LONG_AGO}'", ("time.clock", "edited", None)),
    ("head gone", "DELETE FROM head", ("log.head", "unreadable", None)),
    ("events: last deleted", f'DELETE FROM events WHERE "index" = {LAST}', ("log.truncated", "truncated", LAST)),
    ("events: middle deleted", f"DELETE FROM events WHERE {EVENT}", ("log.gap", "deleted", 18)),
    ("events: text that is no text", edit("kind", "CAST(x'ff' AS TEXT)", EVENT), ("event.unreadable", "unreadable", 18)),
    ("seals: deleted", f"DELETE FROM seals WHERE {SEAL}", ("seal.missing", "deleted", 18)),
    (
        "seals: text that is no text",
        f"UPDATE seals SET at = CAST(x'ff' AS TEXT) WHERE {SEAL}",
        ("seal.unreadable", "unreadable", 18),
    ),
    (
        "an older event put in a newer one's place",
        edit("event", '(SELECT event FROM events WHERE "index" = 16)', '"index" = 17'),
        ("seal.event", "inserted", 17),
    ),
]  # fmt: skip


def test_the_ledger_is_sound_before_it_is_attacked(scene):
    """What the attacks start from verifies with exit code 0."""
    verdict = scene.verify()

    assert (verdict.verdict, verdict.exit_code, verdict.findings) == ("intact", 0, ())


@pytest.mark.parametrize(
    ("sql", "expected"), [case[1:] for case in COLUMNS], ids=[case[0] for case in COLUMNS]
)
def test_an_edited_column_is_named(scene, sql, expected):
    """Whoever edits one column of one row finds code, class and index named."""
    with scene.break_in() as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(sql)

    verdict = scene.verify()

    assert verdict.exit_code == 1
    assert expected in told(verdict)


def test_two_swapped_events_are_named(scene):
    """Two events that change places are each named as reordered."""
    with scene.break_in() as connection:
        for here, there in ((16, -1), (17, 16), (-1, 17)):
            connection.execute(edit("index", str(there), f'"index" = {here}'))

    verdict = scene.verify()

    assert {("seal.event", "reordered", 16), ("seal.event", "reordered", 17)} <= told(verdict)


def test_an_old_event_appended_again_is_named(scene):
    """An event that is put in again at the end, under a new version, is named as inserted."""
    with scene.break_in() as connection:
        connection.execute(
            'INSERT INTO events SELECT 26, record, 99, kind, event, act, recorded_at, nodes FROM events WHERE "index" = 16'
        )

    verdict = scene.verify()

    assert ("seal.uncovered", "inserted", SIZE) in told(verdict)
    assert ("log.size", "rolled back", SIZE) in told(verdict)


def rebuild_tree(connection) -> None:
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


def test_a_forged_event_in_a_recomputed_tree_is_named(scene):
    """An event that nobody signed is named, though the tree was made anew around it."""
    with scene.break_in() as connection:
        (event, prev) = connection.execute(
            'SELECT event, event FROM events WHERE "index" = 25'
        ).fetchone()
        digest = hashlib.sha256(prev).hexdigest()
        told_event = acts.parse_event(event)
        forged = acts.format_event(
            replace(told_event, version=told_event.version + 1, prev=digest)
        )
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            'INSERT INTO events SELECT 26, record, version + 1, kind, ?, ?, recorded_at, nodes FROM events WHERE "index" = 25',
            (forged, "01FX1FVGK8FD0000000000000X"),
        )
        rebuild_tree(connection)

    verdict = scene.verify()

    assert told(verdict) == {("seal.missing", "inserted", SIZE)}


def resign(connection, first_index: int, name: str, *, digest_too: bool) -> None:
    """Replace the seal of an act of one event by one that another officer signed."""
    act_id, envelope = connection.execute(
        "SELECT act, envelope FROM seals WHERE first_index = ?", (first_index,)
    ).fetchone()
    signer = SeedSigner(seed_of(name))
    (actor,) = connection.execute(
        "SELECT actor FROM seals WHERE key = ?", (signer.key_id,)
    ).fetchone()
    act = replace(acts.open_seal(envelope).act, actor=actor, key=signer.key_id)
    signatures = signer.sign(acts.signed_bytes(acts.format_act(act)))
    forged = acts.seal(act, component_keyids(signer.key_id, signer.suite), signatures)
    connection.execute(
        "UPDATE seals SET envelope = ?, actor = ?, key = ? WHERE act = ?",
        (forged, actor, signer.key_id, act_id),
    )
    if digest_too:
        connection.execute(
            "UPDATE seals SET digest = ? WHERE act = ?",
            (hashlib.sha256(forged).hexdigest(), act_id),
        )


@pytest.mark.parametrize("digest_too", [False, True])
def test_a_seal_by_another_officer_is_named(scene, digest_too):
    """A good signature by somebody else over the same event is named as signed again."""
    with scene.break_in() as connection:
        resign(connection, 18, "丙", digest_too=digest_too)

    verdict = scene.verify()

    assert ("seal.replaced", "re-signed", 18) in told(verdict)


def test_a_seal_by_another_officer_in_a_recomputed_tree_is_named(scene):
    """Made anew from there on, the tree is not the one that later signers have seen."""
    with scene.break_in() as connection:
        resign(connection, 18, "丙", digest_too=True)
        rebuild_tree(connection)

    verdict = scene.verify()

    assert ("seal.seen", "forked", 19) in told(verdict)


def test_the_seal_of_another_act_is_named(scene):
    """An envelope copied from another act does not cover what stands there."""
    with scene.break_in() as connection:
        connection.execute(
            "UPDATE seals SET envelope = (SELECT envelope FROM seals WHERE first_index = 17)"
            f" WHERE {SEAL}"
        )

    assert ("seal.column", "edited", 18) in told(scene.verify())
    assert ("seal.event", "edited", 18) in told(scene.verify())


def test_an_older_head_is_named(scene):
    """A head set back to what it was ten events ago is named as rolled back."""
    with scene.break_in() as connection:
        nodes = [
            row[0] for row in connection.execute('SELECT nodes FROM events ORDER BY "index"')
        ]
        at = connection.execute('SELECT recorded_at FROM events WHERE "index" = 15').fetchone()[
            0
        ]
        frontier, _ = append_all(0, (), [each[:32] for each in nodes[:16]])
        connection.execute(
            "UPDATE head SET size = 16, root = ?, frontier = ?, recorded_at = ?, clock = ?",
            (root(frontier), b"".join(frontier), at, at),
        )

    assert ("log.size", "rolled back", 16) in told(scene.verify())


def test_a_cut_tail_with_its_head_needs_a_pin_or_receipt(scene):
    """What we do not claim: a log cut cleanly at its end is a shorter, sound log."""
    with scene.break_in() as connection:
        connection.execute(f'DELETE FROM events WHERE "index" = {LAST}')
        connection.execute(f"DELETE FROM seals WHERE first_index = {LAST}")
        rebuild_tree(connection)

    verdict = scene.verify()

    assert (verdict.verdict, verdict.size) == ("intact", SIZE - 1)


def test_another_founding_is_named(scene):
    """A whole ledger that is not the one pinned is named as forked, at its first event."""
    other = replace(scene.pin, founding=ZEROS)

    verdict = Scene(scene.path, other).verify()

    assert ("seal.founding", "forked", 0) in told(verdict)


def test_a_dropped_trigger_is_named(scene):
    """A guard that was taken away is named, though no row was touched."""
    with scene.break_in(leave_triggers=True) as connection:
        connection.execute("DROP TRIGGER events_unchanged")

    assert ("store.schema", "store changed", None) in told(scene.verify())


def test_an_edit_past_the_guards_is_found_by_a_partial_run_too(scene):
    """A partial run names the same finding, tells its scope, and what it left out."""
    with scene.break_in() as connection:
        connection.execute(COLUMNS[2][1])

    verdict = scene.verify(only=("event",))

    assert verdict.scope == "event"
    assert "seal" in verdict.not_checked
    assert {each.code.partition(".")[0] for each in verdict.findings} == {"event"}


BLOBS = (
    ("events", '"index"', "event"),
    ("events", '"index"', "nodes"),
    ("seals", "first_index", "envelope"),
    ("head", "id", "root"),
    ("head", "id", "frontier"),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_flipped_bit_is_found(original, tmp_path_factory, data):
    """Whatever bit of evidence flips, verifying never answers 0."""
    path, pin = original
    scene = copy_of(path, tmp_path_factory.mktemp("flip"), pin)
    table, key, column = data.draw(st.sampled_from(BLOBS))
    with scene.break_in() as connection:
        rows = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
        place, blob = data.draw(st.sampled_from(rows))
        at = data.draw(st.integers(0, len(blob) - 1))
        bit = data.draw(st.integers(0, 7))
        flipped = blob[:at] + bytes([blob[at] ^ 1 << bit]) + blob[at + 1 :]
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (flipped, place))

    verdict = scene.verify()

    assert verdict.exit_code == 1
    assert verdict.findings
