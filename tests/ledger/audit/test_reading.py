"""Reading rows of a damaged file: what fits is kept, and what does not is named by its index."""

from __future__ import annotations

import itertools

from ledger.audit.reading import END, MAX_TRIES, Halving, fitting, spans
from ledger.errors import UnavailableError

SOUND = (4, "rule/1", 1, "rule.planned/1", b"{}", "act", "2022-03-01T01:00:00.000000Z", b"")
NULL = (5, "rule/1", 2, "rule.planned/1", None, "act", "2022-03-01T01:00:01.000000Z", b"")


def test_rows_that_fit_are_kept_in_order():
    """A column that holds something else takes its row out, and no other."""
    assert fitting([]) == []
    assert fitting([SOUND, SOUND]) == [SOUND, SOUND]
    assert fitting([NULL, SOUND]) == [SOUND]


def test_a_row_of_other_types_is_a_finding():
    """It is named as unreadable, at its index, and reading goes on."""
    halving = Halving()

    rows = halving.read(lambda *_: [SOUND, NULL], 4, 6, table="events")

    assert rows == [SOUND]
    assert [(each.code, each.index) for each in halving.findings] == [("event.unreadable", 5)]


class Unreadable:
    """A store of which nothing can be read."""

    def event_page(self, *_):
        """Fail."""
        raise UnavailableError("store", "is malformed")

    seal_page = event_page


def test_a_log_that_cannot_be_read_comes_to_an_end():
    """Where no reading tells that the log is over, what lies past its size is looked at once."""
    found = itertools.islice(spans(Unreadable(), size=33, width=16), 99)

    assert list(found) == [(0, 16), (16, 32), (32, 48), (48, 64)]


def test_a_forged_size_makes_no_work_where_nothing_can_be_read():
    """Hundreds of spans on end that cannot be read say enough; nobody walks to a size that a forger chose."""
    found = list(itertools.islice(spans(Unreadable(), size=2**60, width=16), 2 * MAX_TRIES))

    assert len(found) == MAX_TRIES + 2
    assert found[-1] == (16 * (MAX_TRIES + 1), 16 * (MAX_TRIES + 2))


class FarRow(Unreadable):
    """A store of which nothing can be read but that its one row stands far away."""

    LAST = 16 * MAX_TRIES * 4

    def event_page(self, lo, hi, limit):
        """Tell of all that follows, and of that row's own span; fail of any before it."""
        del limit
        if hi != END and hi <= self.LAST:
            raise UnavailableError("store", "is malformed")
        return [(self.LAST,)] if lo <= self.LAST else []

    def seal_page(self, *_):
        """There are none."""
        return []


def test_what_can_be_read_behind_is_read():
    """After many spans that cannot be read, the walk goes on where the next row stands."""
    found = list(itertools.islice(spans(FarRow(), size=2**60, width=16), 3 * MAX_TRIES))

    assert len(found) == MAX_TRIES + 2
    assert found[-1] == (FarRow.LAST, FarRow.LAST + 16)
