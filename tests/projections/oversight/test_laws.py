"""Laws of the oversight: whatever happened in whatever order, on every day the sums are the items'."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.records.fund import events as told
from ledger.records.fund.state import IN_SIGN_OFF
from tests.projections.oversight import kept as k

FIRST = date(2022, 2, 20)
DAYS = st.integers(0, 25).map(lambda n: FIRST + timedelta(days=n))
AMOUNTS = st.integers(-1, 99)
OFTEN = st.sampled_from(["direct", "direct", "direct", "paper", ""])
ON = DAYS.map(date.isoformat)
CLAIMED = {
    "terms": st.sampled_from([k.TERMS, k.TERMS, None]), "amount_fen": AMOUNTS, "occurred_at": ON,
    "item_digest": st.sampled_from(["d", "d", "e"]), "payee": st.sampled_from(["文具店", "印刷厂"]),
    "currency": st.sampled_from(["CNY", "CNY", "EUR"]), "category": st.sampled_from(["办公费", ""]),
    "budget": st.sampled_from(["budget/2022-办公费", None]), "basis": OFTEN,
}  # fmt: skip
STEPS = st.one_of(
    st.builds(told.Submitted, **CLAIMED),
    st.builds(told.Corrected, **CLAIMED),
    *[
        st.builds(
            k.signed,
            ON,
            st.integers(1, 3),
            basis=OFTEN,
            item_digest=st.sampled_from(["d", "d", "e"]),
        )
    ]
    * 5,
    st.builds(k.returned, ON, st.integers(1, 3)),
    st.builds(told.Withdrawn, occurred_at=ON),
    st.builds(k.paid, DAYS, AMOUNTS),
    st.builds(told.Reversed, amount_fen=AMOUNTS, reversed_on=DAYS),
    st.builds(told.Booked, voucher=st.just("记-1"), booked_on=DAYS),
)
MONEY = (told.Paid, told.Reversed, told.Booked)


def in_order(happened):
    """Return steps of which those of sign-off are dated in the order they were recorded.

    So they are where rules were kept; what moved money is entered when it becomes known.
    """
    days = sorted(each.occurred_at for each in happened if not isinstance(each, MONEY))
    return [
        each if isinstance(each, MONEY) else replace(each, occurred_at=days.pop(0))
        for each in happened
    ]


CLOSED = st.builds(told.Closed, occurred_at=ON)
# Nothing is signed once an item is closed.
LISTS = st.builds(
    lambda steps, closed: [*steps, *closed],
    st.lists(STEPS, min_size=1, max_size=14),
    st.lists(CLOSED, max_size=1),
)
WILD = LISTS.map(k.history)
HISTORIES = LISTS.map(in_order).map(k.history)
ASKED = st.none() | DAYS
SHOWN = ("round", "level", "level_name", "status", "signer", "post", "signed_at", "grade")


def total(rows, *columns):
    """Return the sums of some columns over all rows."""
    return tuple(sum(row[column] or 0 for row in rows) for column in columns)


def as_of(history, day):
    """Return what had happened as of a day: what counted by then, as it was recorded."""
    happened = [past.recorded.happened for past in history]
    return k.history(each for each in happened if _day(each) <= day.isoformat())


def _day(happened):
    dated = [getattr(happened, name, None) for name in ("paid_on", "reversed_on", "booked_on")]
    return next((each.isoformat() for each in dated if each), happened.occurred_at)


@given(HISTORIES, DAYS)
def test_the_chain_as_of_a_day_is_the_chain_of_what_had_happened(history, day):
    """Who had signed, whose turn it was, what was void: as if nothing had come after."""
    then = as_of(history, day)

    shown = k.kept({k.ITEM: history}).ask("chain", as_of=day)
    expected = k.kept({k.ITEM: then}).ask("chain") if then else []

    assert Counter(map(_link, shown)) == Counter(map(_link, expected))


def _link(row):
    return tuple(row[name] for name in SHOWN)


@given(st.lists(HISTORIES, min_size=1, max_size=4), ASKED)
def test_totals_of_periods_are_the_items_to_the_fen(histories, day):
    """By month, quarter and year alike: paid, came back, asked for now, and signed in full."""
    rows = k.kept({f"fund/{n}": each for n, each in enumerate(histories)})
    items = rows.items(as_of=day)

    for part in ("months", "quarters", "years"):
        told_rows = rows.ask(part, as_of=day)
        submitted, corrected, returned, withdrawn = total(
            told_rows, "submitted_fen", "corrected_fen", "returned_fen", "withdrawn_fen"
        )
        approved, voided = total(told_rows, "approved_n", "voided_n")
        approved_fen, voided_fen = total(told_rows, "approved_fen", "voided_fen")
        complete = [item for item in items if item["complete"]]

        assert total(told_rows, "paid_fen", "reversed_fen") == total(
            items, "paid_fen", "reversed_fen"
        )
        assert submitted + corrected - returned - withdrawn == total(items, "asked_fen")[0]
        assert total(told_rows, "submitted_n") == total(items, "round")
        assert approved - voided == len(complete)
        assert (approved_fen - voided_fen,) == total(complete, "amount_fen")


@given(st.lists(HISTORIES, min_size=1, max_size=4), ASKED)
def test_every_way_of_summing_gives_the_same_sums(histories, day):
    """By line, supplier and category: each item once, whatever it is called."""
    rows = k.kept({f"fund/{n}": each for n, each in enumerate(histories)})
    sums = ("items", "asked_fen", "in_sign_off_fen", "approved_fen", "paid_fen", "reversed_fen")
    items = rows.items(as_of=day)

    by_payee, *others = (
        total(rows.ask(part, as_of=day), *sums) for part in ("payees", "lines", "categories")
    )

    assert others == [by_payee, by_payee]
    assert by_payee[0] == len(items)
    assert by_payee[1:2] + by_payee[4:] == total(items, "asked_fen", "paid_fen", "reversed_fen")


@given(st.lists(HISTORIES, min_size=1, max_size=4), ASKED)
def test_the_queue_is_what_is_in_sign_off_or_to_be_paid(histories, day):
    """Nothing waits twice, nothing is left out."""
    rows = k.kept({f"fund/{n}": each for n, each in enumerate(histories)})
    waiting = [
        item for item in rows.items(as_of=day)
        if item["waiting_level"] or item["stage"] == "待付款"
    ]  # fmt: skip

    queue = rows.ask("queue", as_of=day)

    assert total(queue, "items", "amount_fen") == (len(waiting), *total(waiting, "amount_fen"))
    assert all(row["oldest_days"] >= row["median_days"] >= 0 for row in queue)
    assert {item["stage"] for item in waiting} <= {IN_SIGN_OFF, "待付款"}


@given(st.lists(WILD, min_size=1, max_size=3), ASKED)
def test_what_was_paid_adds_up_whenever_it_was_entered(histories, day):
    """A payment found late counts on its own day, in the items and in every sum alike."""
    rows = k.kept({f"fund/{n}": each for n, each in enumerate(histories)})
    expected = total(rows.items(as_of=day), "paid_fen", "reversed_fen")

    for part in ("months", "quarters", "years", "payees", "categories", "lines"):
        assert total(rows.ask(part, as_of=day), "paid_fen", "reversed_fen") == expected


@given(st.lists(WILD, min_size=1, max_size=3))
def test_spending_over_a_year_is_what_its_payments_come_to(histories):
    """Month by month, and the last month's running total is the year's."""
    rows = k.kept({f"fund/{n}": each for n, each in enumerate(histories)})
    items = rows.items()

    months = rows.ask("spending", year=2022)

    assert total(months, "paid_fen", "reversed_fen") == total(items, "paid_fen", "reversed_fen")
    last = {row["currency"]: row["total_fen"] for row in months}
    paid, came_back = total(items, "paid_fen", "reversed_fen")
    assert sum(last.values()) == paid - came_back
