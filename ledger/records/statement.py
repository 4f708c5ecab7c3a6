"""Bank statements 银行对账单: what the bank says left the office's account, and what came in.

A statement is received for an account and a period, its lines are entered, and it is completed when all
of them are there: only then can a payment be missing at the bank. A line that is no item of money
(a fee, a transfer between the office's own accounts) is explained. Statements are kept by who does
not handle money (行政事业单位内部控制规范 Art. 43).
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from ledger.family import (
    AS_FOUND,
    Attachment,
    Context,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    simply,
    term,
)  # fmt: skip
from ledger.frozen import frozen, replace
from ledger.records.money import yuan
from ledger.records.posts import in_no_post

_ARTICLE = "行政事业单位内部控制规范 Art. 43"
OUT = "付"
IN = "收"
DIRECTIONS = (OUT, IN)
KEEPERS = ("会计",)
"""Who keeps a statement that does not say so itself, such as one imported line by line."""


@event("statement.received/1", "取得对账单", "received")
class Received(Happened):
    """The bank's statement of an account and a period is here."""

    account: str = term("账号", "account")
    bank: str = term("开户行", "bank", default="")
    from_day: date = term("起", "from day")
    until_day: date = term("止", "until day")
    opening_fen: int | None = term("期初余额", "balance before", default=None)
    closing_fen: int | None = term("期末余额", "balance after", default=None)
    keepers: tuple[str, ...] = term("对账岗位", "posts that keep it", default=KEEPERS)
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())


@event("statement.line_entered/1", "登记流水", "line entered")
class LineEntered(Happened):
    """One line of the statement."""

    account: str = term("账号", "account, where not the statement's", default="")
    traded_on: date = term("交易日期", "day of the line")
    direction: str = term("收付", "money out or in", default=OUT, choices=DIRECTIONS)
    amount_fen: int = term("金额", "amount")
    counterparty: str = term("对方户名", "the other side", default="")
    counterparty_account: str = term("对方账号", "the other side's account", default="")
    bank_ref: str = term("银行流水号", "bank's reference", default="")
    summary: str = term("摘要", "what it says", default="")


@event("statement.line_explained/1", "流水说明", "line explained")
class LineExplained(Happened):
    """A line is no item of money, and this is why."""

    line: int = term("行次", "line, from 1")
    reason: str = term("原因", "reason")


@event("statement.completed/1", "对账单齐全", "completed")
class Completed(Happened):
    """Every line of the period is entered."""

    from_day: date | None = term("起", "from day, where not the statement's", default=None)
    until_day: date | None = term("止", "until day, where not the statement's", default=None)


StatementEvent = Received | LineEntered | LineExplained | Completed


@frozen
class Statement:
    """A statement: account and period, its lines, those explained, and whether it is whole."""

    account: str = ""
    bank: str = ""
    from_day: date | None = None
    until_day: date | None = None
    opening_fen: int | None = None
    closing_fen: int | None = None
    keepers: tuple[str, ...] = KEEPERS
    lines: tuple[LineEntered, ...] = ()
    explained: tuple[tuple[int, str], ...] = ()
    completed: bool = False

    @property
    def moved_fen(self) -> int:
        """What came in less what went out."""
        return sum(
            each.amount_fen if each.direction == IN else -each.amount_fen for each in self.lines
        )

    def covers(self, day: date) -> bool:
        """Tell whether every line of that day is known to be here."""
        if not self.completed or self.from_day is None or self.until_day is None:
            return False
        return self.from_day <= day <= self.until_day


def evolve(state: Statement, happened: StatementEvent) -> Statement:
    """Return the statement after the event."""
    match happened:
        case Received():
            return replace(
                state, account=happened.account, bank=happened.bank, from_day=happened.from_day,
                until_day=happened.until_day, opening_fen=happened.opening_fen,
                closing_fen=happened.closing_fen, keepers=happened.keepers,
            )  # fmt: skip
        case LineEntered():
            account = state.account or happened.account
            return replace(state, account=account, lines=(*state.lines, happened))
        case LineExplained():
            told = (*state.explained, (happened.line, happened.reason))
            return replace(state, explained=told)
        case Completed():
            return replace(
                state, completed=True, from_day=happened.from_day or state.from_day,
                until_day=happened.until_day or state.until_day,
            )  # fmt: skip
        case _:
            assert_never(happened)


def title(state: Statement) -> str:
    """Return account and period."""
    days = [each.traded_on for each in state.lines]
    first = state.from_day or min(days, default=None)
    last = state.until_day or max(days, default=None)
    return f"{state.account} {first}…{last}" if first else state.account


def _in_order(state: Statement, happened: StatementEvent, context: Context) -> str | None:
    found = context.basis == AS_FOUND
    if isinstance(happened, Received):
        return "the statement is here already" if state.account else None
    if isinstance(happened, LineExplained):
        known = 1 <= happened.line <= len(state.lines)
        return (
            None if known else f"it has {len(state.lines)} lines, and no line {happened.line}"
        )
    if not state.account and not found:
        return "the statement was not received"
    return "it is complete; nothing is added to it" if state.completed else None


def _by_keepers(state: Statement, happened: StatementEvent, context: Context) -> str | None:
    keepers = happened.keepers if isinstance(happened, Received) else state.keepers
    found = isinstance(happened, LineEntered) and context.basis == AS_FOUND
    return None if found else in_no_post(context, keepers)


def _whole(
    state: Statement, happened: Received | LineEntered | LineExplained, context: Context
) -> str | None:
    del context
    if isinstance(happened, LineExplained):
        return None if happened.reason.strip() else "the reason is not told"
    if isinstance(happened, Received):
        told = happened.account.strip() and happened.from_day <= happened.until_day
        return None if told else "it tells no account, or ends before it begins"
    if happened.amount_fen < 1 or happened.direction not in DIRECTIONS:
        return f"{happened.direction} {yuan(happened.amount_fen)} is no line"
    first, last = state.from_day or date.min, state.until_day or date.max
    if not first <= happened.traded_on <= last:
        return f"{happened.traded_on} lies outside {first} to {last}"
    return None


def _reconciled(state: Statement, happened: Completed, context: Context) -> str | None:
    del context
    first, last = happened.from_day or state.from_day, happened.until_day or state.until_day
    if first is None or last is None or last < first:
        return "it tells no period that it is complete for"
    if state.opening_fen is None or state.closing_fen is None:
        return None
    expected = state.closing_fen - state.opening_fen
    if state.moved_fen == expected:
        return None
    return f"its lines come to {yuan(state.moved_fen)}, its balances to {yuan(expected)}"


FAMILY: Family[Statement] = Family(
    name="statement",
    zh="银行对账单",
    en="bank statement",
    events=(Received, LineEntered, LineExplained, Completed),
    initial=Statement(),
    evolve=evolve,
    title=title,
    verbs=(
        Verb("receive", "取得对账单", "Record that a statement is here.", Received, simply, opens=True),
        Verb("enter", "登记流水", "Enter a line of a statement.", LineEntered, simply),
        Verb("explain", "流水说明", "Say why a line is no item of money.", LineExplained, simply),
        Verb("complete", "对账单齐全", "Record that every line is entered.", Completed, simply),
    ),
    rules=(
        Rule("ST1", _ARTICLE, "a statement is received, entered line by line, completed",
             (Received, LineEntered, LineExplained, Completed), _in_order),
        Rule("ST2", _ARTICLE, "its keepers keep it", (Received, LineEntered, LineExplained, Completed), _by_keepers),
        Rule("ST3", _ARTICLE, "a line is told whole", (Received, LineEntered, LineExplained), _whole),
        Rule("ST4", _ARTICLE, "a complete statement adds up", (Completed,), _reconciled),
    ),
)  # fmt: skip
