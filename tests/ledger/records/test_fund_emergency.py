"""R15: what is done first is declared, let by who may, confirmed within days, and always listed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.family import AS_FOUND
from ledger.records.fund import FAMILY
from ledger.records.fund import events as told
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

FIRST: dict[str, Any] = {
    "emergency_days": 5, "emergency_posts": ("分管领导",), "prior_approval_above_fen": 0,
    "collective_above_fen": 100_000,
}  # fmt: skip
PAY = {"amount_fen": 115_280}
FLOOD: dict[str, Any] = {"emergency": True, "title": "防汛抢险物资"}
DUE = s.TODAY + timedelta(days=5)


def allowed(office: World) -> str:
    """Submit an emergency, and let the leader allow that it is paid first."""
    item = s.submitted(office, **FLOOD)
    s.as_(office, "刘").when("fund.allow-emergency", item, reason="洪峰今晚到")
    return item


def test_an_emergency_needs_no_approval_beforehand():
    """R15, R8: declared in the claim; another item needs it all the same."""
    office = s.as_(s.office(**FIRST), "何")

    assert office.refused("fund.submit", **{**s.ASKED, **FLOOD}) == []
    assert office.refused("fund.submit", **s.ASKED) == ["R8"]


def test_an_emergency_is_declared_soon_and_where_the_policy_knows_it():
    """R15: within the days, and never under a policy that has no such way."""
    office = s.as_(s.office(**FIRST), "何")
    late = {**s.ASKED, **FLOOD, "business_on": s.TODAY - timedelta(days=6)}
    assert office.refused("fund.submit", **late) == ["R15"]

    plain = s.as_(s.office(), "何")

    assert plain.refused("fund.submit", **{**s.ASKED, **FLOOD}) == ["R15"]


def test_it_is_paid_first_where_somebody_let_it():
    """R15, R14: its money is reserved at once; the cashier pays before the levels sign."""
    office = s.office(**FIRST)
    item = s.submitted(office, **FLOOD)
    assert s.as_(office, "钱").refused("fund.pay", item, **PAY) == ["R7", "R14", "B15"]
    s.as_(office, "刘").when("fund.allow-emergency", item, reason="洪峰今晚到")
    assert office.state(s.LINE).reserved_for(item) == 115_280
    assert FAMILY.waits is not None
    assert [each.verb for each in FAMILY.waits(office.state(item))] == ["countersign", "pay"]

    s.as_(office, "钱").when("fund.pay", item, **PAY)

    assert (office.state(s.LINE).spent_fen, office.state(item).complete) == (115_280, False)


def test_the_levels_confirm_it_and_then_it_is_closed():
    """R15: each in its turn, the collective's decision before the last; nothing is reserved twice."""
    office = s.office(**FIRST)
    item = allowed(office)
    s.as_(office, "钱").when("fund.pay", item, **PAY)
    s.as_(office, "周").when("fund.book", item, voucher="记-1")
    assert office.refused("fund.close", item) == ["R15"]
    for name in s.SIGNERS[:3]:
        s.as_(office, name).when("fund.countersign", item)
    assert s.as_(office, "刘").refused("fund.countersign", item) == ["R7"]

    made = {"code": "1", "title": "防汛", "minutes": "纪要", "meeting": "党组会", "taken_on": s.TODAY,
            "ceiling_fen": 115_280, "items": (item,), "eligible": 3, "present": 3, "in_favour": 3,
            "head": "陈", "speakers": ("李", "陈")}  # fmt: skip
    s.as_(office, "吴").when("decision.take", **made)
    s.as_(office, "吴").when("fund.record-decision", item, under="decision/1")
    s.as_(office, "刘").when("fund.countersign", item)
    s.as_(office, "周").when("fund.close", item)

    assert office.state("decision/1").drawn_fen == 115_280
    assert (office.state(s.LINE).reserved_fen, office.state(s.LINE).spent_fen) == (0, 115_280)


def test_who_confirms_late_says_why():
    """R15: after the days it is still confirmed, but never in silence."""
    office = s.office(**FIRST)
    item = allowed(office)
    office.day = DUE
    assert s.as_(office, "何").refused("fund.countersign", item) == []
    office.day = DUE + timedelta(days=1)

    _, broken = s.as_(office, "何").attempt("fund.countersign", item)

    assert [(each.code, each.message) for each in broken] == [
        (
            "R15",
            "an emergency was to be confirmed by 2022-03-06; say why it is late (--opinion)",
        )
    ]
    assert office.refused("fund.countersign", item, opinion="在一线抢险，未能按时") == []


@pytest.mark.parametrize(
    ("name", "asked", "codes"),
    [
        ("刘", {"reason": " "}, ["R12"]),
        ("冯", {"reason": "x"}, ["R5"]),
        ("何", {"reason": "x"}, ["R3", "R5"]),
        ("刘", {"reason": "x", "item_digest": "0" * 64}, ["R15"]),
    ],
)
def test_only_who_may_lets_it_be_paid_first(name, asked, codes):
    """R15: in a post of the policy, with a reason, another than the handler, and just this item."""
    office = s.office(**FIRST)
    item = s.submitted(office, **FLOOD)

    assert s.as_(office, name).refused("fund.allow-emergency", item, **asked) == codes


def test_nobody_lets_their_own_benefit_be_paid_first():
    """R4: as with any signature."""
    office = s.office(**FIRST)
    item = s.submitted(office, **FLOOD, payee="刘同志")

    assert s.as_(office, "刘").refused("fund.allow-emergency", item, reason="x") == ["R4"]


def test_only_an_emergency_is_let_be_paid_first_and_once():
    """R15: not what was never declared one, nor what is signed already, nor twice."""
    office = s.office(emergency_days=5, emergency_posts=("分管领导",))
    plain, item, done = s.submitted(office), allowed(office), s.signed(office, **FLOOD)
    s.as_(office, "刘")

    for each in (plain, item, done):
        assert "R15" in office.refused("fund.allow-emergency", each, reason="x")


def test_who_let_it_be_paid_pays_nothing():
    """R3: allowing, paying and booking are three persons' parts; confirming is the allower's too."""
    office = s.office(**{**FIRST, "collective_above_fen": None})
    item = allowed(office)
    office.posts["officer/刘"].update(("出纳", "会计"))
    assert s.as_(office, "刘").refused("fund.pay", item, **PAY) == ["R3"]

    for name in s.SIGNERS:
        s.as_(office, name).when("fund.countersign", item)

    assert office.state(item).complete


def test_a_correction_takes_the_permission_away():
    """R15, R9: what is allowed is the very item; its reservation is released, and it waits anew."""
    office = s.office(**FIRST)
    item = allowed(office)

    s.as_(office, "何").when("fund.correct", item, amount_fen=100_000)

    assert office.state(s.LINE).reserved_fen == 0
    assert "R14" in s.as_(office, "钱").refused("fund.pay", item, amount_fen=100_000)


def test_permission_found_lets_nothing_be_paid():
    """R15, R17: history is no permission."""
    office = s.office(**FIRST)
    item = s.submitted(office, **FLOOD)
    office.basis = AS_FOUND
    office.when("fund.allow-emergency", item, signer="刘同志")
    office.basis = "direct"

    assert "R14" in s.as_(office, "钱").refused("fund.pay", item, **PAY)


def test_an_emergency_found_confirmed_late_is_reported():
    """R15: history whose terms and day are known is held against them."""
    office = s.office(**FIRST)
    item = s.submitted(office, **FLOOD)
    office.basis = AS_FOUND
    late = {"level": 1, "signer": "何同志", "occurred_at": "2022-03-09"}
    office.day = date(2022, 3, 9)

    assert office.refused("fund.countersign", item, **late) == ["R15"]
    assert office.refused("fund.countersign", item, **late, opinion="抢险") == []
    office.given(item, told.Paid(amount_fen=1), told.Booked(voucher="记-1"))
    assert office.refused("fund.close", item) == ["R15"]
