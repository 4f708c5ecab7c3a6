"""Holding what happened against the rules: the same call at the door and in the audit.

At the door a breach refuses the act; in the audit it is reported. An act with basis `as-found` is
let in as it is, so for it the breaches are what the audit has to tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ledger.family import Bond, Change, Context, Family, family_of
from ledger.frozen import frozen


@frozen
class Breach:
    """A rule broken by one change of an act (`change` is its place in the act, from 0)."""

    code: str
    citation: str
    message: str
    change: int
    record: str


def breaches(
    changes: Sequence[Change],
    *,
    state_of: Callable[[str], Any],
    context: Context,
    families: Mapping[str, Family[Any]],
    bonds: Iterable[Bond],
) -> list[Breach]:
    """Return every breach of an act's changes, in order; `state_of` gives states before the act."""
    states: dict[str, Any] = {}
    last = {change.record: place for place, change in enumerate(changes)}
    found: list[Breach] = []
    for place, change in enumerate(changes):
        record = change.record
        family = families[family_of(record)]
        before = states[record] if record in states else state_of(record)
        found += _broken_rules(family, before, change, context, place)
        if place < last[record]:
            states[record] = family.evolve(before, change.event)
    return found + broken_bonds(changes, bonds)


def guarded(
    changes: Sequence[Change], *, context: Context, families: Mapping[str, Family[Any]]
) -> list[Breach]:
    """Return the breaches of guards alone: what is refused even where it is entered as found.

    A guard looks at the event, never at the state before it.
    """
    guards = {
        name: [rule for rule in family.rules if rule.guard] for name, family in families.items()
    }
    return [
        Breach(rule.code, rule.citation, message, place, change.record)
        for place, change in enumerate(changes)
        for rule in guards[family_of(change.record)]
        if isinstance(change.event, rule.kinds)
        and (message := rule.broken(None, change.event, context)) is not None
    ]


def _broken_rules(
    family: Family[Any], before: Any, change: Change, context: Context, place: int
) -> list[Breach]:
    found = []
    for rule in family.rules:
        if isinstance(change.event, rule.kinds):
            message = rule.broken(before, change.event, context)
            if message is not None:
                found.append(Breach(rule.code, rule.citation, message, place, change.record))
    return found


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
