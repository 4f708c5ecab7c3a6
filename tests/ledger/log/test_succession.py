"""Rotating a log's key: who speaks at which size, and what is no handover."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import LedgerError
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers
from ledger.log.succession import (
    FOUNDED,
    PURPOSE,
    ROTATED,
    LogKeys,
    Succession,
    format_handover,
    keys_of,
    sign_handover,
)

NAME = "log.example/00"
FIRST, SECOND, THIRD = (
    LogKey(NAME, SeedSigner(bytes([n]) * 32), bytes([n + 100]) * 32) for n in (1, 2, 3)
)
SHORT = LogKey(NAME, SeedSigner(bytes([9]) * 32))


def founded(key=FIRST):
    """A log founded with a key."""
    log = Succession()
    body = {"origin": NAME, "log_key": key.verifier, "log_key_ml_dsa": key.verifier_ml_dsa}
    log.learn(kind=FOUNDED, body=body, index=0)
    return log


def body_of(old, new):
    """The rotation's body from one key to another."""
    handover, possession = sign_handover(old, new)
    return {
        "log_key": new.verifier, "log_key_ml_dsa": new.verifier_ml_dsa,
        "handover": handover, "possession": possession,
    }  # fmt: skip


def of_three():
    """A log of three keys: the second speaks from index 10 on, the third from 20."""
    log = founded()
    log.learn(kind=ROTATED, body=body_of(FIRST, SECOND), index=10)
    log.learn(kind=ROTATED, body=body_of(SECOND, THIRD), index=20)
    return log


def note(key, size):
    """A head of a size, signed by a key."""
    return sign_checkpoint(Checkpoint(NAME, size, bytes(32)), head_signers(key, 1))


def test_the_bytes_that_both_keys_sign():
    """As the module's docstring says: canonical JSON of four members, and no line end."""
    told = format_handover(LogKeys("a"), LogKeys("b", "c"), "o")

    assert (
        told == f'{{"ledger":"o","new":["b","c"],"old":["a"],"purpose":"{PURPOSE}"}}'.encode()
    )


@pytest.mark.parametrize(
    ("size", "speaker"), [(1, FIRST), (10, FIRST), (11, SECOND), (20, SECOND), (21, THIRD)]
)
def test_each_key_signs_the_heads_of_its_own_sizes(size, speaker):
    """The head that holds the rotation is the first that the new key signs; others' do not open."""
    log = of_three()

    opens = []
    for key in (FIRST, SECOND, THIRD):
        try:
            open_checkpoint(note(key, size), NAME, log.verifiers())
            opens.append(key)
        except LedgerError:
            continue

    assert opens == [speaker]
    assert log.at(size) == keys_of(speaker)


def test_a_pin_of_any_of_the_keys_is_known():
    """Whichever one pinned; the long half may be left out, and may not be another's."""
    log = of_three()

    assert all(log.knows(keys_of(each)) for each in (FIRST, SECOND, THIRD))
    assert log.knows(LogKeys(SECOND.verifier))
    assert not log.knows(LogKeys(SECOND.verifier, FIRST.verifier_ml_dsa))
    assert not log.knows(keys_of(SHORT))


def test_a_log_of_one_half_gets_its_second_by_rotation():
    """A log founded with Ed25519 alone: its one key signs, and the new one has both halves."""
    log = founded(SHORT)

    log.learn(kind=ROTATED, body=body_of(SHORT, FIRST), index=5)

    assert open_checkpoint(note(SHORT, 5), NAME, log.verifiers()).size == 5
    assert open_checkpoint(note(FIRST, 6), NAME, log.verifiers()).size == 6


def changed(**members):
    """A true rotation with some members of another."""
    return body_of(FIRST, SECOND) | members


GOOD = body_of(FIRST, SECOND)
STOLEN = body_of(THIRD, SECOND)
NO_HANDOVERS = {
    "signed by another key than the old one": body_of(THIRD, SECOND),
    "the Ed25519 half alone is the old key's": changed(
        handover=(GOOD["handover"][0], STOLEN["handover"][1])
    ),
    "the ML-DSA-44 half alone is the old key's": changed(
        handover=(STOLEN["handover"][0], GOOD["handover"][1])
    ),
    "one signature is left out": changed(handover=GOOD["handover"][:1]),
    "of another new key": body_of(FIRST, THIRD) | {"handover": GOOD["handover"]},
    "not shown to be held": changed(possession=STOLEN["possession"]),
    "the second half is dropped": body_of(FIRST, SHORT),
    "no list": changed(handover=GOOD["handover"][0]),
    "no base64": changed(handover=("!", "!")),
    "the key that speaks": body_of(FIRST, FIRST),
    "of another log's name": body_of(FIRST, LogKey("other", SeedSigner(bytes(32)), bytes(32))),
}


@pytest.mark.parametrize("body", NO_HANDOVERS.values(), ids=NO_HANDOVERS)
def test_what_is_no_handover_changes_nothing(body):
    """It is refused, and who spoke before speaks on."""
    log = founded()

    with pytest.raises(LedgerError):
        log.learn(kind=ROTATED, body=body, index=10)

    assert [each.keys for each in log.tenures] == [keys_of(FIRST)]


def test_a_key_that_spoke_never_speaks_again():
    """Nobody rotates back to a key that may since have been stolen."""
    log = of_three()

    with pytest.raises(LedgerError, match="never spoke"):
        log.learn(kind=ROTATED, body=body_of(THIRD, FIRST), index=30)


def test_a_rotation_before_any_founding_is_none():
    """There is no key that could hand over, and none that speaks."""
    with pytest.raises(LedgerError, match="founding act"):
        Succession().learn(kind=ROTATED, body=GOOD, index=0)
    with pytest.raises(LedgerError, match="founding act"):
        Succession().at(0)


def test_a_log_is_founded_once():
    """A second founding, wherever it came from, makes nobody speak."""
    log = founded()
    later = replace(log.tenures[0], keys=keys_of(FIRST))

    log.learn(kind=FOUNDED, body={"origin": "x", "log_key": SHORT.verifier}, index=7)

    assert log.tenures == [later]
