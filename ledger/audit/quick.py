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
from typing import Any

from ledger.act import MAX_EVENT_BYTES
from ledger.audit.forms import EventForms, Opened
from ledger.canonical import ZERO_DIGEST
from ledger.store.contract import RawRow

_ZEROS = ZERO_DIGEST.encode()
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
    sealed: SealedRow, opened: Opened, rows: Mapping[int, RawRow], forms: EventForms
) -> Leaves | None:
    """Return the leaves of an act whose columns, events, places and order all hold; else None."""
    first, count, act, digest, _, actor, key, at = sealed.row
    if (act, actor, key, at) != (opened.act, opened.actor, opened.key, opened.at):
        return None
    if digest != sealed.digest or count != len(opened.events):
        return None
    first_row = rows.get(first)
    if first_row is None:
        return None
    recorded_at = first_row[6]
    tail = f',"recorded_at":"{recorded_at}","seal":"{digest}"}}'.encode()
    patterns = forms.patterns
    hashes: list[bytes] = []
    kinds: set[str] = set()
    for index, expected in enumerate(opened.events, first):
        row = rows.get(index)
        if row is None or row[5] != act or row[6] != recorded_at:
            return None
        encoded = row[4]
        if sha256(encoded).hexdigest() != expected or not _sound_event(row, encoded, patterns):
            return None
        hashes.append(sha256(_HEAD + encoded + tail).digest())
        kinds.add(row[3])
    return Leaves(hashes, sum_of(opened.events), kinds)


def sum_of(digests: Sequence[str]) -> int:
    """Return the sum of the digests' first 64 bits: tells one set of events from another."""
    words = unpack(f">{4 * len(digests)}Q", bytes.fromhex("".join(digests)))
    return sum(words[::4])


def _sound_event(row: RawRow, encoded: bytes, patterns: Mapping[str, Any]) -> bool:
    """Tell whether an event's bytes are canonical and say what its columns say."""
    pattern = patterns[row[3]]
    matched = pattern.fullmatch(encoded) if pattern else None
    if matched is None or len(encoded) > MAX_EVENT_BYTES:
        return False
    prev, record, version = matched.groups()
    if record != row[1].encode() or version != b"%d" % row[2]:
        return False
    return (version == b"1") == (prev == _ZEROS) and (encoded.isascii() or _is_utf8(encoded))


def _is_utf8(encoded: bytes) -> bool:
    try:
        encoded.decode()
    except UnicodeDecodeError:
        return False
    return True
