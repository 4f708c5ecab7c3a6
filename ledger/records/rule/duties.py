"""What has to be done about a rule, from which day on, and when it was: its duties 待办事项.

A duty stands from `since` until before `done`. Its last day was told, or is reckoned from `since` by
the office's periods (`ledger.records.timetable`), which are no part of the rule's history; where the
office has set none, those of `DEFAULT_PERIODS` apply, with their source.

* 报备: filed within its period of publication, where an organ to file with is told; done again where
  that organ asks for more (补充备案) or for a correction (纠正反馈).
* 到期评估: extended, replaced or let lapse, before the last day in force. 试行期满: what is on trial without
  a last day is adopted anew, changed or ended.
* 落实修改: amended, as it was confirmed only for the time being. What a clean-up campaign decided for it
  stands in the campaign's record (落实修改, 落实清理), not here. 定期清理: looked at again, so long after it was made, changed or
  confirmed.

What has ended, lapsed or is void from the start has no duties any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest

from ledger.family import Happened
from ledger.frozen import frozen
from ledger.records.rule import events as told
from ledger.records.rule.ending import terms_of
from ledger.records.rule.facts import Fact, facts_of
from ledger.records.rule.time import ENDS, Span, spans_of
from ledger.records.rule.versions import Version, versions_of
from ledger.records.timetable import (
    AMEND,
    EVALUATE,
    FILE,
    RECTIFY,
    REVIEW,
    SUPPLEMENT,
    TRIAL,
    Period,
)

_FILING = "党内法规和规范性文件备案审查规定（2019）"
_STATE_FILING = "法规规章备案审查条例（2024，参照）"
_VALIDITY = "山东省司法厅规范性文件制定管理办法 Art. 11, 23（参照）"

DEFAULT_PERIODS = (
    Period(step=FILE, days=30, citation=_FILING),
    Period(step=SUPPLEMENT, days=15, citation=_STATE_FILING),
    Period(step=RECTIFY, days=30, citation=_STATE_FILING),
    Period(step=EVALUATE, months=6, citation=_VALIDITY),
    Period(step=TRIAL, months=24, citation=_VALIDITY),
    Period(step=REVIEW, months=60, citation="规范性文件定期清理（约五年）"),
)
"""What applies where the office has set no period of its own (DOMAIN §3); 落实修改 and 落实清理 have none."""


@frozen
class Duty:
    """A step that stood open from `since` until before `done`, or still does; `place` tells of it."""

    step: str
    since: date
    done: date | None
    due: date | None
    to: str
    place: int


def duties(events: Sequence[Happened]) -> list[Duty]:
    """Return a rule's duties, in the order of its steps; `events` are the rule's, as recorded."""
    facts = facts_of(events)
    versions = versions_of(facts)
    return duties_of(facts, versions, spans_of(facts, versions))


def duties_of(
    facts: Sequence[Fact], versions: Sequence[Version], spans: Sequence[Span]
) -> list[Duty]:
    """Return the duties of a rule whose facts, versions and spans these are."""
    if not spans:
        return []
    found = [
        *_filing(facts), *_answering(facts), *_expiring(versions, facts), *_on_trial(versions),
        *_amending(facts), *_reviewing(versions, facts),
    ]  # fmt: skip
    ended = [span.valid_from for span in spans if span.status in ENDS]
    living = [(span.valid_from, span.valid_to) for span in spans if span.status not in ENDS]
    return [
        Duty(each.step, each.since, _first(ended, each), each.due, each.to, each.place)
        for each in found
        if any(lo <= each.since and (hi is None or each.since < hi) for lo, hi in living)
    ]


def _first(ended: Sequence[date], duty: Duty) -> date | None:
    """Return the day a duty was done, or the rule ended before that."""
    days = [day for day in ended if day > duty.since]
    return min([*days, *([duty.done] if duty.done else [])], default=None)


def _filing(facts: Sequence[Fact]) -> Iterator[Duty]:
    for fact in facts:
        if isinstance(fact.event, told.Published) and fact.event.files_to:
            done = _next(facts, fact, told.Filed, told.Published)
            yield Duty(FILE, fact.day, done, None, fact.event.files_to, fact.place)


def _answering(facts: Sequence[Fact]) -> Iterator[Duty]:
    steps = {told.SUPPLEMENT: SUPPLEMENT, told.RECTIFY: RECTIFY}
    for fact in facts:
        if isinstance(fact.event, told.FilingAnswered) and fact.event.answer in steps:
            done = _next(facts, fact, told.Filed, told.FilingAnswered, told.Published)
            step = steps[fact.event.answer]
            yield Duty(step, fact.day, done, None, fact.event.note, fact.place)


def _expiring(versions: Sequence[Version], facts: Sequence[Fact]) -> Iterator[Duty]:
    for term in terms_of(versions, facts):
        yield Duty(EVALUATE, term.since, term.moved, term.last_day, "", term.proof[-1])


def _on_trial(versions: Sequence[Version]) -> Iterator[Duty]:
    for version, after in zip_longest(versions, versions[1:]):
        if version.trial and version.valid_until is None and version.effective is not None:
            done = after.settled if after else None
            yield Duty(TRIAL, version.effective, done, None, "", version.proof[-1])


def _amending(facts: Sequence[Fact]) -> Iterator[Duty]:
    for fact in facts:
        if isinstance(fact.event, told.Confirmed) and fact.event.needs_amendment:
            done = _next(facts, fact, told.Amended, told.Adopted, told.Confirmed)
            yield Duty(AMEND, fact.day, done, fact.event.amend_by, "", fact.place)


def _reviewing(versions: Sequence[Version], facts: Sequence[Fact]) -> Iterator[Duty]:
    """Yield one review after each day the rule was made, changed or confirmed."""
    looked_at = {each.effective: each.proof[-1] for each in versions if each.effective}
    looked_at |= {fact.day: fact.place for fact in _of(facts, told.Confirmed)}
    days = sorted(looked_at)
    for day, after in zip_longest(days, days[1:]):
        yield Duty(REVIEW, day, after, None, "", looked_at[day])


def _of(facts: Iterable[Fact], *kinds: type[Happened]) -> Iterator[Fact]:
    return (fact for fact in facts if isinstance(fact.event, kinds))


def _next(facts: Sequence[Fact], fact: Fact, *kinds: type[Happened]) -> date | None:
    """Return the day of the next fact of these kinds that comes after one, by day."""
    later = (
        each for each in facts
        if each.day > fact.day or (each.day == fact.day and each.place > fact.place)
    )  # fmt: skip
    return next((each.day for each in _of(later, *kinds)), None)
