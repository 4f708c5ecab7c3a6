"""Rules across records: within each act, both ends of every bond stand and match."""

from __future__ import annotations

from typing import Any

from ledger.audit.forms import EventForms, Opened
from ledger.errors import LedgerError
from ledger.family import AS_FOUND, Change
from ledger.findings import Finding
from ledger.records import BONDS
from ledger.rules import broken_bonds

BONDED = frozenset(kind for bond in BONDS for kind in (bond.left_kind, bond.right_kind))


class BondCheck:
    """The bonds of one span's acts."""

    def __init__(self, ground: Any, forms: EventForms, report: Any) -> None:
        self.wanted: bool = ground.bonds
        self.named: bool = ground.as_found
        self.forms = forms
        self.report = report

    def check(self, rows: Any, opened: Opened, first: int) -> None:
        """Check the bonds of one act, whose events stand from `first` on."""
        if not self.wanted or not first:
            return
        act_rows = [rows.get(index) for index in range(first, first + len(opened.events))]
        if not any(row is not None and row[3] in BONDED for row in act_rows):
            return
        changes, places = self._changes(act_rows)
        for breach in broken_bonds(changes, BONDS):
            found = Finding(
                f"rule.{breach.code}", "rule broken", f"{breach.message} [{breach.citation}]",
                index=places[breach.change], record=breach.record,
            )  # fmt: skip
            if opened.basis != AS_FOUND:
                self.report.findings.add(found)
                continue
            self.report.as_found += 1
            if self.named:
                self.report.found.add(found)

    def _changes(self, rows: list[Any]) -> tuple[list[Change], list[int]]:
        changes, places = [], []
        for row in rows:
            if row is None or row[3] not in BONDED:
                continue
            try:
                changes.append(Change(row[1], self.forms.happened(row[4])))
                places.append(row[0])
            except (LedgerError, ValueError, KeyError):
                # The check of the event's own bytes names it.
                continue
        return changes, places
