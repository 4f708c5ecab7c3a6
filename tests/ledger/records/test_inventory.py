"""Inventories 清册: sealed by administrators, each of a larger log than the one before."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.family import AS_FOUND, PAPER, Change, Context
from ledger.records.inventory import FAMILY, INVENTORY, Inventory, Sealed
from ledger.records.office import ADMINISTRATOR, SECURITY
from tests.ledger.records.world import World

ROOT = "ab" * 32


def broken(happened: Sealed, *, before: Inventory = FAMILY.initial, **world: Any) -> list[str]:
    """The rules that an inventory breaks."""
    told = {"posts": {"officer/A": {ADMINISTRATOR}}} | world
    context: Context = World(**told)
    return [rule.code for rule in FAMILY.rules if rule.broken(before, happened, context)]


@pytest.mark.parametrize("post", [ADMINISTRATOR, SECURITY])
def test_an_administrator_seals_an_inventory(post):
    """The newest one counts."""
    happened = Sealed(size=9, records=5, root=ROOT)

    assert broken(happened, posts={"officer/A": {post}}) == []
    assert FAMILY.evolve(FAMILY.initial, happened) == Inventory(9, 5, ROOT)
    assert FAMILY.title(Inventory(9, 5, ROOT)) == "清册 9"
    assert FAMILY.title(FAMILY.initial) == ""


def test_others_do_not():
    """IV1: business posts seal nothing."""
    assert broken(Sealed(size=9, records=5, root=ROOT), posts={"officer/A": {"领导"}}) == [
        "IV1"
    ]


@pytest.mark.parametrize("size", [1, 8, 9])
def test_an_inventory_that_lists_no_more_than_the_last_is_refused(size):
    """IV2: each lists a larger log."""
    before = Inventory(9, 5, ROOT)

    assert broken(Sealed(size=size, records=1, root=ROOT), before=before) == ["IV2"]
    assert broken(Sealed(size=10, records=5, root=ROOT), before=before) == []


@pytest.mark.parametrize(
    ("records", "root"),
    [(0, ROOT), (-1, ROOT), (10, ROOT), (5, "AB" * 32), (5, "ab" * 31), (5, "")],
)
def test_an_inventory_that_no_log_has_is_refused(records, root):
    """IV3: one record at least, none without an event, a root in hex."""
    assert broken(Sealed(size=9, records=records, root=root)) == ["IV3"]


@pytest.mark.parametrize("basis", [AS_FOUND, PAPER])
def test_an_inventory_is_never_entered_as_found(basis):
    """IV4: only who works it out seals it; this guard refuses even history."""
    assert broken(Sealed(size=9, records=5, root=ROOT), basis=basis) == ["IV4"]
    assert [rule.guard for rule in FAMILY.rules] == [False, False, False, True]


def test_there_is_one_inventory():
    """All of them stand in one record."""
    assert Change(INVENTORY, Sealed(size=9, records=5, root=ROOT)).record == "inventory/main"
