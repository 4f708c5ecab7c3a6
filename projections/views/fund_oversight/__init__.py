"""The oversight of money 资金监管: each item with its chain of sign-off, each budget line, each officer.

An item's row is what its family folds from the events; its chain is told signature by signature, with
the officer, the post, the key and how long the level had it. Rows of items and of budget lines
count from `valid_from`, so that `--as-of D` shows how things stood on a day.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.fund.events import EVENTS
from ledger.records.fund.state import IN_SIGN_OFF
from projections.projection import (
    FEN,
    Asked,
    Part,
    Projection,
    Reading,
    Row,
    kinds_of,
    table_columns,
)
from projections.views.fund_oversight import items, lines

BUDGET = (*lines.COLUMNS, *table_columns(("in_sign_off_fen", FEN, "会签中", "in sign-off")))


def budget(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the budget lines as of a day, with what items in sign-off ask for beyond reservations."""
    asked_for: dict[str | None, int] = {}
    for item in reading.find(items.ITEM_SPANS, {"stage": IN_SIGN_OFF}, on=asked.day):
        unreserved = item["amount_fen"] - item["reserved_fen"]
        asked_for[item["budget"]] = asked_for.get(item["budget"], 0) + unreserved
    for line in reading.find(lines.LINE_SPANS, on=asked.day):
        yield {**line, "in_sign_off_fen": asked_for.get(line["line"], 0)}


PROJECTION = Projection(
    name="fund_oversight",
    version=1,
    zh="资金监管",
    en="oversight of money",
    tables=(items.ITEMS, items.ITEM_SPANS, items.CHAIN, lines.LINES, lines.LINE_SPANS),
    kinds=kinds_of(*lines.EVENTS),
    apply=lines.apply,
    settles=kinds_of(*EVENTS),
    settle=items.settle,
    parts=(
        Part("budget", "预算执行", "budget", BUDGET, budget, as_of=True),
        Part("officers", "签署人", "officers", items.OFFICERS, items.officers),
    ),
)
