"""Verifying only what is new: from a head that was signed before, whose tree the log still continues.

Below that head no event is read again, but what the new ones rest on: the histories of the records
that they go on with, followed back by digests to their first event; and the office, its officers, keys
and tables (`ledger.audit.authority`), each event of which is shown to stand under that head. What is shown to be there is proved;
that nothing else was there is not: a row below the head that was changed, renamed or taken away since,
be it the revocation of a key, is named by a whole run only.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.act import format_entry
from ledger.audit import damage
from ledger.audit.authority import Authority
from ledger.audit.forms import open_envelope
from ledger.audit.reading import Halving, spans
from ledger.audit.verdict import Pin
from ledger.canonical import digest
from ledger.errors import LedgerError, UsageError
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.note import parse_note
from ledger.log.tree import check_consistency, leaf_hash, prove_consistency
from ledger.store.contract import LogReader

MAX_ACT = 256
PAGE = 2048
LEFT_OUT = ("seal.double", "inventory", "private.loose", "store.index")
"""What takes a look at the whole log, and is left out beside the events below."""


@frozen
class Base:
    """The head from which on a log is verified; whether its signatures hold is judged elsewhere.

    Attributes:
        name: where it comes from.
        size: of how many events it is the head.
        root: their root hash.
        start: the first index that is looked at; below `size` where an act runs over the head.
        ahead: whether the log does not reach there.
    """

    name: str
    size: int
    root: bytes
    start: int
    ahead: bool

    @property
    def not_checked(self) -> tuple[str, ...]:
        """What a run from here on leaves out."""
        return (f"events below {self.start}", *LEFT_OUT)

    def holds(self, reader: LogReader, size: int, root: bytes) -> bool:
        """Tell whether the head of a size not above this one's is shown to be continued by this one."""
        try:
            proof = prove_consistency(size, self.size, reader.read_hashes)
            check_consistency(
                old_size=size,
                new_size=self.size,
                old_root=root,
                new_root=self.root,
                proof=proof,
            )
        except LedgerError:
            return False
        return True


def read_base(reader: LogReader, name: str, note: bytes, *, log_size: int) -> Base:
    """Return the head that a checkpoint tells; of one beyond the log, nothing is left to look at.

    Raises:
        UsageError: the bytes are no checkpoint.
    """
    try:
        told = parse_checkpoint(parse_note(note).text)
    except LedgerError as error:
        raise UsageError(
            f"{name} is no checkpoint: {error}",
            todo="name the signed note of a head, as 'qifeng log checkpoint' gave it",
        ) from error
    start = _start(reader, min(told.size, log_size))
    return Base(name, told.size, told.root, start, ahead=told.size > log_size)


def _start(reader: LogReader, size: int) -> int:
    """Return the first index of the act that runs over a size, else the size."""
    try:
        before = reader.seal_page(max(0, size - MAX_ACT), size, MAX_ACT)
        if before and before[-1][0] + len(open_envelope(before[-1][4]).events) > size:
            return int(before[-1][0])
    except (LedgerError, ValueError, TypeError):
        return max(0, size - MAX_ACT)
    return size


def check_founding(reader: LogReader, pin: Pin) -> Iterator[Finding]:
    """Yield that the log is not the one pinned, as its founding act tells."""
    try:
        rows = reader.seal_page(0, 1, 1)
    except (LedgerError, ValueError, TypeError):
        rows = ()
    found = digest(rows[0][4]) if rows else ""
    if found != pin.founding:
        message = (
            f"the founding act is {found[:12] or 'gone'}…, the pin says {pin.founding[:12]}…"
        )
        yield Finding("seal.founding", "forked", message, 0, "act/founding")


def check_past(reader: LogReader, authority: Authority, base: Base) -> Iterator[Finding]:
    """Yield each event of an authority's record, below a head, that is not shown to stand under it."""
    if base.ahead:
        return
    for record, life in authority.records.items():
        for version, index in enumerate(life.indexes, 1):
            if index < base.size:
                yield from _check_one(reader, record, (index, version), base)


def _check_one(
    reader: LogReader, record: str, place: tuple[int, int], base: Base
) -> Iterator[Finding]:
    index, version = place
    try:
        row = reader.event_at(index)
        seal = reader.seal(row.act) if row else None
    except (LedgerError, ValueError):
        row = seal = None
    if row is None or row.version != version:
        message = f"its version {version}, below the head of {base.size}, cannot be read"
        yield Finding("checkpoint.past", "deleted", message, index, record)
        return
    sealed = digest(seal.envelope) if seal else ""
    leaf = leaf_hash(format_entry(row.event, row.recorded_at, sealed))
    if not damage.included(reader, index, leaf=leaf, size=base.size, root=base.root):
        message = f"its event is not shown to stand under the head of {base.size}"
        yield Finding("checkpoint.past", "edited", message, index, record)


def touched(reader: LogReader, base: Base, size: int) -> list[str]:
    """Return the records that have events from a head on, in a log of this size, sorted."""
    records: set[str] = set()
    for lo, hi in spans(reader, size=size, width=PAGE, start=base.start):
        rows = Halving().read(reader.event_page, lo, hi, table="events")
        records.update(row[1] for row in rows)
    return sorted(records)
