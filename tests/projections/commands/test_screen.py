"""Rows on a screen: numbers on the right, Chinese at its width, sums below, nothing hidden unsaid."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest
from rich.cells import cell_len

from projections.answer import Answer, totals
from projections.commands.cells import duration, local_time, shortened
from projections.commands.formats import write_html
from projections.commands.screen import draw
from projections.projection import (
    DIGEST,
    FEN,
    INT,
    MOMENT,
    RECORD,
    SECONDS,
    TEXT,
    Column,
    table_columns,
)

FIRST, SECOND = "fund/01FS8FJGS0EB9B99W6Q5E3G3HZ", "fund/01FS8FJGS0EB9C99W6Q5E3G3HZ"
COLUMNS = table_columns(
    ("record", RECORD, "编号", "record"),
    ("title", TEXT, "事项", "title"),
    ("currency", TEXT, "币种", "currency"),
    ("amount_fen", FEN, "金额", "amount"),
    ("signed_at", MOMENT, "签署时间", "signed at"),
    ("waited_s", SECONDS, "等待时长", "waited"),
    ("key", DIGEST, "密钥", "key"),
    ("index", INT, "日志序", "index"),
    ("note", TEXT, "备注", "note"),
)
ROWS = (
    {"record": FIRST, "title": "办公用品", "currency": "CNY", "amount_fen": 115_280,
     "signed_at": "2022-01-13T01:14:00.000000Z", "waited_s": 93_600, "key": "a" * 64, "index": 9},
    {"record": SECOND, "title": "会场布置及材料印制", "currency": "CNY", "amount_fen": -5,
     "signed_at": "2022-01-14", "waited_s": 420, "key": "b" * 64, "index": 1200},
)  # fmt: skip
BRIEF = ("record", "title", "currency", "amount_fen", "waited_s")


def told(*rows, brief=BRIEF, narrowed=(), **more):
    """Return an answer with these rows."""
    rows = [{**dict.fromkeys(each.name for each in COLUMNS), **row} for row in rows or ROWS]
    return Answer(
        "v", "p", "事项", "items", COLUMNS, rows, 9, 0, 0, brief, ("amount_fen",), "+08:00",
        narrowed, **more,
    )  # fmt: skip


def lines(answer, *, width=200, wide=False):
    """Return the lines written on a screen of that width."""
    written, _ = draw(answer, width=width, wide=wide)
    return [click.unstyle(line) for line in written]


def test_amounts_stand_right_with_separators_under_their_heading():
    """Thousands are set apart, fen have two places, and columns of Chinese end where they should."""
    written = lines(told())

    (first,) = [line for line in written if "办公用品" in line]
    (second,) = [line for line in written if "会场布置" in line]
    assert "1,152.80" in first
    assert "-0.05" in second
    assert cell_len(first[: first.index("1,152.80")] + "1,152.80") == cell_len(
        second[: second.index("-0.05")] + "-0.05"
    )


def test_headings_are_in_both_languages():
    """One above the other."""
    written = lines(told())

    (chinese,) = [line for line in written if "编号" in line and "事项" in line]
    assert written[written.index(chinese) + 1].split() == [
        "record",
        "title",
        "amount",
        "waited",
    ]


def test_money_is_summed_below():
    """The last line is the total."""
    assert lines(told())[-1].split() == ["合计", "total", "1,152.75"]


def test_every_currency_has_its_own_total():
    """Euro and yuan are never added up."""
    answer = told(*ROWS, {**ROWS[0], "currency": "EUR", "amount_fen": 700})

    assert totals(answer) == [
        {"currency": "CNY", "amount_fen": 115_275},
        {"currency": "EUR", "amount_fen": 700},
    ]
    assert [line.split()[2:] for line in lines(answer)[-2:]] == [
        ["CNY", "1,152.75"],
        ["EUR", "7.00"],
    ]


def test_one_row_needs_no_total_and_none_says_so():
    """A total of one is the one; an empty answer is not an empty screen."""
    assert "合计" not in "".join(lines(told(ROWS[0])))
    assert lines(replace(told(), rows=[]))[-1] == "（无 none）"


def test_what_all_rows_share_is_told_once_above():
    """The one currency; and what was asked for, with its title."""
    one_item = told(ROWS[0], ROWS[0], narrowed=("record",))

    assert "币种 currency: CNY" in lines(told())
    assert f"编号 record: {FIRST}" in lines(one_item)
    assert "事项 title: 办公用品" in lines(one_item)


def test_ids_are_as_short_as_tells_them_apart():
    """Two records of one millisecond need more of their ids; a number is left whole."""
    record = COLUMNS[0]

    assert shortened(record, {FIRST}) == {FIRST: "fund/01FS8FJG"}
    assert shortened(record, {FIRST, SECOND, "budget/2022-办公费"}) == {
        FIRST: "fund/01FS8FJGS0EB9B",
        SECOND: "fund/01FS8FJGS0EB9C",
    }
    assert shortened(Column("key", DIGEST, "密钥", "key"), {"a" * 64}) == {"a" * 64: "a" * 12}


def test_what_is_left_out_is_counted_and_shown_when_asked():
    """Columns with nothing in them are not missed; `wide` shows the others, ids in full."""
    _, left_out = draw(told(), width=200, wide=False)
    written = "\n".join(lines(told(), width=300, wide=True))

    assert left_out == 3
    assert FIRST in written
    assert "a" * 64 in written
    assert "2022-01-13 09:14" in written
    assert "备注" not in written


def test_on_a_narrow_screen_each_row_is_a_block():
    """Nothing is squeezed beyond reading: heading and value, line by line."""
    written = lines(told(), width=40)

    assert "-- 1 ------------" in written
    assert "金额 amount      1,152.80" in written
    assert "-- 合计 total -" in written[-3]
    assert max(map(cell_len, written)) <= 40


def test_long_text_is_folded_and_numbers_are_not():
    """Between the two, a title takes two lines."""
    written = lines(told(), width=56)

    assert any("会场布置及材" in line and "理印制" not in line for line in written)
    assert any("1,152.80" in line for line in written)


def test_text_is_never_read_as_markup():
    """A title in brackets is shown as it is."""
    assert any(
        "[bold]会议[/x]" in line for line in lines(told({**ROWS[0], "title": "[bold]会议[/x]"}))
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (5, "5s"), (420, "7m 00s"), (11_100, "3h 05m"), (93_600, "1d 02h"), (-7_200, "-2h 00m"), (0, "0s"),
    ],
)  # fmt: skip
def test_how_long_is_told_in_its_two_largest_units(seconds, expected):
    """Days and hours for what waits days, minutes for what takes minutes."""
    assert duration(seconds) == expected


def test_times_are_the_office_s():
    """Nine in the morning in the office is one in UTC; a day stays a day."""
    assert local_time("2022-01-13T01:14:00.000000Z", "+08:00") == "2022-01-13 09:14"
    assert local_time("2022-01-14", "+08:00") == "2022-01-14"


def test_a_page_has_its_numbers_right_and_its_sums_below():
    """The same sums as on the screen."""
    page = write_html(told())

    assert "<td class=n>1,152.80</td>" in page
    assert "<tfoot><tr><td>合计 total</td>" in page
    assert "<td class=n>1,152.75</td>" in page
