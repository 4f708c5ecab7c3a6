"""The texts of a rule, in the order they were settled: what `time` reckons with.

A *version* begins with an adoption or amendment; what follows it (approval, publication,
commencement) until the next one belongs to it. Decisions of one day make one version. A publication
that brings another text on another day is a version of its own.

It counts from the day that its publication or amendment names, or else from a told commencement, or
else from publication; an amendment without any of these from its own day. An adoption counts for
nothing until it is published, unless it was only *found told* in a register: then from its own
day, and the version says `assumed`.

A provision whose commencement was told by name counts from its own day, be it earlier or later than
the rest (`Layer`). What the newer text does not say yet, the older one goes on saying.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ledger.family import Happened
from ledger.frozen import frozen
from ledger.records.rule import events as told
from ledger.records.rule.facts import Fact, facts_of, was_found

# Joint organs settle one text on different days; a year is what that may take.
_JOINT = timedelta(days=366)
_SETTLING = (told.Adopted, told.Approved, told.Published, told.Commenced, told.Amended)


@frozen
class About:
    """What a rule is called, and whose it is, by one of its texts."""

    title: str = ""
    kind: str = ""
    issuer: str = ""
    topic: str = ""
    level: str = ""


@frozen
class Version:
    """One text of a rule: settled, published, and the day from which it counts, where it does.

    `parts` are the provisions that have a day of their own, by day; `numbered` is the day since
    which it has its number, as far as its own events tell.
    """

    n: int
    settled: date
    published: date | None
    effective: date | None
    parts: tuple[tuple[date, str], ...] = ()
    valid_until: date | None = None
    trial: bool = False
    amends: bool = False
    assumed: bool = False
    text: str = ""
    about: About = About()
    number: str = ""
    numbered: date = date.min
    proof: tuple[int, ...] = ()

    @property
    def since(self) -> date:
        """The first day on which any of it counts; the last of all days where none does."""
        return min([*(day for day, _ in self.parts), self.effective or date.max])

    def layer_on(self, day: date) -> Layer | None:
        """Return what of it counts on a day, or None where nothing does."""
        if self.effective is not None and self.effective <= day:
            waiting = tuple(what for since, what in self.parts if since > day)
            return Layer(self.n, self.text, pending=waiting)
        begun = tuple(what for since, what in self.parts if since <= day)
        return Layer(self.n, self.text, begun) if begun else None


@frozen
class Layer:
    """What of a version counts: only the `provisions` named, or all but those `pending`, or all."""

    version: int
    text: str
    provisions: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether all of it counts."""
        return not self.provisions and not self.pending


def texts(events: Sequence[Happened]) -> list[Version]:
    """Return the texts of a rule in the order they were settled; void ones included."""
    return versions_of(facts_of(events))


def versions_of(facts: Sequence[Fact]) -> list[Version]:
    """Return the versions that these facts, in the order of time, make."""
    windows: list[list[Fact]] = []
    texts = [fact for fact in facts if isinstance(fact.event, _SETTLING)]
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
    elsewhere only where both fall into one year and a publication or commencement follows. The
    same adoption, told again by another text, is no other one.
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
        and not (isinstance(each.event, told.Adopted) and each.day == fact.day)
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
    said = sorted(window, key=lambda fact: fact.place)
    whole, parts = _commencements(window)
    effective, assumed = _effective(said, whole, parts=bool(parts))
    numbers = [fact for fact in said if getattr(fact.event, "number", "")]
    return Version(
        n=before.n + 1 if before else 1,
        settled=window[0].day,
        published=min((fact.day for fact in published), default=None),
        effective=effective,
        parts=tuple(each for each in parts if each[0] != effective),
        valid_until=_last(said, "valid_until"),
        trial=bool(_last(said, "trial")),
        amends=before is not None
        and any(isinstance(each.event, told.Amended) for each in window),
        assumed=assumed,
        text=_last(said, "text_digest") or "",
        about=_about(said, before.about if before else About()),
        number=numbers[-1].event.number if numbers else (before.number if before else ""),
        numbered=numbers[-1].day if numbers else (before.numbered if before else date.min),
        proof=tuple(fact.place for fact in said),
    )


def _about(said: Sequence[Fact], before: About) -> About:
    return About(
        title=_last(said, "title") or before.title,
        kind=_last(said, "kind") or before.kind,
        issuer=_last(said, "issuer") or before.issuer,
        topic=_last(said, "topic") or before.topic,
        level=_last(said, "level") or before.level,
    )


def _commencements(window: Sequence[Fact]) -> tuple[list[date], list[tuple[date, str]]]:
    """Return the days from which all of it was told to count, and those of single provisions.

    A provision told of twice counts from the earlier day.
    """
    begun = [fact for fact in window if isinstance(fact.event, told.Commenced)]
    whole = [fact.day for fact in begun if not fact.event.provisions]
    first: dict[str, date] = {}
    for fact in begun:
        for each in fact.event.provisions:
            first[each] = min(fact.day, first.get(each, fact.day))
    return whole, sorted(((day, each) for each, day in first.items()), key=lambda part: part[0])


def _effective(
    said: Sequence[Fact], whole: Sequence[date], *, parts: bool
) -> tuple[date | None, bool]:
    """Return the day a version counts from, and whether nobody told it.

    Where single provisions have a day of their own, nothing is assumed of the rest.
    """
    published = [fact for fact in said if isinstance(fact.event, told.Published)]
    named: date | None = _last(published, "effective_on") or _last(said, "effective_on")
    if named is not None or whole:
        return named or min(whole), False
    if _last(published, "awaits_commencement"):
        return None, False
    for kind in (told.Published, told.Amended, told.Adopted, told.Approved):
        fit = [fact for fact in said if isinstance(fact.event, kind)]
        found = any(was_found(fact.event) for fact in fit)
        if fit and (found or kind in (told.Published, told.Amended)):
            return (None, False) if found and parts else (min(fact.day for fact in fit), found)
    return None, False


def _last(said: Sequence[Fact], name: str) -> Any:
    """Return what the last of these facts, in the order of recording, says; the empty skipped."""
    for fact in reversed(said):
        value = getattr(fact.event, name, None)
        if value:
            return value
    return None
