"""`qifeng audit`: conditions on fields, as people write them."""

from __future__ import annotations

import pytest

from ledger.errors import UsageError
from projections.commands.audit import parse_condition


@pytest.mark.parametrize(
    ("told", "condition"),
    [
        ("amount>5000", ("amount_fen", ">", 500_000)),
        ("paid_fen <= 12.50", ("paid_fen", "<=", 1250)),
        ("copies!=3", ("copies", "!=", 3)),
        ("kind=通知", ("kind", "=", "通知")),
        ("title~2022", ("title", "~", "2022")),
        ("title=", ("title", "=", "")),
    ],
)
def test_a_condition_is_read_as_it_is_meant(told, condition):
    """Amounts in yuan, numbers as numbers, and what is looked for in a text as text."""
    assert parse_condition(told) == condition


@pytest.mark.parametrize("told", ["amount", ">5", "Amount>5", "标题=x", ""])
def test_what_is_no_condition_is_refused(told):
    """With how to write one."""
    with pytest.raises(UsageError, match="write FIELD>VALUE"):
        parse_condition(told)


def test_a_number_and_a_text_are_never_compared(room):
    """Nothing is found by such a condition, and nothing breaks."""
    room.say("--as", "孙梅", "rule", "plan", "--title", "甲办法")

    assert room.say("audit", "search", "--where", "title~甲")["lines"]
    for asked in ("title>5", "title<5", "log_key>5", "posts>2", "nothing=1"):
        assert room.say("audit", "search", "--where", asked)["lines"] == []


def test_a_day_that_is_none_is_refused(room):
    """With the day that was given, and nothing searched."""
    told = room("audit", "search", "--recorded-from", "2022-13-45")

    assert (told.code, told.out) == (2, "")
    assert "2022-13-45" in told.err
