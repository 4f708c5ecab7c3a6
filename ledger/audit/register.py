"""The register of a number series, straight from evidence: given, found, void, missing, double."""

from __future__ import annotations

from typing import Any

from ledger.audit.authority import KINDS
from ledger.audit.forms import EventForms
from ledger.errors import NotFoundError
from ledger.frozen import frozen
from ledger.records.numbers import format_number
from ledger.records.spans import Spans, add, holes
from ledger.store.contract import LogReader

GIVEN, FOUND, VOID, MISSING, DOUBLE = "given", "found", "void", "missing", "double"
WORDS = {GIVEN: "在用", FOUND: "原有", VOID: "作废", MISSING: "缺号", DOUBLE: "重号"}


@frozen
class NumberLine:
    """One number of a series, or a run of missing ones (`n` to `until`)."""

    n: int
    until: int
    text: str
    state: str
    record: str = ""
    index: int | None = None
    recorded_at: str = ""
    occurred_on: str = ""
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the line as it stands in `--json` output."""
        return {
            "n": self.n,
            "until": self.until,
            "number": self.text,
            "state": self.state,
            "zh": WORDS[self.state],
            "record": self.record,
            "index": self.index,
            "recorded_at": self.recorded_at,
            "occurred_on": self.occurred_on,
            "reason": self.reason,
        }


def numbers(reader: LogReader, series: str) -> list[NumberLine]:
    """Return the register of a series (its record name), by number.

    Raises:
        NotFoundError: there is no such series.
        MalformedError: a row cannot be read; `verify` names it.
    """
    rows = reader.history(series)
    if not rows:
        raise NotFoundError("series", series)
    register = _Register(series)
    forms = EventForms(KINDS)
    for row in rows:
        forms.told(row.kind, row.event)
        register.take(row, forms.happened(row.event))
    return register.lines()


class _Register:
    """The numbers of a series as its events give them."""

    def __init__(self, series: str) -> None:
        code, _, year = series.partition("/")[2].rstrip("〕").partition("〔")
        self.code, self.year = code, int(year) if year.isdecimal() else 0
        self.first = 1
        self.seen: Spans = ()
        self.given: list[NumberLine] = []
        self.voids: dict[int, str] = {}

    def take(self, row: Any, happened: Any) -> None:
        """Take in an event of the series."""
        if happened.KIND == "series.opened/1":
            self.code, self.year, self.first = (
                happened.code,
                happened.year,
                happened.first_number,
            )
        elif happened.KIND == "series.voided/1":
            self.voids[happened.n] = happened.reason
        elif happened.KIND in ("series.allocated/1", "series.found/1"):
            state = GIVEN if happened.KIND == "series.allocated/1" else FOUND
            if any(lo <= happened.n <= hi for lo, hi in self.seen):
                state = DOUBLE
            self.seen = add(self.seen, happened.n)
            day = happened.occurred_on
            self.given.append(
                NumberLine(
                    n=happened.n,
                    until=happened.n,
                    text=format_number(self.code, self.year, happened.n),
                    state=state,
                    record=happened.record,
                    index=row.index,
                    recorded_at=row.recorded_at,
                    occurred_on=day.isoformat() if day else "",
                )
            )

    def lines(self) -> list[NumberLine]:
        """Return all numbers and runs of missing ones, in order."""
        last = self.seen[-1][1] if self.seen else 0
        missing = [
            NumberLine(lo, hi, format_number(self.code, self.year, lo), MISSING)
            for lo, hi in holes(self.seen, self.first, last)
        ]
        given = [self._voided(each) for each in self.given]
        return sorted([*given, *missing], key=lambda each: (each.n, each.index or 0))

    def _voided(self, line: NumberLine) -> NumberLine:
        if line.n not in self.voids or line.state == DOUBLE:
            return line
        return NumberLine(
            line.n, line.until, line.text, VOID, line.record, line.index, line.recorded_at,
            line.occurred_on, self.voids[line.n],
        )  # fmt: skip
