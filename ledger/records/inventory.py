"""The inventory 清册: a sealed list of all records, each with its last version, at a size of the log.

There is one record, `inventory/main`. Each event seals the root over the records' last versions
(`ledger.log.inventory`), so that with a checkpoint of a larger log anybody can be shown that of a record
nothing was left out, or that there is no such record. Verification works every root out again.
"""

from __future__ import annotations

import re

from ledger.family import DIRECT, Context, Family, Happened, Rule, Verb, event, simply, term
from ledger.frozen import frozen
from ledger.records.office import ADMINISTRATIVE
from ledger.records.posts import in_no_post

INVENTORY = "inventory/main"
_ROOT = re.compile(r"[0-9a-f]{64}\Z")


@event("inventory.sealed/1", "封存清册", "sealed")
class Sealed(Happened):
    """All records that the log of this size holds are listed, each with its last version and digest."""

    size: int = term("日志条数", "size of the log that it lists")
    records: int = term("记录数", "how many records it lists")
    root: str = term("清册根摘要", "root over the records' last versions, in hex")


@frozen
class Inventory:
    """The newest inventory."""

    size: int = 0
    records: int = 0
    root: str = ""


def evolve(state: Inventory, happened: Sealed) -> Inventory:
    """Return the inventory after the event."""
    del state
    return Inventory(happened.size, happened.records, happened.root)


def _administrators_only(state: Inventory, happened: Sealed, context: Context) -> str | None:
    del state, happened
    return in_no_post(context, ADMINISTRATIVE)


def _grows(state: Inventory, happened: Sealed, context: Context) -> str | None:
    del context
    if happened.size <= state.size:
        return f"an inventory of size {state.size} is sealed already; {happened.size} is not larger"
    return None


def _lists_something(state: Inventory, happened: Sealed, context: Context) -> str | None:
    del state, context
    if 1 <= happened.records <= happened.size and _ROOT.match(happened.root):
        return None
    return f"{happened.records} records of {happened.size} events under {happened.root[:8]}… cannot be"


def _directly(state: Inventory, happened: Sealed, context: Context) -> str | None:
    del state, happened
    if context.basis == DIRECT:
        return None
    return "an inventory is sealed by who works it out, never entered as found or from paper"


# Made by `qifeng log inventory`, which works the root out; nobody types one.
SEAL = Verb("seal", "封存清册", "Seal an inventory of all records.", Sealed, simply)

FAMILY: Family[Inventory] = Family(
    name="inventory",
    zh="清册",
    en="inventory",
    events=(Sealed,),
    initial=Inventory(),
    evolve=evolve,
    title=lambda state: f"清册 {state.size}" if state.size else "",
    rules=(
        Rule(
            "IV1",
            "三员分立",
            "administrators seal inventories",
            (Sealed,),
            _administrators_only,
        ),
        Rule("IV2", "清册连续", "each inventory lists a larger log", (Sealed,), _grows),
        Rule("IV3", "清册连续", "an inventory lists records", (Sealed,), _lists_something),
        Rule(
            "IV4", "清册连续", "inventories are sealed here", (Sealed,), _directly, guard=True
        ),
    ),
)
