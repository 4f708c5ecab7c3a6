"""The flags over 55,493 events of real reimbursements, held against a policy."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date

import pytest

from ledger.records.policy import Level, Terms
from ledger.store.memory import MemoryStore
from projections.flags import FLAGS, Asked, find_flags, read_evidence
from tests.projections.histories import History, reimbursements

LEVELS = (
    Level(level=1, name="ADMINISTRATION", posts=("administration",)),
    Level(level=2, name="FINAL", posts=("supervisor",)),
)
TERMS = Terms(
    levels=LEVELS, budget_level=1, payers=(), bookkeepers=(), prior_approvers=(),
    prior_approval_above_fen=None, prior_approval_categories=(), minute_takers=(),
    collective_above_fen=None,
)  # fmt: skip
DAY = date(2019, 7, 1)


@pytest.fixture(scope="module")
def log() -> MemoryStore:
    """The reimbursements, taken in as found."""
    history = History()
    history.tell_all(reimbursements())
    return history.store


def _rows(log, code="", terms=None):
    evidence = read_evidence(log, Asked(utc_offset="+01:00", day=DAY, terms=terms))
    return list(find_flags([flag for flag in FLAGS if code in ("", flag.code)], evidence))


def test_levels_missing_at_payment_are_named_and_counted(log):
    """2,123 were paid without the administration level, 2 without a final approval."""
    rows = _rows(log, "F01", TERMS)

    missing = Counter(name for row in rows for name in row.about)

    assert missing == {"ADMINISTRATION": 2_123, "FINAL": 2}


def test_history_is_judged_by_no_policy_unless_one_is_named(log):
    """Nobody knows which policy held then: nothing is missing of a chain that nobody told."""
    codes = {row.code for row in _rows(log)}

    assert not codes & {"F01", "F02", "F05", "F06", "F08"}


def test_all_flags_over_all_reimbursements_take_seconds(log):
    """An auditor does not wait: reading 55,493 events and asking every flag ends in seconds."""
    begun = time.perf_counter()

    rows = _rows(log, terms=TERMS)

    assert rows
    assert time.perf_counter() - begun < 30
