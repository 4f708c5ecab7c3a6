"""`verify --from`: only what is new is looked at, after the log is shown to continue a signed head."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.audit.outside import Outside
from ledger.audit.since import read_base
from ledger.audit.verify import verify
from ledger.errors import UsageError
from ledger.family import AS_FOUND
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers
from ledger.log.tree import root_at
from ledger.store.open import open_store
from tests.faults.scene import copy_of, told
from tests.office import ORIGIN, START, make_busy_office, pin_of

SERIES = "series/县委发〔2022〕"
BASE, SIZE = 25, 33
SECONDS = int(START.timestamp())


def signed(office, size, root, *, key=None):
    """Return a checkpoint of a size and root, by the log's key or another."""
    head = Checkpoint(ORIGIN, size, root)
    return sign_checkpoint(head, head_signers(key or office.log_key, SECONDS))


def noted(office, size):
    """Return a checkpoint of the log as it stood at a size."""
    return signed(office, size, root_at(size, office.store.read_hashes))


def go_on(office):
    """Open a series, find numbers in it, and delegate again: eight events in four acts."""
    opened = {"code": "县委发", "year": 2022, "family": "document"}
    office.act("丁", ("series.open", "", opened))
    for numbers in ((1, 2), (3, 5, 6), (8,)):
        office.act("丁", *(("series.find", SERIES, {"n": n}) for n in numbers), basis=AS_FOUND)
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=9)}
    again = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act("丁", ("officer.delegate", office.record_of("丁"), again))


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A closed ledger of 33 events, its pin, the checkpoint at 25, and the log's key."""
    path = tmp_path_factory.mktemp("since") / "ledger.db"
    office = make_busy_office(str(path))
    note = noted(office, BASE)
    go_on(office)
    office.store.close()
    return path, pin_of(office), note, office


@pytest.fixture
def scene(original, tmp_path):
    """A copy of that ledger, to be attacked."""
    return copy_of(original[0], tmp_path, original[1])


@pytest.fixture
def since(original):
    """What `--from` was given: the checkpoint at 25."""
    return Outside(since=("head.note", original[2]))


def test_what_is_new_is_verified_and_the_rest_is_named_as_not(scene, since):
    """Eight events are looked at; the verdict tells from where, and what it left out."""
    verdict = scene.verify(outside=since)

    examined = {each.code: each.examined for each in verdict.checks}
    assert (verdict.verdict, verdict.scope) == ("intact", "all from 25")
    assert verdict.not_checked == (
        "events below 25",
        "seal.double",
        "inventory",
        "private.loose",
        "store.index",
    )
    assert (examined["event"], examined["seal"], examined["checkpoint"]) == (8, 5, 1)


def at(original, size):
    """Return what `--from` is given: the checkpoint at a size."""
    path, _, _, office = original
    store = open_store(str(path))
    note = signed(office, size, root_at(size, store.read_hashes))
    store.close()
    return Outside(since=("head.note", note))


def test_the_state_that_new_events_rest_on_is_followed(original, scene):
    """From the middle of a series its numbers are judged by those before; only new ones are counted."""
    whole, part = scene.verify(), scene.verify(outside=at(original, 31))

    as_found = {each.code: each.as_found for each in part.checks}
    assert whole.findings == part.findings == ()
    assert as_found["series"] == 1


def test_a_head_within_an_act_goes_back_to_its_beginning(original, scene):
    """No honest log signs there; the act is verified whole, its seal too."""
    verdict = scene.verify(outside=at(original, 30))

    assert (verdict.verdict, verdict.scope) == ("intact", "all from 28")


def test_nothing_new_is_intact_as_far_as_it_was_looked_at(original, scene):
    """From the head itself on there is nothing to look at, and the verdict says so."""
    verdict = scene.verify(outside=at(original, SIZE))

    assert (verdict.findings, verdict.scope) == ((), f"all from {SIZE}")


def test_a_part_of_what_is_new_holds_the_head_too(scene, since):
    """Whatever else is asked for, the log must continue the head that all of it rests on."""
    verdict = scene.verify(only=("seal",), outside=since)

    assert verdict.scope == "seal, checkpoint from 25"
    assert {"events below 25", "event"} <= set(verdict.not_checked)


def test_workers_find_what_one_process_finds(scene, since, monkeypatch):
    """With worker processes the verdict is the same."""
    monkeypatch.setattr("ledger.audit.verify.WORTH_WORKERS", 1)
    with scene.break_in() as connection:
        connection.execute(f"UPDATE events SET act = 'X' WHERE {NEW}")
    store = open_store(str(scene.path))

    alone, crew = (
        verify(store, pin=scene.pin, jobs=jobs, outside=since) for jobs in (1, 2)
    )  # fmt: skip

    store.close()
    assert replace(crew, seconds=0) == replace(alone, seconds=0)
    assert alone.findings


NEW = '"index" = 27'
EDITED = 'CAST(replace(CAST(event AS TEXT), \'"name":"\', \'"name":"x\') AS BLOB)'
REVOKED = "(SELECT \"index\" FROM events WHERE kind = 'key.revocation_proposed/1')"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (f"UPDATE events SET version = 9 WHERE {NEW}", ("event.column", "edited", 27)),
        (f"DELETE FROM events WHERE {NEW}", ("log.gap", "deleted", 27)),
        ("UPDATE seals SET key = 'x' WHERE first_index = 31", ("seal.column", "edited", 31)),
        ('UPDATE events SET nodes = x\'00\' WHERE "index" = 31', ("log.nodes", "edited", 31)),
        (
            f"UPDATE events SET event = {EDITED} WHERE kind = 'officer.enrolled/1'",
            ("checkpoint.past", "edited", 1),
        ),
        (f'DELETE FROM events WHERE "index" = {REVOKED}', ("checkpoint.past", "deleted", 22)),
        ("UPDATE seals SET envelope = x'00' WHERE first_index = 0", ("seal.founding", "forked", 0)),
        (
            'UPDATE events SET nodes = zeroblob(32) WHERE "index" = 24',
            ("checkpoint.root", "forked", 24),
        ),
    ],
)  # fmt: skip
def test_what_was_attacked_is_named(scene, since, sql, expected):
    """New rows, and the old ones by which they are judged: code, class and index."""
    with scene.break_in() as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(sql)

    verdict = scene.verify(outside=since)

    assert verdict.exit_code == 1
    assert expected in told(verdict)


def test_the_history_of_a_touched_record_is_followed_by_its_digests(original, scene):
    """Who changes an old event of a series is found by the new event that follows on it."""
    with scene.break_in() as connection:
        connection.execute(
            "UPDATE events SET event = CAST(replace(CAST(event AS TEXT), '\"n\":1', '\"n\":7') AS BLOB)"
            ' WHERE "index" = 26'
        )

    verdict = scene.verify(outside=at(original, 31))

    assert ("event.prev", "edited", 27) in told(verdict)


def test_what_lies_below_and_bears_nothing_new_is_left_to_a_whole_run(scene, since):
    """What we do not claim: an old column that nothing new rests on is not looked at, and said not to be."""
    with scene.break_in() as connection:
        connection.execute("UPDATE seals SET at = '2021' WHERE first_index = 17")

    part, whole = scene.verify(outside=since), scene.verify()

    assert (part.findings, part.not_checked[0]) == ((), "events below 25")
    assert told(whole) == {("seal.column", "edited", 17)}


def test_another_past_is_a_fork(original, scene):
    """A head with another root than the log has there was signed over another history."""
    note = signed(original[3], BASE, bytes(32))

    verdict = scene.verify(outside=Outside(since=("head.note", note)))

    assert ("checkpoint.root", "forked", BASE - 1) in told(verdict)


@pytest.mark.parametrize("size", [SIZE + 7, 2**63, 2**64 - 1])
def test_a_head_beyond_the_log_was_rolled_back(original, scene, size):
    """Nothing is left to look at, and that is told; however large the size."""
    note = signed(original[3], size, bytes(32))

    verdict = scene.verify(outside=Outside(since=("head.note", note)))

    assert told(verdict) == {("checkpoint.ahead", "rolled back", SIZE)}


def test_a_head_signed_by_another_key_is_named(original, scene):
    """Anyone can write a head; only the log's own keys speak for it."""
    path, _, _, office = original
    store = open_store(str(path))
    forged = LogKey(ORIGIN, SeedSigner(bytes(32)), bytes(32))
    note = signed(office, BASE, root_at(BASE, store.read_hashes), key=forged)
    store.close()

    verdict = scene.verify(outside=Outside(since=("head.note", note)))

    assert told(verdict) == {("checkpoint.signature", "edited", None)}


def test_what_is_no_checkpoint_is_refused(scene):
    """Wrong usage, not a run that finds nothing."""
    with pytest.raises(UsageError, match=r"head\.note is no checkpoint"):
        scene.verify(outside=Outside(since=("head.note", b"x")))


def test_a_head_that_a_signer_saw_must_be_continued(original):
    """Below the head no hash is made anew: what a signer saw there is proved, not looked up."""
    path, _, note, _ = original
    store = open_store(str(path))
    base = read_base(store, "head.note", note, log_size=SIZE)

    held = base.holds(store, 10, root_at(10, store.read_hashes))
    other = base.holds(store, 10, root_at(11, store.read_hashes))

    store.close()
    assert (held, other) == (True, False)
