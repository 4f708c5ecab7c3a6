"""Times, days and ids are written in one way only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.clock import (
    format_time,
    is_id,
    new_id,
    office_day,
    parse_offset,
    parse_time,
    system_clock,
)
from ledger.errors import MalformedError

MOMENT = datetime(2022, 12, 31, 16, 0, 0, 5, tzinfo=UTC)


def test_a_time_is_read_back_the_same():
    """Reading is the inverse of writing, to the microsecond."""
    assert format_time(MOMENT) == "2022-12-31T16:00:00.000005Z"
    assert parse_time(format_time(MOMENT)) == MOMENT


@pytest.mark.parametrize(
    "spelling",
    ["", "2022-12-31", "2022-12-31T16:00:00Z", "2022-12-31T16:00:00.000005", "2022-13-31T16:00:00.000005Z",
     "2022-12-31T16:00:00.000005+00:00", "2022-12-31 16:00:00.000005Z", "２022-12-31T16:00:00.000005Z",
     "2022-12-31T16:00:00.000005Z\n", "2022-02-30T16:00:00.000005Z"],
)  # fmt: skip
def test_any_other_time_is_refused(spelling):
    """Only UTC with microseconds and Z is a time."""
    with pytest.raises(MalformedError):
        parse_time(spelling)


def test_a_day_belongs_to_the_office():
    """The last evening of the year in UTC is the first morning in Beijing."""
    assert office_day(MOMENT, "+08:00") == date(2023, 1, 1)
    assert office_day(MOMENT, "-03:30") == date(2022, 12, 31)


@pytest.mark.parametrize("offset", ["", "8", "+8:00", "+0800", "+15:00", "+08:60", "08:00"])
def test_any_other_offset_is_refused(offset):
    """A zone is written +hh:mm."""
    with pytest.raises(MalformedError):
        parse_offset(offset)


def test_ids_sort_by_their_moment():
    """A later id is greater, and both are ids."""
    early, late = new_id(MOMENT), new_id(MOMENT + timedelta(milliseconds=1))

    assert early < late
    assert is_id(early)
    assert len({new_id(MOMENT) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text", ["", "0" * 25, "0" * 27, "8" + "0" * 25, "I" + "0" * 25, "a" * 26]
)
def test_other_texts_are_no_ids(text):
    """Crockford's digits, 26 of them, 128 bits."""
    assert not is_id(text)


def test_the_system_clock_is_utc():
    """The one reader of the time says its zone."""
    assert system_clock().tzinfo is UTC
