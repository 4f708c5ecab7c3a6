"""Which events carry content, and where in them it stands."""

from __future__ import annotations

from ledger.application.attached import attaching_kinds, attachments
from ledger.audit.authority import KINDS
from ledger.family import Attachment


def test_which_kinds_carry_attachments_is_read_from_their_fields():
    """Only kinds that can carry content are decoded for it."""
    kinds = attaching_kinds(KINDS)

    assert "incoming.received/1" in kinds
    assert "office.founded/1" not in kinds


def test_attachments_in_parts_are_found():
    """An attachment is found however deep it stands."""
    scan = Attachment(name="a", size_bytes=1, digest="0" * 64)

    assert list(attachments(((scan, ()), (), scan))) == [scan, scan]


def test_a_part_that_is_left_out_carries_nothing():
    """A field may hold a part or none."""
    assert list(attachments((None, ()))) == []
