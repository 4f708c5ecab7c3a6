"""Telling what the views show at the end of the demo year, in plain words and short tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ledger.commands.answer import as_table, yuan
from ledger.records.cleanup.sums import IN_SCOPE
from projections.answer import Question, answer
from projections.projection import Row
from projections.runner import Runner
from projections.views.cleanup_campaigns.steps import CLOSED, LATER, LEAKS, UNTOLD

Say = Callable[[str], None]
YEAR_END = date(2022, 12, 31)
_YEAR = "2022-01-01"
_BEFORE_SCOPE = "2022-06-10"


def tell_views(runner: Runner, say: Say) -> None:
    """Tell what the views show."""
    _numbers(runner, say)
    _telegrams(runner, say)
    _rules(runner, say)
    _money(runner, say)


def tell_campaigns(runner: Runner, say: Say) -> None:
    """Tell which sums of the clean-up campaigns close, and which do not, in both languages."""
    for row in answer(runner, Question("cleanup_campaigns", known_at=_BEFORE_SCOPE)).rows:
        if row["verdict"] == UNTOLD and row["step"] == IN_SCOPE:
            say(f"   {row['title']}, as known on {_BEFORE_SCOPE}: {row['zh']} ({row['en']}).")
    for row in answer(runner, Question("cleanup_campaigns")).rows:
        if row["verdict"] == LEAKS or row["step"] in (LATER, CLOSED):
            say(f"   {row['title']}, {row['step']}: {row['zh']} ({row['en']}).")


def _numbers(runner: Runner, say: Say) -> None:
    for row in answer(runner, Question("number_register", part="continuity")).rows:
        words = "without a gap" if row["continuous"] else f"missing {row['missing']}"
        name = str(row["series"]).partition("/")[2]
        say(f"   {name}: {row['count']} numbers, {row['first']} to {row['last']}, {words}.")


def _telegrams(runner: Runner, say: Say) -> None:
    for row in answer(runner, Question("telegram_register", part="totals")).rows:
        say(
            f"   telegrams received: {row['count']}; held too long {row['held']}, mishandled"
            f" {row['mishandled']}, missed {row['missed']} ({row['verdict']} with their senders)."
        )


def _rules(runner: Runner, say: Say) -> None:
    rules = answer(runner, Question("regulation_status", part="regulations")).rows
    old = [row for row in rules if (row["adopted_on"] or _YEAR) < _YEAR]
    issued = [row for row in rules if row["published_on"] and row not in old]
    say(f"   rules: {len(rules) - len(old)} planned, {len(issued)} issued by {YEAR_END}.")


def _money(runner: Runner, say: Say) -> None:
    rows = answer(runner, Question("fund_oversight", part="budget")).rows
    say("   money, in yuan:")
    as_table(
        [_line(row) for row in rows],
        ("line", "approved", "spent", "came back", "in sign-off", "left"),
    )


def _line(row: Row) -> dict[str, str]:
    return {
        "line": str(row["line"]),
        "approved": yuan(row["approved_fen"]),
        "spent": yuan(row["spent_fen"]),
        "came back": yuan(row["restored_fen"]),
        "in sign-off": yuan(row["in_sign_off_fen"]),
        "left": yuan(row["left_fen"]),
    }
