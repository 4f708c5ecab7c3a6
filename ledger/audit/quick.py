"""The way of the sound span: all that must hold of its events and acts, looked at in one go.

Nearly every event of nearly every log is sound, so this is where verifying spends its time. First all events of a
span are looked at together, in themselves; then each act, which is answered with the leaf hashes of its events if
each of its checks holds. It is None if any does not: then the slow way (`ledger.audit.spans`) looks again,
one thing at a time, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import unpack

from ledger.audit.chains import Chains
from ledger.audit.forms import EventForms, Opened, Told
from ledger.store.contract import RawRow

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
class Leaves:
    """The leaf hashes of a sound act's events, and the sum of their digests' first 64 bits."""

    hashes: list[bytes]
    total: int
    kinds: set[str]


@dataclass(slots=True)
class Seen:
    """Events that follow one another from index `first` on, each sound in itself, as its columns say."""

    first: int
    kinds: Sequence[str]
    events: Sequence[bytes]
    acts: Sequence[str]
    times: Sequence[str]
    digests: list[str]

    def sound_act(self, sealed: SealedRow, opened: Opened) -> Leaves | None:
        """Return the leaves of an act whose columns, events, places and order all hold; else None."""
        first, count, act, digest, _, actor, key, at = sealed.row
        signed = (
            len(opened.events),
            opened.act,
            sealed.digest,
            opened.actor,
            opened.key,
            opened.at,
        )
        start = first - self.first
        stop = start + count
        if (count, act, digest, actor, key, at) != signed or start < 0:
            return None
        if (
            self.digests[start:stop] != opened.events
            or self.acts[start:stop].count(act) != count
        ):
            return None
        recorded_at = self.times[start]
        if self.times[start:stop].count(recorded_at) != count:
            return None
        tail = f',"recorded_at":"{recorded_at}","seal":"{digest}"}}'.encode()
        hashes = [
            sha256(b"".join((_HEAD, encoded, tail))).digest()
            for encoded in self.events[start:stop]
        ]
        return Leaves(hashes, sum_of(opened.events), set(self.kinds[start:stop]))


def see(rows: Sequence[RawRow], forms: EventForms, chains: Chains) -> Seen | None:
    """Return the events of rows in which nothing is missing, if each is sound in itself; else None."""
    if not rows:
        return None
    indexes, records, versions, kinds, events, acts, times, _ = zip(*rows, strict=True)
    if indexes != tuple(range(indexes[0], indexes[0] + len(rows))):
        return None
    told: list[Told] = []
    digests: list[str] = []
    for start in range(0, len(rows), AT_ONCE):
        some = events[start : start + AT_ONCE]
        said = forms.all_told(kinds[start : start + AT_ONCE], some)
        if said is None:
            return None
        told += said
        digests += [sha256(encoded).hexdigest() for encoded in some]
    if not chains.follow(indexes[0], zip(records, versions, strict=True), told, digests):
        return None
    return Seen(indexes[0], kinds, events, acts, times, digests)


def sum_of(digests: Sequence[str]) -> int:
    """Return the sum of the digests' first 64 bits: tells one set of events from another."""
    if len(digests) == 1:
        return int(digests[0][:16], 16)
    words = unpack(f">{4 * len(digests)}Q", bytes.fromhex("".join(digests)))
    return sum(words[::4])
