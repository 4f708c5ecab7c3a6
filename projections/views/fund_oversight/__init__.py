"""The oversight of money 资金监管: each item with its chain of sign-off, each budget line, each officer.

An item's row is what its family folds from the events; its chain is told signature by signature, with
the officer, the post, the key and how long the level had it. Rows of items count from `valid_from`,
budget lines are summed from what moved them day by day, so that `--as-of D` shows how things stood on
a day.
"""

from __future__ import annotations

from ledger.family import family_of
from ledger.records.fund.events import EVENTS
from projections.projection import Part, Projection, Recorded, Rows, kinds_of
from projections.views.fund_oversight import budget, flagged, items, lines, outlays


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what happened to a budget line, or what is said to be counted together."""
    _FOLDS[family_of(recorded.record)](recorded, rows)


_FOLDS = {"budget": lines.apply, "outlays": outlays.apply}

PROJECTION = Projection(
    name="fund_oversight",
    version=2,
    zh="资金监管",
    en="oversight of money",
    tables=(
        items.ITEMS, items.ITEM_SPANS, items.CHAIN, lines.LINES, lines.DAYS, lines.HELD, outlays.HEADS
    ),
    kinds=kinds_of(*lines.EVENTS, *outlays.EVENTS),
    apply=apply,
    settles=kinds_of(*EVENTS),
    settle=items.settle,
    parts=(
        *budget.PARTS,
        *outlays.PARTS,
        Part("officers", "签署人", "officers", items.OFFICERS, items.officers),
        *flagged.PARTS,
    ),
)  # fmt: skip
