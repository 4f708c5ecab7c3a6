"""The record families, in the order users see them. Adding one is one file and one line here."""

from __future__ import annotations

from typing import Any

from ledger.family import Bond, Family
from ledger.records import (
    alarm,
    budget,
    cleanup,
    compartment,
    consultation,
    correspondent,
    custodian,
    custody,
    decision,
    document,
    fund,
    handover,
    incident,
    incoming,
    intake,
    inventory,
    invoice,
    key,
    office,
    officer,
    outlays,
    policy,
    purge,
    rectification,
    rule,
    schedule,
    series,
    stamp,
    statement,
    telegram,
    timetable,
)
from ledger.records.marks import guarding

_AS_DECLARED: tuple[Family[Any], ...] = (
    office.FAMILY,
    officer.FAMILY,
    key.FAMILY,
    compartment.FAMILY,
    series.FAMILY,
    document.FAMILY,
    incoming.FAMILY,
    telegram.FAMILY,
    correspondent.FAMILY,
    custodian.FAMILY,
    timetable.FAMILY,
    rule.FAMILY,
    cleanup.FAMILY,
    policy.FAMILY,
    decision.FAMILY,
    budget.FAMILY,
    outlays.FAMILY,
    invoice.FAMILY,
    fund.FAMILY,
    statement.FAMILY,
    rectification.FAMILY,
    alarm.FAMILY,
    schedule.FAMILY,
    custody.FAMILY,
    purge.FAMILY,
    stamp.FAMILY,
    consultation.FAMILY,
    inventory.FAMILY,
    incident.FAMILY,
    intake.FAMILY,
    handover.FAMILY,
)

FAMILIES: tuple[Family[Any], ...] = tuple(guarding(family) for family in _AS_DECLARED)
"""None of them takes in what carries a classification mark."""

BONDS: tuple[Bond, ...] = (
    Bond(
        "B1",
        "双人办理",
        "a key enrolled single-handed staffs the office, once",
        "key.enrolled/1",
        lambda record, happened: [(record,)] if happened.alone else [],
        "office.staffed/1",
        lambda _, happened: [(happened.key,)],
    ),
    *key.BONDS,
    *officer.BONDS,
    *compartment.BONDS,
    *series.BONDS,
    *document.BONDS,
    *incoming.BONDS,
    *telegram.BONDS,
    *correspondent.BONDS,
    *custodian.BONDS,
    *policy.BONDS,
    *purge.BONDS,
    *decision.BONDS,
    *alarm.BONDS,
    *budget.BONDS,
    *outlays.BONDS,
    *invoice.BONDS,
    *fund.BONDS,
)

__all__ = ["BONDS", "FAMILIES"]
