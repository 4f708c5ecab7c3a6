"""Histories proved while the log is read by index, so that no event is read a second time.

Each event names the digest of the one before it in its record (`prev`). A span is read in order, and
what an event's successor must say is remembered as far as the span goes. So within it a history is a few
stretches of versions in unbroken order; nearly always one. What is left to show is that over the
whole log the stretches of each record lie end to end, from version 1 on, once each:

- The event before a stretch is looked up by record and version: its digest, its place, what it says.
- A keyed sum closes. With a key drawn for this run, each stretch adds the mark of its last version and takes
  away that of the version before its first; the newest version of every record, asked of the store,
  takes away the rest. If the sum is nought, each stretch is followed by one that begins where it ends,
  or ends its record, and no version stands twice; but for a chance of 2⁻¹²⁸ for whoever does not know the key
  (`docs/decisions/0020`).

This way proves or does not know. Where it does not, `ledger.audit.histories` reads every record and says
what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b, sha256
from itertools import pairwise

from ledger.audit.forms import EventForms, Told, stands
from ledger.errors import LedgerError
from ledger.frozen import frozen
from ledger.store.contract import LogReader

KEY_BYTES = 32
MARK_BYTES = 16
PAGE = 1024
# Where more of a span's events than one in so many follow on one outside it, all records are better read.
SELDOM = 4

Place = tuple[str, int]


@frozen
class Start:
    """An event that follows on one which was not met in its span."""

    index: int
    record: str
    version: int
    prev: str


class Chains:
    """The histories of one span's events, as far as it goes.

    `ends` holds, by record and version, what the event that goes on with a history must say.
    """

    def __init__(self) -> None:
        self.ends: dict[Place, Told] = {}
        self.starts: list[Start] = []
        self.events = 0
        self.begun = 0
        self.whole = True

    def follow(
        self, first: int, places: Iterable[Place], told: Iterable[Told], digests: Sequence[str]
    ) -> bool:
        """Take in events that stand from `first` on; tells whether each says what its columns say.

        `places` are the columns, `told` what each event itself says, `digests` those of their bytes.
        """
        ends = self.ends
        self.events += len(digests)
        for index, (place, says, digest) in enumerate(
            zip(places, told, digests, strict=True), first
        ):
            if says != ends.pop(place, None) and not self._begin(index, place, says):
                # All is looked at again, one by one: what was taken in must not count twice.
                self.whole = False
                return False
            record, version = place
            ends[record, version + 1] = (digest.encode(), says[1], b"%d" % (version + 1))
        return True

    def _begin(self, index: int, place: Place, says: Told) -> bool:
        """Begin a stretch of a history; tells whether the event says what its columns say."""
        record, version = place
        # Columns may hold what no bytes could spell.
        if says[1:] != (record.encode(errors="surrogatepass"), b"%d" % version) or not stands(
            *says
        ):
            return False
        self.begun += 1
        if version > 1:
            self.starts.append(Start(index, record, version, says[0].decode()))
        return True

    def sum(self, reader: LogReader, forms: EventForms, key: bytes) -> int | None:
        """Return the span's part of the sum, or None where an event does not follow on the one before it."""
        # Each stretch that was begun has an end of its own, unless two of them hold the same version.
        if not self.whole or len(self.ends) != self.begun:
            return None
        if len(self.starts) * SELDOM > self.events:
            return None
        if not all(_follows(reader, forms, start) for start in self.starts):
            return None
        added = sum(mark(key, record, following - 1) for record, following in self.ends)
        return added - sum(mark(key, each.record, each.version - 1) for each in self.starts)


def _follows(reader: LogReader, forms: EventForms, start: Start) -> bool:
    """Tell whether what an event names as the one before it is that, and stands before it."""
    before = (start.record, start.version - 1)
    try:
        rows = reader.record_page((start.record, start.version - 2), f"{start.record} ", 1)
        for index, _, _, kind, encoded, *_ in rows:
            same = sha256(encoded).hexdigest() == start.prev
            return same and index < start.index and forms.told(kind, encoded)[2:] == before
    except (LedgerError, ValueError, TypeError):
        pass
    return False


def newest(reader: LogReader, key: bytes) -> int | None:
    """Return the sum of every record's newest version, or None where the store tells no such thing."""
    total, after = 0, ""
    try:
        while page := reader.newest_page(after, PAGE):
            # Who forged an index could tell a record twice, and so hide that its history forks.
            if any(
                one >= other for one, other in pairwise([after, *(name for name, _ in page)])
            ):
                return None
            total += sum(mark(key, record, version) for record, version in page)
            after = page[-1][0]
    except (LedgerError, ValueError, TypeError):
        return None
    return total


def minus(owed: int | None, part: int | None) -> int | None:
    """Return what is owed after a span has given its part; None from the first one on that proves nothing."""
    return None if owed is None or part is None else owed - part


def mark(key: bytes, record: str, version: int) -> int:
    """Return the mark of one version of a record: to whoever does not know the key, a number by chance."""
    named = b"%s %d" % (record.encode(), version)
    return int.from_bytes(blake2b(named, key=key, digest_size=MARK_BYTES).digest())
