"""F20 bank and ledger do not tell the same: what is found, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.importing.mapper import map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.table import read_table
from ledger.importing.taking import build
from ledger.records import statement
from ledger.records.fund import events as told
from tests.needs import REPOSITORY
from tests.projections.flags.money import paid, whole

MARCH = "statement/MARCH"
SHOP = "金桥办公用品店"


def line(day, amount_fen=115_280, **more):
    """A line of the bank: money out to the shop."""
    usual = {"traded_on": date(2022, 3, day), "counterparty": SHOP}
    return statement.LineEntered(amount_fen=amount_fen, **(usual | more))


def bank(money, *lines, until=date(2022, 4, 30), account="6222", record=MARCH, whole_=True):
    """Let the bank's statement be here, and complete."""
    received = statement.Received(account=account, from_day=date(2022, 3, 1), until_day=until)
    done = [statement.Completed()] if whole_ else []
    money.tell(*((record, each) for each in (received, *lines, *done)))


@pytest.mark.parametrize("day", [1, 4, 7])
def test_a_payment_that_the_bank_shows_is_in_order(money, day):
    """F20: the same amount to the same name, three days apart at most."""
    money.item("A", *whole())
    bank(money, line(day))

    assert money.rows("F20") == []


def test_a_line_that_no_event_tells(money):
    """F20: money left the account and no item tells it; the row stands on the statement."""
    money.item("A", *whole())
    bank(money, line(4), line(9, 50_000, counterparty="某公司", summary="货款"))

    (row,) = money.rows("F20")

    assert (row.record, row.title, row.about) == (MARCH, "6222 line 2", ("no event",))
    assert (
        row.message
        == "the bank paid 500.00 CNY to 某公司 on 2022-03-09 (货款); no item of money tells it"
    )


def test_a_line_that_was_explained_is_in_order(money):
    """F20: a fee of the bank; money that came in is another matter."""
    money.item("A", *whole())
    fee = (line(9, 500, counterparty=""), statement.LineExplained(line=2, reason="手续费"))
    bank(money, line(4), *fee, line(9, 1_000_000, direction=statement.IN))

    assert money.rows("F20") == []


def test_a_payment_that_no_line_shows(money):
    """F20: the statement is complete, and the bank knows of nothing."""
    money.item("A", *whole())
    bank(money)

    (row,) = money.rows("F20")

    assert (row.record, row.about) == ("fund/A", ("no bank line",))
    assert row.message == "1,152.80 CNY is said to be paid on 2022-03-04; no bank line shows it"


@pytest.mark.parametrize(
    "asked",
    [{"whole_": False}, {"until": date(2022, 3, 6)}],
    ids=["not complete", "ends too soon after"],
)
def test_nothing_is_missing_where_not_all_is_known(money, asked):
    """F20: without a complete statement of these days nobody can say that a line is missing."""
    money.item("A", *whole())
    bank(money, **asked)

    assert money.rows("F20") == []


def test_every_account_must_be_known(money):
    """F20: it may have left another account, of which no statement is complete."""
    money.item("A", *whole())
    bank(money)
    bank(money, account="6333", record="statement/OTHER", whole_=False)

    assert money.rows("F20") == []


def test_cash_is_not_looked_for_at_the_bank(money):
    """F20: what was paid from the till has no line."""
    *signed_off, _ = whole()
    money.item("A", *signed_off, paid(4, method="现金"))
    bank(money)

    assert money.rows("F20") == []


def test_the_bank_s_reference_goes_before_all_else(money):
    """F20: by its reference it is this payment, on whatever day; but the amount is another."""
    *signed_off, _ = whole()
    money.item("A", *signed_off, paid(4, bank_ref="NS 0037"))
    bank(money, line(20, 115_281, bank_ref="NS0037"))

    (row,) = money.rows("F20")

    assert (row.record, row.about) == ("fund/A", ("amount",))
    assert "the bank's line NS0037 says 1,152.81 CNY" in row.message


@pytest.mark.parametrize(
    "more", [{"traded_on": date(2022, 3, 8)}, {"counterparty": "别家"}, {"amount_fen": 1}]
)
def test_another_day_name_or_amount_is_another_payment(money, more):
    """F20: then the bank's line and the payment stand alone."""
    money.item("A", *whole())
    bank(money, line(4, **more))

    assert sorted(row.about for row in money.rows("F20")) == [("no bank line",), ("no event",)]


def test_each_line_shows_one_payment(money):
    """F20: of two equal payments a single line shows one."""
    money.item("A", *whole())
    money.item("B", *whole())
    bank(money, line(4))

    assert [row.about for row in money.rows("F20")] == [("no bank line",)]


def test_a_line_told_twice_is_one(money):
    """F20: the same reference of the same account in two files is one line."""
    *signed_off, _ = whole()
    money.item("A", *signed_off, paid(4, bank_ref="NS0037"))
    bank(money, line(4, bank_ref="NS0037"))
    money.tell(("statement/AGAIN", line(4, bank_ref="NS0037", account="6222")))

    assert money.rows("F20") == []


def test_money_that_came_back_is_looked_for_too(money):
    """F20: a reversal has a line of money in."""
    back = told.Reversed(amount_fen=100, reason="多付", reversed_on=date(2022, 3, 10))
    money.item("A", *whole(), back)
    bank(money, line(4))
    assert [row.about for row in money.rows("F20")] == [("no bank line",)]

    money.tell(("statement/LATER", line(11, 100, direction=statement.IN, account="6222")))

    assert money.rows("F20") == []


def test_lines_imported_through_the_map_that_we_ship(money, tmp_path):
    """F20: the bank's own table, read by `examples/maps/bank-statement.toml`, shows the payment."""
    table = tmp_path / "对账单.csv"
    table.write_text(
        "账号,交易日期,借方发生额,贷方发生额,对方户名,对方账号,流水号,摘要\n"
        "6222,2022-03-04,1152.80,,金桥办公用品店,,NS01,货款\n"
        "6222,2022-03-05,,9.00,农商银行,,NS02,利息\n"
        "6222,2022-03-06,700.00,,某公司,,NS03,往来\n"
    )
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "bank-statement.toml")
    kinds = {kind.KIND: kind for kind in statement.FAMILY.events}
    mapped = [
        build(kinds[each.kind], each.fields) for each in map_table(mapping, read_table(table))
    ]
    money.item("A", *whole())
    money.tell_all(("statement/IMPORTED", each) for each in mapped)

    (row,) = money.rows("F20")

    assert (row.title, row.suppliers) == ("6222 line 3", ("某公司",))
