"""Private fields in verifying: what cannot be read, what is told in no proper form, what was purged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.application.purges import Purged, purgeable, read_purged
from ledger.audit.privacy import PrivateCheck, check_loose
from ledger.errors import UnavailableError
from ledger.family import Concealed, concealed_in
from ledger.records.telegram.events import Registered
from tests.office import FOUNDER, SECOND, make_office
from tests.private import purged, set_apart, telegram


class Unreadable:
    """A reader that reads as another, but for some of its readings."""

    def __init__(self, reader: Any, *failing: str) -> None:
        self.reader = reader
        self.failing = failing

    def __getattr__(self, name: str) -> Any:
        """Return the reading of that name, or one that fails."""
        return self.fail if name in self.failing else getattr(self.reader, name)

    def fail(self, *_: Any, **__: Any) -> Any:
        """Fail as a database does."""
        raise UnavailableError("store", "disk I/O error")


@pytest.fixture
def office():
    """An office in which 乙 set telegrams' private fields apart."""
    made = make_office()
    set_apart(made, SECOND)
    return made


def spoil(office, index):
    """Put bytes that are no event into a row."""
    rows = office.store._rows
    rows.events[index] = replace(rows.events[index], event=b"{}")


def codes(findings):
    """Return the code of each finding."""
    return [each.code for each in findings]


@pytest.mark.parametrize(
    "told",
    [
        Concealed(_sd=("b", "a"), sealed=("c", "d")),
        Concealed(_sd=("a", "a"), sealed=("c", "d")),
        Concealed(_sd=("a",), sealed=()),
        Concealed(_sd=("a", "b"), sealed=("c", "d")),
    ],
    ids=["unsorted", "twice", "not in pairs", "more than declared"],
)
def test_digests_in_no_proper_form_are_named(told):
    """Sorted, each once, in pairs, and no more than there are private fields."""
    happened = Registered(sender="a", title="b", urgency="加急", private=told)
    check = PrivateCheck(make_office().store)

    found = codes(check.check((7, "telegram/1"), happened))

    assert "private.form" in found
    assert set(found) <= {"private.form", "private.missing"}


def test_what_cannot_be_read_is_named_and_never_passed_over(office):
    """A row that fails is a finding, in both passes; an event that fails is named elsewhere."""
    done = telegram(office, FOUNDER, "电文")
    row, happened = (done.first_index, done.changes[0].record), done.changes[0].event
    size = office.store.head().size

    by_event = PrivateCheck(Unreadable(office.store, "disclosure")).check(row, happened)

    assert codes(by_event) == ["private.unreadable"]
    assert codes(check_loose(Unreadable(office.store, "disclosure_page"), size)) == [
        "private.unreadable"
    ]
    assert codes(check_loose(Unreadable(office.store, "event_at"), size)) == []
    assert codes(check_loose(office.store, size)) == []


def test_a_disclosure_at_an_event_of_another_kind_is_loose(office):
    """An event without private fields names none; nor does what is no event at all."""
    telegram(office, FOUNDER, "电文")
    rows = office.store._rows
    ((digest, (_, sealed)),) = rows.disclosures.items()
    rows.disclosures[digest] = (0, sealed)
    size = office.store.head().size
    assert codes(check_loose(office.store, size)) == ["private.loose"]

    spoil(office, 0)

    assert codes(check_loose(office.store, size)) == ["private.loose"]


def test_purges_are_read_as_far_as_they_can_be(office):
    """What was approved is known by digest; an unreadable register excuses nothing."""
    done = telegram(office, FOUNDER, "电文")
    (change,) = done.changes
    digests = concealed_in(change.event).digests
    assert purgeable(office.ledger, change.record) == list(digests)
    assert purgeable(office.ledger, change.record, version=2) == []
    approved = purged(office, change.record, digests, by=(FOUNDER, SECOND))

    told = read_purged(office.store)

    assert told == {digests[0]: Purged(approved.first_index, carried_out=False)}
    spoil(office, approved.first_index)
    assert read_purged(office.store) == {}
    assert read_purged(Unreadable(office.store, "records")) == {}
    assert read_purged(Unreadable(office.store, "history")) == {}
