"""The family of budget lines: its verbs, and the bonds that hold two lines of one act together."""

from __future__ import annotations

from ledger.family import Bond, Family, Verb
from ledger.records.budget import deciding, judged
from ledger.records.budget import events as told
from ledger.records.budget.state import Budget, evolve, key, part_of
from ledger.records.natural import natural

_TWO_ENDS = "DESIGN §2"
Keys = list[tuple[object, ...]]

FAMILY: Family[Budget] = Family(
    name="budget",
    zh="预算科目",
    en="budget line",
    events=told.EVENTS,
    initial=Budget(),
    evolve=evolve,
    title=lambda state: f"{state.year} {state.name}" if state.year else "",
    verbs=(
        Verb("approve", "批复", "Enter a budget line as approved.", told.Approved, deciding.approve,
             opens=True, names=lambda draft: key(draft.year, draft.code)),
        Verb("revise", "追加追减", "Enter what the authority approved further, or took back.",
             told.Revised, deciding.revise),
        Verb("break-down", "分解", "Break a budget line down into lines of its own.",
             told.BrokenDown, deciding.break_down),
        Verb("adjust", "调剂", "Move money to another budget line by a decision.",
             told.AdjustedOut, deciding.adjust),
        Verb("close", "决算", "Close a budget line at the end of its year.",
             told.Closed, deciding.close),
    ),
    rules=judged.RULES,
)  # fmt: skip


def _named(_: str, happened: told.Approved | told.Assigned) -> Keys:
    return [(f"budget/{happened.year}-{natural(happened.code)}",)]


def _shares(record: str, happened: told.BrokenDown) -> Keys:
    return [
        (record, part_of(record, each.code), each.code, each.name, each.amount_fen,
         *each.purposes, "/", *each.keepers, happened.occurred_on)
        for each in happened.parts
    ]  # fmt: skip


def _assigned(record: str, happened: told.Assigned) -> Keys:
    return [
        (happened.parent, record, happened.code, happened.name, happened.amount_fen,
         *happened.purposes, "/", *happened.keepers, happened.occurred_on)
    ]  # fmt: skip


def _out(record: str, happened: told.AdjustedOut) -> Keys:
    return [(record, happened.to, happened.amount_fen, happened.decision, happened.occurred_on)]


def _in(record: str, happened: told.AdjustedIn) -> Keys:
    return [
        (happened.source, record, happened.amount_fen, happened.decision, happened.occurred_on)
    ]


def _closed(record: str, happened: told.Closed) -> Keys:
    if happened.parent is None:
        return []
    return [(happened.parent, record, happened.spent_fen, happened.left_fen)]


BONDS: tuple[Bond, ...] = (
    Bond("B20", "DESIGN §3", "a budget line is named by its year and code",
         "budget.approved/1", lambda record, _: [(record,)], "budget.approved/1", _named),
    Bond("B20", "DESIGN §3", "a part is named by its year and code",
         "budget.assigned/1", lambda record, _: [(record,)], "budget.assigned/1", _named),
    Bond("B32", _TWO_ENDS, "what a line is broken down into is assigned to its parts",
         "budget.broken_down/1", _shares, "budget.assigned/1", _assigned),
    Bond("B34", _TWO_ENDS, "what is adjusted out of one line is adjusted into the other",
         "budget.adjusted_out/1", _out, "budget.adjusted_in/1", _in),
    Bond("B29", _TWO_ENDS, "a part that is closed is closed in its whole",
         "budget.closed/1", _closed, "budget.part_closed/1",
         lambda record, ended: [(record, ended.line, ended.spent_fen, ended.left_fen)]),
)  # fmt: skip
