"""What kind of damage it is, where the store cannot be asked around the bad place: the worse is told."""

from __future__ import annotations

import pytest

from ledger.audit import damage
from ledger.audit.damage import Misplaced, explain_gap, explain_misplaced, explain_unsealed
from tests.ledger.audit.test_privacy import Unreadable
from tests.office import make_busy_office

UNREAD = ["event_page", "seal_page", "event_at", "history", "read_hashes"]


@pytest.fixture(scope="module")
def store():
    """A sound log of 25 events."""
    return make_busy_office().store


def test_runs_are_told_one_by_one():
    """Each from its first to its last."""
    assert list(damage.runs([1, 2, 5, 7, 8])) == [(1, 2), (5, 5), (7, 8)]
    assert list(damage.runs([])) == []


def test_a_gap_is_not_called_a_cut_where_the_rest_cannot_be_read(store):
    """A log that ends early is truncated; one of which nothing more can be read has lost these."""
    found = [
        explain_gap(reader, 25, 26, size=27) for reader in (store, Unreadable(store, *UNREAD))
    ]

    assert [(each.code, each.damage) for each in found] == [
        ("log.truncated", "truncated"), ("log.gap", "deleted"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("unread", "kind"), [((), "inserted"), (("seal_page",), "deleted")], ids=["read", "unread"]
)
def test_a_seal_is_missed_where_others_cannot_be_read(store, unread, kind):
    """Behind the last seal an event was put in; where that cannot be told, its seal is gone."""
    row = (99, "rule/a", 1, "", b"", "no such act", "", b"")

    found = explain_unsealed(Unreadable(store, *unread), row)

    assert (found.code, found.damage) == ("seal.missing", kind)


@pytest.mark.parametrize(
    ("unread", "code"), [((), "seal.place"), (("event_at",), "seal.uncovered")],
    ids=["read", "unread"],
)  # fmt: skip
def test_a_seal_is_not_said_to_be_moved_where_its_place_cannot_be_read(store, unread, code):
    """Whether its event stands there is the question."""
    row = store.event_page(18, 19, 1)[0]
    moved = (30, *row[1:])
    reader = Gone(store, *unread)

    assert explain_unsealed(reader, moved).code == code


class Gone(Unreadable):
    """A reader of a log in which the event at 18 is not where it was."""

    def __getattr__(self, name):
        """Return the reading of that name, one that fails, or one that finds nothing."""
        found = super().__getattr__(name)
        return found if name in self.failing or name != "event_at" else lambda _: None


@pytest.mark.parametrize("reader", [Gone, lambda store: Unreadable(store, "history")])
def test_an_event_is_edited_where_it_cannot_be_sought_elsewhere(store, reader):
    """Only who finds the same bytes at an older place says that they were put in."""
    row = store.event_at(18)
    misplaced = [Misplaced(18, row.record, row.version, "0" * 64, "1" * 64)]

    (found,) = explain_misplaced(reader(store), misplaced)

    assert (found.code, found.damage, found.index) == ("seal.event", "edited", 18)
