"""Which records go into a bundle: whole, by family, name, period, officer or budget line."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.application.mapper import kinds_of
from ledger.errors import NotFoundError, UsageError
from ledger.export.scope import Wanted, choose
from ledger.export.survey import survey
from ledger.records import FAMILIES
from ledger.store.memory import MemoryReader
from tests.ledger.export.proven import series
from tests.office import make_office

KINDS = kinds_of(FAMILIES)


@pytest.fixture(scope="module")
def office():
    """Two clerks who opened a series each, on two days."""
    office = make_office()
    office.enrol("丙", "登记员", "文书")
    office.enrol("丁", "登记员", "文书")
    office.act("丙", ("series.open", "", series(2022)))
    office.clock.at(office.clock.now.replace(day=9))
    office.act("丁", ("series.open", "", series(2023)))
    return office


def chosen(office, **wanted):
    """The scope of what is wanted."""
    size = office.store.head().size
    return choose(office.store, Wanted(**wanted), size=size, kinds=KINDS, utc_offset="+08:00")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {2022, 2023}),
        ({"families": ("series",)}, {2022, 2023}),
        ({"families": ("fund",)}, set()),
        ({"records": ("series/县委发〔2023〕",)}, {2023}),
        ({"families": ("series",), "from_day": date(2022, 3, 2)}, {2023}),
        ({"families": ("series",), "until_day": date(2022, 3, 2)}, {2022}),
        ({"families": ("series",), "officer": "丙"}, {2022}),
        ({"families": ("series",), "line": "series/县委发〔2022〕"}, {2022}),
    ],
)
def test_records_are_chosen_as_wanted(office, wanted, found):
    """What is wanted together narrows."""
    if "officer" in wanted:
        wanted = wanted | {"officer": office.record_of(wanted["officer"])}
    scope = chosen(office, **wanted)

    assert {year for year in (2022, 2023) if scope.asks(f"series/县委发〔{year}〕")} == found
    assert scope.takes("key/x")
    assert scope.takes("policy/x")


def test_what_is_wanted_is_told_in_words(office):
    """The cover says it."""
    scope = chosen(office, families=("series",), from_day=date(2022, 3, 2))

    assert scope.words == ("family series", "from 2022-03-02")
    assert chosen(office).words == ("all records",)


@pytest.mark.parametrize(("wanted", "said"), [
    ({"from_day": date(2023, 1, 2), "until_day": date(2023, 1, 1)}, "turn --from"),
    ({"from_day": date(2030, 1, 1)}, "no record is of this scope"),
])  # fmt: skip
def test_a_scope_of_nothing_is_refused(office, wanted, said):
    """A bundle of no record helps nobody."""
    with pytest.raises(UsageError, match=said):
        chosen(office, **wanted)


def test_a_seal_that_is_gone_is_named(office, monkeypatch):
    """Whose acts they were cannot be told: nothing is chosen by guessing."""
    whole = MemoryReader.seals
    monkeypatch.setattr(MemoryReader, "seals", lambda *told: [*whole(*told)][:-1].__iter__())
    lost = office.store.event_at(office.store.head().size - 1).act

    with pytest.raises(NotFoundError, match=f"{lost}.*qifeng verify"):
        chosen(office, officer=office.record_of("丙"))


def test_what_goes_in_is_counted_before(office):
    """By family, what was asked for first; what stays out too."""
    size = office.store.head().size
    counted = survey(office.store, chosen(office, records=("series/县委发〔2022〕",)), size)

    assert counted.families[0].name == "series"
    assert (counted.families[0].records, counted.families[0].events) == (1, 1)
    assert (counted.entries, counted.left_out) == (size - 1, 1)
    assert dict(counted.counts())["records"] == 1
