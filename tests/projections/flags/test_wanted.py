"""Which flags are wanted: periods as people write them, and rows with all that is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import MalformedError
from ledger.records.fund.persons import Person
from projections.flags.flag import FlagRow
from projections.flags.wanted import Wanted, parse_period

ROW = FlagRow(
    code="F05", severity="high", record="fund/A", title="桌椅", message="x", day=date(2022, 3, 9),
    indexes=(7,), citation="Art. 28", persons=(Person("officer/1", "何"),),
    items=("fund/A", "fund/B"), suppliers=("金桥 办公用品店",), lines=("budget/2022-办公费",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2022", (2022, 1, 1), (2022, 12, 31)),
        ("2022-Q1", (2022, 1, 1), (2022, 3, 31)),
        ("2020-02", (2020, 2, 1), (2020, 2, 29)),
        ("2022-03-09", (2022, 3, 9), (2022, 3, 9)),
        ("2022年3月9日", (2022, 3, 9), (2022, 3, 9)),
        ("2021-Q4..2022-02", (2021, 10, 1), (2022, 2, 28)),
        (" 2022-01-02 .. 2022-01-05 ", (2022, 1, 2), (2022, 1, 5)),
    ],
)
def test_a_period_is_written_as_people_write_it(text, begins, ends):
    """A year, a quarter, a month, a day, or from one to another; both ends are in it."""
    period = parse_period(text)

    assert (period.begins, period.ends) == (date(*begins), date(*ends))


@pytest.mark.parametrize(
    "text", ["", "soon", "2022-Q5", "2022-13", "2022..2021", "..2022", "22"]
)
def test_what_tells_no_period_is_refused(text):
    """In words that say how to write one."""
    with pytest.raises(MalformedError):
        parse_period(text)


@pytest.mark.parametrize(
    ("asked", "keeps"),
    [
        ({}, True),
        ({"severity": "high"}, True),
        ({"severity": "low"}, False),
        ({"officer": Person("", "何")}, True),
        ({"officer": Person("officer/2", "何")}, False),
        ({"supplier": "金桥办公用品店"}, True),
        ({"supplier": "金桥"}, False),
        ({"line": "budget/2022-办公费"}, True),
        ({"line": "budget/2021-办公费"}, False),
        ({"item": "fund/B"}, True),
        ({"item": "fund/C"}, False),
        ({"period": parse_period("2022-03")}, True),
        ({"period": parse_period("2022-04")}, False),
        ({"severity": "high", "item": "fund/C"}, False),
    ],
)
def test_a_row_must_have_all_that_is_asked_for(asked, keeps):
    """Nothing asked for keeps every row; two things asked for are both asked for."""
    assert Wanted(**asked).keeps(ROW) is keeps
