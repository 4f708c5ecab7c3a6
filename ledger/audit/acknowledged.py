"""Acknowledgements 签收 by a receiver's key: the signature that came back is over what the event tells."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ledger.errors import LedgerError
from ledger.family import Happened
from ledger.findings import Finding
from ledger.keys import ed25519
from ledger.records.handover import Acknowledged, acknowledged_bytes
from ledger.store.contract import RawRow


def check_acknowledged(row: RawRow, happened: Happened) -> Iterator[Finding]:
    """Yield what is wrong with a receiver's signature; other events, and forms on paper, hold."""
    if not isinstance(happened, Acknowledged) or not happened.signature:
        return
    signed = acknowledged_bytes(happened.digest, happened.receiver, happened.received_on)
    try:
        public = base64.b64decode(happened.public_key, validate=True)
        ed25519.check_public(public)
        signature = base64.b64decode(happened.signature, validate=True)
        ed25519.verify(public, signed, signature, what="the receiver's acknowledgement")
    except (LedgerError, binascii.Error, ValueError) as error:
        yield Finding("content.receipt", "edited", str(error), row[0], row[1])
