"""Rows of the oversight as a year leaves them, and the charts they make."""

from __future__ import annotations

from projections.commands.plots import PLOTS

PAID = (323_830, 1_124_800, 863_180, 0)
BACK = (0, 0, 54_472, 0)
BUDGET = (None, 6_900_000, 6_900_000, 5_000_000)
CHARTS = {plot.name: plot.chart for plot in PLOTS}


def months(currency="CNY"):
    """Return four months of spending."""
    rows, total = [], 0
    for n, (paid, back, budget) in enumerate(zip(PAID, BACK, BUDGET, strict=True), 1):
        total += paid - back
        rows.append(
            {
                "year": 2022, "month": n, "currency": currency, "paid_fen": paid,
                "reversed_fen": back, "total_fen": total, "budget_fen": budget,
            }
        )  # fmt: skip
    return rows


def levels():
    """Return how long three levels take; one of them was never timed."""
    return [
        {"level": 1, "level_name": "经办", "timed": 3, "median_waited_s": 420,
         "p90_waited_s": 420, "longest_waited_s": 600},
        {"level": 2, "level_name": "FINAL", "timed": 2, "median_waited_s": 86_400,
         "p90_waited_s": 259_200, "longest_waited_s": 864_000},
        {"level": 3, "level_name": "审批", "timed": 0, "median_waited_s": None,
         "p90_waited_s": None, "longest_waited_s": None},
    ]  # fmt: skip


def spending(rows=None):
    """Return the chart of spending."""
    return CHARTS["spending"](months() if rows is None else rows)


def times(rows=None):
    """Return the chart of sign-off times."""
    return CHARTS["times"](levels() if rows is None else rows)
