"""What is due about rules on a day: filing, what the organ above asks for, expiry, orders, reviews.

Periods are the office's own where it has set some (`timetable set-periods`), else the defaults, which
is said (`edition` 0). A period that runs from an event is that of the day it began on, so a later
edition moves no due day of the past; how long ahead of an expiry to begin, and how often to look at
a rule again, is asked for the day itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.frozen import frozen
from ledger.records.cleanup import events as cleaning
from ledger.records.rule.duties import DEFAULT_PERIODS
from ledger.records.rule.time import ENDS
from ledger.records.timetable import (
    AMEND,
    CARRY_OUT,
    EVALUATE,
    FILE,
    RECTIFY,
    REVIEW,
    STEPS,
    SUPPLEMENT,
    TRIAL,
    Period,
)
from projections.projection import Asked, Reading, Row, iso
from projections.views.regulation_status.orders import open_orders
from projections.views.regulation_status.tables import DUTIES, PERIODS, RULES, SPANS

_WORDS = {
    FILE: "file with {to}",
    SUPPLEMENT: "file again, with what was asked for: {to}",
    RECTIFY: "put right and report back: {to}",
    EVALUATE: "evaluate, then extend, replace or let lapse",
    TRIAL: "end the trial: adopt anew, amend or abolish",
    AMEND: "amend: {to}",
    CARRY_OUT: "carry out {to}",
    REVIEW: "look at it again: confirm, amend or end",
}
_STANDING = (EVALUATE, TRIAL, REVIEW)
"""Steps that are due again and again, whose period is that of the day asked about."""
_UNKNOWN: Row = {"title": "", "number": ""}
_DEFAULTS = {period.step: period for period in DEFAULT_PERIODS}


@frozen
class Pace:
    """A period, and the edition that sets it; 0 where none did."""

    period: Period
    edition: int
    source: str


def due(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what is due on the day asked about, step by step, the earliest first.

    What recurs, or ends by itself, is told once the day lies within the period of 到期评估 before it.
    """
    editions = list(reading.find(PERIODS))
    standing = {row["rule"]: row for row in reading.find(SPANS, on=asked.day)}
    known = {row["rule"]: row for row in reading.find(RULES)}
    ended = (rule for rule, row in standing.items() if row["status"] in ENDS)
    orders = open_orders(reading, asked.day, ended=ended)
    found = []
    for duty in (*reading.find(DUTIES, on=asked.day), *map(_ordered, orders)):
        told = _due(duty, editions, asked.day)
        if told is not None:
            named = standing.get(duty["rule"]) or known.get(duty["rule"]) or _UNKNOWN
            found.append({**told, "title": named["title"], "number": named["number"]})
    yield from sorted(
        found,
        key=lambda row: (STEPS.index(row["step"]), row["due_on"] or "9999", row["rule"]),
    )


def _ordered(order: Row) -> Row:
    """Return an open order as a duty."""
    amends = order["outcome"] == cleaning.AMEND
    return {
        **order, "step": AMEND if amends else CARRY_OUT, "told_due": None,
        "to": order["title"] if amends else f"{order['outcome']}: {order['title']}",
    }  # fmt: skip


def _due(duty: Row, editions: Sequence[Row], day: date) -> Row | None:
    step, since = duty["step"], date.fromisoformat(duty["valid_from"])
    pace = pace_of(editions, step, day if step in _STANDING else since)
    until = date.fromisoformat(duty["told_due"]) if duty["told_due"] else None
    if until is None and pace is not None:
        until = pace.period.after(since)
    ahead = pace_of(editions, EVALUATE, day)
    if step in _STANDING and until and ahead and day < ahead.period.before(until):
        return None
    return {
        "rule": duty["rule"], "step": step, "what": _WORDS[step].format(to=duty["to"]).rstrip(": "),
        "due_on": iso(until), "overdue": until is not None and until < day,
        "since": duty["valid_from"], "period": _length(pace.period) if pace else "",
        "citation": _citation(pace) if pace else "", "edition": pace.edition if pace else 0,
        "index": duty["index"],
    }  # fmt: skip


def pace_of(editions: Sequence[Row], step: str, day: date) -> Pace | None:
    """Return the period of a step on a day: of the edition in force then, else the default."""
    begun = [row for row in editions if row["effective_on"] <= day.isoformat()]
    newest = max(((row["effective_on"], row["edition"]) for row in begun), default=None)
    for row in begun:
        if newest is not None and (row["edition"], row["step"]) == (newest[1], step):
            period = Period(
                step=step, months=row["months"], days=row["days"], citation=row["citation"]
            )
            return Pace(period, row["edition"], row["source"])
    default = _DEFAULTS.get(step)
    return Pace(default, 0, "") if default else None


def _length(period: Period) -> str:
    months = f"{period.months}个月" if period.months else ""
    return months + (f"{period.days}日" if period.days else "")


def _citation(pace: Pace) -> str:
    told = " ".join(each for each in (pace.source, pace.period.citation) if each)
    return told if pace.edition else f"默认 {told}"
