"""What kind of damage it is: looking around a bad place until the likeliest story is found.

The facts of a finding are certain; its class is the simplest act that explains them: a row edited,
deleted, cut off at the end, put in, moved, signed again. Everything here runs only where something is
wrong, and asks the store as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from ledger.audit.forms import open_envelope
from ledger.audit.reading import END
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.log.tree import check_inclusion, prove_inclusion
from ledger.store.contract import LogReader, RawRow


@frozen
class Misplaced:
    """An event that is not the one its seal names at that place."""

    index: int
    record: str
    version: int
    found: str
    expected: str


def runs(indexes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of every unbroken run of sorted indexes."""
    first = last = None
    for index in indexes:
        if first is None or last is None:
            first = index
        elif index != last + 1:
            yield first, last
            first = index
        last = index
    if first is not None and last is not None:
        yield first, last


def explain_gap(reader: LogReader, first: int, last: int, *, size: int) -> Finding:
    """Return the finding of events that should stand from `first` to `last`."""
    what = f"event {first}" if first == last else f"events {first} to {last}"
    if _any_after(reader, last):
        return Finding("log.gap", "deleted", f"{what} missing", index=first)
    message = f"{what} missing, the head says size {size}"
    return Finding("log.truncated", "truncated", message, index=first)


def explain_unsealed(reader: LogReader, row: RawRow) -> Finding:
    """Return the finding of an event at whose place no seal stands."""
    index, record, act = int(row[0]), str(row[1]), str(row[5])
    seal = _seal_of(reader, act)
    digest = sha256(row[4]).hexdigest()
    if seal is None:
        return Finding(
            "seal.missing", "deleted" if _sealed_after(reader, index) else "inserted",
            f"act {act} has no seal", index=index, record=record,
        )  # fmt: skip
    try:
        covered = digest in open_envelope(seal[1]).events
    except LedgerError:
        covered = True
    if covered and seal[0] != index and not _event_stands(reader, seal[0], act):
        message = f"seal of act {act} says first index {seal[0]}, its event stands at {index}"
        return Finding("seal.place", "edited", message, index=index, record=record)
    return Finding(
        "seal.uncovered", "inserted",
        f"no seal covers it: act {act} has other events", index=index, record=record,
    )  # fmt: skip


def explain_loose(reader: LogReader, seal: RawRow, size: int) -> Finding:
    """Return the finding of a seal at whose place no event stands."""
    first, act = int(seal[0]), str(seal[2])
    message = f"act {act} is sealed at {first}, where no event stands"
    if first < size:
        kind = "deleted" if _any_after(reader, first) else "truncated"
    else:
        kind = "inserted"
    return Finding("seal.loose", kind, message, index=first, record=f"act/{act}")


def explain_misplaced(reader: LogReader, misplaced: Sequence[Misplaced]) -> Iterator[Finding]:
    """Yield the finding of each event that is not the one sealed at its place."""
    wanted = {each.expected for each in misplaced}
    for each in misplaced:
        kind, how = "edited", "its bytes are not those that were signed"
        if each.found in wanted:
            kind, how = "reordered", "it was signed for another place"
        elif _stands_elsewhere(reader, each):
            kind, how = "inserted", "an older event was put in its place"
        yield Finding(
            "seal.event", kind, f"{how} (expected digest {each.expected[:12]}…)",
            index=each.index, record=each.record,
        )  # fmt: skip


def included(reader: LogReader, index: int, *, leaf: bytes, size: int, root: bytes) -> bool:
    """Tell whether a leaf hash stands at an index under the head's root, by the stored hashes."""
    try:
        proof = prove_inclusion(index, size, reader.read_hashes)
        check_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=root)
    except LedgerError:
        return False
    return True


def _any_after(reader: LogReader, index: int) -> bool:
    try:
        return bool(reader.event_page(index + 1, END, 1))
    except (LedgerError, ValueError):
        return True


def _sealed_after(reader: LogReader, index: int) -> bool:
    """Tell whether acts stand after an index: then what has no seal there once had one."""
    try:
        return bool(reader.seal_page(index + 1, END, 1))
    except (LedgerError, ValueError):
        return True


def _seal_of(reader: LogReader, act: str) -> tuple[int, bytes] | None:
    try:
        seal = reader.seal(act)
    except (LedgerError, ValueError):
        return None
    return None if seal is None else (seal.first_index, seal.envelope)


def _event_stands(reader: LogReader, index: int, act: str) -> bool:
    try:
        row = reader.event_at(index)
    except (LedgerError, ValueError):
        return True
    return row is not None and row.act == act


def _stands_elsewhere(reader: LogReader, each: Misplaced) -> bool:
    """Tell whether the same bytes stand in the same record's history at another place."""
    try:
        row = reader.event_at(each.index)
        if row is None:
            return False
        told = row.event.rpartition(b'"record":"')[2].partition(b'"')[0].decode()
        names = {each.record, told}
        return any(
            other.index != each.index and other.event == row.event
            for name in names
            for other in reader.history(name)
        )
    except (LedgerError, ValueError):
        return False
