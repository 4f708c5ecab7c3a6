"""The way of the sound span: all that must hold of its events and acts, looked at in one go.

Nearly every span of nearly every log is sound, so this is where verifying spends its time. A few hundred events
are read, looked at in every way, and let go before the next are read; where one look at many events tells
as much as one look at each, it is one look. If each check of the span holds, it is answered with what the
rest of verifying needs. It is None if any does not: then the slow way (`ledger.audit.spans`) reads again, looks at
one thing at a time, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from struct import unpack
from typing import Any

from ledger.audit.bonds import BONDED
from ledger.audit.chains import Chains
from ledger.audit.forms import EventForms, Opened, is_time
from ledger.audit.leaves import left_of
from ledger.audit.levels import Levels
from ledger.errors import LedgerError
from ledger.store.contract import LogReader, RawRow

# So many events stay in a processor's cache between one look and the next.
AT_ONCE = 256
_HEAD = b'\x00{"entry":1,"event":'


@dataclass(slots=True)
class SealedRow:
    """A seal's row and what its envelope says; `opened` is None where it cannot be read.

    `first` is where the act's first event stands by its row; `count` is how many events it covers, as
    it was signed, else as the row says.
    """

    row: RawRow
    opened: Opened | None
    digest: str
    first: int
    count: int


@dataclass(slots=True)
class Sound:
    """A sound span: the acts that begin in it, when each was recorded, and the roots that they may have seen.

    `total` is the sum of their events' digests' first 64 bits; `rows` are the events, by index, among which
    bonds may stand.
    """

    events: int
    acts: list[tuple[SealedRow, Opened]]
    times: list[str]
    total: int
    chains: Chains
    roots: dict[int, bytes]
    rows: dict[int, RawRow]


@dataclass
class Look:
    """One look at a span; what it has met so far of events, in their order."""

    reader: LogReader
    forms: EventForms
    lo: int
    hi: int
    chains: Chains = field(default_factory=Chains)
    total: int = 0
    leaves: list[bytes] = field(default_factory=list)
    nodes: list[bytes] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    rows: dict[int, RawRow] = field(default_factory=dict)
    page: Sequence[RawRow] = ()
    last: tuple[str, str] = ("", "")

    def look(self, seals: Sequence[SealedRow], size: int) -> Sound | None:
        """Return what the span holds, if all of it is sound; else None.

        `seals` are those that begin in it, and before them the last one before it.
        """
        try:
            acts = [(each, _opened(each)) for each in seals]
            return self._look(acts, size)
        except (LedgerError, ValueError, TypeError):
            return None

    def _look(self, acts: list[tuple[SealedRow, Opened]], size: int) -> Sound:
        before = acts[0][0] if acts and acts[0][0].first < self.lo else None
        free = self._reach_in(before)
        own = acts[1:] if before else acts
        for some in _some(own):
            start = free
            for sealed, _ in some:
                _so(sealed.first == free)
                free += sealed.count
            self._take(some, start, free)
        _so(free >= min(self.hi, size))
        _so(free >= self.hi or not self.reader.event_page(free, self.hi, 1))
        return Sound(
            events=len(self.leaves),
            acts=own,
            times=self.times,
            total=self.total,
            chains=self.chains,
            roots=self._roots({opened.seen_size for _, opened in own}),
            rows=self.rows,
        )

    def _reach_in(self, sealed: SealedRow | None) -> int:
        """Take in the event before the span, and those of an act that reaches in; return where it ends."""
        if not self.lo:
            return 0
        free = self.lo if sealed is None else max(self.lo, sealed.first + sealed.count)
        start, stop = self.lo - 1, min(free, self.hi)
        page = self.reader.event_page(start, stop, stop - start)
        _, _, _, events, acts, times, nodes = self._columns(page, start, stop)
        self.last = acts[0], times[0]
        if free > self.lo and sealed is not None:
            _so(times.count(times[0]) == len(times))
            self._take_leaves(events[1:], times[0], sealed.digest)
            self.nodes += nodes[1:]
        return free

    def _columns(self, page: Sequence[RawRow], start: int, stop: int) -> Any:
        """Return the events of a stretch as columns, none missing.

        Whatever else a column could hold than its type says is looked at here, or is not equal to what it must be.
        """
        _so(len(page) == stop - start)
        columns = list(zip(*page, strict=True))
        _so(columns[0] == tuple(range(start, stop)))
        _so(set(map(type, columns[1])) == {str} and set(map(type, columns[2])) == {int})
        self.page = page
        return columns[1:]

    def _take(self, acts: Sequence[tuple[SealedRow, Opened]], start: int, stop: int) -> None:
        """Take in the events of a few whole acts."""
        (records, versions, kinds, events, nodes), times = (
            self._one(acts[0][1].act, start, stop)
            if len(acts) == 1
            else self._several(acts, start, stop)
        )
        told = self.forms.all_told(kinds, events)
        _so(told is not None)
        digests = [sha256(encoded).hexdigest() for encoded in events]
        _so(digests == list(chain.from_iterable(opened.events for _, opened in acts)))
        places = zip(records, versions, strict=True)
        _so(self.chains.follow(start, places, told or (), digests))
        self.total += sum_of(digests)
        for (sealed, opened), recorded_at in zip(acts, times, strict=True):
            _so(_as_signed(sealed, opened))
            self._take_time(opened.act, recorded_at)
            at, end = sealed.first, min(sealed.first + sealed.count, self.hi)
            self._take_leaves(events[at - start : end - start], recorded_at, sealed.digest)
        self.nodes += nodes[: self.hi - start]
        if not BONDED.isdisjoint(kinds):
            self.rows.update((row[0], row) for row in self.page)

    def _one(self, act: str, start: int, stop: int) -> tuple[Any, list[str]]:
        """Return the columns of one act's events, but those all of which hold the same; and its time."""
        first = self.reader.event_page(start, start + 1, 1)
        _so(len(first) == 1)
        recorded_at = first[0][6]
        page = self.reader.act_page(act, recorded_at, start, stop)
        return self._columns(page, start, stop), [recorded_at]

    def _several(
        self, acts: Sequence[tuple[SealedRow, Opened]], start: int, stop: int
    ) -> tuple[Any, list[str]]:
        """Return the same of several acts' events, and the time of each act."""
        page = self.reader.event_page(start, stop, stop - start)
        *columns, named, recorded, nodes = self._columns(page, start, stop)
        times = []
        for sealed, opened in acts:
            at, end = sealed.first - start, sealed.first - start + sealed.count
            times.append(recorded[at])
            _so(named[at:end].count(opened.act) == sealed.count)
            _so(recorded[at:end].count(recorded[at]) == sealed.count)
        return (*columns, nodes), times

    def _take_time(self, act: str, recorded_at: str) -> None:
        """Take in when the next act was recorded: not before the one before it, and it has one time."""
        act_before, time_before = self.last
        if recorded_at != time_before:
            _so(recorded_at > time_before and act != act_before and is_time(recorded_at))
        self.times.append(recorded_at)
        self.last = act, recorded_at

    def _take_leaves(self, events: Sequence[bytes], recorded_at: str, seal: str) -> None:
        tail = f',"recorded_at":"{recorded_at}","seal":"{seal}"}}'.encode()
        self.leaves += [sha256(b"".join((_HEAD, encoded, tail))).digest() for encoded in events]

    def _roots(self, sizes: set[int]) -> dict[int, bytes]:
        """Return the roots at these sizes that lie in the span, all nodes of which must be as stored."""
        left = left_of(self.reader, self.lo)
        _so(left is not None)
        levels = Levels(self.leaves, left or (), self.lo)
        _so(levels.holds(self.nodes))
        return levels.roots(sizes)


def _so(holds: bool) -> None:  # noqa: FBT001 -- one word before what must be so
    if not holds:
        raise ValueError("not as in a sound span")


def _opened(sealed: SealedRow) -> Opened:
    if sealed.opened is None:
        raise ValueError("an envelope that cannot be opened")
    return sealed.opened


def _some(
    acts: Sequence[tuple[SealedRow, Opened]],
) -> Iterator[list[tuple[SealedRow, Opened]]]:
    """Yield acts in order, so many at a time that they hold some hundred events."""
    some, events = [], 0
    for each in acts:
        some.append(each)
        events += each[0].count
        if events >= AT_ONCE:
            yield some
            some, events = [], 0
    if some:
        yield some


def _as_signed(sealed: SealedRow, opened: Opened) -> bool:
    """Tell whether the columns of a seal are what its envelope says."""
    _, count, act, digest, _, actor, key, at = sealed.row
    return (count, act, digest, actor, key, at) == (
        sealed.count, opened.act, sealed.digest, opened.actor, opened.key, opened.at,
    )  # fmt: skip


def sum_of(digests: Sequence[str]) -> int:
    """Return the sum of the digests' first 64 bits: tells one set of events from another."""
    if len(digests) == 1:
        return int(digests[0][:16], 16)
    words = unpack(f">{4 * len(digests)}Q", bytes.fromhex("".join(digests)))
    return sum(words[::4])
