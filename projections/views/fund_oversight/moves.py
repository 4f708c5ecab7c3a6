"""What moved an item 经费流水: submitted, corrected, returned, signed in full, paid, reversed, with its money.

All sums over periods are made from these rows, so that they add up to the items, to the fen:

    asked for now = submitted + corrected - returned - withdrawn
    signed in full = approved - voided (an approval that a return or a correction made void)

and paid and reversed are each what the items have been paid and what came back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.family import Happened
from ledger.records.fund import events as told
from projections.projection import (
    DAY,
    FEN,
    INT,
    RECORD,
    TEXT,
    Asked,
    Reading,
    Row,
    Table,
    table_columns,
)
from projections.views.fund_oversight.steps import Step

SUBMITTED = "submitted"
CORRECTED = "corrected"
RETURNED = "returned"
WITHDRAWN = "withdrawn"
APPROVED = "approved"
VOIDED = "voided"
PAID = "paid"
REVERSED = "reversed"

MOVES = Table(
    "fund_moves", "经费流水", "moves",
    columns=table_columns(
        ("record", RECORD, "编号", "record"),
        ("n", INT, "序", "n"),
        ("move", TEXT, "环节", "move"),
        ("day", DAY, "日期", "day"),
        ("amount_fen", FEN, "金额", "amount"),
        ("currency", TEXT, "币种", "currency"),
        ("signer", TEXT, "办理人", "taken by"),
        ("officer", RECORD, "办理人编号", "officer's record"),
        ("index", INT, "日志序", "index"),
    ),
    key=("record", "n"),
    brief=("record", "move", "day", "amount_fen", "currency", "signer"),
)  # fmt: skip

Move = tuple[str, int, str]
_PLAIN: dict[type[Happened], str] = {told.Paid: PAID, told.Reversed: REVERSED}
_BACK: dict[type[Happened], str] = {told.Rejected: RETURNED, told.Withdrawn: WITHDRAWN}


def standing_moves(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what moved any item, up to the day that was asked about if one was."""
    until = asked.as_of.isoformat() if asked.as_of else None
    for move in reading.find(MOVES):
        if until is None or move["day"] <= until:
            yield move


def item_moves(steps: Sequence[Step]) -> Iterator[Row]:
    """Yield what moved an item."""
    last: Step | None = None
    for step in steps:
        happened: told.Step = step.recorded.happened
        for move, amount_fen, currency in _moves(last, step):
            yield {
                "move": move, "day": step.day.isoformat(), "amount_fen": amount_fen,
                "currency": currency,
                "signer": happened.signer_name or happened.signer, "officer": happened.signer,
                "index": step.recorded.index,
            }  # fmt: skip
        last = step


def _moves(last: Step | None, step: Step) -> Iterator[Move]:
    """Yield what one step moved."""
    happened, claim = step.recorded.happened, step.state.claim
    before = last.state.claim if last else claim
    if last is not None and last.complete and not step.complete:
        yield VOIDED, before.amount_fen, before.currency
    if isinstance(happened, told.Claim):
        yield from _claimed(last, happened)
    elif type(happened) in _PLAIN:
        yield _PLAIN[type(happened)], happened.amount_fen, claim.currency
    elif type(happened) in _BACK:
        yield _BACK[type(happened)], last.asked_fen if last else 0, claim.currency
    if step.complete and not (last is not None and last.complete):
        yield APPROVED, claim.amount_fen, claim.currency


def _claimed(last: Step | None, claim: told.Claim) -> Iterator[Move]:
    asked_fen, anew = last.asked_fen if last else 0, isinstance(claim, told.Submitted)
    if last is not None and asked_fen and (anew or last.state.claim.currency != claim.currency):
        # A second claim takes the place of the first: so it is found in history.
        yield CORRECTED, -asked_fen, last.state.claim.currency
        asked_fen = 0
    yield SUBMITTED if anew else CORRECTED, claim.amount_fen - asked_fen, claim.currency
