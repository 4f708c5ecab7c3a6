"""Reading rows of a damaged file: what fits is kept, and what does not is named by its index."""

from __future__ import annotations

import itertools

from ledger.audit.reading import Halving, fitting, spans
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
