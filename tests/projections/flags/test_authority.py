"""F16 without post or delegation: what is found, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.family import DIRECT
from ledger.records import officer
from tests.projections.flags.money import Money, at, by, paid, signed, submitted

SCANNED = {"basis": "paper", "post": "财务审核"}


@pytest.fixture
def staffed() -> Money:
    """孙 holds 财务审核 from 3 March on, 马 and 刘 are enrolled after her without it."""
    money = Money()
    for name, posts in (("孙", ("财务审核",)), ("马", ()), ("刘", ("分管领导",))):
        money.tell((f"officer/{name}", officer.Enrolled(name=name, posts=posts)))
    return money


def _signed_by(name, when, **more):
    told = by(name) | {"post": "财务审核"} | more
    return signed("财务审核", when, **told)


def test_the_holder_of_a_post_signs_in_it(staffed):
    """F16: here, or on paper on a day on which they held it."""
    staffed.item("A", submitted(), _signed_by("孙", at(10)))
    staffed.item("B", submitted(), _signed_by("孙", "2022-03-10", **SCANNED))

    assert staffed.rows("F16") == []


def test_who_never_held_the_post_signs_without_authority(staffed):
    """F16: by record, or by a name that one officer alone has."""
    staffed.item("A", submitted(), _signed_by("马", "2022-03-10", **SCANNED))
    staffed.item("B", submitted(), _signed_by("马", "2022-03-10", signer="马", **SCANNED))

    rows = staffed.rows("F16")

    assert [row.record for row in rows] == ["fund/A", "fund/B"]
    assert rows[0].message == "马 took this step on 2022-03-10 and did not hold 财务审核"


def test_who_left_the_post_before_signs_without_authority(staffed):
    """F16: the paper is dated after they left; one dated before is in order, entered whenever."""
    staffed.tell(("officer/孙", officer.PostLeft(post="财务审核", reason="轮岗")))
    staffed.item("A", submitted(), _signed_by("孙", "2022-03-04", **SCANNED))
    staffed.item("B", submitted(), _signed_by("孙", "2022-03-20", **SCANNED))

    assert [row.record for row in staffed.rows("F16")] == ["fund/B"]


def test_a_step_taken_here_is_judged_by_its_place_in_the_log(staffed):
    """F16: given the post back in a later act, on whatever day, does not mend it."""
    staffed.item("A", submitted(), _signed_by("马", at(10), basis=DIRECT))
    staffed.tell(("officer/马", officer.PostGiven(post="财务审核")))
    staffed.item("B", submitted(), _signed_by("马", at(10), basis=DIRECT))

    assert [row.record for row in staffed.rows("F16")] == ["fund/A"]


@pytest.mark.parametrize(
    ("from_day", "ended", "flagged"),
    [
        (date(2022, 3, 1), False, 0),
        (date(2022, 3, 11), False, 1),
        (date(2022, 3, 1), True, 1),
        (None, False, 1),
    ],
    ids=["stands", "begins later", "was taken back", "never given"],
)
def test_a_delegation_counts_on_its_days(staffed, from_day, ended, flagged):
    """F16: 马 signs for 孙 on 10 March."""
    if from_day:
        given = officer.DelegationGiven(
            delegate="officer/马",
            post="财务审核",
            from_day=from_day,
            until_day=date(2022, 3, 19),
        )
        staffed.tell(("officer/孙", given))
    if ended:
        end = officer.DelegationEnded(delegate="officer/马", post="财务审核", reason="返岗")
        staffed.tell(("officer/孙", end))
    behalf = {"principal": "officer/孙", "principal_name": "孙"}
    staffed.item("A", submitted(), _signed_by("马", at(10), **behalf))

    assert len(staffed.rows("F16")) == flagged


def test_a_level_is_open_to_its_posts_where_the_signature_tells_none(staffed):
    """F16: history tells the level; whoever held none of its posts signed without one."""
    staffed.item("A", submitted(), _signed_by("马", "2022-03-10", basis="", post=""))

    assert [row.record for row in staffed.rows("F16")] == ["fund/A"]


def test_what_nobody_knows_is_not_flagged(staffed):
    """F16: a stranger to the ledger, a time before the enrolment, a step that tells no post."""
    staffed.item("A", submitted(), _signed_by("某人", "2022-03-10", signer="某人", **SCANNED))
    staffed.item("B", submitted(), _signed_by("马", "2021-12-02", **SCANNED))
    staffed.item("C", submitted(), paid(4, **by("马")))

    assert staffed.rows("F16") == []
