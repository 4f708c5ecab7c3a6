"""Taking a mapped register into the ledger: record by record, act by act, never twice.

A record's name is its family's key where that has one, else an id derived from the business key
(UUIDv8 of SHA-256 of ledger, family and key): the same register entry in another file is the same
record. A record that has events from elsewhere is passed over and counted, never told again.

An act holds whole records (or, where one has more than fits, as much of it as fits) and one
`intake.taken`; several acts are appended in one transaction. After a crash everything up to the
last transaction stands, and taking goes on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger import canonical
from ledger.act import MAX_EVENT_BYTES, MAX_EVENTS
from ledger.application.acting import Acting, Request, Step
from ledger.application.concealing import conceal, private_texts
from ledger.application.ledger import Ledger
from ledger.body import Field, fields_of, parse_body
from ledger.clock import format_time, id_of_digest, new_id
from ledger.errors import MalformedError, RefusedError, UsageError
from ledger.family import AS_FOUND, Happened, Verb, hidden_by, simply
from ledger.frozen import frozen
from ledger.importing.mapper import MappedEvent
from ledger.importing.mapping import RegisterMap
from ledger.importing.table import shown_place
from ledger.records import intake
from ledger.rules import Breach
from ledger.spelling import encode_body
from ledger.store.disclosures import Disclosed

ACTS_AT_ONCE = 16
_ROOM = MAX_EVENTS - 1
_BODY_BYTES = MAX_EVENT_BYTES - 1_000
_LONGEST = 4  # bytes of one character in canonical JSON
_TELL = Verb("take", "导入", "Take in as found.", intake.Taken, simply)

Progress = Callable[[int, int], None]


@frozen
class Source:
    """The file and map an import is made from."""

    file: str
    sheet: str
    file_digest: str
    mapping: RegisterMap

    @property
    def record(self) -> str:
        """The record of this intake."""
        return intake.key(self.file_digest, self.sheet)


@frozen
class Telling:
    """One event about to be taken, and the row that told it (its place, in an event log)."""

    record: str
    happened: Happened
    row: int
    place: str = ""
    disclosures: tuple[Disclosed, ...] = ()

    @property
    def where(self) -> str:
        """The row or place, for people."""
        return shown_place(self.row, self.place)


@dataclass
class Outcome:
    """What an import did; filled while it goes on."""

    records: int = 0
    events: int = 0
    records_known: int = 0
    told_again: int = 0
    resumed_at: int = 0


def group(mapped: Sequence[MappedEvent]) -> tuple[list[list[MappedEvent]], int]:
    """Return the events record by record, in order, and how many were told again and left out.

    Records stand in the order of their first row.
    """
    groups: dict[tuple[str, ...], list[MappedEvent]] = {}
    seen: set[tuple[object, ...]] = set()
    again = 0
    for each in mapped:
        name = (each.key, each.kind, each.once)
        if each.once and name in seen:
            again += 1
            continue
        seen.add(name)
        groups.setdefault(each.key, []).append(each)
    for events in groups.values():
        events.sort(key=lambda each: each.order)
    return list(groups.values()), again


def take(  # noqa: PLR0913 -- where to, who, from what, which; and two words for people
    ledger: Ledger,
    acting: Acting,
    source: Source,
    mapped: Sequence[MappedEvent],
    *,
    skipped: int = 0,
    progress: Progress | None = None,
) -> Outcome:
    """Take mapped events in, as found; goes on where an earlier call stopped.

    Raises:
        UsageError: this file was taken in already, or with another map.
        MalformedError: a field of the map does not fit its event.
    """
    state: intake.Intake = ledger.state(source.record)
    _check_source(state, source)
    groups, again = group(mapped)
    outcome = Outcome(told_again=again, resumed_at=state.records, events=state.events)
    # All of it is read as events before the intake is opened: what was opened with a map that does
    # not fit could never be finished.
    told = [[_telling(ledger, source.mapping.family, each) for each in one] for one in groups]
    if not state.file:
        _append(ledger, acting, [[Telling(source.record, _opened(source), 0)]])
    acts: list[list[Telling]] = []
    for together in _acts(ledger, source, told, outcome=outcome):
        acts += together
        if len(acts) >= ACTS_AT_ONCE:
            _append(ledger, acting, acts)
            acts = []
            if progress is not None:
                progress(outcome.records, len(groups))
    finished = intake.Finished(
        records=outcome.records,
        events=outcome.events,
        rows_skipped=skipped,
        records_known=outcome.records_known,
    )
    _append(ledger, acting, [*acts, [Telling(source.record, finished, 0)]])
    if progress is not None:
        progress(len(groups), len(groups))
    return outcome


def judge(
    ledger: Ledger, acting: Acting, source: Source, mapped: Sequence[MappedEvent]
) -> Iterator[tuple[Telling, Breach]]:
    """Yield what today's door would refuse, with each rule broken; nothing is recorded."""
    groups, _ = group(mapped)
    for events in groups:
        tellings = [_telling(ledger, source.mapping.family, each) for each in events]
        _, broken = ledger.decide(acting, _request(ledger, tellings, AS_FOUND))
        for breach in broken:
            yield tellings[breach.change], breach


def refuse_breaches(found: Sequence[tuple[Telling, Breach]]) -> None:
    """Refuse an import that breaks rules, naming the first row or place.

    Raises:
        RefusedError: there is a breach.
    """
    if found:
        telling, breach = found[0]
        raise RefusedError(
            breach.code,
            f"{telling.where}: {breach.message} (and {len(found) - 1} more)",
            citation=breach.citation,
            todo="mend the register, or take it --as-found: the audit will report it",
        )


def _acts(
    ledger: Ledger, source: Source, told: Sequence[list[Telling]], *, outcome: Outcome
) -> Iterator[list[list[Telling]]]:
    """Yield acts, each ending in its `taken`; those that share a record stand together."""
    held: list[Telling] = []
    for place, tellings in enumerate(told):
        if place < outcome.resumed_at:
            outcome.records = place + 1
            continue
        if len(held) + len(tellings) > _ROOM and held:
            yield [_closed(held, source, outcome)]
            held = []
        outcome.records = place + 1
        if ledger.store.versions([tellings[0].record])[tellings[0].record]:
            outcome.records_known += 1
            continue
        if len(tellings) <= _ROOM:
            held += tellings
            continue
        # A record of more events than fit one act: its acts are appended all or none.
        parts = [tellings[start : start + _ROOM] for start in range(0, len(tellings), _ROOM)]
        yield [_closed(part, source, outcome) for part in parts]
    if held:
        yield [_closed(held, source, outcome)]


def _closed(held: list[Telling], source: Source, outcome: Outcome) -> list[Telling]:
    outcome.events += len(held)
    taken = intake.Taken(
        rows=tuple(each.row for each in held),
        places=tuple(each.place for each in held if each.place),
        records=outcome.records,
    )
    return [*held, Telling(source.record, taken, 0)]


def _append(ledger: Ledger, acting: Acting, acts: Sequence[Sequence[Telling]]) -> None:
    ledger.act_all(acting, [_request(ledger, tellings, AS_FOUND) for tellings in acts])


def _request(ledger: Ledger, tellings: Sequence[Telling], basis: str) -> Request:
    steps = tuple(Step(_TELL, each.record, each.happened) for each in tellings)
    sealed = tuple(each for telling in tellings for each in telling.disclosures)
    return Request(new_id(ledger.clock()), steps, basis, disclosures=sealed)


def _telling(ledger: Ledger, family_name: str, mapped: MappedEvent) -> Telling:
    cls = ledger.kinds.get(mapped.kind)
    if cls is None:
        raise MalformedError(
            "map: kind", expected="one that this version knows", found=mapped.kind
        )
    record = f"{family_name}/{record_id(ledger.origin, family_name, mapped.key)}"
    hidden = {each.name for each in hidden_by(cls)}
    fields = {name: told for name, told in mapped.fields.items() if name not in hidden}
    happened = build(cls, fields)
    _check_size(happened, mapped)
    happened, sealed = conceal(
        happened, private_texts(cls, mapped.fields), ledger=ledger.origin, record=record,
        state_of=ledger.state,
    )  # fmt: skip
    return Telling(record, happened, mapped.row, mapped.place, sealed)


def _check_size(happened: Happened, mapped: MappedEvent) -> None:
    """Refuse what no event can hold; what lies far below the limit is not reckoned to the byte."""
    fields = fields_of(type(happened))
    told = (mapped.fields.get(each.name) for each in fields)
    texts = sum(len(each) for each in told if isinstance(each, str))
    if texts * _LONGEST < _BODY_BYTES:
        return
    size_bytes = len(encode_body(happened))
    if size_bytes > _BODY_BYTES:
        raise MalformedError(
            shown_place(mapped.row, mapped.place),
            expected=f"an event of at most {_BODY_BYTES} bytes",
            found=f"{size_bytes}",
        )


def record_id(origin: str, family_name: str, key: Sequence[str]) -> str:
    """Return the id of a record that a register names by its business key."""
    named = {"family": family_name, "key": list(key), "ledger": origin}
    return id_of_digest(canonical.digest(canonical.encode(named)))


def build(cls: type[Happened], given: dict[str, object]) -> Happened:
    """Return the event of mapped fields; fields left out take the event's own defaults.

    Raises:
        MalformedError: a field is unknown, missing, or of another type.
    """
    declared = {field.name: field for field in fields_of(cls)}
    unknown = sorted(given.keys() - declared.keys())
    missing = sorted(
        name for name, field in declared.items() if field.required and name not in given
    )
    if unknown or missing:
        raise MalformedError(
            f"map: fields of {cls.KIND}",
            expected="the event's fields",
            found=f"missing {missing}, unknown {unknown}",
        )
    body = {
        name: _told(field, given[name]) if name in given else field.write(field.default)
        for name, field in declared.items()
    }
    return parse_body(cls, body)


def _told(field: Field, value: object) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and field.kind == tuple[str, ...]:
        return [value] if value else []
    return value


def _check_source(state: intake.Intake, source: Source) -> None:
    if state.finished:
        raise UsageError(f"{source.file} was taken in already", todo="nothing is left to do")
    if state.file and state.map_digest != source.mapping.digest:
        raise UsageError(
            f"{source.file} was begun with another map",
            todo="go on with the map it was begun with",
        )


def _opened(source: Source) -> intake.Opened:
    return intake.Opened(
        file=source.file,
        sheet=source.sheet,
        file_digest=source.file_digest,
        map=source.mapping.name,
        map_digest=source.mapping.digest,
        family=source.mapping.family,
    )
