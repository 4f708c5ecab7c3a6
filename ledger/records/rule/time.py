"""A rule in time: what was in force on which day, computed from the rule's events and nothing else.

`spans` answers `status(rule, D)`; `status(rule, D, known)` is the same over the events recorded
until then. The laws (DOMAIN §3):

* Publication is not commencement; which text counts from when is told in `versions`. A text may count
  in part: its other provisions are then those of the text before it, or of none (部分生效).
* 撤销 voids from the start. 废止 and 失效 void from a day on. A last day of validity is in force.
  An extension made after that day comes too late. What is void only a new adoption or
  publication brings back, never an amendment.
* 暂停 lies over the version in force. 继续有效 changes nothing; 需适时修改 is a flag until the next
  version counts. 变更文号 gives another number from its day on.

History found twice (the same action of the same day, told by several texts) counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Any

from ledger.family import Happened
from ledger.frozen import frozen, replace
from ledger.records.rule import events as told
from ledger.records.rule.ending import ABOLISHED, LAPSED, End, ends_of
from ledger.records.rule.facts import Fact, facts_of
from ledger.records.rule.versions import About, Layer, Version, versions_of

ADOPTED = "待公布"
PENDING = "尚未生效"
PARTLY = "部分生效"
IN_FORCE = "现行有效"
SUSPENDED = "暂停执行"
REVOKED = "撤销"
STATUSES = (ADOPTED, PENDING, PARTLY, IN_FORCE, SUSPENDED, ABOLISHED, LAPSED, REVOKED)
COUNTS = (PARTLY, IN_FORCE)
ENDS = (ABOLISHED, LAPSED, REVOKED)


@frozen
class Span:
    """A stretch of days with one answer: `valid_from` included, `valid_to` not; None is open.

    `version` counts the rule's texts from 1; `text` is that version's digest, empty where nobody
    told it. `layers` say what counts, the newest text first: where it counts in part, the rest
    is that of the older ones below it. `void_on` is the day it was revoked, void from the start.
    `assumed` says that no source tells the day it counts from. `proof` are the places in the record
    (from 1) that show it.
    """

    valid_from: date
    valid_to: date | None
    status: str
    version: int
    about: About
    text: str = ""
    number: str = ""
    layers: tuple[Layer, ...] = ()
    void_on: date | None = None
    assumed: bool = False
    needs_amendment: bool = False
    proof: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """What the rule is called in this text."""
        return self.about.title

    @property
    def provisions(self) -> tuple[str, ...]:
        """What alone counts of the newest text; none where all of it does, or all but `pending`."""
        return self.layers[0].provisions if self.layers else ()

    @property
    def pending(self) -> tuple[str, ...]:
        """What does not count yet of the newest text."""
        return self.layers[0].pending if self.layers else ()


@frozen
class _Course:
    """All that answers for a day: versions, numbers, ends, suspensions, flags of what is not void."""

    versions: tuple[Version, ...]
    numbers: tuple[tuple[date, str, int], ...]
    ends: tuple[End, ...]
    pauses: tuple[tuple[date, date | None, int], ...]
    flags: tuple[tuple[date, bool, int], ...]


def spans(events: Sequence[Happened]) -> list[Span]:
    """Return a rule's spans, in order, without overlap or gap, the last one open.

    `events` are the rule's, as recorded; empty where nothing was settled yet.
    """
    facts = facts_of(events)
    return spans_of(facts, versions_of(facts))


def spans_of(facts: Sequence[Fact], every: Sequence[Version]) -> list[Span]:
    """Return the spans of a rule whose facts and versions these are."""
    if not every:
        return []
    revoked = [fact for fact in facts if isinstance(fact.event, told.Revoked)]
    void_on = max((fact.day for fact in revoked), default=None)
    voided = [each for each in every if void_on is not None and each.settled <= void_on]
    course = _course([each for each in every if each not in voided], facts, since=void_on)
    if not voided:
        return _merged([(day, _answer(course, day)) for day in _boundaries(course)])
    first = min(day for each in voided for day in _days_of(each))
    places = [fact.place for fact in revoked]
    void = _span(course, voided[-1], first, REVOKED, places, void_on=void_on)
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
        tuple(
            (fact.day, fact.event.number, fact.place)
            for fact in facts
            if isinstance(fact.event, told.Renumbered)
        ),
        tuple(ends_of(versions, living)),
        tuple(_pauses(living)),
        tuple(
            (fact.day, fact.event.needs_amendment, fact.place)
            for fact in living
            if isinstance(fact.event, told.Confirmed)
        ),
    )


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
    days |= {day for day, _, _ in course.numbers} if days else set()
    days |= {day for lo, hi, _ in course.pauses for day in (lo, hi) if day is not None}
    return sorted(days)


def _days_of(version: Version) -> list[date]:
    days = [version.settled, version.published, version.effective]
    return [day for day in days if day is not None] + [day for day, _ in version.parts]


def _answer(course: _Course, day: date) -> Span | None:
    """Return what holds on a day, as a span that begins there, or None before all began."""
    counting = [(each, layer) for each in course.versions if (layer := each.layer_on(day))]
    given = [each for each, _ in counting if not each.amends]
    if not given:
        return _waiting(course, day)
    end = max(
        (each for each in course.ends if each.day <= day),
        key=lambda each: each.day,
        default=None,
    )
    living = given if end is None else [each for each in given if _outlives(each, end)]
    if end is not None and not living:
        current = counting[-1][0]
        return _span(course, current, day, end.status, (*current.proof, *end.proof))
    first = living[0].n if end is not None else 1
    return _living(course, [each for each in counting if each[0].n >= first], day)


def _living(course: _Course, counting: Sequence[tuple[Version, Layer]], day: date) -> Span:
    layers: list[Layer] = []
    proof: list[int] = []
    for version, layer in reversed(counting):
        layers.append(layer)
        proof += version.proof
        if layer.whole:
            break
    pause = next(
        (who for lo, hi, who in course.pauses if lo <= day and (hi is None or day < hi)), 0
    )
    status = SUSPENDED if pause else (IN_FORCE if layers[-1].whole else PARTLY)
    flagged, places = _flag(course, day)
    proof += [*([pause] if pause else []), *places]
    current = counting[-1][0]
    return _span(
        course, current, day, status, proof, layers=tuple(layers), needs_amendment=flagged
    )


def _outlives(version: Version, end: End) -> bool:
    """Tell whether a text adopted or published anew counts in spite of an earlier end."""
    return version.since > end.day or (version.since == end.day and version.n > 1)


def _flag(course: _Course, day: date) -> tuple[bool, tuple[int, ...]]:
    told_until = [each for each in course.flags if each[0] <= day]
    if not told_until or not told_until[-1][1]:
        return False, ()
    since, _, place = told_until[-1]
    amended = any(
        each.effective is not None and since < each.effective <= day for each in course.versions
    )
    return (False, ()) if amended else (True, (place,))


def _waiting(course: _Course, day: date) -> Span | None:
    settled = [each for each in course.versions if each.settled <= day and not each.amends]
    if not settled:
        return None
    last = settled[-1]
    published = last.published is not None and last.published <= day
    return _span(course, last, day, PENDING if published else ADOPTED, last.proof)


def _span(
    course: _Course, version: Version, day: date, status: str, proof: Sequence[int], **more: Any
) -> Span:
    number = version.number
    shown = set(proof)
    for since, other, place in course.numbers:
        if version.numbered <= since <= day:
            number, shown = other, {*proof, place}
    return Span(
        day, None, status, version.n, version.about,
        text=version.text, number=number, assumed=version.assumed, proof=tuple(sorted(shown)), **more,
    )  # fmt: skip


# All that an answer says but for its days.
_SAYS = attrgetter(*(each.name for each in fields(Span) if not each.name.startswith("valid_")))


def _merged(answers: Sequence[tuple[date, Span | None]]) -> list[Span]:
    """Return one span for each stretch of days with the same answer."""
    changes: list[tuple[date, Span]] = []
    for day, answer in answers:
        if answer is not None and (not changes or _SAYS(changes[-1][1]) != _SAYS(answer)):
            changes.append((day, answer))
    closed = [
        replace(span, valid_from=day, valid_to=until)
        for (day, span), (until, _) in pairwise(changes)
    ]
    return closed + [replace(span, valid_from=day) for day, span in changes[-1:]]
