"""Where an incoming document stands, who has it, and what is still to be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.family import Happened
from ledger.frozen import frozen, replace
from ledger.records.incoming import events as told

RECEIVED = "已签收"
REGISTERED = "已登记"
CHECKED = "已初审"
RETURNED = "已退回"
PROPOSED = "已拟办"
INSTRUCTED = "已批示"
ASSIGNED = "办理中"
CLOSED = "已办结"
ARCHIVED = "已归档"


@frozen
class Incoming:
    """A document: whose, how urgent, its own number, who is to act and read, who has."""

    stage: str = ""
    title: str = ""
    sender: str = ""
    sender_number: str = ""
    urgency: str = ""
    nature: str = ""
    received_at: str = ""
    receiver: str = ""
    series: str = ""
    n: int = 0
    number: str = ""
    registrar: str = ""
    lead: str = ""
    units: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    deadline: date | None = None
    read: frozenset[str] = frozenset()
    with_reader: str = ""
    acted: frozenset[str] = frozenset()
    chased: int = 0
    answered: bool = False
    closed_on: date | None = None
    registrars: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()

    @property
    def open_units(self) -> tuple[str, ...]:
        """The units that have not acted, the lead unit first."""
        named = (self.lead, *self.units) if self.lead else self.units
        return tuple(unit for unit in named if unit not in self.acted)

    @property
    def open_readers(self) -> tuple[str, ...]:
        """The readers it has not gone to."""
        return tuple(reader for reader in self.readers if reader not in self.read)


def overdue(state: Incoming, day: date) -> bool:
    """Tell whether the deadline passed before the matter was closed, as seen on a day."""
    return state.deadline is not None and (state.closed_on or day) > state.deadline


def evolve(state: Incoming, happened: Happened) -> Incoming:
    """Return the document after the event."""
    return _AFTER[type(happened)](state, happened)


def _received(state: Incoming, happened: told.Received) -> Incoming:
    return replace(
        state, stage=RECEIVED, title=happened.title, sender=happened.sender,
        sender_number=happened.sender_number, urgency=happened.urgency,
        received_at=happened.received_at, receiver=happened.receiver,
    )  # fmt: skip


def _registered(state: Incoming, happened: told.Registered) -> Incoming:
    return replace(
        state, stage=REGISTERED, series=happened.series, n=happened.n, number=happened.number,
        nature=happened.nature, registrar=happened.registrar, registrars=happened.registrars,
        reviewers=happened.reviewers, leaders=happened.leaders,
    )  # fmt: skip


def _number_voided(state: Incoming, _: told.NumberVoided) -> Incoming:
    return replace(state, stage=RECEIVED, series="", n=0, number="", registrar="")


def _assigned(state: Incoming, happened: told.Assigned) -> Incoming:
    return replace(
        state, stage=ASSIGNED, lead=happened.lead, units=happened.units,
        readers=happened.readers, deadline=happened.deadline,
    )  # fmt: skip


def _circulated(state: Incoming, happened: told.Circulated) -> Incoming:
    return replace(state, read=state.read | {happened.to}, with_reader=happened.to)


def _acted(state: Incoming, happened: told.Acted) -> Incoming:
    return replace(state, acted=state.acted | {happened.unit})


def _closed(state: Incoming, happened: told.Closed) -> Incoming:
    return replace(state, stage=CLOSED, closed_on=happened.occurred_on, with_reader="")


_AFTER: dict[type[Happened], Callable[[Incoming, Any], Incoming]] = {
    told.Received: _received,
    told.Registered: _registered,
    told.NumberVoided: _number_voided,
    told.FirstChecked: lambda state, _: replace(state, stage=CHECKED),
    told.Returned: lambda state, _: replace(state, stage=RETURNED),
    told.Proposed: lambda state, _: replace(state, stage=PROPOSED),
    told.Instructed: lambda state, _: replace(state, stage=INSTRUCTED),
    told.Assigned: _assigned,
    told.Circulated: _circulated,
    told.Acted: _acted,
    told.Chased: lambda state, _: replace(state, chased=state.chased + 1),
    told.Answered: lambda state, _: replace(state, answered=True),
    told.Closed: _closed,
    told.Archived: lambda state, _: replace(state, stage=ARCHIVED),
}
