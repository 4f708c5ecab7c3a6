"""Budget lines 预算科目: approved, broken down, reserved, spent, adjusted, closed at year end (DOMAIN §5 BUD).

The record is `budget/<year>-<code>`. Items of money reserve from it when their budget level signs,
and spend what they reserved when they are paid; both ends stand in one act, so that two officers
reserving the last yuan meet at this record's version, and exactly one succeeds (R9). In the same way
a line is broken down into its parts, and money goes from one line to another by a decision.

`events` tells what happens, `state` where a line stands, `deciding` what a step brings with it,
`judged` what may come next, `family` verbs and bonds. At every version:
approved + assigned + adjusted + restored = broken down + reserved + spent + left.
"""

from __future__ import annotations

from ledger.records.budget.events import (
    ALLOWED,
    CORRECTED,
    RELEASING,
    RESERVING,
    RETURNED,
    SETTLED,
    SIGNED,
    WITHDRAWN,
    AdjustedIn,
    AdjustedOut,
    Approved,
    Assigned,
    BrokenDown,
    BudgetEvent,
    Closed,
    PartClosed,
    Released,
    Reserved,
    Restored,
    Revised,
    Share,
    Spent,
)
from ledger.records.budget.family import BONDS, FAMILY
from ledger.records.budget.state import Budget, evolve, key

__all__ = [
    "ALLOWED",
    "BONDS",
    "CORRECTED",
    "FAMILY",
    "RELEASING",
    "RESERVING",
    "RETURNED",
    "SETTLED",
    "SIGNED",
    "WITHDRAWN",
    "AdjustedIn",
    "AdjustedOut",
    "Approved",
    "Assigned",
    "BrokenDown",
    "Budget",
    "BudgetEvent",
    "Closed",
    "PartClosed",
    "Released",
    "Reserved",
    "Restored",
    "Revised",
    "Share",
    "Spent",
    "evolve",
    "key",
]
