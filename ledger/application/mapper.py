"""Between the library's stored events and ours: bytes in, typed events out, nothing by import path.

A stored event is (record, version, kind, canonical event bytes). Kinds are looked up in the closed
registry of families; a kind that is not there is refused, never imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eventsourcing.persistence import Mapper, StoredEvent, Transcoder
from typing_extensions import override

from ledger import canonical
from ledger.act import Event, parse_event
from ledger.body import parse_body
from ledger.errors import MalformedError
from ledger.family import Family, Happened, family_of
from ledger.frozen import frozen

Kinds = Mapping[str, type[Happened]]


@frozen
class Told:
    """One event of a record, with its bytes. The first two names are the library's.

    `digest` is that of the bytes where they were just written, and empty where they were read.
    """

    originator_id: str
    originator_version: int
    happened: Happened
    encoded: bytes
    digest: str = ""


@frozen
class Folded:
    """A record as its events left it: the version, the last event's digest, the state."""

    version: int
    last: str
    state: Any


def kinds_of(families: Iterable[Family[Any]]) -> dict[str, type[Happened]]:
    """Return the closed registry: every kind of these families, and its class."""
    return {cls.KIND: cls for family in families for cls in family.events}


def open_event(encoded: bytes, kinds: Kinds) -> tuple[Event, Happened]:
    """Return an event's members and its typed form.

    Raises:
        MalformedError: not one event's canonical bytes, or its kind is not registered.
    """
    event = parse_event(encoded)
    return event, typed(event.kind, event.body, kinds)


def typed(kind: str, body: Any, kinds: Kinds) -> Happened:
    """Return the typed event of a kind and a body.

    Raises:
        MalformedError: the kind is not registered, or the body is not of it.
    """
    cls = kinds.get(kind)
    if cls is None:
        raise MalformedError("event: kind", expected="one that this version knows", found=kind)
    return parse_body(cls, body)


class RecordMapper(Mapper[str]):
    """The library's mapper, over the closed registry; the library's transcoder goes unused."""

    def __init__(self, kinds: Kinds, transcoder: Transcoder) -> None:
        """Map these kinds and no other."""
        super().__init__(transcoder)
        self.kinds = kinds

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Return the row of an event."""
        told: Told = domain_event
        return StoredEvent(
            originator_id=told.originator_id,
            originator_version=told.originator_version,
            topic=told.happened.KIND,
            state=told.encoded,
        )

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Return the event of a row."""
        _, happened = open_event(stored_event.state, self.kinds)
        return Told(
            str(stored_event.originator_id),
            stored_event.originator_version,
            happened,
            stored_event.state,
        )


def fold(families: Mapping[str, Family[Any]], record: str) -> Any:
    """Return the library's projector function for a record of these families."""
    evolve = families[family_of(record)].evolve
    initial = families[family_of(record)].initial

    def project(folded: Folded | None, events: Iterable[Told]) -> Folded | None:
        state = folded.state if folded else initial
        told = None
        for told in events:
            state = evolve(state, told.happened)
        if told is None:
            return folded
        return Folded(told.originator_version, canonical.digest(told.encoded), state)

    return project
