"""What waits at each level, how old it is, and how long levels take."""

from __future__ import annotations

from datetime import date

from tests.projections.oversight import kept as k


def office():
    """Three items: one waits for level 1, one for level 2, one for its payment."""
    return k.kept({
        "fund/1": k.history([k.submitted("2022-03-01", 100)]),
        "fund/2": k.history([k.submitted("2022-03-02", 250), k.signed("2022-03-04", 1)]),
        "fund/3": k.history([
            k.submitted("2022-03-01", 999), k.signed("2022-03-01", 1), k.signed("2022-03-02", 2),
            k.signed("2022-03-03", 3),
        ]),
    })  # fmt: skip


def test_the_queue_tells_items_money_and_age_at_each_level():
    """And after the levels what is signed in full and waits for the cashier."""
    rows = office().ask("queue", as_of=date(2022, 3, 10))

    assert [
        (row["level"], row["level_name"], row["items"], row["amount_fen"], row["oldest_days"])
        for row in rows
    ] == [(1, "经办", 1, 100, 9), (2, "财务审核", 1, 250, 6), (None, "付款", 1, 999, 7)]


def test_the_queue_of_a_day_is_what_waited_then():
    """On 2 March two waited for level 1, none for payment."""
    rows = office().ask("queue", as_of=date(2022, 3, 2))

    assert [(row["level_name"], row["items"]) for row in rows] == [("经办", 2), ("领导审批", 1)]
    assert (rows[0]["oldest_on"], rows[0]["oldest_record"]) == ("2022-03-01", "fund/1")
    assert rows[0]["median_days"] == 0


def test_a_resubmitted_item_waits_anew():
    """What its first round waited is over."""
    rows = k.kept({
        "fund/1": k.history([
            k.submitted("2022-03-01"), k.returned("2022-03-05", 1), k.submitted("2022-03-08"),
        ])
    })  # fmt: skip

    (row,) = rows.ask("queue", as_of=date(2022, 3, 9))

    assert (row["oldest_on"], row["oldest_days"]) == ("2022-03-08", 1)


def test_times_tell_the_middle_the_nine_tenths_and_the_longest():
    """Of ten signatures after 1 to 10 hours, nine came within 9."""
    rows = k.kept({
        f"fund/{n}": k.history([
            k.submitted("2022-03-01T00:00:00.000000Z"), k.signed(f"2022-03-01T{n:02d}:00:00.000000Z", 1),
        ])
        for n in range(1, 11)
    })  # fmt: skip

    (row,) = rows.ask("times")

    hours = [row[f"{name}_waited_s"] / 3600 for name in ("median", "p90", "longest", "mean")]
    assert hours == [5, 9, 10, 5.5]
    assert (row["signed"], row["returned"], row["timed"]) == (10, 0, 10)


def test_times_count_what_is_told_by_its_day_alone_and_do_not_time_it():
    """A day is no moment; a return is an answer like a signature."""
    rows = k.kept({
        "fund/1": k.history([k.submitted("2022-03-01"), k.signed("2022-03-05", 1)]),
        "fund/2": k.history([k.submitted("2022-03-01"), k.returned("2022-03-05", 1)]),
    })  # fmt: skip

    (row,) = rows.ask("times")

    assert (row["signed"], row["returned"], row["timed"], row["median_waited_s"]) == (
        1,
        1,
        0,
        None,
    )
