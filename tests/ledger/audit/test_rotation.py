"""Verifying a log whose key was rotated, truly or by somebody without the old key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.audit.outside import Outside
from ledger.audit.verify import verify
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers
from tests.office import FOUNDER, make_office, pin_of
from tests.rotating import new_log_key, proposal, rotate, rotated


def grow(office):
    """Record one more act."""
    office.act(FOUNDER, ("office.correct-clock", "office/main", {"reason": "校时"}))


def keep(office, key):
    """Keep the office's head in the store, signed by a key; returns the note."""
    head = office.store.head()
    note = sign_checkpoint(
        Checkpoint(office.ledger.origin, head.size, head.root), head_signers(key, 1)
    )
    office.store.add_checkpoint(head.size, note)
    return note


@pytest.fixture
def before():
    """An office whose head its first key signed."""
    office = make_office()
    keep(office, office.log_key)
    return office


def found(office, pin, outside=None):
    """Codes and damage of all findings."""
    told = verify(office.store, pin=pin, outside=outside or Outside())
    return [(each.code, each.damage) for each in told.findings]


def test_both_pins_lead_to_both_keys(before):
    """Who pinned the founding key and who pinned the later one verify the same log, old heads included."""
    office = rotated(before)
    keep(office, office.log_key)
    grow(office)
    again = rotated(office, "third")
    keep(again, again.log_key)

    for each in (before, office, again):
        assert found(again, pin_of(each)) == []
    assert found(again, replace(pin_of(office), log_key_ml_dsa="")) == []


def test_a_stolen_old_key_signs_no_larger_head(before):
    """Its head is the log's own, true to the last bit, and does not count."""
    office = rotated(before)
    grow(office)
    note = keep(office, before.log_key)

    assert found(office, pin_of(before)) == [("checkpoint.signature", "edited")]
    brought = Outside(against=(("stolen", note),))
    assert found(office, pin_of(office), brought) == [("checkpoint.signature", "edited")] * 2


def test_the_new_key_signs_no_head_of_before(before):
    """A head of a size at which the old key spoke is the old key's to sign."""
    office = rotated(make_office())
    size, _ = before.store.checkpoints()[-1]
    head = Checkpoint(office.ledger.origin, size, before.store.head().root)
    note = sign_checkpoint(head, head_signers(office.log_key, 1))

    outside = Outside(against=(("too small", note),))

    assert found(office, pin_of(office), outside) == [("checkpoint.signature", "edited")]


def test_a_rotation_without_the_old_key_is_found(before):
    """Two administrators' keys do not make a log's key: who lacks the old one hands nothing over."""
    thief = new_log_key(before, "thief")
    done = rotate(before, proposal(thief, new_log_key(before)))
    grow(before)
    keep(before, new_log_key(before))

    told = verify(before.store, pin=pin_of(before))

    assert [(each.code, each.damage, each.index) for each in told.findings] == [
        ("checkpoint.signature", "edited", None),
        ("key.handover", "key misused", done.first_index),
    ]


def test_a_pin_of_a_forged_key_leads_nowhere(before):
    """Who was talked into pinning the forged key is told that the founding act does not lead to it."""
    thief = new_log_key(before, "thief")
    rotate(before, proposal(thief, new_log_key(before)))

    codes = {code for code, _ in found(before, pin_of(replace(before, log_key=thief)))}

    assert codes == {"seal.founding", "key.handover", "checkpoint.signature"}
