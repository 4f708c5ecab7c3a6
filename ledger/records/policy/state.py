"""A sign-off policy as its events leave it: its versions, and which one is in force on a day."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from ledger.frozen import frozen, replace
from ledger.records.policy.events import Abolished, Adopted, Amended, PolicyEvent, Rescoped
from ledger.records.policy.terms import Terms, terms_of


@frozen
class Version:
    """Content as one event of the policy told it: the event's version, and from which day."""

    version: int
    effective_on: date
    terms: Terms


@frozen
class Policy:
    """A policy: its versions in the order they were told, and where it ends."""

    name: str = ""
    keepers: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    abolished_from: date | None = None
    events: int = 0

    def in_force(self, day: date) -> Version | None:
        """Return the version in force on a day, or None."""
        if self.abolished_from is not None and self.abolished_from <= day:
            return None
        begun = [each for each in self.versions if each.effective_on <= day]
        return max(begun, key=lambda each: (each.effective_on, each.version), default=None)


def evolve(state: Policy, happened: PolicyEvent) -> Policy:
    """Return the policy after the event."""
    state = replace(state, events=state.events + 1)
    match happened:
        case Adopted():
            named = replace(state, name=happened.name, keepers=happened.keepers)
            return replace(named, versions=_told(state, happened))
        case Amended():
            return replace(state, versions=_told(state, happened))
        case Rescoped():
            return state
        case Abolished():
            return replace(state, abolished_from=happened.from_day)
        case _:
            assert_never(happened)


def _told(state: Policy, content: Adopted | Amended) -> tuple[Version, ...]:
    told = Version(state.events, content.effective_on or date.min, terms_of(content))
    return (*state.versions, told)
