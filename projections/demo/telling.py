"""Telling what the views show at the end of the demo year, in plain words and short tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from ledger.commands.answer import as_table
from projections.answer import Answer, Question, answer
from projections.runner import Runner

Say = Callable[[str], None]
YEAR_END = date(2022, 12, 31)


def tell_views(runner: Runner, say: Say) -> None:
    """Tell what the views show."""
    _numbers(runner, say)
    _rules(runner, say)
    _money(runner, say)


def _numbers(runner: Runner, say: Say) -> None:
    rows = answer(runner, Question("number_register")).rows
    for code, words in (("县委发", "county documents"), ("县委办发", "office documents")):
        given = [row for row in rows if str(row["series"]).startswith(f"series/{code}〔")]
        say(f"   {words} {code}〔2022〕: {len(given)} numbers.")


def _rules(runner: Runner, say: Say) -> None:
    in_force = answer(runner, Question("regulation_status", as_of=YEAR_END))
    say(f"   rules with a status on {YEAR_END}: {len(in_force.rows)}.")


def _money(runner: Runner, say: Say) -> None:
    told = answer(runner, Question("fund_oversight", part="budget"))
    say("   budget lines:")
    show(told, told.rows)


def show(told: Answer, rows: Sequence[Any], *, most: int = 12) -> None:
    """Show some rows of an answer as a table."""
    as_table(rows[:most], [each.name for each in told.columns])
