"""Two damages at once: what looks around the one finds the other, and both are named."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from hashlib import sha256

import pytest

from ledger.act import open_seal
from ledger.audit import verify as verifying
from ledger.audit.outside import Outside
from ledger.audit.verify import verify
from ledger.log.receipt import Kept
from ledger.log.tree import root_at
from ledger.store.open import open_store
from tests.faults.forging import signed
from tests.faults.prepared import LAST
from tests.faults.rows import event, seal
from tests.faults.scene import named, told
from tests.office import FOUNDER

CUT = "substr(envelope, 1, 100)"
NO_TEXT = "CAST(x'ff' AS TEXT)"
NAMED_BY_NO_TEXT = "x'227265636f7264223a22ff22'"

PAIRS = [
    pytest.param(
        [seal("envelope", CUT), seal("first_index", "999")],
        {("seal.canonical", "edited", 999), ("seal.place", "edited", 18)},
        id="a-seal-is-moved-and-cut",
    ),
    pytest.param(
        ["UPDATE head SET root = zeroblob(32)", event("nodes", "x''", LAST - 2)],
        {("log.root", "edited", None), ("log.nodes", "edited", LAST - 2)},
        id="root-edited-and-hashes-lost",
    ),
    pytest.param(
        ['DELETE FROM events WHERE "index" IN (17, 19, 20)'],
        {("log.gap", "deleted", 17), ("log.gap", "deleted", 19)},
        id="two-gaps",
    ),
    pytest.param(
        [event("event", NAMED_BY_NO_TEXT)],
        {("seal.event", "edited", 18), ("event.canonical", "edited", 18)},
        id="bytes-edited-that-name-no-record",
    ),
]


def attack(scene, *statements):
    """Let somebody with the sqlite3 shell do this."""
    with scene.break_in() as file:
        for each in statements:
            file.execute(each)


@pytest.mark.parametrize(("statements", "expected"), PAIRS)
def test_both_are_named(scene, statements, expected):
    """Neither hides the other, and the run comes to its end."""
    attack(scene, *statements)

    verdict = scene.verify()

    assert verdict.unfinished == ""
    assert named(verdict.findings) >= expected


def test_a_seal_that_cannot_be_opened_is_named_once(scene, monkeypatch):
    """The span after it looks back at it, and tells nothing of its own."""
    monkeypatch.setattr(verifying, "SPAN", 4)
    attack(scene, seal("envelope", CUT, 19))

    found = [each for each in scene.verify().findings if each.code == "seal.canonical"]

    assert [each.index for each in found] == [19]


def test_what_cannot_be_read_below_a_head_is_named(scene, head):
    """From a head on, its past is not looked at; an officer's life is, and so is where an act may begin."""
    attack(scene, seal("at", NO_TEXT))

    found = told(scene.verify(since=head))

    assert {("seal.unreadable", "unreadable", 18), ("checkpoint.past", "deleted", 18)} <= found


def test_a_founding_act_that_cannot_be_read_is_not_the_one_pinned(scene, head):
    """From a head on too, a ledger must be the one that was pinned."""
    attack(scene, seal("at", NO_TEXT, 0))

    assert ("seal.founding", "forked", 0) in told(scene.verify(since=head))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (event("nodes", "x''", 17), ("checkpoint.receipt", "deleted", 18)),
        (seal("first_index", "999"), ("checkpoint.receipt", "forked", 18)),
        (seal("act", "'X'"), ("checkpoint.receipt", "forked", 18)),
    ],
    ids=["hashes-lost", "seal-moved", "seal-renamed"],
)
def test_an_officer_s_receipt_names_it_too(scene, statement, expected):
    """Who keeps what they signed over holds it against the log, whatever else is wrong there."""
    with closing(open_store(str(scene.path))) as store:
        root, act = root_at(18, store.read_hashes).hex(), store.event_at(18).act
        kept = Outside(receipts=(("丁's own", (Kept(18, root, act, 18),)),))
        sound = verify(store, pin=scene.pin, jobs=1, outside=kept)
    attack(scene, statement)

    with closing(open_store(str(scene.path))) as store:
        verdict = verify(store, pin=scene.pin, jobs=1, outside=kept)

    assert "checkpoint.receipt" not in {each.code for each in sound.findings}
    assert expected in told(verdict)


def test_a_founding_act_of_one_event_founds_nothing(scene):
    """Whoever pins what was forged is told that it founds no office, no officer and no key."""
    actor = scene.prepared.office.record_of(FOUNDER)
    with scene.break_in() as file:
        (envelope,) = file.execute(
            "SELECT envelope FROM seals WHERE first_index = 0"
        ).fetchone()
        act = open_seal(envelope).act
        forged = signed(replace(act, events=act.events[:1]), FOUNDER)
        digest = sha256(forged).hexdigest()
        file.execute(
            "UPDATE seals SET envelope = ?, digest = ?, count = 1, actor = ? WHERE first_index = 0",
            (forged, digest, actor),
        )

    verdict = replace(scene, pin=replace(scene.pin, founding=digest)).verify()

    (found,) = (each for each in verdict.findings if each.code == "seal.founding")
    assert "does not found an office" in found.message
