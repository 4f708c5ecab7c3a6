"""The oversight of money 资金监管: each item with its chain of sign-off, each budget line, each officer.

An item's row is what its family folds from the events; its chain is told signature by signature, with
the officer, the post, the key's grade and how long the level had it; what moved it is told with its
money, so that totals by month, officer, supplier, category and budget line add up to the items. Rows
of items count from `valid_from`, budget lines are summed from what moved them day by day, so that
`--as-of D` shows how things stood on a day.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.family import family_of
from ledger.records import key
from ledger.records.fund.events import EVENTS
from projections.projection import Projection, Recorded, Rows, Touched, kinds_of
from projections.views.fund_oversight import (
    budget,
    chain,
    emergencies,
    flagged,
    items,
    lines,
    links,
    moves,
    officers,
    outlays,
    periods,
    steps,
    sums,
    waits,
)


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what happened to a budget line, what is said to be counted together, or a key enrolled."""
    _FOLDS[family_of(recorded.record)](recorded, rows)


_FOLDS = {"budget": lines.apply, "outlays": outlays.apply, "key": chain.enrol}


def settle(touched: Touched, rows: Rows) -> Iterator[None]:
    """Put an item as it stands and as it stood, its chain, and what moved it."""
    taken = steps.walk(touched.history)
    yield
    item = items.item(touched.record, taken)
    spans = items.item_spans(touched.history, taken)
    yield
    chained = links.item_links(taken)
    yield
    moved = list(moves.item_moves(taken))
    yield
    record = {"record": touched.record}
    rows.put(items.ITEMS, item)
    rows.put_numbered(items.ITEM_SPANS, record, spans)
    rows.put_numbered(links.LINKS, record, chained)
    rows.put_numbered(moves.MOVES, record, moved)


PROJECTION = Projection(
    name="fund_oversight",
    version=5,
    zh="资金监管",
    en="oversight of money",
    tables=(
        items.ITEMS, items.ITEM_SPANS, links.LINKS, moves.MOVES, chain.KEYS, lines.LINES, lines.DAYS,
        lines.HELD, outlays.HEADS,
    ),
    kinds=kinds_of(*lines.EVENTS, *outlays.EVENTS, key.Enrolled),
    apply=apply,
    settles=kinds_of(*EVENTS),
    settle=settle,
    parts=(
        chain.CHAIN, waits.QUEUE, waits.TIMES, *budget.PARTS, *outlays.PARTS,
        sums.LINE_SUMS, sums.PAYEES, sums.CATEGORIES, officers.OFFICERS,
        emergencies.EMERGENCIES, periods.MONTHS, periods.QUARTERS, periods.YEARS, periods.SPENDING, *flagged.PARTS,
    ),
    shows=items.ITEMS.name,
)  # fmt: skip
