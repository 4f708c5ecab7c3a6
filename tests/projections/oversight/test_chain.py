"""The chain as an auditor reads it: officer, post, grade, for whom, how long, and how it stood then."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.family import AS_FOUND, PAPER
from ledger.records import key
from projections.projection import Recorded
from projections.views.fund_oversight import PROJECTION
from tests.projections.oversight import kept as k

ROUND_TRIP = (
    k.submitted("2022-03-01T01:00:00.000000Z"),
    k.signed("2022-03-02T01:00:00.000000Z", 1),
    k.returned("2022-03-04T01:00:00.000000Z", 2),
    k.submitted("2022-03-07T01:00:00.000000Z"),
    k.signed("2022-03-08T01:00:00.000000Z", 1),
    k.signed("2022-03-09T01:00:00.000000Z", 2, "郑"),
    k.signed("2022-03-11T03:00:00.000000Z", 3, "刘"),
)


def rows_of(*happened):
    """Return the rows of one item."""
    return k.kept({k.ITEM: k.history(happened)})


def enrolled(rows, grade):
    """Let the key that the history is signed with be enrolled with a grade."""
    event = key.Enrolled(officer="officer/X", suite="ed25519", grade=grade)
    recorded = Recorded(
        0, "key/k", 1, event, "act", "officer/A", "a", "direct", None,
        "2022-01-01T00:00:00.000000Z", date(2022, 1, 1), "+08:00",
    )  # fmt: skip
    assert PROJECTION.apply is not None, "the oversight takes in keys"
    PROJECTION.apply(recorded, rows)
    return rows


def links(rows, **asked):
    """Return level and status of each link."""
    return [(row["round"], row["level"], row["status"]) for row in rows.ask("chain", **asked)]


@pytest.mark.parametrize("grade", key.GRADES)
def test_a_signature_given_here_has_its_key_s_grade(grade):
    """Technical or certified, as the key was enrolled."""
    rows = enrolled(rows_of(*ROUND_TRIP), grade)

    assert {row["grade"] for row in rows.ask("chain")} == {grade}


def test_a_signature_entered_from_paper_is_a_scan():
    """The key is the recorder's and says nothing of who signed on paper (R17)."""
    on_paper = k.signed("2022-03-02", 1, basis=PAPER, recorder_name="何秘书")
    rows = enrolled(rows_of(k.submitted("2022-03-01"), on_paper), key.TECHNICAL)

    (link, *_) = rows.ask("chain")

    assert (link["grade"], link["signer"], link["recorder"]) == ("paper scan", "孙", "何秘书")


def test_what_was_found_has_no_grade():
    """History gives nobody a signature."""
    found = k.signed("2022-03-02", 1, basis="")

    (link, *_) = enrolled(rows_of(k.submitted("2022-03-01"), found), key.TECHNICAL).ask("chain")

    assert (link["status"], link["basis"], link["grade"]) == ("signed", AS_FOUND, None)


def test_who_signs_for_another_is_told_with_both_names():
    """A delegate stands beside the officer whose delegation they use (R5)."""
    delegated = k.signed("2022-03-02", 1, principal="officer/赵", principal_name="赵")

    (link, *_) = rows_of(k.submitted("2022-03-01"), delegated).ask("chain")

    assert (link["signer"], link["principal"], link["post"]) == ("孙", "赵", "经办人")


def test_a_round_that_was_returned_stays_in_the_chain():
    """Its signature is void, the return is told with who returned it and how long it took."""
    rows = rows_of(*ROUND_TRIP)

    assert links(rows) == [
        (1, 1, "void"),
        (1, 2, "returned"),
        (2, 1, "signed"),
        (2, 2, "signed"),
        (2, 3, "signed"),
    ]
    assert [row["waited_s"] for row in rows.ask("chain")] == [
        86_400, 2 * 86_400, 86_400, 86_400, 2 * 86_400 + 7200
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 2, 28), []),
        (date(2022, 3, 1), [(1, 1, "waiting"), (1, 2, "pending"), (1, 3, "pending")]),
        (date(2022, 3, 3), [(1, 1, "signed"), (1, 2, "waiting"), (1, 3, "pending")]),
        (date(2022, 3, 5), [(1, 1, "void"), (1, 2, "returned")]),
        (
            date(2022, 3, 9),
            [
                (1, 1, "void"), (1, 2, "returned"), (2, 1, "signed"), (2, 2, "signed"),
                (2, 3, "waiting"),
            ],
        ),
    ],
)  # fmt: skip
def test_the_chain_is_told_as_of_any_day(day, expected):
    """Who had signed by then, whose turn it was, what was still to come."""
    assert sorted(links(rows_of(*ROUND_TRIP), as_of=day)) == expected


def test_a_level_that_waits_is_told_with_how_long():
    """Its post stands for its officer, and the wait runs up to now."""
    rows = rows_of(k.submitted("2022-12-30T04:00:00.000000Z"))

    (link,) = [row for row in rows.ask("chain") if row["status"] == "waiting"]

    assert (link["post"], link["signer"], link["waited_s"]) == ("经办人", None, 86_400)


def test_what_was_paid_without_a_level_misses_it():
    """A payment found at the bank leaves the chain open for ever (R14)."""
    rows = rows_of(
        k.submitted("2022-03-01"), k.signed("2022-03-02", 1), k.paid(date(2022, 3, 4))
    )

    assert links(rows) == [(1, 1, "signed"), (1, 2, "missing"), (1, 3, "missing")]
    assert links(rows, as_of=date(2022, 3, 3)) == [
        (1, 1, "signed"),
        (1, 2, "waiting"),
        (1, 3, "pending"),
    ]


def test_a_signature_after_the_payment_was_missing_until_then():
    """Signing afterwards (补签) does not make the payment's day look better."""
    rows = rows_of(
        k.submitted("2022-03-01"), k.signed("2022-03-02", 1), k.signed("2022-03-02", 2),
        k.paid(date(2022, 3, 4)), k.signed("2022-03-08", 3),
    )  # fmt: skip

    then = links(rows, as_of=date(2022, 3, 5))

    assert (1, 3, "missing") in then
    assert links(rows)[-1] == (1, 3, "signed")


def test_a_chain_can_be_asked_of_one_item():
    """The others are not read."""
    pasts = k.history(ROUND_TRIP)
    rows = k.kept({"fund/1": pasts, "fund/2": k.history(ROUND_TRIP[:1])})

    told = rows.ask("chain", record="fund/2")

    assert {row["record"] for row in told} == {"fund/2"}
    assert len(told) == 3


def test_a_signature_of_a_later_day_is_not_there_before():
    """A payment found late, dated before the last level signed, was made without it."""
    rows = rows_of(
        k.submitted("2022-03-01"), k.signed("2022-03-02", 1), k.signed("2022-03-03", 2),
        k.signed("2022-03-10", 3), k.paid(date(2022, 3, 5)),
    )  # fmt: skip

    assert links(rows, as_of=date(2022, 3, 4))[-1] == (1, 3, "waiting")
    assert links(rows, as_of=date(2022, 3, 6))[-1] == (1, 3, "missing")
    assert links(rows)[-1] == (1, 3, "signed")
    assert [item["complete"] for item in rows.items(as_of=date(2022, 3, 6))] == [False]
    assert [item["paid_fen"] for item in rows.items(as_of=date(2022, 3, 4))] == [0]


def test_what_a_returned_round_never_reached_is_not_missing():
    """Only the round that was paid can miss a level."""
    rows = rows_of(*ROUND_TRIP, k.paid(date(2022, 3, 14)))

    assert "missing" not in {status for _, _, status in links(rows)}
    assert len(links(rows)) == 5


def test_a_level_waits_until_the_day_of_the_payment():
    """Whatever was entered first: what was paid on the 20th still waited on the 12th."""
    rows = rows_of(
        k.submitted("2022-03-01"), k.signed("2022-03-02", 1), k.paid(date(2022, 3, 20)),
        k.signed("2022-03-10", 2),
    )  # fmt: skip

    assert links(rows, as_of=date(2022, 3, 12))[-1] == (1, 3, "waiting")
    assert links(rows, as_of=date(2022, 3, 20))[-1] == (1, 3, "missing")
