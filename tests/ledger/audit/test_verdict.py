"""What a verdict holds: every finding counted, and so many of each code named."""

from __future__ import annotations

from ledger.audit import verdict
from ledger.audit.verdict import Findings
from ledger.findings import Finding


def test_so_many_of_each_code_are_named_and_all_are_counted(monkeypatch):
    """A log damaged in a million places is told in a verdict that fits into memory."""
    monkeypatch.setattr(verdict, "NAMED_PER_CODE", 2)
    one, other = Findings(), Findings()
    one.extend(Finding("log.gap", "deleted", "missing", index) for index in range(5))
    other.add(Finding("log.gap", "deleted", "missing", 9))
    other.add(Finding("log.root", "edited", "another"))

    other.merge(one)

    assert [(each.code, each.index) for each in other.named] == [
        ("log.gap", 9), ("log.root", None), ("log.gap", 0),
    ]  # fmt: skip
    assert other.counts == {"log.gap": 6, "log.root": 1}
