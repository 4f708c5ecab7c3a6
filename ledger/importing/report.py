"""What came of a register: counts, problems and warnings, for people and as JSON.

The counts are exact; of problems and equal rows the first `MAX_LISTED` are listed, of unmatched
values the first `MAX_VALUES` different ones of each column are told apart.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from ledger.importing.mapper import UNMATCHED, BoundMap, MappedEvent, bind, map_row
from ledger.importing.mapping import RegisterMap
from ledger.importing.table import Row, RowProblem, Table, shown_place
from ledger.importing.values import normal

MAX_LISTED = 1_000
MAX_VALUES = 100
MAX_WARNED = 10
OTHER_VALUES = "(other values)"

_SHOWN_CHARS = 60


@dataclass(slots=True)
class DryRun:
    """The one place where an import's counts grow; ask it at any time.

    `equal_rows` are (row, the earlier row that is equal to it in every cell); `told_again` counts
    events whose record, kind and `once` columns an earlier row had already. Both are warnings.
    `unit` is what a row is called (`ledger.importing.table.Table`).
    """

    table: str
    digest: str
    sheet: str
    map: str
    map_digest: str
    unit: str = "row"
    rows_read: int = 0
    rows_mapped: int = 0
    rows_unmatched: int = 0
    events: Counter[str] = field(default_factory=Counter)
    records: int = 0
    problem_count: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    equal_count: int = 0
    equal_rows: list[tuple[int, int]] = field(default_factory=list)
    told_again: int = 0
    unmatched: dict[str, Counter[str]] = field(default_factory=dict)
    _first_rows: dict[bytes, int] = field(default_factory=dict, repr=False)
    _told: set[bytes] = field(default_factory=set, repr=False)
    _keys: set[tuple[str, ...]] = field(default_factory=set, repr=False)

    def count(self, row: Row, outcome: list[MappedEvent] | RowProblem, bound: BoundMap) -> None:
        """Take in one row and what `map_row` made of it."""
        self.rows_read += 1
        self._compare(row)
        if isinstance(outcome, RowProblem):
            self._list(outcome)
            if outcome.message == UNMATCHED:
                self._count_unmatched(row, bound)
        elif outcome:
            self.rows_mapped += 1
            self._count_events(outcome)
        else:
            self._count_unmatched(row, bound)

    def count_problem(self, problem: RowProblem) -> None:
        """Take in one row that could not even be read."""
        self.rows_read += 1
        self._list(problem)

    def as_json(self) -> dict[str, object]:
        """Return the report as it stands in `--json` output."""
        return {
            "table": self.table,
            "digest": self.digest,
            "sheet": self.sheet,
            "map": self.map,
            "map_digest": self.map_digest,
            "rows_read": self.rows_read,
            "rows_mapped": self.rows_mapped,
            "rows_unmatched": self.rows_unmatched,
            "records": self.records,
            "events": dict(sorted(self.events.items())),
            "told_again": self.told_again,
            "equal_rows": self.equal_count,
            "equal_rows_listed": [list(pair) for pair in self.equal_rows],
            "unmatched": {name: dict(values) for name, values in self.unmatched.items()},
            "problems": self.problem_count,
            "problems_listed": [
                {"row": one.row, "column": one.column, "message": one.message}
                | ({"place": one.place} if one.place else {})
                for one in self.problems
            ],
        }

    def lines(self) -> list[str]:
        """Return the report for people, one line each, problems last."""
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        lines = [
            f"{self.table}{sheet} (sha256 {self.digest[:16]}…) through {self.map}",
            f"{self.rows_read} {self.unit}s read, {self.rows_mapped} mapped",
            f"{self.rows_unmatched} taken by no event, {self.problem_count} with problems",
            f"{sum(self.events.values())} events of {self.records} records",
        ]
        lines += [f"  {kind}: {count}" for kind, count in sorted(self.events.items())]
        for column, values in self.unmatched.items():
            lines += [
                f"no event: {column} = {value!r}: {n}" for value, n in values.most_common()
            ]
        lines += self._warnings()
        lines += [
            f"{shown_place(one.row, one.place)}, {one.column or f'whole {self.unit}'}: {one.message}"
            for one in self.problems
        ]
        if self.problem_count > len(self.problems):
            lines.append(f"… and {self.problem_count - len(self.problems)} more problems")
        return lines

    def _warnings(self) -> list[str]:
        shown = self.equal_rows[:MAX_WARNED]
        unit = self.unit
        lines = [f"warning: {unit} {row} equals {unit} {first}" for row, first in shown]
        if self.equal_count > len(shown):
            lines.append(f"warning: … and {self.equal_count - len(shown)} more equal {unit}s")
        if self.told_again:
            again = f"{self.told_again} events were told by an earlier {unit} already"
            lines.append(f"warning: {again}")
        return lines

    def _list(self, problem: RowProblem) -> None:
        self.problem_count += 1
        if len(self.problems) < MAX_LISTED:
            self.problems.append(problem)

    def _compare(self, row: Row) -> None:
        first = self._first_rows.setdefault(_short_digest(row.cells), row.number)
        if first == row.number:
            return
        self.equal_count += 1
        if len(self.equal_rows) < MAX_LISTED:
            self.equal_rows.append((row.number, first))

    def _count_events(self, events: list[MappedEvent]) -> None:
        for event in events:
            self.events[event.kind] += 1
            self._keys.add(event.key)
            if event.once:
                before = len(self._told)
                self._told.add(_short_digest((event.kind, *event.key, *event.once)))
                self.told_again += len(self._told) == before
        self.records = len(self._keys)

    def _count_unmatched(self, row: Row, bound: BoundMap) -> None:
        self.rows_unmatched += 1
        for column, place in bound.watched.items():
            values = self.unmatched.setdefault(column, Counter())
            value = normal(row.cells[place])[:_SHOWN_CHARS]
            known = value in values or len(values) < MAX_VALUES
            values[value if known else OTHER_VALUES] += 1


def _short_digest(parts: tuple[str, ...]) -> bytes:
    """Return 16 bytes that tell tuples of texts apart; lengths keep `ab|c` from `a|bc`."""
    lengths = ",".join(str(len(part)) for part in parts)
    joined = f"{lengths}:{''.join(parts)}"
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()[:16]


def new_report(mapping: RegisterMap, table: Table) -> DryRun:
    """Return the report of an import that has not read a row yet."""
    return DryRun(
        table.name, table.digest, table.sheet, mapping.name, mapping.digest, table.unit
    )


def dry_run(mapping: RegisterMap, table: Table) -> DryRun:
    """Return what importing a table through a map would bring, without bringing it.

    Raises:
        MalformedError: a column the table does not have, or the table stops being readable.
    """
    report = new_report(mapping, table)
    bound = bind(mapping, table.header)
    for row in table.rows:
        if isinstance(row, RowProblem):
            report.count_problem(row)
        else:
            report.count(row, map_row(bound, row), bound)
    return report
