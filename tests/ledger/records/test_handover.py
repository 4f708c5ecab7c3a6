"""Hand-overs 移交: what was made for whom, and that what is acknowledged is what was handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND, Attachment
from ledger.records.handover import FAMILY, Acknowledged, Handover, Made, acknowledged_bytes
from tests.ledger.records.world import World

DIGEST = "ab" * 32
MADE = Made(
    recipient="某县审计局", scope=("family fund",), audience="full", records=3, entries=9, hidden=0,
    size=20, root="cd" * 32, digest=DIGEST,
)  # fmt: skip
FORM = Attachment(name="回执.pdf", size_bytes=9, digest="ef" * 32)
TODAY = World().day
RECEIVED = Acknowledged(receiver="王审计", received_on=TODAY, digest=DIGEST, forms=(FORM,))
STANDING = FAMILY.evolve(FAMILY.initial, MADE)


def broken(happened: Any, *, before: Handover = FAMILY.initial, **world: Any) -> list[str]:
    """The rules that an event breaks."""
    context = World(**world)
    return [
        rule.code
        for rule in FAMILY.rules
        if isinstance(happened, rule.kinds) and rule.broken(before, happened, context)
    ]


def test_a_hand_over_stands_as_made_and_is_acknowledged():
    """Receiver, digest, and the day it was received."""
    assert broken(MADE) == []
    assert broken(RECEIVED, before=STANDING) == []
    state = FAMILY.evolve(STANDING, RECEIVED)
    assert (state.recipient, state.digest, state.receiver, state.received_on) == (
        "某县审计局",
        DIGEST,
        "王审计",
        TODAY,
    )
    assert FAMILY.title(state) == f"移交 某县审计局 {DIGEST[:12]}"
    assert FAMILY.title(FAMILY.initial) == ""


@pytest.mark.parametrize("change", [
    {"recipient": " "}, {"scope": ()}, {"digest": "AB" * 32}, {"root": ""}, {"entries": 21}, {"hidden": 10},
    {"hidden": -1}, {"hidden": 1},
], ids=str)  # fmt: skip
def test_a_hand_over_tells_whom_what_and_by_which_digest(change):
    """HO1: nothing is left out, counts fit, and what is withheld has a reason."""
    assert broken(replace(MADE, **change)) == ["HO1"]


def test_what_is_withheld_for_a_reason_may_be():
    """HO1 allows it."""
    assert broken(replace(MADE, hidden=1, reasons=("个人隐私",))) == []


def test_a_hand_over_is_made_once_and_here():
    """HO1 and HO2: never again on the same record, never as found."""
    assert broken(MADE, before=STANDING) == ["HO1"]
    assert broken(MADE, basis=AS_FOUND) == ["HO2"]


def test_what_is_acknowledged_is_what_was_handed_over():
    """HO3: the digest that the receiver names, once, of a hand-over that was made."""
    other = replace(RECEIVED, digest="00" * 32)
    done = FAMILY.evolve(STANDING, RECEIVED)

    assert broken(other, before=STANDING) == ["HO3"]
    assert broken(RECEIVED) == ["HO3"]
    assert broken(RECEIVED, before=done) == ["HO3"]


@pytest.mark.parametrize("change", [
    {"forms": ()}, {"received_on": date(2999, 1, 1)}, {"signature": "x"}, {"public_key": "x"},
], ids=str)  # fmt: skip
def test_an_acknowledgement_is_signed(change):
    """HO4: a form or a signature with its key, and no day ahead."""
    assert broken(replace(RECEIVED, **change), before=STANDING) == ["HO4"]


def test_an_acknowledgement_by_key_needs_no_form():
    """HO4 allows it."""
    by_key = replace(RECEIVED, forms=(), signature="x", public_key="y")

    assert broken(by_key, before=STANDING) == []


def test_what_a_receiver_signs_is_four_lines():
    """A line end in a name cannot make a fifth."""
    signed = acknowledged_bytes(DIGEST, "王\n审计", date(2023, 2, 1))

    assert signed.decode() == f"qifeng-acknowledgement/1\n{DIGEST}\n王 审计\n2023-02-01\n"
