"""A receiver's signature is verified again with everything else."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date

import pytest

from ledger.audit.acknowledged import check_acknowledged
from ledger.keys.signer import SeedSigner
from ledger.records.handover import Acknowledged, acknowledged_bytes

DIGEST, DAY = "ab" * 32, date(2023, 2, 1)
SIGNER = SeedSigner(b"r" * 32)
SIGNED = Acknowledged(
    receiver="王审计", received_on=DAY, digest=DIGEST,
    public_key=base64.b64encode(SIGNER.public[0]).decode(),
    signature=base64.b64encode(SIGNER.sign(acknowledged_bytes(DIGEST, "王审计", DAY))[0]).decode(),
)  # fmt: skip
ROW = (7, "handover/x", 2, Acknowledged.KIND, b"", "", "", b"")


def test_a_signature_over_what_the_event_tells_holds():
    """And so does a receipt on paper, which has none."""
    assert list(check_acknowledged(ROW, SIGNED)) == []
    assert list(check_acknowledged(ROW, replace(SIGNED, signature="", public_key=""))) == []


@pytest.mark.parametrize("change", [
    {"receiver": "李审计"}, {"digest": "cd" * 32}, {"received_on": date(2023, 2, 2)}, {"signature": "AAAA"},
    {"public_key": "AAAA"}, {"public_key": "!"}, {"signature": "!"},
    {"public_key": base64.b64encode(bytes(32)).decode()},
], ids=str)  # fmt: skip
def test_a_signature_over_something_else_is_found(change):
    """Name, digest, day, key and signature."""
    (found,) = check_acknowledged(ROW, replace(SIGNED, **change))

    assert (found.code, found.damage, found.index) == ("content.receipt", "edited", 7)
