"""Where a budget line stands: what it has, what is reserved for which item, what is spent and left."""

from __future__ import annotations

from typing import assert_never

from ledger.frozen import frozen, replace
from ledger.records.budget import events as told
from ledger.records.natural import must_be_natural, natural


@frozen
class Budget:
    """A line's totals in fen; reservations are (item, amount), sorted by item.

    `assigned_fen` is what it has as a part of `parent`, `broken_down_fen` what went to its own
    parts; of these `open_parts` are not closed yet.
    """

    year: int = 0
    code: str = ""
    name: str = ""
    purposes: tuple[str, ...] = ()
    keepers: tuple[str, ...] = ()
    parent: str | None = None
    approved_fen: int = 0
    assigned_fen: int = 0
    adjusted_in_fen: int = 0
    adjusted_out_fen: int = 0
    broken_down_fen: int = 0
    spent_fen: int = 0
    restored_fen: int = 0
    reservations: tuple[tuple[str, int], ...] = ()
    open_parts: tuple[str, ...] = ()
    closed: bool = False

    @property
    def adjusted_fen(self) -> int:
        """What decisions moved to the line, less what they moved away."""
        return self.adjusted_in_fen - self.adjusted_out_fen

    @property
    def budget_fen(self) -> int:
        """What the line itself may use: what went to its parts is theirs."""
        given = self.approved_fen + self.assigned_fen + self.adjusted_fen
        return given - self.broken_down_fen

    @property
    def net_fen(self) -> int:
        """What was spent and has not come back."""
        return self.spent_fen - self.restored_fen

    @property
    def reserved_fen(self) -> int:
        """What is set aside for items that are not paid yet."""
        return sum(amount for _, amount in self.reservations)

    @property
    def left_fen(self) -> int:
        """What may still be reserved, broken down or moved away."""
        return self.budget_fen - self.reserved_fen - self.net_fen

    def reserved_for(self, item: str) -> int:
        """Return what is set aside for an item."""
        return dict(self.reservations).get(item, 0)


def key(year: int, code: str) -> str:
    """Return the record of a line.

    Raises:
        MalformedError: the code makes no record's name.
    """
    return f"budget/{year}-{must_be_natural('budget code', code)}"


def part_of(parent: str, code: str) -> str:
    """Return the record of a line of the same year as another; it is of no use if the code is none."""
    return f"{parent.partition('-')[0]}-{natural(code)}"


def evolve(state: Budget, happened: told.BudgetEvent) -> Budget:  # noqa: C901, PLR0911, PLR0912 -- a case an event
    """Return the line after the event."""
    match happened:
        case told.Approved():
            line = _begun(state, happened)
            return replace(line, approved_fen=state.approved_fen + happened.amount_fen)
        case told.Assigned():
            assigned = state.assigned_fen + happened.amount_fen
            return replace(
                _begun(state, happened), parent=happened.parent, assigned_fen=assigned
            )
        case told.Revised():
            return replace(state, approved_fen=state.approved_fen + happened.delta_fen)
        case told.BrokenDown():
            return _broken_down(state, happened)
        case told.Reserved():
            return _set_aside(state, happened.item, happened.amount_fen)
        case told.Released():
            return _set_aside(state, happened.item, -happened.amount_fen)
        case told.Spent():
            freed = _set_aside(state, happened.item, -happened.amount_fen)
            return replace(freed, spent_fen=state.spent_fen + happened.amount_fen)
        case told.Restored():
            return replace(state, restored_fen=state.restored_fen + happened.amount_fen)
        case told.AdjustedOut():
            return replace(state, adjusted_out_fen=state.adjusted_out_fen + happened.amount_fen)
        case told.AdjustedIn():
            return replace(state, adjusted_in_fen=state.adjusted_in_fen + happened.amount_fen)
        case told.Closed():
            return replace(state, closed=True)
        case told.PartClosed():
            left = tuple(each for each in state.open_parts if each != happened.line)
            return replace(state, open_parts=left)
        case _:
            assert_never(happened)


def _begun(state: Budget, happened: told.Approved | told.Assigned) -> Budget:
    return replace(
        state, year=happened.year, code=happened.code, name=happened.name or happened.code,
        purposes=happened.purposes, keepers=happened.keepers,
    )  # fmt: skip


def _broken_down(state: Budget, happened: told.BrokenDown) -> Budget:
    record = f"budget/{state.year}-"
    parts = {part_of(record, each.code) for each in happened.parts}
    return replace(
        state,
        broken_down_fen=state.broken_down_fen + sum(each.amount_fen for each in happened.parts),
        open_parts=tuple(sorted(parts.union(state.open_parts))),
    )


def _set_aside(state: Budget, item: str, amount_fen: int) -> Budget:
    """Return the line with that much more reserved for an item, never less than nothing."""
    reserved = state.reserved_for(item) + amount_fen
    others = [each for each in state.reservations if each[0] != item]
    kept = [(item, reserved)] if reserved > 0 else []
    return replace(state, reservations=tuple(sorted(others + kept)))
