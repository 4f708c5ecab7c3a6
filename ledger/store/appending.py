"""What every append is held against, under the lock and before a byte is written.

`plan` is given what a store holds (`Held`) and sealed acts; it returns the rows to write, or says
why not. It writes nothing and trusts nobody but the caller's signature check. In order, for each act:

1. its id: recorded already for the same actor and request, so that the first result stands;
2. its ledger is this ledger, and its envelope is over this act;
3. its read set is still at the versions that were read;
4. each event follows its record's last event, and is what the act names;
5. the head it has seen is one that this log had;
6. the clock has not fallen back by more than 5 s, unless the act records the correction.

Acts of one append may build on each other: a later one finds what an earlier one wrote.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import chain, repeat
from typing import Any, NamedTuple, Protocol

from ledger import canonical
from ledger.act import (
    SealedAct,
    covering,
    format_act,
    format_entries,
    open_seal,
    parse_event,
)
from ledger.clock import Clock, format_time, parse_time
from ledger.errors import ActReusedError, ClockError, ConflictError, MalformedError, ProofError
from ledger.log.shape import Frontier
from ledger.log.tree import append_all, leaf_hashes, root, root_at
from ledger.store.contract import ContentRow, DisclosureRow, Head, Recorded

CLOCK_CORRECTED = "office.clock_corrected/1"
MAX_CLOCK_BEHIND = timedelta(seconds=5)
SALT_DIGITS = 22

EventTuple = tuple[int, str, int, str, bytes, str, str, bytes]
SealTuple = tuple[int, int, str, str, bytes, str, str, str]


class Decided(NamedTuple):
    """One event as the caller names it beside its bytes."""

    record: str
    version: int
    kind: str
    event: bytes


class Asked(NamedTuple):
    """What one append asks of a store as soon as it is locked: acts by id, records by name."""

    acts: tuple[str, ...]
    records: tuple[str, ...]


class Held(Protocol):
    """What a store answers while it is locked for one append."""

    @property
    def asked(self) -> Asked:
        """What was asked for."""
        ...

    def recorded(self) -> Sequence[Recorded]:
        """Return those of the acts asked for that are recorded."""
        ...

    def last_events(self) -> Iterable[tuple[str, int, bytes]]:
        """Return (record, version, event) of the newest event of each record asked for."""
        ...

    def read_hashes(self, places: Sequence[tuple[int, int]]) -> Sequence[bytes]:
        """Return hashes of complete subtrees."""
        ...

    def origin(self) -> str:
        """Return the origin of the log, from its first seal; empty before the founding act."""
        ...


class EventRows(NamedTuple):
    """The rows of one act's events, by column: a bulk append makes no tuple for each to keep."""

    indexes: range
    records: Sequence[str]
    versions: Sequence[int]
    kinds: Sequence[str]
    events: Sequence[bytes]
    act: str
    recorded_at: str
    nodes: Sequence[bytes]

    def each(self, blob: Callable[[bytes], Any]) -> Iterator[EventTuple]:
        """Yield the rows as they are stored; `blob` makes of bytes what is to stand in them."""
        count = len(self.indexes)
        return zip(
            self.indexes, self.records, self.versions, self.kinds, map(blob, self.events),
            repeat(self.act, count), repeat(self.recorded_at, count), map(blob, self.nodes),
            strict=True,
        )  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What is to be written, and where each event of the append stands or is to stand."""

    head: Head
    before: Head
    seals: list[SealTuple] = field(default_factory=list)
    events: list[EventRows] = field(default_factory=list)
    indexes: list[int] = field(default_factory=list)
    disclosures: list[DisclosureRow] = field(default_factory=list)

    def event_rows(self, blob: Callable[[bytes], Any] = bytes) -> Iterator[EventTuple]:
        """Yield the rows of all events, in order."""
        return chain.from_iterable(act.each(blob) for act in self.events)


def asked_by(acts: Sequence[SealedAct], decided: Sequence[Decided]) -> Asked:
    """Return what an append of these acts asks: each act, and every record written or read by one."""
    records = {each.record for each in decided}
    records.update(record for sealed in acts for record, _ in sealed.act.reads)
    return Asked(tuple(sealed.act.act for sealed in acts), tuple(sorted(records)))


def plan(
    head: Head,
    held: Held,
    *,
    acts: Sequence[SealedAct],
    decided: Sequence[Decided],
    clock: Clock,
) -> Plan:
    """Return what to write for these acts, whose events are `decided`, in order.

    Raises:
        ActReusedError: an act id is recorded for another actor or request.
        ConflictError: a record has moved on since the act was decided.
        ProofError: the act is of another log, or of another past of this one.
        MalformedError: seal, act and events are not of one piece.
        ClockError: the clock stands more than 5 s behind what was recorded.
    """
    act_ids = [sealed.act.act for sealed in acts]
    if len(set(act_ids)) != len(act_ids):
        raise MalformedError("append", expected="each act once", found="an act id twice")
    found = {each.act_id: each for each in held.recorded()}
    planning = _Planning(head, held)
    planning.remember(held.asked.records, {each.record for each in decided})
    start = 0
    for sealed in acts:
        part = decided[start : start + len(sealed.events)]
        start += len(sealed.events)
        recorded = found.get(sealed.act.act)
        if recorded is not None:
            planning.plan.indexes += _first_result(sealed, recorded)
        else:
            planning.take(sealed, part, clock)
    if start != len(decided):
        raise MalformedError(
            "append", expected=f"{start} sealed events", found=f"{len(decided)}"
        )
    return planning.plan


def check_content(content: Iterable[ContentRow]) -> None:
    """Hold if each content is what its salted digest says: SHA-256(salt ‖ bytes).

    Raises:
        MalformedError: it is not.
    """
    for digest, salt, held in content:
        if canonical.digest(salt + held) != digest:
            raise MalformedError(
                f"content {digest[:12]}…", expected="its salted digest", found="another"
            )


def disclosures_of(
    planned: Plan, decided: Sequence[Decided], disclosures: Iterable[DisclosureRow]
) -> list[DisclosureRow]:
    """Return the disclosures to write, told by their event's index in the log, not by its place here.

    Those of acts that are recorded already are left out: they lie there, or were purged since.

    Raises:
        MalformedError: an event does not name a disclosure that is told to be its own.
    """
    rows = []
    for digest, place, sealed in disclosures:
        event = decided[place].event
        if digest.encode() not in event or canonical.digest(sealed).encode() not in event:
            raise MalformedError(
                f"disclosure {digest[:12]}…",
                expected="one that its event names",
                found="another",
            )
        if planned.indexes[place] >= planned.before.size:
            rows.append((digest, planned.indexes[place], sealed))
    return rows


def _first_result(sealed: SealedAct, recorded: Recorded) -> range:
    """Return where the act stands since it was first recorded.

    A decision that was since made with another number of events is a lost race: asked for again
    by its id, the act is found as it is.
    """
    act = open_seal(recorded.envelope).act
    if (act.actor, act.request) != (sealed.act.actor, sealed.act.request):
        raise ActReusedError(sealed.act.act)
    if recorded.count != len(sealed.events):
        raise ConflictError(
            f"act/{sealed.act.act}", expected=len(sealed.events), found=recorded.count
        )
    return range(recorded.first_index, recorded.first_index + recorded.count)


class _Planning:
    """The acts taken so far, and how the log stands after them."""

    def __init__(self, head: Head, held: Held) -> None:
        self.plan = Plan(head, head)
        self._held = held
        self._origin = held.origin() if head.size else ""
        self._roots = {head.size: head.root}
        self._last: dict[str, tuple[int, str]] = {}

    def remember(self, records: Iterable[str], written: set[str]) -> None:
        """Take up the last event of every record that is written, and the version of those that were read."""
        self._last = dict.fromkeys(records, (0, canonical.ZERO_DIGEST))
        for record, version, event in self._held.last_events():
            prev = canonical.digest(event) if record in written else ""
            self._last[record] = (version, prev)

    def take(self, sealed: SealedAct, decided: Sequence[Decided], clock: Clock) -> None:
        """Plan one act."""
        digests = _check_whole(sealed, decided)
        self._check_origin(sealed)
        for record, expected in sealed.act.reads:
            found = self._last[record][0]
            if found != expected:
                raise ConflictError(record, expected=expected, found=found)
        self._follow(decided, digests)
        self._check_seen(sealed)
        self._add(sealed, decided, clock)

    def _check_origin(self, sealed: SealedAct) -> None:
        if not self._origin:
            self._origin = sealed.act.ledger
        if sealed.act.ledger != self._origin:
            raise ProofError(
                f"act {sealed.act.act}",
                f"is of ledger {sealed.act.ledger}, not of {self._origin}",
            )

    def _follow(self, decided: Sequence[Decided], digests: Sequence[str]) -> None:
        """Hold if each event follows its record's last one; it is the last one from there on.

        An event's members are sorted and `body` comes first, so that the others, which it is
        decided to have, are the end of its bytes; between them only the salt is free.
        """
        last = self._last
        for (record, version, kind, event), digest in zip(decided, digests, strict=True):
            found, prev = last[record]
            if version != found + 1:
                raise ConflictError(record, expected=version - 1, found=found)
            spelled = record if '"' not in record and "\\" not in record else _spell(record)
            told = f',"kind":"{kind}","prev":"{prev}","record":"{spelled}","salt":"'.encode()
            end = b'","version":%d}' % version
            if not (
                event.startswith(b'{"body":{')
                and event.endswith(told, 0, -SALT_DIGITS - len(end))
                and event.endswith(end)
            ):
                raise _misfit(Decided(record, version, kind, event), prev)
            last[record] = (version, digest)

    def _check_seen(self, sealed: SealedAct) -> None:
        size, seen_root = sealed.act.seen
        what = f"act {sealed.act.act}"
        if size > self.plan.head.size:
            raise ProofError(what, f"has seen size {size}, this log has {self.plan.head.size}")
        if size not in self._roots:
            if size > self.plan.before.size:
                raise ProofError(what, f"has seen size {size}, between two acts of one append")
            self._roots[size] = root_at(size, self._held.read_hashes)
        if self._roots[size].hex() != seen_root:
            raise ProofError(
                what, f"has seen root {seen_root} at size {size}, this log had"
                f" {self._roots[size].hex()}: it is not the log that was signed over"
            )  # fmt: skip

    def _add(self, sealed: SealedAct, decided: Sequence[Decided], clock: Clock) -> None:
        head, act, count = self.plan.head, sealed.act, len(decided)
        records, versions, kinds, events = zip(*decided, strict=True)
        recorded_at, clock_at = _tick(head, kinds, clock)
        entries = format_entries(events, recorded_at, sealed.digest)
        frontier, nodes = append_all(head.size, head.frontier, leaf_hashes(entries))
        self.plan.seals.append(
            (head.size, count, act.act, sealed.digest, sealed.envelope,
             act.actor, act.key, act.at)
        )  # fmt: skip
        indexes = range(head.size, head.size + count)
        self.plan.events.append(
            EventRows(indexes, records, versions, kinds, events, act.act, recorded_at, nodes)
        )
        self._grow(frontier, indexes.stop, recorded_at=recorded_at, clock=clock_at)

    def _grow(self, frontier: Frontier, size: int, *, recorded_at: str, clock: str) -> None:
        self.plan.indexes += range(self.plan.head.size, size)
        self.plan.head = Head(size, root(frontier), frontier, recorded_at, clock)
        self._roots[size] = self.plan.head.root


def _check_whole(sealed: SealedAct, decided: Sequence[Decided]) -> tuple[str, ...]:
    """Return the events' digests; refuse an act whose envelope or events are not those it names."""
    what = f"act {sealed.act.act}"
    digests = tuple([sha256(each.event).hexdigest() for each in decided])
    if digests != sealed.act.events:
        raise MalformedError(what, expected="the events that it names", found="others")
    if not sealed.envelope.startswith(covering(format_act(sealed.act))):
        raise MalformedError(what, expected="an envelope over it", found="one over another")
    if canonical.digest(sealed.envelope) != sealed.digest:
        raise MalformedError(what, expected="the digest of its envelope", found="another")
    return digests


def _spell(record: str) -> str:
    """Return a record as it stands between the quotes of canonical JSON."""
    return json.dumps(record, ensure_ascii=False)[1:-1]


def _misfit(decided: Decided, prev: str) -> Exception:
    """Return why the event does not fit where it was decided to stand."""
    event = parse_event(decided.event)
    if (event.record, event.version, event.kind) != (
        decided.record, decided.version, decided.kind
    ):  # fmt: skip
        return MalformedError(
            f"event of {decided.record}",
            expected="the members it is stored under",
            found="others",
        )
    return ProofError(
        f"record {decided.record}",
        f"event {event.version} follows {event.prev}, the stored event before it has digest"
        f" {prev}: its history is not the one that was decided on; run 'qifeng verify'",
    )


def _tick(head: Head, kinds: Collection[str], clock: Clock) -> tuple[str, str]:
    """Return recorded_at and how far the clock has come, from one reading of the clock."""
    moment = clock()
    now = format_time(moment)
    if CLOCK_CORRECTED in kinds:
        return max(now, head.recorded_at), now
    if now < head.clock and parse_time(head.clock) - moment > MAX_CLOCK_BEHIND:
        raise ClockError(now, head.clock)
    return max(now, head.recorded_at), max(now, head.clock)
