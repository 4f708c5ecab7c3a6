"""What views and flags say, as files of a bundle: with the query and the version that made them.

A table is there where the bundle's records are what the view is about. Its rows are those about its own
records; sums over all records only where whole families were asked for. The register of
numbers is whole for each series concerned, voids included, and names no record that is not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import metadata
from typing import Any

from ledger.clock import office_day, parse_time
from ledger.export.part import File, Making, Part, table
from ledger.export.parts.tables import or_none
from ledger.family import family_of
from ledger.frozen import frozen
from projections.answer import find_part
from projections.flags import FLAGS, find_flags, read_evidence
from projections.flags import Asked as FlagsAsked
from projections.projection import Asked, Reading, Row, Table, column_names
from projections.projection import Part as ViewPart
from projections.runner import Runner

REGISTER = "number_register"
ELSEWHERE = "（不在本包 not in this bundle）"
HANDED = (
    ("document_register", "documents"),
    ("document_register", "document_steps"),
    (REGISTER, "numbers"),
    (REGISTER, "continuity"),
    ("telegram_register", "register"),
    ("fund_oversight", "items"),
    ("fund_oversight", "chain"),
    ("fund_oversight", "lines"),
    ("fund_oversight", "emergencies"),
    ("regulation_status", "regulations"),
    ("regulation_status", "status"),
    ("regulation_status", "regulation_edges"),
    ("cleanup_campaigns", "funnel"),
)
_FLAGS = ("code", "severity", "day", "record", "title", "message", "officers", "suppliers", "lines",
          "items", "indexes", "citation")  # fmt: skip
_QUERIES = ("file", "query", "view_version", "program", "position", "root")


def handed_parts(runner: Runner) -> tuple[Part, ...]:
    """Return the parts that views and flags make."""
    return (partial(_views, runner), _flags)


@frozen
class _Handing:
    """One table of one view, for one bundle."""

    runner: Runner
    making: Making
    view: str
    part: str

    @property
    def path(self) -> str:
        folder = "registers" if self.view == REGISTER else "views"
        return f"data/{folder}/{self.view}-{self.part}.csv"

    @property
    def found(self) -> ViewPart | Table:
        return find_part(self.runner.projection(self.view), self.part)

    @property
    def concerns(self) -> bool:
        """Whether the view is about a family that was asked for."""
        asked = {each.name for each in self.making.survey.families if each.asked}
        if self.view == REGISTER:
            return bool(self._concerned())
        listened = {family_of(kind) for kind in self.runner.projection(self.view).listens}
        return bool(asked & listened)

    def file(self) -> File:
        return table(self.path, column_names(self.found.columns), self.rows)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        first = self.found.columns[0].name
        kept = (
            self._numbers()
            if self.view == REGISTER
            else filter(self._is_here, self.every_row())
        )
        return or_none(kept, first)

    def query(self) -> dict[str, Any]:
        cover = self.making.cover
        return {
            "file": self.path,
            "query": f"qifeng view {self.view} --part {self.part} --known-at {cover.size - 1} --format csv",
            "view_version": self.runner.projection(self.view).version,
            "program": program(),
            "position": cover.size,
            "root": cover.root,
        }

    def every_row(self) -> Iterator[Row]:
        """Yield the rows of the view as it was known at the bundle's size."""
        size, found = self.making.cover.size, self.found
        now = parse_time(self.making.cover.created_at)
        asked = Asked(office_day(now, self.making.utc_offset), now)
        names = column_names(found.columns)
        with self._held(size) as reading:
            rows = (
                reading.find(found)
                if isinstance(found, Table)
                else found.compute(reading, asked)
            )
            for row in rows:
                yield {name: row.get(name) for name in names}

    @contextmanager
    def _held(self, size: int) -> Iterator[Reading]:
        """Hold the view as it stands, if it stands there, or else replayed up to there."""
        with self.runner.held(self.view) as (reading, standing):
            if standing.position == size:
                yield reading
                return
        with self.runner.known_at(self.view, size) as (reading, _):
            yield reading

    def _is_here(self, row: Row) -> bool:
        """Tell whether the row is about a record of the bundle: the first that it names."""
        scope = self.making.scope
        about = next((value for value in row.values() if self._is_record(value)), None)
        if about is None:
            asked = {each.name for each in self.making.survey.families if each.asked}
            listened = {family_of(kind) for kind in self.runner.projection(self.view).listens}
            return scope.records is None and not scope.hidden and listened - {"key"} <= asked
        return scope.shows(str(about))

    def _is_record(self, value: object) -> bool:
        return (
            isinstance(value, str) and "/" in value and family_of(value) in self.making.families
        )

    def _concerned(self) -> set[str]:
        """Return the series that number a record of the bundle, or were asked for."""
        scope = self.making.scope
        numbers = replace(self, part="numbers")
        return {
            row["series"]
            for row in numbers.every_row()
            if scope.shows(row["record"] or "") or scope.shows(row["series"])
        }

    def _numbers(self) -> Iterator[Row]:
        concerned = self._concerned()
        for row in self.every_row():
            if row["series"] not in concerned:
                continue
            record = row.get("record")
            masked = record is not None and not self.making.scope.shows(record)
            yield {**row, "record": ELSEWHERE} if masked else row


def program() -> str:
    """Return which program made a file."""
    return f"qifeng {metadata.version('qifeng')}"


def _views(runner: Runner, making: Making) -> Iterator[File]:
    handing = [_Handing(runner, making, view, part) for view, part in HANDED]
    concerning = [each for each in handing if each.concerns]
    yield from (each.file() for each in concerning)
    rows = lambda: or_none((each.query() for each in concerning), "file")  # noqa: E731
    yield table("data/views.csv", _QUERIES, rows)


def _flags(making: Making) -> Iterator[File]:
    yield table("data/flags.csv", _FLAGS, lambda: or_none(_flagged(making), "code"))


def _flagged(making: Making) -> Iterator[Mapping[str, Any]]:
    if not any(each.name == "fund" and each.asked for each in making.survey.families):
        return
    now, size = parse_time(making.cover.created_at), making.cover.size
    asked = FlagsAsked(
        utc_offset=making.utc_offset, day=office_day(now, making.utc_offset), size=size
    )
    for row in find_flags(FLAGS, read_evidence(making.log, asked)):
        named = [each for each in (row.record, *row.items) if each]
        if all(making.scope.shows(each) for each in named):
            yield row.as_json()
