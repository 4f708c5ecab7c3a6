"""Collective decisions 集体决策 (三重一大): what a meeting decided, up to which ceiling, what draws on it.

The record is `decision/<code>`, the minutes and the matter, such as `decision/党组会纪要3-2`. A decision
names the items it is about, or the project that they belong to. Every payment of an item under it
draws on it in the same act, so that all of them together never exceed its ceiling (R7), whoever
pays first. It counts only if a meeting took it: with a quorum, more than the share in favour that
the policy asks for, dissent written down, and the head of the office speaking last 末位表态.
"""

from ledger.records.decision.events import Applied, Drawn, GivenBack, Revoked, Taken
from ledger.records.decision.family import BONDS, FAMILY, key
from ledger.records.decision.state import Decision

__all__ = [
    "BONDS",
    "FAMILY",
    "Applied",
    "Decision",
    "Drawn",
    "GivenBack",
    "Revoked",
    "Taken",
    "key",
]
