"""What a step on a budget line brings with it: the other end on the other line, and facts copied in.

Nothing is refused here: the rules judge what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.family import Change, Facts
from ledger.frozen import replace
from ledger.records.budget import events as told
from ledger.records.budget.state import Budget, key
from ledger.records.moments import dated


def approve(facts: Facts, record: str, draft: told.Approved) -> Sequence[Change]:
    """Enter an approved line; its name is its code where it has no other."""
    return [Change(record, replace(dated(facts, draft), name=draft.name or draft.code))]


def revise(facts: Facts, record: str, draft: told.Revised) -> Sequence[Change]:
    """Enter what the authority approved further, or took back."""
    return [Change(record, dated(facts, draft))]


def break_down(facts: Facts, record: str, draft: told.BrokenDown) -> Sequence[Change]:
    """Break a line down: each part begins as a line of its own, in the same act."""
    state: Budget = facts.state(record)
    draft = dated(facts, draft)
    parts = tuple(_whole(state, each) for each in draft.parts)
    assigned = [
        Change(
            key(state.year, each.code),
            told.Assigned(
                parent=record, year=state.year, code=each.code, name=each.name,
                purposes=each.purposes, amount_fen=each.amount_fen, keepers=each.keepers,
                occurred_on=draft.occurred_on,
            ),
        )
        for each in parts
    ]  # fmt: skip
    return [Change(record, replace(draft, parts=parts)), *assigned]


def _whole(state: Budget, share: told.Share) -> told.Share:
    """Return a share in which what was not told is as in the line that is broken down."""
    return replace(
        share,
        name=share.name or share.code,
        purposes=share.purposes or state.purposes,
        keepers=share.keepers or state.keepers,
    )


def adjust(facts: Facts, record: str, draft: told.AdjustedOut) -> Sequence[Change]:
    """Move money to another line: out here and in there, in one act."""
    draft = dated(facts, draft)
    moved = told.AdjustedIn(
        source=record,
        amount_fen=draft.amount_fen,
        decision=draft.decision,
        occurred_on=draft.occurred_on,
    )
    return [Change(record, draft), Change(draft.to, moved)]


def close(facts: Facts, record: str, draft: told.Closed) -> Sequence[Change]:
    """Close a line, stating what it had, spent and has left; the line it is a part of is told."""
    state: Budget = facts.state(record)
    left = state.left_fen if draft.left_fen is None else draft.left_fen
    draft = replace(
        dated(facts, draft), left_fen=left, budget_fen=state.budget_fen,
        spent_fen=state.net_fen, parent=state.parent,
    )  # fmt: skip
    if state.parent is None:
        return [Change(record, draft)]
    ended = told.PartClosed(line=record, spent_fen=draft.spent_fen, left_fen=left)
    return [Change(record, draft), Change(state.parent, ended)]
