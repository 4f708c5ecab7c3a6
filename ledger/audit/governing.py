"""Which version of which rule governed an item, on the day it was submitted or registered (R6).

An item of money tells the policy version it was submitted under, and a telegram the edition of its
time limits; both name the document, and may name the rule, that they rest on. Any other item is held
against a rule that one names. Each answer is given twice: as the rule was known when the item was
recorded, and as it is known now, which differs after a revocation 撤销 or a correction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ledger.application.mapper import open_event
from ledger.audit.authority import KINDS
from ledger.audit.rulings import Ruling, read_rule, rule_on
from ledger.audit.words import occurred
from ledger.clock import office_day, parse_time
from ledger.errors import NotFoundError
from ledger.family import DIRECT, Happened
from ledger.frozen import frozen
from ledger.records.fund.events import Claim
from ledger.records.moments import read_moment
from ledger.records.office import OFFICE, Founded
from ledger.records.policy.events import Content
from ledger.records.telegram.events import Registered
from ledger.records.timetable import Set
from ledger.store.contract import EventRow, LogReader


@frozen
class Ground:
    """What an event of an item was judged by: a policy's version or a timetable's edition, or nothing.

    `citation` is the document it names, `rule` the record of that rule where it is named.
    """

    by: str = ""
    version: int = 0
    citation: str = ""
    rule: str = ""


@frozen
class Governed:
    """An event of an item, its day, what it was judged by, and the rule as known then and now.

    `then` and `now` are None where no rule is named, or nothing of it was recorded.
    """

    index: int
    kind: str
    zh: str
    day: date
    ground: Ground
    then: Ruling | None
    now: Ruling | None

    def as_json(self) -> dict[str, Any]:
        """Return the line as it stands in `--json` output."""
        return {
            "index": self.index, "kind": self.kind, "zh": self.zh, "day": self.day.isoformat(),
            "by": self.ground.by, "by_version": self.ground.version,
            "citation": self.ground.citation, "rule": self.ground.rule,
            "then": self.then.as_json() if self.then else None,
            "now": self.now.as_json() if self.now else None,
        }  # fmt: skip


def governed(
    reader: LogReader, item: str, *, rule: str = "", known: int | None = None
) -> list[Governed]:
    """Return what governed an item, one line for each event by which it was judged, in order.

    With `rule` the item is held against that rule, whatever its own events tell. What `known` leaves
    out was not recorded when the log had so many events.

    Raises:
        NotFoundError: the item tells no ground, and no rule is named; or there is no such item.
    """
    rows = reader.history(item, None if known is None else known - 1)
    told = [(row, open_event(row.event, KINDS)[1]) for row in rows]
    offset = _utc_offset(reader)
    found = [
        _governed(reader, row, ground, day=_day_of(row, happened, offset), known=known)
        for row, happened, ground in _grounds(reader, told, rule)
    ]
    if not found:
        raise NotFoundError(
            "rule behind", item, todo="its events name none; name one with --rule"
        )
    return found


def _grounds(
    reader: LogReader, told: Sequence[tuple[EventRow, Happened]], rule: str
) -> Iterator[tuple[EventRow, Happened, Ground]]:
    judged = [
        (row, happened, ground)
        for row, happened in told
        if (ground := _ground(reader, happened)) is not None
    ]
    if not rule:
        yield from judged
        return
    for row, happened in [each[:2] for each in judged] or told[:1]:
        yield row, happened, Ground(rule=rule)


def _ground(reader: LogReader, happened: Happened) -> Ground | None:
    match happened:
        case Claim(policy=str(policy), policy_version=version) if version:
            return _of_policy(reader, policy, version)
        case Registered(edition=edition) if edition:
            return _of_timetable(reader, "timetable/telegram", edition)
        case _:
            return None


def _of_policy(reader: LogReader, policy: str, version: int) -> Ground:
    for row in reader.history(policy):
        happened = open_event(row.event, KINDS)[1]
        if row.version == version and isinstance(happened, Content):
            return Ground(policy, version, happened.citation, happened.rule or "")
    return Ground(policy, version)


def _of_timetable(reader: LogReader, timetable: str, edition: int) -> Ground:
    for row in reader.history(timetable):
        happened = open_event(row.event, KINDS)[1]
        if isinstance(happened, Set) and happened.edition == edition:
            return Ground(timetable, edition, happened.source, happened.rule or "")
    return Ground(timetable, edition)


def _governed(
    reader: LogReader, row: EventRow, ground: Ground, *, day: date, known: int | None
) -> Governed:
    happened = KINDS[row.kind]
    return Governed(
        row.index, row.kind, happened.TERM.zh, day, ground,
        then=_ruling(reader, ground.rule, day, row.index),
        now=_ruling(reader, ground.rule, day, known),
    )  # fmt: skip


def _ruling(reader: LogReader, rule: str, day: date, known: int | None) -> Ruling | None:
    if not rule:
        return None
    try:
        return rule_on(read_rule(reader, rule, known=known), day)
    except NotFoundError:
        return None


def _day_of(row: EventRow, happened: Happened, utc_offset: str) -> date:
    """Return the day of a step: of recording where it was taken here and then, else as it is told.

    So the policy in force was chosen, too (`ledger.records.fund.deciding`).
    """
    recorded_on = office_day(parse_time(row.recorded_at), utc_offset)
    told = occurred(happened)
    if not told or getattr(happened, "basis", "") == DIRECT:
        return recorded_on
    moment = read_moment(told)
    if moment is not None:
        return office_day(moment, utc_offset)
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return recorded_on


def _utc_offset(reader: LogReader) -> str:
    founding = next(iter(reader.history(OFFICE)), None)
    happened = open_event(founding.event, KINDS)[1] if founding else None
    return happened.utc_offset if isinstance(happened, Founded) else "+00:00"
