"""Receipts: what an officer keeps outside the store, and what nobody signs over because of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import (
    ProofError,
)
from ledger.log.receipt import Kept, ReceiptBook
from tests.office import FOUNDER, make_office

CLOCK = ("office.correct-clock", "office/main", {"reason": "校时"})


def test_receipts_hold_the_head_and_the_acts_place(tmp_path):
    """The officer keeps, outside the store, what they saw and where their act stands."""
    office = make_office()
    book = ReceiptBook(tmp_path / "receipts.jsonl")
    acting = replace(office.people[FOUNDER], receipts=book)
    head = office.store.head()

    done = office.ledger.act(acting, office.request([CLOCK]))

    assert book.all() == [Kept(head.size, head.root.hex(), done.act, done.first_index)]


def test_nobody_signs_over_a_log_that_was_rolled_back(tmp_path):
    """A store shorter than the officer's own last act is refused before signing."""
    office, book = make_office(), ReceiptBook(tmp_path / "receipts.jsonl")
    size = office.store.head().size
    book.keep(Kept(size, office.store.head().root.hex(), "X" * 26, size + 5))
    acting = replace(office.people[FOUNDER], receipts=book)

    with pytest.raises(ProofError, match="rolled back or cut"):
        office.ledger.act(acting, office.request([CLOCK]))


def test_nobody_signs_over_a_log_that_was_rewritten(tmp_path):
    """A log that does not continue the one the officer saw is refused before signing."""
    office, book = make_office(), ReceiptBook(tmp_path / "receipts.jsonl")
    book.keep(Kept(3, "ab" * 32, "X" * 26, 2))
    acting = replace(office.people[FOUNDER], receipts=book)

    with pytest.raises(ProofError):
        office.ledger.act(acting, office.request([CLOCK]))


def test_a_cut_line_of_receipts_is_passed_over(tmp_path):
    """A crash while keeping a receipt costs that line and nothing else."""
    book = ReceiptBook(tmp_path / "receipts.jsonl")
    kept = Kept(3, "ab" * 32, "X" * 26, 2)
    book.keep(kept)
    with book.path.open("ab") as file:
        file.write(b'{"act":"cut')

    assert book.last() == kept

    book.keep(replace(kept, index=5))

    assert book.all() == [kept, replace(kept, index=5)]
