"""Giving a number and taking it from life, in the act that registers or unregisters its record."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.family import AS_FOUND, Bond, Change, Facts, family_of
from ledger.records.numbers import format_number, series_named
from ledger.records.posts import doer
from ledger.records.series.events import Allocated, Found, Voided
from ledger.records.series.state import Series

_ARTICLE = "公文处理工作条例 Art. 25"

BONDS: tuple[Bond, ...] = (
    Bond(
        "N9",
        _ARTICLE,
        "a series is named by its code and year",
        "series.opened/1",
        lambda record, _: [(record,)],
        "series.opened/1",
        lambda _, told: [(f"series/{series_named(told.code, told.year)}",)],
    ),
    Bond(
        "N10",
        _ARTICLE,
        "a series that succeeds another ends it",
        "series.opened/1",
        lambda record, told: [(told.predecessor, record)] if told.predecessor else [],
        "series.succeeded/1",
        lambda record, told: [(record, told.by)],
    ),
)


def numbered(
    facts: Facts, series: str, *, record: str, n: int, on: date
) -> tuple[int, str, Change]:
    """Return the number a record gets, its official text, and what happens to the series.

    `n` is 0 for the next number; what is entered as found keeps the number it was found with.
    """
    state: Series = facts.state(series)
    n = n or state.next
    text = format_number(state.code, state.year, n)
    taken: Allocated | Found
    if facts.basis == AS_FOUND:
        taken = Found(n=n, record=record, occurred_on=on)
    else:
        taken = Allocated(n=n, record=record, occurred_on=on)
    return n, text, Change(series, taken)


def voided(facts: Facts, record: str, told: Any) -> list[Change]:
    """Return what happens to the series when a record's number dies, as its own event tells.

    A record without a number has no series, and nothing happens: that the number is none is for
    the record's own rules to say.
    """
    if not told.series:
        return []
    dead = Voided(
        n=told.n,
        reason=told.reason,
        record=record,
        registrar=told.registrar,
        approver=doer(facts),
    )
    return [Change(told.series, dead)]


def bonds(family: str, kind: str, voided_kind: str) -> tuple[Bond, ...]:
    """Return the bonds of a family whose events of `kind` carry a series and a number.

    Events of `kind` have `series`, `n` and `found`; those of `voided_kind` `series`, `n` and
    `registrar`.
    """

    def given(record: str, told: Any) -> list[tuple[object, ...]]:
        return [(told.series, told.n, record)] if told.series and not told.found else []

    def found(record: str, told: Any) -> list[tuple[object, ...]]:
        return [(told.series, told.n, record)] if told.series and told.found else []

    def dead(record: str, told: Any) -> list[tuple[object, ...]]:
        return [(told.series, told.n, record, told.registrar)]

    def taken(record: str, told: Any) -> list[tuple[object, ...]]:
        return [(record, told.n, told.record)] if family_of(told.record) == family else []

    def void(record: str, told: Any) -> list[tuple[object, ...]]:
        return [(*key, told.registrar) for key in taken(record, told)]

    says = f"a {family}'s number stands in its series too"
    return (
        Bond("N11", _ARTICLE, says, kind, given, "series.allocated/1", taken),
        Bond("N12", _ARTICLE, says, kind, found, "series.found/1", taken),
        Bond("N13", "作废号登记", says, voided_kind, dead, "series.voided/1", void),
    )
