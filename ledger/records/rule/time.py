"""A rule in time: what was in force on which day, computed from the rule's events and nothing else.

`spans` answers `status(rule, D)`; `status(rule, D, known)` is the same over the events recorded
until then. The laws (DOMAIN §3):

* Publication is not commencement; which text counts from when is told in `versions`.
* 撤销 voids from the start. 废止 and 失效 void from a day on. A last day of validity is in force.
  An extension made after that day comes too late. What is void only a new adoption or
  publication brings back, never an amendment.
* 暂停 lies over the version in force. 继续有效 changes nothing; 需适时修改 is a flag until the next
  version counts.

History found twice (the same action of the same day, told by several texts) counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from ledger.family import Happened
from ledger.records.rule import events as told
from ledger.records.rule.versions import Fact, Version, facts_of, versions_of

ADOPTED = "待公布"
PENDING = "尚未生效"
PARTLY = "部分生效"
IN_FORCE = "现行有效"
SUSPENDED = "暂停执行"
ABOLISHED = "废止"
LAPSED = "失效"
REVOKED = "撤销"
STATUSES = (ADOPTED, PENDING, PARTLY, IN_FORCE, SUSPENDED, ABOLISHED, LAPSED, REVOKED)
COUNTS = (PARTLY, IN_FORCE)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days with one answer: `valid_from` included, `valid_to` not; None is open.

    `version` counts the rule's texts from 1; `text` is that version's digest, empty where nobody
    told it. `provisions` are what counts of it where only parts do. `assumed` says that no source
    tells the day it counts from. `proof` are the places in the record (from 1) that show it.
    """

    valid_from: date
    valid_to: date | None
    status: str
    version: int
    text: str = ""
    title: str = ""
    number: str = ""
    provisions: tuple[str, ...] = ()
    assumed: bool = False
    needs_amendment: bool = False
    proof: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _End:
    day: date
    status: str
    proof: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Course:
    """All that answers for a day: versions, ends, suspensions and flags, of what is not void."""

    versions: tuple[Version, ...]
    ends: tuple[_End, ...]
    pauses: tuple[tuple[date, date | None, int], ...]
    flags: tuple[tuple[date, bool, int], ...]


def spans(events: Sequence[Happened]) -> list[Span]:
    """Return a rule's spans, in order, without overlap or gap, the last one open.

    `events` are the rule's, as recorded; empty where nothing was settled yet.
    """
    facts = facts_of(events)
    every = versions_of(facts)
    if not every:
        return []
    revoked = [fact for fact in facts if isinstance(fact.event, told.Revoked)]
    void_on = max((fact.day for fact in revoked), default=None)
    voided = [each for each in every if void_on is not None and each.settled <= void_on]
    course = _course([each for each in every if each not in voided], facts, since=void_on)
    if not voided:
        return _merged([(day, _answer(course, day)) for day in _boundaries(course)])
    first = min(day for each in voided for day in _days_of(each))
    void = _span(voided[-1], first, REVOKED, tuple(fact.place for fact in revoked))
    days = sorted({first, *_boundaries(course)})
    return _merged(
        [(day, _answer(course, day) or (void if day >= first else None)) for day in days]
    )


def status_on(found: Iterable[Span], day: date) -> Span | None:
    """Return the span that holds on a day, or None before the rule was settled."""
    for span in found:
        if span.valid_from <= day and (span.valid_to is None or day < span.valid_to):
            return span
    return None


def _course(
    versions: Sequence[Version], facts: Sequence[Fact], *, since: date | None
) -> _Course:
    living = [fact for fact in facts if since is None or fact.day > since]
    return _Course(
        tuple(versions),
        tuple(_declared(living) + _expiries(versions, living)),
        tuple(_pauses(living)),
        tuple(
            (fact.day, fact.event.needs_amendment, fact.place)
            for fact in living
            if isinstance(fact.event, told.Confirmed)
        ),
    )


def _declared(facts: Sequence[Fact]) -> list[_End]:
    return [
        _End(
            fact.event.effective_on or fact.day,
            ABOLISHED if isinstance(fact.event, told.Abolished) else LAPSED,
            (fact.place,),
        )
        for fact in facts
        if isinstance(fact.event, told.Abolished | told.Lapsed)
    ]


def _expiries(versions: Sequence[Version], facts: Sequence[Fact]) -> list[_End]:
    """Return the days after the last days of validity that nobody moved in time."""
    terms: list[tuple[date, date | None, tuple[int, ...], bool]] = [
        (each.published or each.settled, each.valid_until, each.proof, not each.amends)
        for each in versions
        if not each.amends or each.valid_until
    ]
    terms += [
        (fact.day, fact.event.valid_until, (fact.place,), False)
        for fact in facts
        if isinstance(fact.event, told.Extended)
    ]
    ends: list[_End] = []
    until: date | None = None
    proof: tuple[int, ...] = ()
    for day, last_day, places, anew in sorted(terms, key=lambda each: each[0]):
        if until is not None and day > until:
            ends += _expiry(until, proof)
            until = None if anew else until
        if anew or until is None or day <= until:
            until, proof = last_day, places
    return ends + _expiry(until, proof)


def _expiry(until: date | None, proof: tuple[int, ...]) -> list[_End]:
    if until is None or until == date.max:
        return []
    return [_End(until + timedelta(days=1), LAPSED, proof)]


def _pauses(facts: Sequence[Fact]) -> list[tuple[date, date | None, int]]:
    """Return when it was not carried out: from, to (not included, or None), and who says so."""
    found: list[tuple[date, date | None, int]] = []
    for fact in facts:
        if isinstance(fact.event, told.Suspended):
            until = fact.event.until
            ends = None if until in (None, date.max) else until + timedelta(days=1)
            found.append((fact.event.effective_on or fact.day, ends, fact.place))
        elif isinstance(fact.event, told.Resumed):
            day = fact.event.effective_on or fact.day
            found = [(lo, day if hi is None or day < hi else hi, who) for lo, hi, who in found]
    return found


def _boundaries(course: _Course) -> list[date]:
    days = {day for each in course.versions for day in _days_of(each)}
    days |= {end.day for end in course.ends} | {day for day, _, _ in course.flags}
    days |= {day for lo, hi, _ in course.pauses for day in (lo, hi) if day is not None}
    return sorted(days)


def _days_of(version: Version) -> list[date]:
    days = [version.settled, version.published, version.effective]
    return [day for day in days if day is not None] + [day for day, _ in version.parts]


def _answer(course: _Course, day: date) -> Span | None:
    """Return what holds on a day, as a span that begins there, or None before all began."""
    current = _current(course.versions, day)
    given = [each for each in course.versions if not each.amends and _counts(each, day)]
    end = max(
        (each for each in course.ends if each.day <= day),
        key=lambda each: each.day,
        default=None,
    )
    if current is None or not given:
        return _waiting(course.versions, day)
    if end is not None and not _brought_back(given, end):
        return _span(current, day, end.status, (*current.proof, *end.proof))
    return _living(course, current, day)


def _living(course: _Course, current: Version, day: date) -> Span:
    pause = next(
        (who for lo, hi, who in course.pauses if lo <= day and (hi is None or day < hi)), 0
    )
    parts = (
        () if _whole(current, day) else tuple(what for lo, what in current.parts if lo <= day)
    )
    status = SUSPENDED if pause else (PARTLY if parts else IN_FORCE)
    flagged, places = _flag(course, day)
    proof = (*current.proof, *([pause] if pause else []), *places)
    return replace(
        _span(current, day, status, proof), provisions=parts, needs_amendment=flagged
    )


def _brought_back(given: Sequence[Version], end: _End) -> bool:
    """Tell whether a text adopted or published anew counts in spite of an earlier end."""
    later = max(given, key=lambda each: (_since(each), each.n))
    return _since(later) > end.day or (_since(later) == end.day and later.n > 1)


def _since(version: Version) -> date:
    days = [day for day, _ in version.parts]
    return min([*days, version.effective or date.max])


def _counts(version: Version, day: date) -> bool:
    return _since(version) <= day and bool(version.effective or version.parts)


def _whole(version: Version, day: date) -> bool:
    return version.effective is not None and version.effective <= day


def _current(versions: Sequence[Version], day: date) -> Version | None:
    return next((each for each in reversed(versions) if _counts(each, day)), None)


def _flag(course: _Course, day: date) -> tuple[bool, tuple[int, ...]]:
    told_until = [each for each in course.flags if each[0] <= day]
    if not told_until or not told_until[-1][1]:
        return False, ()
    since, _, place = told_until[-1]
    amended = any(
        each.effective is not None and since < each.effective <= day for each in course.versions
    )
    return (False, ()) if amended else (True, (place,))


def _waiting(versions: Sequence[Version], day: date) -> Span | None:
    settled = [each for each in versions if each.settled <= day and not each.amends]
    if not settled:
        return None
    last = settled[-1]
    published = last.published is not None and last.published <= day
    return _span(last, day, PENDING if published else ADOPTED, last.proof)


def _span(version: Version, day: date, status: str, proof: tuple[int, ...]) -> Span:
    return Span(
        day, None, status, version.n,
        text=version.text, title=version.title, number=version.number,
        assumed=version.assumed, proof=tuple(sorted(set(proof))),
    )  # fmt: skip


def _merged(answers: Sequence[tuple[date, Span | None]]) -> list[Span]:
    """Return one span for each stretch of days with the same answer."""
    changes: list[tuple[date, Span]] = []
    for day, answer in answers:
        if answer is None:
            continue
        if not changes or replace(changes[-1][1], valid_from=day) != replace(
            answer, valid_from=day
        ):
            changes.append((day, answer))
    closed = [
        replace(span, valid_from=day, valid_to=until)
        for (day, span), (until, _) in pairwise(changes)
    ]
    return closed + [replace(span, valid_from=day) for day, span in changes[-1:]]
