"""Outlays counted together, such as 三公经费: budget, spent, come back, and the share used, by head.

机关事务管理条例 Art. 7 has the budget and the final accounts of 公务接待费, 公务用车购置和运行费 and 因公出国（境）费
published, and Art. 12 forbids to use other budgets for them. Which lines and categories make up which
head is told by records (`ledger.records.outlays`); all figures of an answer are counted by the edition
in force on the day asked about. What was spent for a head from a line of no head is *outside*: it
counts as spent, and has no budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from ledger.records import outlays as told
from ledger.records.natural import natural
from projections.projection import (
    BOOL,
    DAY,
    FEN,
    INT,
    RECORD,
    TEXT,
    Asked,
    Part,
    Reading,
    Recorded,
    Row,
    Rows,
    Table,
    iso,
    table_columns,
)
from projections.views.fund_oversight.budget import PeriodOf, by_period, month_of, quarter_of
from projections.views.fund_oversight.lines import (
    PERIOD,
    SEPARATOR,
    STANDS,
    counted_by,
    moved_by,
    share,
    standing,
    standing_lines,
    total,
)

EVENTS = told.FAMILY.events
_LONG_AGO = "0001-01-01"

HEADS = Table(
    "outlay_heads", "归类口径", "what is counted together",
    columns=table_columns(
        ("record", RECORD, "编号", "record"),
        ("edition", INT, "版次", "edition"),
        ("n", INT, "序", "n"),
        ("code", TEXT, "归类", "counted together"),
        ("head", TEXT, "款项", "head"),
        ("lines", TEXT, "科目代号", "lines"),
        ("categories", TEXT, "类别", "categories"),
        ("effective_on", DAY, "施行日期", "counted so from"),
        ("citation", TEXT, "依据", "citation"),
        ("index", INT, "日志序", "index"),
    ),
    key=("record", "edition", "n"),
)  # fmt: skip

_SPENT = (
    ("budget_fen", FEN, "预算", "budget"),
    ("reserved_fen", FEN, "占用", "reserved"),
    ("spent_fen", FEN, "支出", "spent"),
    ("restored_fen", FEN, "退还", "reversed"),
    ("net_fen", FEN, "净支出", "net"),
)
_USED = STANDS[2:]
_HEAD = (
    ("code", TEXT, "归类", "counted together"),
    ("edition", INT, "版次", "edition"),
    ("head", TEXT, "款项", "head"),
    ("year", INT, "年度", "year"),
)
_LINE = (
    ("line", RECORD, "预算编号", "line"),
    ("name", TEXT, "科目", "name"),
    ("outside", BOOL, "挪用", "outside"),
)


class Counted(NamedTuple):
    """A line, or the categories of a head on a line of no head, and what moved it day by day."""

    code: str
    edition: int
    head: str
    line: Row
    outside: bool
    days: tuple[Row, ...]

    @property
    def named(self) -> Row:
        """The columns that say what is counted."""
        return {
            "code": self.code, "edition": self.edition, "head": self.head, "year": self.line["year"],
            "line": self.line["line"], "name": self.line["name"], "outside": self.outside,
        }  # fmt: skip


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what the office says is counted together."""
    happened: told.OutlaysEvent = recorded.happened
    code = recorded.record.partition("/")[2]
    for n, head in enumerate(happened.heads, 1):
        row = {
            "record": recorded.record, "edition": recorded.version, "n": n, "code": code,
            "head": head.name, "lines": SEPARATOR.join(head.lines),
            "categories": SEPARATOR.join(head.categories),
            "effective_on": iso(happened.effective_on) or _LONG_AGO,
            "citation": happened.citation, "index": recorded.index,
        }  # fmt: skip
        rows.put(HEADS, row)


def heads_in_force(reading: Reading, asked: Asked) -> list[list[Row]]:
    """Return the heads that count on a day, for each record: those of the last edition begun."""
    until = asked.day.isoformat()
    found: dict[str, dict[tuple[str, int], list[Row]]] = {}
    for head in reading.find(HEADS):
        if head["effective_on"] <= until and asked.where.get("code") in (None, head["code"]):
            edition = (head["effective_on"], head["edition"])
            found.setdefault(head["record"], {}).setdefault(edition, []).append(head)
    return [editions[max(editions)] for editions in found.values()]


def counted(reading: Reading, asked: Asked) -> Iterator[Counted]:
    """Yield all that is counted together, each day's amounts once, in the order of heads and lines."""
    lines = {
        each["line"]: each
        for each in standing_lines(reading, counted_by(asked), asked.where.get("year"))
    }
    days: dict[str, list[Row]] = {}
    for each in moved_by(reading, counted_by(asked)):
        days.setdefault(each["line"], []).append(each)
    for heads in heads_in_force(reading, asked):
        owned = _owned(heads, lines)
        for head in heads:
            named = (head["code"], head["edition"], head["head"])
            for record, line in lines.items():
                if owned[record] == head["n"]:
                    yield Counted(*named, line, outside=False, days=tuple(days.get(record, ())))
                elif owned[record] is None:
                    misused = _of_categories(head, days.get(record, []))
                    if misused:
                        yield Counted(*named, line, outside=True, days=misused)


def _owned(heads: list[Row], lines: dict[str, Row]) -> dict[str, int | None]:
    """Return for each line the head it belongs to: its own, or that of the line it is a part of."""
    by_code = {
        natural(code): head["n"] for head in heads for code in head["lines"].split(SEPARATOR)
    }

    def owner(record: str | None) -> int | None:
        line = lines.get(record or "")
        if line is None:
            return None
        found = by_code.get(natural(line["code"] or ""))
        return owner(line["parent"]) if found is None else found

    return {record: owner(record) for record in lines}


def _of_categories(head: Row, days: list[Row]) -> tuple[Row, ...]:
    """Return what items of a head's categories moved; the budget of their line is not the head's."""
    names = head["categories"].split(SEPARATOR)
    return tuple(each for each in days if each["category"] and each["category"] in names)


def by_line(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each head, its lines with their budget, what they spent, and the share used."""
    for each in counted(reading, asked):
        moved = total(each.days)
        stands = standing(moved)
        yield {**each.named, **moved, **(_without_budget(stands) if each.outside else stands)}


def by_head(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield each head and year in sum; `outside_fen` is what of it was spent from other lines.

    A head for which there is nothing in a year stands there with nothing.
    """
    rows = list(by_line(reading, asked))
    for heads in heads_in_force(reading, asked):
        years = sorted({row["year"] for row in rows if row["code"] == heads[0]["code"]})
        for year in years:
            for head in heads:
                named = {name: head.get(name) for name, _, _, _ in _HEAD} | {"year": year}
                yield {**named, **_sum([row for row in rows if named.items() <= row.items()])}


def _sum(rows: list[Row]) -> Row:
    summed = {name: sum(row[name] for row in rows) for name in _SUMMED}
    outside = sum(row["net_fen"] for row in rows if row["outside"])
    used = share(summed["net_fen"], summed["budget_fen"])
    return {**summed, "outside_fen": outside, "permille": used}


def by_periods(period_of: PeriodOf, reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each head, line and period in which anything moved, what moved, and where it stood."""
    for each in counted(reading, asked):
        for row in by_period(each.days, period_of):
            yield {**each.named, **row, **(_without_budget(row) if each.outside else {})}


def _without_budget(row: Row) -> Row:
    """Return how a line of no head stands: it has no budget for this, and none of it is left."""
    return {**row, "budget_fen": 0, "left_fen": 0, "permille": None}


_SUMMED = ("budget_fen", "reserved_fen", "spent_fen", "restored_fen", "net_fen", "left_fen")
_OUTSIDE = ("outside_fen", FEN, "其中挪用", "of it outside")
_PERIODS = (*table_columns(*_HEAD, *_LINE), *PERIOD)
_MOVED_IN = ("spent_fen", "restored_fen")
_BY_PERIOD = (
    "head", "name", "period", *_MOVED_IN, "budget_fen", "net_fen", "left_fen", "permille", "outside"
)  # fmt: skip
PARTS = (
    Part(
        "outlays", "三公等归类经费", "outlays counted together",
        table_columns(*_HEAD, *_SPENT, *_USED, _OUTSIDE), by_head, as_of=True,
        brief=("code", "head", "year", *_SUMMED, "permille", "outside_fen"),
        summed=(*_SUMMED, "outside_fen"),
    ),
    Part(
        "outlays_lines", "归类经费按科目", "outlays by line",
        table_columns(*_HEAD, *_LINE, *_SPENT, *_USED), by_line, as_of=True,
        brief=("head", "name", "year", *_SUMMED, "permille", "outside"), summed=_SUMMED,
    ),
    Part(
        "outlays_months", "归类经费按月", "outlays by month", _PERIODS,
        partial(by_periods, month_of), as_of=True, brief=_BY_PERIOD, summed=_MOVED_IN,
    ),
    Part(
        "outlays_quarters", "归类经费按季", "outlays by quarter", _PERIODS,
        partial(by_periods, quarter_of), as_of=True, brief=_BY_PERIOD, summed=_MOVED_IN,
    ),
)  # fmt: skip
