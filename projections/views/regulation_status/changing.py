"""What changed between two days: came into force, amended, suspended, resumed, ended, revoked.

A change stands on the day from which it counts, after the first day and not after the second. A
revocation 撤销 voids from the start, so that on no day after it anything changes: it stands on the day
it was made, and tells from when the rule is void.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ledger.records.rule.ending import ABOLISHED, LAPSED
from ledger.records.rule.time import (
    ADOPTED,
    COUNTS,
    IN_FORCE,
    PARTLY,
    PENDING,
    REVOKED,
    SUSPENDED,
)
from projections.projection import Asked, Reading, Row, iso
from projections.views.regulation_status.tables import SPANS

_BECAME = {
    ADOPTED: "通过 adopted",
    PENDING: "公布 published",
    PARTLY: "部分施行 came into force in part",
    IN_FORCE: "施行 came into force",
    SUSPENDED: "暂停 suspended",
    ABOLISHED: "废止 abolished",
    LAPSED: "失效 lapsed",
    REVOKED: "撤销 revoked, void from the start",
}
_LIVING = (*COUNTS, SUSPENDED)
_PARTS = ("provisions", "pending", "rest")


def changes(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what changed after `asked.since` (or ever) and until `asked.day`, by day and rule."""
    first, last = iso(asked.since) or "", asked.day.isoformat()
    found = [row for row in _changes(reading) if first < row["day"] <= last]
    yield from sorted(found, key=lambda row: (row["day"], row["rule"]))


def _changes(reading: Reading) -> Iterator[Row]:
    nothing: Row = {"rule": None, "status": ""}
    spans = [nothing, *reading.find(SPANS)]
    for earlier, span in pairwise(spans):
        before = earlier if earlier["rule"] == span["rule"] else nothing
        words = _words(before, span)
        if words:
            revoked = span["status"] == REVOKED
            yield {
                "day": span["void_on"] if revoked else span["valid_from"],
                "void_from": span["valid_from"] if revoked else None,
                "rule": span["rule"], "title": span["title"], "number": span["number"],
                "change": "；".join(words), "before": before["status"], "after": span["status"],
                "version": span["version"], "provisions": span["provisions"],
                "pending": span["pending"], "proof": span["proof"],
            }  # fmt: skip


def _words(before: Row, after: Row) -> list[str]:
    """Return what became otherwise, in words; nothing where it is no change of the rule's standing."""
    if before["status"] not in _LIVING or after["status"] not in _LIVING:
        return [_BECAME[after["status"]]] if _differs(before, after) else []
    words = []
    if before["version"] != after["version"]:
        words.append("修改 amended")
    elif before["status"] == PARTLY and after["status"] == IN_FORCE:
        words.append("全部施行 came wholly into force")
    elif any(before[name] != after[name] for name in _PARTS):
        words.append("部分施行 further provisions in force")
    if SUSPENDED in (before["status"], after["status"]) and before["status"] != after["status"]:
        words.append("暂停 suspended" if after["status"] == SUSPENDED else "恢复 resumed")
    if before["number"] != after["number"]:
        words.append("变更文号 renumbered")
    if before["needs_amendment"] != after["needs_amendment"] and not words:
        words.append(
            "需适时修改 to be amended" if after["needs_amendment"] else "继续有效 confirmed"
        )
    return words


def _differs(before: Row, after: Row) -> bool:
    """Tell whether a status began: another one than before, or the same for another text."""
    names = (
        ("status",)
        if after["status"] in (ABOLISHED, LAPSED, REVOKED)
        else ("status", "version")
    )
    return any(before.get(name) != after[name] for name in names)
