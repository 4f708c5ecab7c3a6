"""Bars on a terminal: as long as their values, each with its number, in ASCII where it must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from projections.commands.plots.bars import Pen, draw_bars, pen_for
from tests.projections.commands.plots import charts

WIDTH = 60


def drawn(chart, **pen):
    """Return the lines of a chart."""
    return [line.rstrip() for line in draw_bars(chart, Pen(WIDTH, **pen))]


def test_each_month_has_its_bar_and_its_number():
    """The longest bar fills its room; what came back has a line of its own."""
    lines = drawn(charts.spending())
    by_month = lines[lines.index("各月支出 by month (元 yuan)") + 1 :]

    assert [line.split()[0] for line in by_month] == ["1月", "2月", "3月", "冲销", "4月"]
    assert [line.split()[-1] for line in by_month] == [
        "3,238.30",
        "11,248.00",
        "8,631.80",
        "-544.72",
        "0.00",
    ]
    assert by_month[1].count("█") == max(line.count("█") for line in by_month)
    assert "█" not in by_month[4]


def test_the_running_total_stands_against_the_budget():
    """A mark shows where the budget stands; the share is told; before there is one, neither."""
    lines = drawn(charts.spending())[3:7]

    assert [line.count("┃") for line in lines] == [0, 1, 1, 1]
    assert lines[1].endswith("14,486.30 / 69,000.00   20.9%")
    assert lines[0].endswith("3,238.30")
    # A budget that was cut stands further to the left.
    assert lines[3].index("┃") < lines[2].index("┃")


def test_levels_are_told_with_two_times_each():
    """The middle and nine in ten, never the one outlier; a level that was never timed is left out."""
    lines = drawn(charts.times())

    assert "每级等待 waited at each level (天 days)" in lines
    assert [line.split()[-2:] for line in lines[-2:]] == [["1d", "00h"], ["3d", "00h"]]
    assert not any("审批" in line for line in lines)


def test_no_line_is_wider_than_the_terminal():
    """Chinese takes two cells."""
    lines = drawn(charts.spending()) + drawn(charts.times())

    assert max(map(cell_len, lines)) <= WIDTH


def test_what_cannot_be_written_is_written_in_ascii():
    """Bars of `#`, a mark of `|`, English words."""
    text = "\n".join(drawn(charts.spending(), blocks=False, chinese=False))

    assert text.isascii()
    assert "Jan" in text
    assert "######" in text
    assert "|" in text


@pytest.mark.parametrize(
    ("encoding", "blocks", "chinese"),
    [
        ("utf-8", True, True),
        ("ascii", False, False),
        ("gb18030", True, True),
        ("cp437", False, False),
    ],
)
def test_the_encoding_says_what_can_be_written(encoding, blocks, chinese):
    """A terminal in the national encoding has blocks and Chinese; an old one has neither."""
    pen = pen_for(encoding, 80, charts.spending())

    assert (pen.blocks, pen.chinese) == (blocks, chinese)


def test_nothing_to_show_says_so():
    """An empty year is an answer."""
    assert drawn(charts.spending([])) == ["经费支出 Spending", "（无） (none)"]
    assert drawn(charts.times([]))[-1] == "（无） (none)"


def test_each_currency_has_its_own_panels():
    """Yuan and euro are drawn apart."""
    lines = drawn(charts.spending([*charts.months(), *charts.months("EUR")]))

    assert [line for line in lines if line.startswith("各月支出")] == [
        "各月支出 by month (元 yuan)",
        "各月支出 by month (EUR)",
    ]


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(10, 200))
def test_bars_are_as_long_as_their_values(one, other, room):
    """A larger value never has the shorter bar, none is longer than its room, and only 0 has none."""
    longest = max(one, other)
    for pen in (Pen(80), Pen(80, blocks=False)):
        bars = [pen.bar(value, longest=longest, room=room) for value in sorted((one, other))]

        assert len(bars[0]) <= len(bars[1]) <= room
        assert [bool(bar) for bar in bars] == [value > 0 for value in sorted((one, other))]
