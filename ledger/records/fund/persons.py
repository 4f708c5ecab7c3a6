"""Persons in an item of money: the same one or not, by record where both are known, else by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from typing_extensions import override

from ledger.frozen import frozen
from ledger.records.fund.events import Step


@frozen
class Person:
    """Somebody, as officer record, as name, or as both; empty where not known."""

    record: str
    name: str

    def same(self, other: Person) -> bool:
        """Tell whether the two are one: by records where both have one, else by names."""
        if self.record and other.record:
            return self.record == other.record
        return bool(self.name) and _plain(self.name) == _plain(other.name)

    @override
    def __str__(self) -> str:
        """Return the name, or the record where no name is known."""
        return self.name or self.record


def person(told: str, name: str = "") -> Person:
    """Return the person that a text tells: an officer's record, or a name."""
    return Person(told, name) if told.startswith("officer/") else Person("", told or name)


def persons_of(step: Step) -> tuple[Person, ...]:
    """Return who took a step: the signer, and the officer they did it for."""
    both = ((step.signer, step.signer_name), (step.principal, step.principal_name))
    return tuple([person(told, name) for told, name in both if told or name])


def meeting(some: Iterable[Person], others: Iterable[Person]) -> Person | None:
    """Return the first of some who is among the others, or None."""
    others = tuple(others)
    return next((each for each in some if any(each.same(other) for other in others)), None)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
