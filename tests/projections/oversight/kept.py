"""The rows of the oversight of money in memory, and histories of items to fold into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ledger.family import AS_FOUND, Happened
from ledger.records.fund import FAMILY
from ledger.records.fund import events as told
from ledger.records.policy import Level, Terms
from projections.projection import (
    Asked,
    Part,
    Past,
    Recorded,
    Row,
    Rows,
    Table,
    Touched,
    column_names,
    counts_on,
    settle_at_once,
)
from projections.views.fund_oversight import PROJECTION

LEVELS = (
    Level(level=1, name="经办", posts=("经办人",), meaning="经办"),
    Level(level=2, name="财务审核", posts=("财务审核",)),
    Level(level=3, name="领导审批", posts=("分管领导",), meaning="审批"),
)
TERMS = Terms(
    levels=LEVELS, budget_level=2, payers=("出纳",), bookkeepers=("会计",), prior_approvers=(),
    prior_approval_above_fen=None, prior_approval_categories=(), minute_takers=(),
    collective_above_fen=None,
)  # fmt: skip
NOW = datetime(2022, 12, 31, 4, tzinfo=UTC)
ITEM = "fund/1"
PARTS = {part.name: part for part in PROJECTION.parts}


@dataclass
class Kept(Rows):
    """Rows by table and key: what a view puts, and what its parts are computed from."""

    rows: dict[str, dict[tuple[Any, ...], Row]] = field(default_factory=dict)

    def get(self, table: Table, *key: Any) -> Row | None:
        """Return the row of that key, or None."""
        return self.rows.get(table.name, {}).get(key)

    def put(self, table: Table, row: Mapping[str, Any]) -> None:
        """Keep a row; columns left out are None."""
        full = dict.fromkeys(column_names(table.columns)) | dict(row)
        assert full.keys() == dict.fromkeys(column_names(table.columns)).keys()
        self.rows.setdefault(table.name, {})[tuple(row[name] for name in table.key)] = full

    def delete(self, table: Table, *key: Any) -> None:
        """Drop a row."""
        self.rows[table.name].pop(key)

    def find(
        self, table: Table, where: Mapping[str, Any] | None = None, *, on: date | None = None
    ) -> Iterator[Row]:
        """Yield the rows whose columns equal those given, by key."""
        for _, row in sorted(self.rows.get(table.name, {}).items()):
            equal = all(row[name] == value for name, value in (where or {}).items())
            if equal and (on is None or counts_on(row, on)):
                yield row

    def ask(self, part: str, *, as_of: date | None = None, **where: Any) -> list[Row]:
        """Return what a part answers."""
        asked = Asked(as_of or NOW.date(), NOW, where, as_of=as_of)
        computed: Part = PARTS[part]
        names = column_names(computed.columns)
        rows = [
            {name: row.get(name) for name in names} for row in computed.compute(self, asked)
        ]
        return [row for row in rows if all(row[name] == value for name, value in where.items())]

    def items(self, *, as_of: date | None = None) -> list[Row]:
        """Return the items as they stand, or stood."""
        table = PROJECTION.tables[0]
        assert table.as_of is not None, "items are answered as of a day"
        return list(self.find(table.as_of, on=as_of) if as_of else self.find(table))


def kept(histories: Mapping[str, Sequence[Past]]) -> Kept:
    """Return the rows of these items."""
    rows = Kept()
    assert PROJECTION.settle is not None, "the oversight settles items"
    for record, history in histories.items():
        settle_at_once(PROJECTION.settle, Touched(record, history), rows)
    return rows


def history(happened: Iterable[Happened], record: str = ITEM) -> list[Past]:
    """Return an item's history, recorded on 1 June, with the item after each step."""
    state = FAMILY.initial
    pasts = []
    for version, each in enumerate(happened, 1):
        state = FAMILY.evolve(state, each)
        recorded = Recorded(
            version, record, version, each, "act", "officer/X", "k", _basis(each), None,
            "2022-06-01T01:00:00.000000Z", date(2022, 6, 1), "+08:00",
        )  # fmt: skip
        pasts.append(Past(recorded, state))
    return pasts


def _basis(happened: Happened) -> str:
    return getattr(happened, "basis", "") or AS_FOUND


def submitted(day: str, amount_fen: int = 10_000, **more: Any) -> told.Submitted:
    """何 asks for money."""
    usual: dict[str, Any] = {
        "title": "办公用品", "category": "办公费", "amount_fen": amount_fen, "payee": "文具店",
        "budget": "budget/2022-办公费", "terms": TERMS, "item_digest": "d", "occurred_at": day,
        **by("何"),
    }  # fmt: skip
    return told.Submitted(**(usual | more))


def signed(day: str, level: int, signer: str = "孙", **more: Any) -> told.Countersigned:
    """A level signs."""
    usual: dict[str, Any] = {
        "level": level, "level_name": LEVELS[level - 1].name, "item_digest": "d",
        "post": LEVELS[level - 1].posts[0], "amount_fen": 10_000, "occurred_at": day, **by(signer),
    }  # fmt: skip
    return told.Countersigned(**(usual | more))


def returned(day: str, level: int, **more: Any) -> told.Rejected:
    """A level returns the item."""
    usual: dict[str, Any] = {
        "reason": "票据不全", "level": level, "level_name": LEVELS[level - 1].name,
        "occurred_at": day, **by("孙"),
    }  # fmt: skip
    return told.Rejected(**(usual | more))


def paid(day: date, amount_fen: int = 10_000, **more: Any) -> told.Paid:
    """钱 pays."""
    return told.Paid(amount_fen=amount_fen, paid_on=day, **(by("钱") | more))


def by(name: str) -> dict[str, Any]:
    """Return the fields that tell who took a step, here."""
    return {"signer": f"officer/{name}", "signer_name": name, "basis": "direct"}
