"""Closing histories: a sealed inventory, held against the records' events that are at hand.

An inventory (`ledger.log.inventory`) lists each record's last version and digest at a size of the log. A
history that ends there is whole up to that size; a record between two neighbours of the list has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.canonical import ZERO_DIGEST
from ledger.errors import ProofError
from ledger.export.checked import Checked, finding
from ledger.export.evidence import Closing
from ledger.frozen import frozen
from ledger.log.inventory import Placed, check_absent, check_placed
from ledger.records.inventory import Sealed

WORD = "whether the inventory is true: who sealed it says so, and 'qifeng verify' works it out"


@frozen
class Histories:
    """Whose histories are at hand: the authority's, that of the record asked about, and how they end.

    `ends` gives the version and the digest of the last event below the inventory's size.
    """

    authority: frozenset[str]
    record: str | None
    ends: Mapping[str, tuple[int, str]]


def check_closing(
    closing: Closing, sealed: Sealed, histories: Histories, checked: Checked
) -> None:
    """Check every leaf, that the history it closes is whole, and what is shown of the record asked about."""
    record = histories.record
    present = record in {each.leaf.record for each in closing.leaves}
    beside = [] if present or record is None else _beside(closing.leaves, record)
    checked.not_checked.append(WORD)
    for placed in closing.leaves:
        with finding(checked, "proof.inventory", "edited", index=closing.index):
            check_placed(placed, records=sealed.records, root=bytes.fromhex(sealed.root))
            _check_closed(placed, histories, needed=placed in beside)
    if record is None:
        return
    checked.scope = f"record {record}"
    version, _ = histories.ends.get(record, (0, ""))
    if present:
        checked.shown = (
            f"{record}: all its {version} events in the log up to size {sealed.size}"
        )
        return
    checked.shown = f"{record}: no such record in the log up to size {sealed.size}"
    with finding(checked, "proof.inventory", "deleted", place=record):
        if version:
            raise ProofError("inventory", f"it lists no {record}, which has events here")
        check_absent(record, beside, records=sealed.records)


def _beside(leaves: Sequence[Placed], record: str) -> list[Placed]:
    """Return the leaves on both sides of where the record would stand."""
    before = [each for each in leaves if each.leaf.record < record]
    after = [each for each in leaves if each.leaf.record > record]
    return [*before[-1:], *after[:1]]


def _check_closed(placed: Placed, histories: Histories, *, needed: bool) -> None:
    leaf = placed.leaf
    if leaf.record not in histories.authority and leaf.record != histories.record:
        if not needed:
            raise ProofError("inventory", f"nothing here rests on its leaf of {leaf.record}")
        return
    version, last = histories.ends.get(leaf.record, (0, ZERO_DIGEST))
    if (version, last) != (leaf.version, leaf.last):
        raise ProofError(
            f"history of {leaf.record}",
            f"the inventory lists version {leaf.version}, {leaf.last[:12]}…,"
            f" here it ends with {version}, {last[:12]}…",
        )
