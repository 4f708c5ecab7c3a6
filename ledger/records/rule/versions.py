"""The texts of a rule, in the order they were settled: what `time` reckons with.

A *version* begins with an adoption or amendment; what follows it (approval, publication,
commencement) until the next one belongs to it. Decisions of one day make one version. A publication
that brings another text on another day is a version of its own.

It counts from the day that its publication or amendment names, or else from a told commencement, or
else from publication; an amendment without any of these from its own day. An adoption counts for
nothing until it is published, unless it was only *found told* in a register: then from its own
day, and the version says `assumed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ledger.family import Happened
from ledger.records.rule import events as told

# Joint organs settle one text on different days; a year is what that may take.
_JOINT = timedelta(days=366)
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            told.Adopted, told.Approved, told.Amended, told.Published, told.Renumbered,
            told.Commenced, told.Extended, told.Confirmed, told.Suspended, told.Resumed,
            told.Lapsed, told.Abolished, told.Revoked,
        )
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a rule: settled, published, and the day from which it counts, where it does."""

    n: int
    settled: date
    published: date | None
    effective: date | None
    parts: tuple[tuple[date, str], ...] = ()
    valid_until: date | None = None
    amends: bool = False
    assumed: bool = False
    text: str = ""
    title: str = ""
    number: str = ""
    proof: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """An event placed in time: the day it happened, its place in the record, what it tells."""

    day: date
    place: int
    event: Any


def facts_of(events: Sequence[Happened]) -> list[Fact]:
    """Return what is placed in time, by day; of one day, in the order a text comes to count."""
    facts = [
        Fact(each.occurred_on, place, each)
        for place, each in enumerate(events, 1)
        if type(each) in _RANK and isinstance(each, told.Dated) and each.occurred_on is not None
    ]
    for each in events:
        if isinstance(each, told.Corrected):
            facts = [_corrected(fact, each) for fact in facts]
    return sorted(facts, key=lambda fact: (fact.day, _RANK[type(fact.event)], fact.place))


def _corrected(fact: Fact, correction: told.Corrected) -> Fact:
    if (told.action_of(fact.event), fact.day) != (correction.action, correction.of_day):
        return fact
    happened = fact.event
    if correction.effective_on is not None and hasattr(happened, "effective_on"):
        happened = replace(happened, effective_on=correction.effective_on)
    return Fact(correction.right_day or fact.day, fact.place, happened)


def texts(events: Sequence[Happened]) -> list[Version]:
    """Return the texts of a rule in the order they were settled; void ones included."""
    return versions_of(facts_of(events))


def versions_of(facts: Sequence[Fact]) -> list[Version]:
    """Return the versions that these facts, in the order of time, make."""
    windows: list[list[Fact]] = []
    texts = [fact for fact in facts if isinstance(fact.event, told.TEXT)]
    for place, fact in enumerate(texts):
        named = _window_of(windows, fact)
        if named is not None:
            named.append(fact)
        elif not windows or _begins(windows, fact, texts[place + 1 :]):
            windows.append([fact])
        else:
            windows[-1].append(fact)
    made: list[Version] = []
    for window in windows:
        made.append(_version(window, made[-1] if made else None))
    return made


def _window_of(windows: list[list[Fact]], fact: Fact) -> list[Fact] | None:
    """Return the version that a commencement names by the day of its text."""
    day = fact.event.text_of if isinstance(fact.event, told.Commenced) else None
    if day is None:
        return None
    fits = (
        window
        for window in windows
        if any(
            each.day == day and not isinstance(each.event, told.Commenced) for each in window
        )
    )
    return next(fits, None)


def _begins(windows: list[list[Fact]], fact: Fact, later: Sequence[Fact]) -> bool:
    """Tell whether the fact begins a version, rather than belonging to the last one."""
    window = windows[-1]
    if isinstance(fact.event, told.Amended):
        return window[0].day != fact.day
    if isinstance(fact.event, told.Adopted):
        return window[0].day != fact.day and not _joint(windows, fact, later)
    if isinstance(fact.event, told.Published):
        return _other_text(window, fact)
    return False


def _joint(windows: list[list[Fact]], fact: Fact, later: Sequence[Fact]) -> bool:
    """Tell whether an adoption settles the same text as the one before it.

    So it is while that one waits for publication: always at our own desk, and in history told
    elsewhere only where both fall into one year and a publication or commencement follows.
    """
    window = windows[-1]
    if any(
        isinstance(each.event, told.Published | told.Commenced | told.Amended)
        for each in window
    ):
        return False
    if not was_found(fact.event):
        return True
    following = (
        isinstance(each.event, told.Published | told.Commenced)
        for each in later
        if isinstance(each.event, told.Adopted | told.Amended | told.Published | told.Commenced)
    )
    return fact.day - window[0].day <= _JOINT and next(following, False)


def _other_text(window: Sequence[Fact], fact: Fact) -> bool:
    published = [each for each in window if isinstance(each.event, told.Published)]
    if not published or any(each.day == fact.day for each in published):
        return False
    text = fact.event.text_digest
    return bool(text) and text not in [each.event.text_digest for each in published]


def _version(window: Sequence[Fact], before: Version | None) -> Version:
    published = [fact for fact in window if isinstance(fact.event, told.Published)]
    whole, parts = _commencements(window)
    effective, assumed = _effective(window, whole, parts=bool(parts))
    return Version(
        n=before.n + 1 if before else 1,
        settled=window[0].day,
        published=min((fact.day for fact in published), default=None),
        effective=effective,
        parts=tuple(each for each in parts if effective is None or each[0] < effective),
        valid_until=_last(published, "valid_until"),
        amends=before is not None
        and any(isinstance(each.event, told.Amended) for each in window),
        assumed=assumed,
        text=_last(window, "text_digest") or "",
        title=_last(window, "title") or (before.title if before else ""),
        number=_last(window, "number") or (before.number if before else ""),
        proof=tuple(sorted(fact.place for fact in window)),
    )


def _commencements(window: Sequence[Fact]) -> tuple[list[date], list[tuple[date, str]]]:
    """Return the days from which all of it was told to count, and those of single provisions."""
    begun = [fact for fact in window if isinstance(fact.event, told.Commenced)]
    whole = [fact.day for fact in begun if not fact.event.provisions]
    parts = [(fact.day, each) for fact in begun for each in fact.event.provisions]
    return whole, parts


def _effective(
    window: Sequence[Fact], whole: Sequence[date], *, parts: bool
) -> tuple[date | None, bool]:
    """Return the day a version counts from, and whether nobody told it."""
    published = [fact for fact in window if isinstance(fact.event, told.Published)]
    named: date | None = _last(published, "effective_on") or _last(window, "effective_on")
    if named is not None or whole:
        return named or min(whole), False
    if parts or _last(published, "awaits_commencement"):
        return None, False
    for kind in (told.Published, told.Amended, told.Adopted, told.Approved):
        fit = [fact for fact in window if isinstance(fact.event, kind)]
        found = any(was_found(fact.event) for fact in fit)
        if fit and (found or kind in (told.Published, told.Amended)):
            return min(fact.day for fact in fit), found
    return None, False


def was_found(happened: told.Told) -> bool:
    """Tell whether the event was found told in a register, not done at our own desk."""
    return bool(happened.source_line) or happened.told_by is not None


def _last(facts: Sequence[Fact], name: str) -> Any:
    """Return what the last recorded of these facts says under a name, skipping the empty."""
    said = [
        getattr(each.event, name, None) for each in sorted(facts, key=lambda each: each.place)
    ]
    return next((each for each in reversed(said) if each), None)
