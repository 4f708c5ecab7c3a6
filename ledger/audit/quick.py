"""The way of the sound act: all that must hold of an act and its events, looked at in one go.

Nearly every act of nearly every log is sound, so this is where verifying spends its time. It answers
with the leaf hashes of the act's events if each of its checks holds, and with None if any does not: then
the slow way (`ledger.audit.spans`) looks again, one thing at a time, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import unpack

from ledger.audit.chains import Chains
from ledger.audit.forms import EventForms, Opened
from ledger.store.contract import RawRow

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


def sound_act(
    sealed: SealedRow,
    opened: Opened,
    *,
    rows: Mapping[int, RawRow],
    forms: EventForms,
    chains: Chains,
) -> Leaves | None:
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
    if (count, act, digest, actor, key, at) != signed:
        return None
    found = list(map(rows.get, range(first, first + count)))
    if None in found:
        return None
    _, records, versions, kinds, events, acts, times, _ = zip(*found, strict=True)
    recorded_at = times[0]
    if acts.count(act) != count or times.count(recorded_at) != count:
        return None
    if [sha256(encoded).hexdigest() for encoded in events] != opened.events:
        return None
    told = forms.all_told(kinds, events)
    places = zip(records, versions, strict=True)
    if told is None or not chains.follow(first, places, told, opened.events):
        return None
    tail = f',"recorded_at":"{recorded_at}","seal":"{digest}"}}'.encode()
    hashes = [sha256(b"".join((_HEAD, encoded, tail))).digest() for encoded in events]
    return Leaves(hashes, sum_of(opened.events), set(kinds))


def sum_of(digests: Sequence[str]) -> int:
    """Return the sum of the digests' first 64 bits: tells one set of events from another."""
    if len(digests) == 1:
        return int(digests[0][:16], 16)
    words = unpack(f">{4 * len(digests)}Q", bytes.fromhex("".join(digests)))
    return sum(words[::4])
