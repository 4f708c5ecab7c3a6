"""The flags over 55,493 events of real reimbursements, held against a policy."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from ledger.importing.mapper import map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.table import read_table
from ledger.importing.taking import build, group
from ledger.records.fund import FAMILY
from ledger.records.policy import Level
from ledger.store.memory import MemoryStore
from projections.flags import FLAGS, Asked, find_flags, read_evidence
from tests.needs import REPOSITORY, shared
from tests.projections.flags.money import terms
from tests.projections.histories import History

KINDS = {kind.KIND: kind for kind in FAMILY.events}
TWO_LEVELS = terms(
    levels=(
        Level(level=1, name="administration", posts=("administration",)),
        Level(level=2, name="final", posts=("supervisor",)),
    )
)


@pytest.fixture(scope="module")
def log() -> MemoryStore:
    """The reimbursements as found, through the map that we ship."""
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "bpi2020.toml")
    table = read_table(shared("data", "bpi2020-domestic-declarations.csv.gz"))
    groups, _ = group(list(map_table(mapping, table)))
    history = History()
    history.tell_all(
        (f"fund/{one.key[0]}", build(KINDS[one.kind], one.fields))
        for each in groups
        for one in each
    )
    return history.store


def _rows(log, code="", judged=None):
    asked = Asked(utc_offset="+01:00", day=date(2019, 7, 1), terms=judged)
    chosen = [flag for flag in FLAGS if code in ("", flag.code)]
    return list(find_flags(chosen, read_evidence(log, asked)))


def test_levels_missing_at_payment_are_named_and_counted(log):
    """2,123 were paid without the administration level, 2 without a final approval."""
    rows = _rows(log, "F01", TWO_LEVELS)

    missing = Counter(name for row in rows for name in row.about)

    assert missing == {"administration": 2_123, "final": 2}


def test_an_item_paid_unsigned_has_one_row_with_its_payment(log):
    """One row an item, however many levels are missing; the last event named is the payment."""
    rows = _rows(log, "F01", TWO_LEVELS)

    kinds = {log.event_at(row.indexes[-1]).kind for row in rows}

    assert len({row.record for row in rows}) == len(rows)
    assert kinds == {"fund.paid/1"}


def test_history_is_judged_by_no_policy_unless_one_is_named(log):
    """Nobody knows which policy held then: nothing is missing of a chain that nobody told."""
    codes = {row.code for row in _rows(log)}

    assert not codes & {"F01", "F02", "F05", "F06", "F08"}
