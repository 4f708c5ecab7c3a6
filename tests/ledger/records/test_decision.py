"""R7: a meeting decides, up to a ceiling; all that is paid under it stays below, whoever pays first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records.decision import Applied, Drawn, Taken
from ledger.records.fund import FAMILY
from ledger.records.fund import events as told
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

COLLECTIVE: dict[str, Any] = {"collective_above_fen": 100_000}
MADE = "decision/党组会纪要3-1"
TAKEN: dict[str, Any] = {
    "code": "党组会纪要3-1", "title": "购置办公设备", "minutes": "党组会纪要3号", "meeting": "党组会",
    "taken_on": s.TODAY, "ceiling_fen": 200_000, "project": "办公设备", "eligible": 7, "present": 6,
    "in_favour": 5, "against": 1, "abstained": 0, "head": "陈书记",
    "speakers": ("李", "王", "赵", "陈书记"), "dissent": ("王：应缓办",),
}  # fmt: skip
PAY = {"amount_fen": 115_280}
UNDER: dict[str, Any] = {"under": MADE}


def decided(**more: Any) -> World:
    """An office that decides on large amounts together, and has decided on this project."""
    office = s.office(**COLLECTIVE)
    s.as_(office, "吴").when("decision.take", **{**TAKEN, **more})
    return office


def put_under(office: World, item: str) -> None:
    """Put an item under the decision."""
    s.as_(office, "吴").when("fund.record-decision", item, **UNDER)


def test_a_large_amount_waits_for_a_collective_decision():
    """R7: before the last level signs; the decision names the item's project."""
    office = decided()
    item = s.signed(office, upto=3, project="办公设备")
    assert s.as_(office, "刘").refused("fund.countersign", item) == ["R7"]

    put_under(office, item)

    assert s.as_(office, "刘").refused("fund.countersign", item) == []
    told_there = office.state(item).decision
    assert (told_there.decision, told_there.ceiling_fen) == ("党组会纪要3号", 200_000)


def test_a_small_amount_needs_no_collective_decision():
    """R7: the band begins above the amount that the policy names."""
    office = s.office(collective_above_fen=115_280)

    assert office.state(s.signed(office)).complete


def test_a_text_is_no_decision():
    """R7: minutes written into an item, or found in history, do not take the place of a decision."""
    office = decided()
    item = s.signed(office, upto=3, project="办公设备")
    asked = {"decision": "党组会纪要3号", "decided_on": s.TODAY, "ceiling_fen": 900_000}
    assert s.as_(office, "吴").refused("fund.record-decision", item, **asked) == ["R7"]

    office.given(item, told.CollectiveDecided(**asked))

    assert s.as_(office, "刘").refused("fund.countersign", item) == ["R7"]


def test_an_item_that_the_decision_does_not_name_is_not_under_it():
    """R7: neither another project, nor another category, nor more than is left of the ceiling."""
    office = decided(category="办公费")
    named = {**UNDER}
    for asked in ({"project": "扶贫"}, {"project": "办公设备", "category": "培训费"},
                  {"project": "办公设备", "amount_fen": 200_001}):  # fmt: skip
        item = s.submitted(office, **asked)
        assert s.as_(office, "吴").refused("fund.record-decision", item, **named) == ["R7"]


def test_a_decision_may_name_its_items_one_by_one():
    """R7: by record, where they are known already."""
    office = s.office(**COLLECTIVE)
    item, other = s.submitted(office), s.submitted(office)
    s.as_(office, "吴").when("decision.take", **{**TAKEN, "project": "", "items": (item,)})

    assert office.refused("fund.record-decision", item, **UNDER) == []
    assert office.refused("fund.record-decision", other, **UNDER) == ["R7"]


def test_payments_under_one_decision_never_exceed_its_ceiling():
    """R7: two items of one project; the second payment would go beyond, and is refused."""
    office = decided()
    items = [s.submitted(office, project="办公设备") for _ in range(2)]
    for item in items:
        put_under(office, item)
        s.signed(office, record=item)
    s.as_(office, "钱").when("fund.pay", items[0], **PAY)

    _, broken = office.attempt("fund.pay", items[1], **PAY)

    assert [each.code for each in broken] == ["R7"]
    assert broken[0].message == "1,152.80元 is paid, 847.20元 of 2,000.00元 is left"
    assert office.refused("fund.pay", items[1], amount_fen=84_720) == []


def test_what_comes_back_may_be_paid_again_under_the_decision():
    """R7: a reversal gives back what it drew, no more and no less."""
    office = decided()
    item = s.submitted(office, project="办公设备")
    put_under(office, item)
    s.signed(office, record=item)
    s.as_(office, "钱").when("fund.pay", item, **PAY)
    asked = {"amount_fen": 15_280, "reason": "退货"}
    assert s.forged(office, "fund.reverse", item, asked, gives_back_fen=0) == ["R7", "R7"]

    office.when("fund.reverse", item, **asked)

    assert office.state(MADE).drawn_fen == 100_000
    assert office.state(item).drawn_fen == 100_000


def test_a_payment_that_hides_from_its_decision_is_refused():
    """R7: what is paid under a decision draws on it, in the same act."""
    office = decided()
    item = s.submitted(office, project="办公设备")
    put_under(office, item)
    s.signed(office, record=item)
    s.as_(office, "钱")

    assert s.forged(office, "fund.pay", item, PAY, draws_fen=0) == ["R7", "R7"]
    assert s.forged(office, "fund.pay", item, PAY, under=None) == ["R7", "R7", "R7"]


@pytest.mark.parametrize(
    "instead",
    [
        {"title": " "},
        {"minutes": ""},
        {"ceiling_fen": 0},
        {"project": "", "items": ()},
        {"taken_on": date(2022, 3, 2)},
        {"form": "传签"},
        {"present": 3, "in_favour": 3, "against": 0, "dissent": ()},
        {"present": 8, "in_favour": 7},
        {"in_favour": 3, "against": 3},
        {"against": 0},
        {"against": -1, "in_favour": 7},
        {"dissent": ()},
        {"speakers": ("陈书记", "李")},
        {"speakers": ("陈书记", "李", "陈书记")},
        {"speakers": ()},
        {"eligible": 0, "present": 0, "in_favour": 0, "against": 0, "dissent": ()},
    ],
)
def test_a_decision_that_no_meeting_took_rightly_is_refused(instead):
    """R7: named whole, by a meeting, quorum, majority, dissent recorded, the head last."""
    office = s.as_(s.office(**COLLECTIVE), "吴")

    codes = office.refused("decision.take", **{**TAKEN, **instead})

    assert set(codes) == {"R7"}


@pytest.mark.parametrize(
    ("share", "codes"),
    [({"quorum_percent": 85}, []), ({"quorum_percent": 86}, ["R7"]),
     ({"majority_percent": 71}, []), ({"majority_percent": 72}, ["R7"])],
)  # fmt: skip
def test_the_policy_says_how_many_must_be_there_and_in_favour(share, codes):
    """R7: six of seven present, five in favour; the shares are the policy's."""
    office = s.as_(s.office(**COLLECTIVE, **share), "吴")

    assert office.refused("decision.take", **TAKEN) == codes


def test_the_shares_and_posts_are_the_policy_s_own():
    """R7, R5: what the event says of them is held against the policy in force."""
    office = s.as_(s.office(**COLLECTIVE), "吴")

    def made_up(**instead: Any) -> list[str]:
        changes, _ = office.attempt("decision.take", **TAKEN)
        event = type(changes[0].event)(**{**TAKEN, **_told(changes[0].event), **instead})
        return [each.code for each in office.judge([type(changes[0])(MADE, event)])]

    assert made_up() == []
    assert made_up(quorum_percent=0) == ["R7"]
    assert made_up(minute_takers=("经办人",), post="经办人") == ["R5"]
    assert made_up(policy=None) == ["R7", "R5"]


def _told(event: Taken) -> dict[str, Any]:
    names = ("policy", "minute_takers", "quorum_percent", "majority_percent", "counts", "post")
    return {name: getattr(event, name) for name in names}


def test_a_decision_is_recorded_by_who_takes_the_minutes_and_only_once():
    """R5, R7: in a post of the policy; named by its code; never with another ceiling."""
    office = decided()

    assert s.as_(office, "何").refused("decision.take", **{**TAKEN, "code": "x"}) == ["R5"]
    s.as_(office, "吴")
    assert office.refused("decision.take", **{**TAKEN, "ceiling_fen": 900_000}) == ["R7"]
    assert office.refused("decision.take", "decision/别的", **TAKEN) == ["R7", "R7"]


def test_nothing_is_put_under_a_decision_taken_back():
    """R7: a later meeting takes it back, with its minutes and the reason; money still comes back."""
    office = decided()
    item = s.submitted(office, project="办公设备")
    asked = {"minutes": "党组会纪要5号", "reason": "资金调整"}
    assert s.as_(office, "何").refused("decision.revoke", MADE, **asked) == ["R5"]
    assert s.as_(office, "吴").refused("decision.revoke", MADE, **{**asked, "reason": ""}) == [
        "R7"
    ]

    office.when("decision.revoke", MADE, **asked)

    assert office.refused("fund.record-decision", item, **UNDER) == ["R7"]
    assert "R7" in office.refused("decision.revoke", MADE, **asked)


def test_an_item_paid_under_one_decision_stays_under_it():
    """R7: nor is it put under the same one twice."""
    office = decided()
    s.as_(office, "吴").when("decision.take", **{**TAKEN, "code": "纪要4"})
    item = s.submitted(office, project="办公设备")
    put_under(office, item)
    assert office.refused("fund.record-decision", item, **UNDER) == ["R7"]
    s.signed(office, record=item)
    s.as_(office, "钱").when("fund.pay", item, amount_fen=1)
    s.as_(office, "吴")

    codes = office.refused("fund.record-decision", item, under="decision/纪要4")

    assert codes == ["R7"]


def test_what_was_paid_before_is_drawn_on_the_decision():
    """R7: an item that was paid already draws as much as was paid, neither less nor more."""
    office = decided()
    item = s.submitted(office, project="办公设备")
    s.as_(office, "吴")

    assert s.forged(office, "fund.record-decision", item, UNDER, draws_fen=1) == ["R7"] * 3
    assert office.refused("fund.record-decision", item, **UNDER) == []


def test_a_decision_found_is_told_and_nothing_is_paid_under_it():
    """R7, R17: history is kept as it was; it decides nothing here."""
    office = s.as_(s.office(**COLLECTIVE), "吴")
    office.basis = AS_FOUND
    office.when("decision.take", **{**TAKEN, "eligible": 0, "head": ""})
    office.basis = "direct"
    item = s.submitted(office, project="办公设备")

    assert s.as_(office, "吴").refused("fund.record-decision", item, **UNDER) == ["R7"]
    office.basis = AS_FOUND
    late = {**TAKEN, "code": "x", "form": "传签", "dissent": ()}
    assert office.refused("decision.take", **late) == ["R7", "R7"]
    drawn = [Drawn(item=item, amount_fen=1),
             Applied(item=item, category="", project="", minutes="", taken_on=None, ceiling_fen=1,
                     amount_fen=1, drawn_fen=0)]  # fmt: skip
    for each in drawn:
        assert "R17" in [broken.code for broken in office.judge([Change(MADE, each)])]


def test_a_large_item_waits_for_the_minutes_before_the_last_level():
    """R7: the queue shows it to who records the decision, and to the leader only afterwards."""
    office = decided()
    item = s.signed(office, upto=3, project="办公设备")
    assert FAMILY.waits is not None
    before = FAMILY.waits(office.state(item))[0]
    put_under(office, item)

    after = FAMILY.waits(office.state(item))[0]

    assert [before.verb, after.verb] == ["record-decision", "countersign"]


def test_no_more_is_signed_than_was_decided():
    """R7: an item corrected above the ceiling is not signed by the last level."""
    office = decided()
    item = s.submitted(office, project="办公设备")
    put_under(office, item)
    s.as_(office, "何").when("fund.correct", item, amount_fen=200_001)
    for name in s.SIGNERS[:3]:
        s.as_(office, name).when("fund.countersign", item)

    assert s.as_(office, "刘").refused("fund.countersign", item) == ["R7"]


def test_an_item_found_paid_without_a_decision_is_reported():
    """R7: history whose terms are known is held against them."""
    office = s.office(**COLLECTIVE)
    item = s.submitted(office)
    office.given(item, *(told.Countersigned(level_name=level.name) for level in s.LEVELS))
    office.basis = AS_FOUND

    assert office.refused("fund.pay", item, **PAY) == ["R7"]
