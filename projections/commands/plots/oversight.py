"""The charts of the oversight of money: spending against the year's budget, and sign-off times by level."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.commands.answer import yuan
from projections.commands.cells import duration
from projections.commands.plots.chart import Chart, Panel, Plot, Series, Words
from projections.projection import Row

VIEW = "fund_oversight"
CNY = "CNY"
_FEN = 100
_HOUR, _DAY = 3600, 86_400
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spending(months: Sequence[Row]) -> Chart:
    """Return what was paid month by month, and the running total against the budget."""
    currencies = dict.fromkeys(row["currency"] for row in months)
    year = months[0]["year"] if months else None
    panels = [
        panel
        for currency in currencies
        for panel in _panels(currency, [row for row in months if row["currency"] == currency])
    ]
    named = Words("经费支出", "Spending")
    if year is not None:
        named = Words(f"{year}年{named.zh}", f"{named.en} in {year}")
    return Chart(named, tuple(panels))


def _panels(currency: str, months: Sequence[Row]) -> tuple[Panel, Panel]:
    labels = tuple(Words(f"{row['month']}月", _MONTHS[row["month"] - 1]) for row in months)
    unit = Words(
        "元" if currency == "CNY" else currency, "yuan" if currency == "CNY" else currency
    )
    budget = Series(Words("预算", "budget"), tuple(row["budget_fen"] for row in months))
    total = Series(Words("累计净支出", "net so far"), tuple(row["total_fen"] for row in months))
    paid = Series(Words("付款", "paid"), tuple(row["paid_fen"] for row in months))
    back = Series(Words("冲销", "reversed"), tuple(-row["reversed_fen"] for row in months))
    against = (budget,) if any(budget.values) else ()
    return (
        Panel(
            Words("累计净支出与预算", "net so far against the budget"), unit, _FEN, yuan, labels,
            lines=(total, *against),
        ),
        Panel(
            Words("各月支出", "by month"), unit, _FEN, yuan, labels,
            bars=(paid, back) if any(back.values) else (paid,),
        ),
    )  # fmt: skip


def times(levels: Sequence[Row]) -> Chart:
    """Return how long each level takes: the middle, and within which time nine in ten are done.

    The longest stands in the table: one item that lay for a year would flatten all bars.
    """
    levels = [row for row in levels if row["timed"]]
    days = max((row["p90_waited_s"] for row in levels), default=0) >= 2 * _DAY
    title = Words("各级会签时长", "Sign-off times by level")
    series = (
        ("median_waited_s", Words("中位", "median")),
        ("p90_waited_s", Words("九成以内", "nine in ten within")),
    )
    panel = Panel(
        Words("每级等待", "waited at each level"),
        Words("天", "days") if days else Words("小时", "hours"),
        _DAY if days else _HOUR,
        duration,
        tuple(_level(row) for row in levels),
        bars=tuple(
            Series(name, tuple(row[column] for row in levels)) for column, name in series
        ),
    )
    return Chart(title, (panel,) if levels else ())


def _level(row: Row) -> Words:
    name = row["level_name"] or f"{row['level']}"
    return _plain(name, f"level {row['level']}")


def _plain(text: str, instead: str) -> Words:
    """Return what a record says; in English another word, where it is not written in ASCII."""
    return Words(text, text if text.isascii() else instead)


SPENDING = Plot("spending", VIEW, "spending", spending)
TIMES = Plot("times", VIEW, "times", times)
