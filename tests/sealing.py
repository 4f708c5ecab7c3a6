"""Sealed acts for the tests of stores: right in every byte but the signature, which no store reads.

`Sealer` keeps what a signer keeps: the last event of each record it wrote, and the head it has seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from eventsourcing.persistence import StoredEvent

from ledger import canonical
from ledger.act import Act, Event, SealedAct, format_event, seal
from ledger.clock import format_time, new_id
from ledger.log.tree import EMPTY_ROOT

ORIGIN = "test.example/ledger+0123456789abcdef"
START = datetime(2022, 3, 1, 1, tzinfo=UTC)
KEY = "ab" * 32
ACTOR = "officer/tester"
KIND = "test.happened/1"

_salts = itertools.count()


def at_start() -> datetime:
    """A clock that stands still."""
    return START


def ticking(step: timedelta = timedelta(milliseconds=1)):
    """Return a clock that moves on at every reading."""
    moments = itertools.count()
    return lambda: START + next(moments) * step


def make_event(record: str, version: int, prev: str, *, kind: str = KIND, **body: Any) -> bytes:
    """Return one event's bytes with a salt of its own."""
    salt = f"{next(_salts):021d}A"
    return format_event(Event(kind, record, version, prev, salt, body))


def seal_events(
    events: Sequence[bytes], *, seen: tuple[int, bytes], **changed: Any
) -> SealedAct:
    """Return an act over these events; `changed` replaces members of the act."""
    act = Act(
        act=new_id(START),
        actor=ACTOR,
        at=format_time(START),
        basis="direct",
        events=tuple(canonical.digest(each) for each in events),
        key=KEY,
        ledger=ORIGIN,
        on_behalf_of=None,
        reads=(),
        request=canonical.digest(b"a request"),
        seen=(seen[0], seen[1].hex()),
    )
    return resealed(act, events, **changed)


def resealed(act: Act, events: Sequence[bytes], /, **changed: Any) -> SealedAct:
    """Return an act with some of its members replaced, in an envelope of its own."""
    act = replace(act, **changed)
    envelope = seal(act, [f"{act.key}:ed25519"], [bytes(64)])
    return SealedAct(act, envelope, canonical.digest(envelope), tuple(events))


def stored(acts: Sequence[SealedAct]) -> list[StoredEvent]:
    """Return the library's rows of all events of these acts."""
    rows = []
    for each in itertools.chain.from_iterable(act.events for act in acts):
        told = canonical.parse(each)
        rows.append(StoredEvent(told["record"], told["version"], told["kind"], each))
    return rows


@dataclass
class Sealer:
    """One writer over one store."""

    store: Any
    last: dict[str, tuple[int, str]] = field(default_factory=dict)

    def write(self, *records: str, kind: str = KIND, **body: Any) -> tuple[bytes, ...]:
        """Return the next event of each record named (a record may be named again)."""
        events = []
        for record in records:
            version, prev = self.last.get(record, (0, canonical.ZERO_DIGEST))
            event = make_event(record, version + 1, prev, kind=kind, **body)
            self.last[record] = (version + 1, canonical.digest(event))
            events.append(event)
        return tuple(events)

    def seal(self, *records: str, kind: str = KIND, **changed: Any) -> SealedAct:
        """Return an act of the next event of each record named."""
        head = self.store.head()
        events = self.write(*records, kind=kind)
        return seal_events(events, seen=(head.size, head.root), **changed)

    def append(self, *acts: SealedAct, clock: Any = at_start, **more: Any) -> list[int]:
        """Append acts; returns indexes."""
        ids = self.store.insert_events(stored(acts), acts=acts, clock=clock, **more)
        return [each - 1 for each in ids]

    def act(self, *records: str, clock: Any = at_start, **changed: Any) -> list[int]:
        """Seal and append one act."""
        return self.append(self.seal(*records, **changed), clock=clock)


EMPTY_HEAD = (0, EMPTY_ROOT)


def sealed_seen(store) -> tuple[int, bytes]:
    """Return the head as an act names it."""
    head = store.head()
    return head.size, head.root
