"""What a telegram's head says about when it is due, and which of the sender's numbers it has."""

from __future__ import annotations

from datetime import timedelta

from ledger.clock import format_time
from ledger.records.moments import read_moment
from ledger.records.numbers import parse_number
from ledger.records.telegram.events import DEFAULT_LIMITS, IN, Registered
from ledger.records.timetable import WHOLE, Limit, Timetable

TIMETABLE = "timetable/telegram"


def limits_in(table: Timetable, urgency: str) -> tuple[int, tuple[Limit, ...]]:
    """Return the edition of the timetable and its limits for one urgency; the common ones where none was set."""
    known = table if table.edition else Timetable(limits=DEFAULT_LIMITS)
    return known.edition, known.for_urgency(urgency)


def due_at(head: Registered) -> str:
    """Return the moment by which it is to be closed, or ``""`` where nothing limits it.

    The limit of the whole way counts from receipt; an explicit `deliver_by` may only be earlier.
    """
    received = read_moment(head.received_at)
    moments = [read_moment(head.deliver_by)]
    if received is not None:
        moments += [
            received + timedelta(hours=limit.hours)
            for limit in head.limits
            if limit.leg == WHOLE
        ]
    told = [moment for moment in moments if moment is not None]
    return format_time(min(told)) if told else ""


def senders_number(head: Registered) -> tuple[str, int]:
    """Return the sender's series and the number in it, or ``("", 0)`` where none can be told."""
    parsed = parse_number(head.sender_number) if head.direction == IN else None
    return parsed or ("", 0)
