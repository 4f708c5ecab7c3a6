"""The time stamps over checkpoints: each is there, is over what it says, and holds where roots are given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from ledger import canonical
from ledger.application.mapper import kinds_of, open_event
from ledger.audit.reading import UNREADABLE, fitting, kept_unreadable, readable_at
from ledger.clock import format_time, parse_time
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.log.timestamp import (
    Roots,
    Stamp,
    check_stamp,
    is_over,
    parse_roots,
    parse_stamp,
    renewed_bytes,
)
from ledger.records import stamp as family
from ledger.store.contract import LogReader, RawRow

CLOCKS_APART = timedelta(minutes=5)
"""How far the office's clock may run ahead of an authority's before it is told."""
UNJUDGED = "time.stamp"
"""What stays unchecked while no root certificate is given."""
_PAGE = 256


@dataclass
class StampCheck:
    """The stamps of a log. `looked_at` counts them; `unjudged` says that no root was there to judge by."""

    reader: LogReader
    roots_pem: bytes
    looked_at: int = 0
    held: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    notes: dict[str, bytes] = field(default_factory=dict)

    def check(self) -> Iterator[Finding]:
        """Yield what is wrong with every stamp that the log tells of.

        Raises:
            MalformedError: the roots are no certificates.
        """
        roots = parse_roots(self.roots_pem) if self.roots_pem else ()
        try:
            self.held = {digest: (size, stamp) for digest, size, stamp in self.reader.stamps()}
            self.notes = {canonical.digest(note): note for _, note in self.reader.checkpoints()}
        except UNREADABLE as error:
            yield kept_unreadable("time", error)
        record, stamped = "", b""
        for row, told in self._events():
            self.looked_at += 1
            if row[1] != record:
                record, stamped = row[1], b""
            if isinstance(told, family.Taken):
                stamped = self.notes.get(told.checkpoint, b"")
            kept_as, stamp = self.held.get(told.stamp, (0, None))
            if stamp is None or not stamped:
                missing = "the stamp" if stamp is None else "what it is over"
                yield _finding(row, "time.stamp_missing", "deleted", f"{missing} is not there")
                stamped = b""
                continue
            if family.key(kept_as) != row[1]:
                message = f"the stamp is kept as one over checkpoint {kept_as}"
                yield _finding(row, "time.stamp", "edited", message)
            yield from self._judge(row, told, stamp=stamp, stamped=stamped, roots=roots)
            stamped = renewed_bytes(stamp, stamped)

    @property
    def unjudged(self) -> bool:
        """Whether there are stamps, and no root to judge them by."""
        return bool(self.looked_at) and not self.roots_pem

    def _events(self) -> Iterator[tuple[RawRow, family.StampEvent]]:
        """Yield the events of all stamps, record by record."""
        kinds = kinds_of([family.FAMILY])
        after = ("stamp/", -(2**63))
        while page := self.reader.record_page(after, "stamp0", _PAGE):
            for row in fitting(page):
                # What cannot be read is told by the checks of events.
                with suppress(LedgerError):
                    told = open_event(row[4], kinds)[1]
                    assert isinstance(told, family.Taken | family.Renewed), (
                        "no other kind is known"
                    )
                    yield row, told
            after = (page[-1][1], page[-1][2])

    def _judge(
        self,
        row: RawRow,
        told: family.StampEvent,
        *,
        stamp: bytes,
        stamped: bytes,
        roots: Roots,
    ) -> Iterator[Finding]:
        try:
            read = check_stamp(stamp, stamped, roots) if roots else parse_stamp(stamp)
        except LedgerError as error:
            yield _finding(row, "time.stamp", "edited", str(error))
            return
        if canonical.digest(stamp) != told.stamp:
            yield _finding(row, "time.stamp", "edited", "the stamp is not the one recorded")
        elif not is_over(read, stamped):
            yield _finding(row, "time.stamp", "edited", "the stamp is over something else")
        elif _told(read) != (told.stamped_at, told.authority, told.algorithm, told.expires_at):
            yield _finding(
                row, "time.stamp", "edited", "the stamp tells something else than was recorded"
            )
        if isinstance(told, family.Taken):
            yield from self._bracket(told, read)

    def _bracket(self, told: family.Taken, read: Stamp) -> Iterator[Finding]:
        """Hold the recorded times against the stamp: what it covers was there before it."""
        last = readable_at(self.reader, told.size - 1)
        if last is not None and parse_time(last.recorded_at) > read.at + CLOCKS_APART:
            message = (
                f"recorded_at {last.recorded_at} is after {format_time(read.at)}, when an authority"
                f" stamped the log of size {told.size}"
            )
            yield Finding("time.bracket", "edited", message, last.index, last.record)


def _told(read: Stamp) -> tuple[str, str, str, str]:
    return (format_time(read.at), read.authority, read.algorithm, format_time(read.expires_at))


def _finding(row: RawRow, code: str, damage: str, message: str) -> Finding:
    return Finding(code, damage, message, row[0], row[1])
