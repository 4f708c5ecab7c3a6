"""The flag over bank and ledger: F20 a bank line that no event tells, an event that no bank line shows.

Money out is held against payments, money in against reversals: first by the bank's reference, then by
amount, other side and day. A payment can be missing at the bank only where a complete statement of
every account known covers its day; cash is not looked for there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from ledger.frozen import frozen
from ledger.records.alarm import Parameters
from ledger.records.fund.events import Paid, Reversed
from ledger.records.statement import IN, OUT, LineEntered, Statement
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import CASH, Item, Kept, Step, told_amount
from projections.flags.suppliers import plain


@frozen
class Line:
    """A line of a statement, and where it stands."""

    statement: Kept[Statement]
    number: int
    step: Step

    @property
    def told(self) -> LineEntered:
        """What the bank says."""
        entered: LineEntered = self.step.happened
        return entered


@frozen
class Move:
    """A payment or reversal of an item."""

    item: Item
    step: Step

    @property
    def direction(self) -> str:
        """Money out or in."""
        return OUT if isinstance(self.step.happened, Paid) else IN

    @property
    def payee(self) -> str:
        """The other side."""
        paid = isinstance(self.step.happened, Paid)
        return self.item.payee_of(self.step.happened) if paid else self.item.claim.payee


def unlike_the_bank(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield what bank and ledger do not tell alike; a line that was explained is in order."""
    lines, moves = list(_lines(evidence)), list(_moves(evidence))
    paired: set[int] = set()
    for line, move in _pairs(lines, moves, parameters.bank_days):
        paired |= {line.step.index, move.step.index}
        if line.told.amount_fen != move.step.happened.amount_fen:
            yield _differs(line, move)
    for line in lines:
        if (
            line.step.index not in paired
            and line.told.direction == OUT
            and not _explained(line)
        ):
            yield _unknown(line)
    accounts = _by_account(evidence)
    for move in moves:
        if move.step.index not in paired and _covered(accounts, move, parameters.bank_days):
            yield _missing(move)


def _lines(evidence: Evidence) -> Iterator[Line]:
    """Yield the lines; one told again (account, reference, direction, amount) is passed over."""
    seen: set[tuple[str, ...]] = set()
    for kept in evidence.statements:
        entered = [each for each in kept.steps if isinstance(each.happened, LineEntered)]
        for number, step in enumerate(entered, 1):
            told = step.happened
            account = plain(told.account or kept.state.account)
            name = (account, plain(told.bank_ref), told.direction, str(told.amount_fen))
            if not told.bank_ref or name not in seen:
                seen.add(name)
                yield Line(kept, number, step)


def _moves(evidence: Evidence) -> Iterator[Move]:
    for item in evidence.items:
        for step in item.of(Paid, Reversed):
            if getattr(step.happened, "method", "") != CASH:
                yield Move(item, step)


def _pairs(lines: list[Line], moves: list[Move], days: int) -> Iterator[tuple[Line, Move]]:
    """Yield each line with the move that it shows; each is paired once, by reference first."""
    by_ref: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in moves:
        by_ref[move.direction, plain(move.step.happened.bank_ref)].append(move)
    rest: list[Line] = []
    taken: set[int] = set()
    for line in lines:
        ref = plain(line.told.bank_ref)
        named = by_ref[line.told.direction, ref] if ref else []
        found = _nearest(line, [each for each in named if each.step.index not in taken])
        if found is None:
            rest.append(line)
        else:
            taken.add(found.step.index)
            yield line, found
    yield from _alike(rest, [each for each in moves if each.step.index not in taken], days)


def _alike(
    lines: Iterable[Line], moves: Iterable[Move], days: int
) -> Iterator[tuple[Line, Move]]:
    by_amount: dict[tuple[str, int], list[Move]] = defaultdict(list)
    for move in moves:
        by_amount[move.direction, move.step.happened.amount_fen].append(move)
    for line in lines:
        same = by_amount[line.told.direction, line.told.amount_fen]
        near = [each for each in same if _apart(line, each) <= days and _other_side(line, each)]
        found = _nearest(line, near)
        if found is not None:
            same.remove(found)
            yield line, found


def _apart(line: Line, move: Move) -> int:
    return abs((move.step.day - line.step.day).days)


def _other_side(line: Line, move: Move) -> bool:
    """Tell whether the other side is the item's payee, as far as both are told."""
    names = {plain(line.told.counterparty), plain(move.payee)} - {""}
    return len(names) < 2


def _nearest(line: Line, moves: list[Move]) -> Move | None:
    """Return the move of the line's amount that lies nearest in time, else of another amount, or None."""
    amount = line.told.amount_fen
    return min(
        moves,
        key=lambda each: (each.step.happened.amount_fen != amount, _apart(line, each)),
        default=None,
    )


def _explained(line: Line) -> bool:
    return any(number == line.number for number, _ in line.statement.state.explained)


def _by_account(evidence: Evidence) -> list[list[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for kept in evidence.statements:
        found[plain(kept.state.account)].append(kept.state)
    return list(found.values())


def _covered(accounts: list[list[Statement]], move: Move, days: int) -> bool:
    """Tell whether complete statements of every account known cover a day and the days after it."""
    day = move.step.day
    last = date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
    return bool(accounts) and all(
        any(each.covers(day) for each in known) and any(each.covers(last) for each in known)
        for known in accounts
    )


def _unknown(line: Line) -> Hit:
    told = line.told
    amount = told_amount(told.amount_fen, "CNY")
    words = f"{amount} to {told.counterparty or 'nobody named'} on {told.traded_on}"
    return Hit(
        record=line.statement.record,
        title=f"{line.statement.state.account} line {line.number}",
        message=f"the bank paid {words} ({told.summary or 'no word'}); no item of money tells it",
        steps=(line.step,),
        suppliers=(told.counterparty,) if told.counterparty else (),
        about=("no event",),
    )


def _missing(move: Move) -> Hit:
    amount = told_amount(move.step.happened.amount_fen, move.item.claim.currency)
    verb = "paid" if move.direction == OUT else "come back"
    message = f"{amount} is said to be {verb} on {move.step.day}; no bank line shows it"
    return Hit(items=(move.item,), message=message, steps=(move.step,), about=("no bank line",))


def _differs(line: Line, move: Move) -> Hit:
    bank, ours = (
        told_amount(each, move.item.claim.currency)
        for each in (line.told.amount_fen, move.step.happened.amount_fen)
    )
    message = f"{ours} on {move.step.day}, but the bank's line {line.told.bank_ref} says {bank}"
    return Hit(
        items=(move.item,), message=message, steps=(move.step, line.step), about=("amount",)
    )
