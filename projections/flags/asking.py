"""Asking the flags: every item of money is folded from evidence once, and shown to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.family import Family, family_of
from ledger.records import FAMILIES
from ledger.records.policy import Level, Policy
from ledger.store.contract import LogReader
from projections.flags.flag import Across, Asking, Flag, FlagRow, Found, Item, Step
from projections.runner.decoding import Decode, decoder, open_row

_PAGE = 1000
_FAMILIES: Mapping[str, Family[Any]] = {family.name: family for family in FAMILIES}


def raised(
    log: LogReader, every: Sequence[Flag], *, asking: Asking, upto_index: int | None = None
) -> Iterator[FlagRow]:
    """Yield the flags raised: item by item, then those that compare items.

    `upto_index` leaves out what was recorded later. Lines of the budget are read here.
    """
    decode = {cls.KIND: decoder(cls) for family in FAMILIES for cls in family.events}
    lines = {
        record: steps[-1].state
        for record, steps in _histories(log, "budget", decode, upto_index)
    }
    asking = Asking(asking.levels, lines, asking.fast_minutes, asking.near_days)
    comparing: list[tuple[Flag, Across]] = [
        (flag, flag.across(asking)) for flag in every if flag.across is not None
    ]
    titles: dict[str, str] = {}
    for record, steps in _histories(log, "fund", decode, upto_index):
        item = Item(record, steps)
        for flag in every:
            for found in flag.each(item, asking) if flag.each is not None else ():
                yield _row(flag, found, item.state.title)
        for _, across in comparing:
            across.see(item)
        if comparing and item.state.title:
            titles[record] = item.state.title
    for flag, across in comparing:
        for found in across.end():
            yield _row(flag, found, titles.get(found.record, ""))


def policy_levels(log: LogReader, record: str) -> tuple[Level, ...]:
    """Return the levels of a policy's newest version; empty where the record is no policy."""
    decode = {cls.KIND: decoder(cls) for cls in _FAMILIES["policy"].events}
    steps = _steps(log, record, decode, None)
    state: Policy | None = steps[-1].state if steps else None  # type: ignore[assignment]
    return state.versions[-1].terms.levels if state and state.versions else ()


def _histories(
    log: LogReader, family: str, decode: Mapping[str, Decode], upto_index: int | None
) -> Iterator[tuple[str, Sequence[Any]]]:
    after = ""
    while page := log.records(family, after=after, limit=_PAGE):
        for record in page:
            steps = _steps(log, record, decode, upto_index)
            if steps:
                yield record, steps
        after = page[-1]


def _steps(
    log: LogReader, record: str, decode: Mapping[str, Decode], upto_index: int | None
) -> list[Step]:
    family = _FAMILIES[family_of(record)]
    state = family.initial
    steps = []
    for row in log.history(record, upto_index):
        happened = open_row(row, decode[row.kind])
        state = family.evolve(state, happened)
        steps.append(Step(row.index, row.recorded_at, happened, state))
    return steps


def _row(flag: Flag, found: Found, title: str) -> FlagRow:
    return FlagRow(
        flag.code, flag.zh, flag.severity, flag.citation, found.record, title, found.message,
        found.indexes,
    )  # fmt: skip
