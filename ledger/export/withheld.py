"""Withholding: which records of a scope are shown whole, and which only by their leaf hashes.

Of a withheld record each event stays in its place as the hash of its leaf. Whoever shows the event later
must show what hashes to it; its salt, 128 random bits, keeps it from being guessed. It is counted on
the cover, and declared with its reason in the table of redactions; a name that would tell what it is of
is replaced by its place among the withheld. Of officers and keys those alone are shown that a shown
signature rests on. (What an act read stands in its seal: a shown act names the records it rested on.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ledger.export.proving import rests_on
from ledger.export.scope import AUTHORITY, Scope
from ledger.family import family_of
from ledger.records.office import OFFICE
from ledger.store.contract import LogReader

UNNEEDED = "无关 no signature shown here rests on it"
PAGE = 1000


def withhold(
    log: LogReader, scope: Scope, *, disclosed: frozenset[str], reason: str, size: int
) -> Scope:
    """Return the scope in which only the records disclosed are shown, and what their signatures rest on."""
    bare = replace(scope, resting=AUTHORITY)
    shown = _rested_on(log, {*filter(bare.asks, disclosed), OFFICE}, size)
    hidden = {
        record: reason if bare.asks(record) else UNNEEDED
        for record in _records(log, bare, size)
        if record not in shown
    }
    return replace(bare, hidden=hidden, aliases=_aliases(hidden))


def _rested_on(log: LogReader, records: Iterable[str], size: int) -> set[str]:
    """Return these records, and all that the signatures over their events rest on, and those over theirs."""
    waiting, found = list(records), set[str]()
    acts: set[str] = set()
    while waiting:
        record = waiting.pop()
        if record in found:
            continue
        found.add(record)
        for row in log.history(record, size - 1):
            seal = None if row.act in acts else log.seal(row.act)
            if seal is not None:
                acts.add(row.act)
                waiting += rests_on(seal.envelope)
    return found


def _records(log: LogReader, scope: Scope, size: int) -> Iterator[str]:
    """Yield the records that go in, by name, as far as they had begun."""
    for family in sorted(
        {*scope.resting, *scope.families, *map(family_of, scope.records or ())}
    ):
        after = ""
        while page := log.records(family, after=after, limit=PAGE):
            after = page[-1]
            yield from (
                each for each in page if scope.takes(each) and log.history(each, size - 1)
            )


def _aliases(hidden: Iterable[str]) -> dict[str, str]:
    counted: dict[str, int] = {}
    found = {}
    for record in sorted(hidden):
        family = family_of(record)
        counted[family] = counted.get(family, 0) + 1
        found[record] = f"{family}/#{counted[family]}"
    return found
