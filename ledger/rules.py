"""Holding what happened against the rules: the same call at the door and in the audit.

At the door a breach refuses the act; in the audit it is reported. An act with basis `as-found` is
let in as it is, so for it the breaches are what the audit has to tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ledger.family import Bond, Change, Context, Family, Happened, Rule, family_of
from ledger.frozen import frozen


@frozen
class Breach:
    """A rule broken by one change of an act (`change` is its place in the act, from 0)."""

    code: str
    citation: str
    message: str
    change: int
    record: str


class Rulebook:
    """The rules of all families and the bonds between their records, found by the event they speak of."""

    def __init__(self, families: Mapping[str, Family[Any]], bonds: Sequence[Bond]) -> None:
        """Hold these rules; each event's own are picked out when it is first judged."""
        self._families = families
        self._rules: dict[tuple[str, type[Happened]], tuple[Rule[Any], ...]] = {}
        self._bonds = tuple(bonds)
        self._bonded: dict[str, set[int]] = {}
        for place, bond in enumerate(self._bonds):
            for kind in (bond.left_kind, bond.right_kind):
                self._bonded.setdefault(kind, set()).add(place)

    def breaches(
        self, changes: Sequence[Change], *, state_of: Callable[[str], Any], context: Context
    ) -> list[Breach]:
        """Return every breach of an act's changes, in order; `state_of` gives states before the act."""
        states: dict[str, Any] = {}
        last = {change.record: place for place, change in enumerate(changes)}
        found: list[Breach] = []
        for place, change in enumerate(changes):
            record = change.record
            before = states[record] if record in states else state_of(record)
            found += _broken(self._rules_of(change), before, change, context, place)
            if place < last[record]:
                family = self._families[family_of(record)]
                states[record] = family.evolve(before, change.event)
        bonds = self._bonds_of(changes)
        return found + broken_bonds(changes, bonds) if bonds else found

    def guarded(self, changes: Sequence[Change], *, context: Context) -> list[Breach]:
        """Return the breaches of guards alone: what is refused even where it is entered as found.

        A guard looks at the event, never at the state before it.
        """
        found: list[Breach] = []
        for place, change in enumerate(changes):
            guards = [rule for rule in self._rules_of(change) if rule.guard]
            found += _broken(guards, None, change, context, place)
        return found

    def _rules_of(self, change: Change) -> tuple[Rule[Any], ...]:
        """Return the rules that speak of what happened, in their family's order."""
        name, cls = family_of(change.record), type(change.event)
        found = self._rules.get((name, cls))
        if found is None:
            rules = self._families[name].rules
            found = tuple(rule for rule in rules if issubclass(cls, rule.kinds))
            self._rules[name, cls] = found
        return found

    def _bonds_of(self, changes: Sequence[Change]) -> list[Bond]:
        """Return the bonds that have an end in one of these changes, in order."""
        places: set[int] = set()
        for change in changes:
            places.update(self._bonded.get(change.event.KIND, ()))
        return [self._bonds[place] for place in sorted(places)]


def _broken(
    rules: Iterable[Rule[Any]], before: Any, change: Change, context: Context, place: int
) -> list[Breach]:
    return [
        Breach(rule.code, rule.citation, message, place, change.record)
        for rule in rules
        if (message := rule.broken(before, change.event, context)) is not None
    ]


def broken_bonds(changes: Sequence[Change], bonds: Iterable[Bond]) -> list[Breach]:
    """Return the breaches of rules across records within one act."""
    of_kind: dict[str, list[tuple[int, Change]]] = {}
    for place, change in enumerate(changes):
        of_kind.setdefault(change.event.KIND, []).append((place, change))
    found: list[Breach] = []
    for bond in bonds:
        if bond.left_kind in of_kind or bond.right_kind in of_kind:
            found += _broken_bond(changes, of_kind, bond)
    return found


def _broken_bond(
    changes: Sequence[Change], of_kind: Mapping[str, list[tuple[int, Change]]], bond: Bond
) -> list[Breach]:
    left: Counter[tuple[object, ...]] = Counter()
    right: Counter[tuple[object, ...]] = Counter()
    places: dict[tuple[object, ...], int] = {}
    for kind, keys, tally in (
        (bond.left_kind, bond.left, left),
        (bond.right_kind, bond.right, right),
    ):
        for place, change in of_kind.get(kind, ()):
            for key in keys(change.record, change.event):
                tally[key] += 1
                places[key] = min(place, places.get(key, place))
    loose = sorted((left - right) + (right - left), key=lambda key: places[key])
    return [
        Breach(
            bond.code, bond.citation, f"{bond.says}: {_words(key)}", places[key],
            changes[places[key]].record,
        )
        for key in loose
    ]  # fmt: skip


def _words(key: tuple[object, ...]) -> str:
    return " ".join(str(each) for each in key)
