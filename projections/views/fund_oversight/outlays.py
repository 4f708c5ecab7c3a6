"""Outlays counted together, such as 三公经费: budget, spent, come back, and the share used, by head.

机关事务管理条例 Art. 7 has the budget and the final accounts of 公务接待费, 公务用车购置和运行费 and 因公出国（境）费
published, and Art. 12 forbids to use other budgets for them. Which lines and categories make up which
head is told by records (`ledger.records.outlays`); all figures of an answer are counted by the edition
in force on the day asked about. What was spent for a head from a line of no head is *outside*: it
counts as spent, and has no budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
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
    STANDS,
    counted_by,
    moved_by,
    share,
    standing,
    standing_lines,
    total,
    wholes,
)

EVENTS = told.FAMILY.events
_LONG_AGO = "0001-01-01"

HEADS = Table(
    "outlay_heads", "归类口径", "what is counted together",
    columns=table_columns(
        ("record", RECORD, "编号", "record"),
        ("edition", INT, "版次", "edition"),
        ("n", INT, "款项序", "place of the head"),
        ("member", INT, "序", "place in the head"),
        ("code", TEXT, "归类", "counted together"),
        ("head", TEXT, "款项", "head"),
        ("line", TEXT, "科目代号", "line"),
        ("category", TEXT, "类别", "category"),
        ("effective_on", DAY, "施行日期", "counted so from"),
        ("citation", TEXT, "依据", "citation"),
        ("index", INT, "日志序", "index"),
    ),
    key=("record", "edition", "n", "member"),
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


class Head(NamedTuple):
    """A head of an edition: its place, its lines as they stand in records' names, its categories."""

    code: str
    edition: int
    n: int
    name: str
    lines: frozenset[str]
    categories: frozenset[str]


class Counted(NamedTuple):
    """A line, or the categories of a head on a line of no head, and what moved it day by day."""

    head: Head
    line: Row
    outside: bool
    days: Sequence[Row]

    @property
    def named(self) -> Row:
        """The columns that say what is counted."""
        return {
            **named(self.head, self.line["year"]), "line": self.line["line"],
            "name": self.line["name"], "outside": self.outside,
        }  # fmt: skip


def named(head: Head, year: int | None) -> Row:
    """Return the columns that name a head in a year."""
    return {"code": head.code, "edition": head.edition, "head": head.name, "year": year}


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what the office says is counted together."""
    happened: told.OutlaysEvent = recorded.happened
    of = {
        "record": recorded.record, "edition": recorded.version, "index": recorded.index,
        "code": recorded.record.partition("/")[2], "citation": happened.citation,
        "effective_on": iso(happened.effective_on) or _LONG_AGO,
    }  # fmt: skip
    for n, head in enumerate(happened.heads, 1):
        members = [
            *({"line": natural(each)} for each in head.lines),
            *({"category": each} for each in head.categories),
        ]
        for place, member in enumerate(members, 1):
            rows.put(HEADS, {**of, "n": n, "head": head.name, "member": place, **member})


def heads_in_force(reading: Reading, asked: Asked) -> list[list[Head]]:
    """Return the heads that count on a day, for each record: those of the last edition begun."""
    until = asked.day.isoformat()
    found: dict[str, dict[tuple[str, int], list[Row]]] = {}
    for row in reading.find(HEADS):
        if row["effective_on"] <= until and asked.where.get("code") in (None, row["code"]):
            edition = (row["effective_on"], row["edition"])
            found.setdefault(row["record"], {}).setdefault(edition, []).append(row)
    return [_heads(editions[max(editions)]) for editions in found.values()]


def _heads(rows: list[Row]) -> list[Head]:
    """Return the heads that these rows tell, member by member in their order."""
    heads = []
    for n, members in groupby(rows, key=itemgetter("n")):
        its = list(members)
        heads.append(
            Head(
                its[0]["code"], its[0]["edition"], n, its[0]["head"],
                lines=frozenset(row["line"] for row in its if row["line"]),
                categories=frozenset(row["category"] for row in its if row["category"]),
            )
        )  # fmt: skip
    return heads


def counted(reading: Reading, asked: Asked) -> Iterator[Counted]:
    """Yield all that is counted together, each day's amounts once, in the order of heads and lines."""
    year = asked.where.get("year")
    lines = {each["line"]: each for each in standing_lines(reading, counted_by(asked), year)}
    days: dict[str, list[Row]] = {}
    for each in moved_by(reading, counted_by(asked)):
        days.setdefault(each["line"], []).append(each)
    for heads in heads_in_force(reading, asked):
        owners = {record: _owner(heads, wholes(lines, record)) for record in lines}
        for head in heads:
            for record, line in lines.items():
                moved = days.get(record, [])
                if owners[record] is head:
                    yield Counted(head, line, outside=False, days=moved)
                elif owners[record] is None:
                    misused = [each for each in moved if each["category"] in head.categories]
                    if misused:
                        yield Counted(head, line, outside=True, days=misused)


def _owner(heads: list[Head], lines: Iterable[Row]) -> Head | None:
    """Return the head to which a line belongs: its own, or that of the line it is a part of."""
    for line in lines:
        code = natural(line["code"] or "")
        for head in heads:
            if code in head.lines:
                return head
    return None


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
        years = {row["year"] for row in rows if row["code"] == heads[0].code}
        for year in sorted(years, key=lambda each: each or 0):
            for head in heads:
                of = named(head, year)
                yield {**of, **_sum([row for row in rows if of.items() <= row.items()])}


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
