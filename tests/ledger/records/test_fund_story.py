"""An item of money on its way: signed, returned, corrected, paid, booked, reversed, closed."""

from __future__ import annotations

from datetime import date

from ledger.records.fund import chain
from ledger.records.fund.family import FAMILY, title
from tests.ledger.records import spending as s


def test_an_item_goes_through_four_levels_to_payment_and_into_the_files():
    """Four people sign in order, a fifth pays, a sixth books; the budget line has spent it."""
    office = s.office()
    item = s.signed(office, invoices=(s.INVOICE,))
    assert office.state(s.LINE).reserved_for(item) == 115_280

    s.as_(office, "何").when("fund.request-payment", item)
    s.as_(office, "钱").when("fund.pay", item, amount_fen=115_280, bank_ref="B1")
    s.as_(office, "周").when("fund.book", item, voucher="记-1")
    s.as_(office, "周").when("fund.close", item, file="2022-经费-1")

    line = office.state(s.LINE)
    assert (line.reserved_fen, line.spent_fen, line.left_fen) == (0, 115_280, 884_720)
    assert office.state(s.CLAIMED).item == item
    assert (office.state(item).stage, title(office.state(item))) == (
        "归档",
        "办公用品 1,152.80元",
    )


def test_the_chain_shows_each_level_with_its_signature_or_its_gap():
    """Who looks at an item sees every level, who signed it in which post, and when."""
    office = s.office()

    links = chain(office.state(s.signed(office, upto=2)))

    shown = [
        (
            each.level,
            each.name,
            each.signature and (str(each.signature.persons[0]), each.signature.version),
        )
        for each in links
    ]
    assert shown == [
        (1, "经办人", ("何同志", 2)),
        (2, "部门负责人", ("冯同志", 3)),
        (3, "财务审核", None),
        (4, "分管财务领导", None),
    ]


def test_an_item_waits_for_one_step_after_another():
    """The queue of each post shows the item exactly when it is that post's turn."""
    office = s.office()
    item = s.submitted(office)
    waited = []
    steps = [("何", "countersign", {}), ("冯", "countersign", {}), ("孙", "countersign", {}),
             ("刘", "countersign", {}), ("钱", "pay", {"amount_fen": 115_280}),
             ("周", "book", {"voucher": "记-1"}), ("周", "close", {})]  # fmt: skip

    for name, verb, asked in steps:
        (waiting,) = FAMILY.waits(office.state(item))
        waited.append((waiting.verb, set(waiting.posts) >= set(s.CAST[name])))
        s.as_(office, name).when(f"fund.{verb}", item, **asked)

    assert waited == [(verb, True) for _, verb, _ in steps]
    assert FAMILY.waits(office.state(item)) == ()


def test_a_returned_item_releases_its_money_and_starts_from_the_first_level():
    """A return gives its reason; the next round has no signature, and keeps the invoice."""
    office = s.office()
    item = s.signed(office, upto=3, invoices=(s.INVOICE,))
    s.as_(office, "刘").when("fund.reject", item, reason="票据不清")
    assert office.state(s.LINE).left_fen == 1_000_000
    assert FAMILY.waits(office.state(item))[0].note == "returned: 票据不清"

    s.as_(office, "何").when("fund.resubmit", item, amount_fen=100_000)

    state = office.state(item)
    assert (state.round, state.signatures, state.waiting_level.level) == (2, (), 1)
    assert (state.title, state.amount_fen, state.claim.invoices) == (
        "办公用品",
        100_000,
        (s.INVOICE,),
    )
    assert len(office.events[s.CLAIMED]) == 1
    s.signed(office, record=item)
    assert office.state(s.LINE).left_fen == 900_000


def test_a_correction_in_sign_off_voids_the_signatures_and_releases_the_money():
    """What was signed is not what stands there now, so all sign anew."""
    office = s.office()
    item = s.signed(office, upto=3)

    s.as_(office, "何").when("fund.correct", item, payee="东街文具店", reason="收款人写错")

    state = office.state(item)
    assert (state.signatures, state.reserved_fen, state.claim.payee) == ((), 0, "东街文具店")
    assert office.state(s.LINE).left_fen == 1_000_000
    assert office.state(s.signed(office, record=item)).complete


def test_a_correction_may_add_an_invoice():
    """The invoice added is claimed in the act of the correction."""
    office = s.office()
    item = s.submitted(office)

    s.as_(office, "何").when("fund.correct", item, invoices=(s.INVOICE,))

    assert office.state(s.CLAIMED).item == item


def test_a_withdrawn_item_releases_its_money():
    """The handler takes it back; nothing stays reserved."""
    office = s.office()
    item = s.signed(office, upto=3)

    s.as_(office, "何").when("fund.withdraw", item, reason="不再购买")

    assert (office.state(item).stage, office.state(s.LINE).left_fen) == ("撤回", 1_000_000)


def test_a_payment_is_reversed_on_its_own_day_and_the_line_gets_the_money_back():
    """The payment stays; the reversal refers to it."""
    office = s.office()
    item = s.paid(office)
    payment = office.state(item).payments[0][0]

    s.as_(office, "钱").when("fund.reverse", item, amount_fen=15_280, reason="退货")

    assert office.events[item][-1].payment == payment
    assert office.state(s.LINE).left_fen == 1_000_000 - 100_000
    assert (office.state(item).paid_fen, office.state(item).reversed_fen) == (115_280, 15_280)


def test_a_reversal_after_the_year_leaves_the_closed_line_alone():
    """Money that comes back when the books are closed is told, and restores nothing."""
    office = s.office()
    item = s.paid(office)
    s.as_(office, "郑").when("budget.close", s.LINE, reason="提前决算")

    s.as_(office, "钱").when("fund.reverse", item, amount_fen=115_280, reason="退货")

    assert office.state(s.LINE).restored_fen == 0
    assert office.events[item][-1].budget_closed


def test_an_item_paid_in_parts_releases_what_is_not_needed():
    """Less was paid than was signed: closing the item sets the rest free."""
    office = s.office()
    item = s.signed(office)
    s.as_(office, "钱").when("fund.pay", item, amount_fen=100_000)
    s.as_(office, "周").when("fund.book", item, voucher="记-1")

    s.as_(office, "周").when("fund.close", item)

    line = office.state(s.LINE)
    assert (line.reserved_fen, line.spent_fen, line.left_fen) == (0, 100_000, 900_000)


def test_a_delegate_signs_for_another_and_both_are_named():
    """By a written delegation: the signer, and the officer they sign for."""
    office = s.office()
    item = s.signed(office, upto=3)
    office.by("officer/赵").on_behalf_of = "officer/刘"

    office.when("fund.countersign", item)

    told = office.events[item][-1]
    assert (told.signer_name, told.principal_name, told.post) == (
        "赵同志",
        "刘同志",
        "分管领导",
    )


def test_one_act_signs_several_items_each_by_its_own_digest():
    """A leader answers thirty items at once; each signature names its own item."""
    office = s.office()
    items = [s.submitted(office, title=f"办公用品{n}") for n in range(30)]
    s.as_(office, "何")

    changes = [each for item in items for each in office.attempt("fund.countersign", item)[0]]

    assert office.judge(changes) == []
    assert len({each.event.item_digest for each in changes}) == 30


def test_equal_items_have_digests_of_their_own():
    """Two requests alike in every word are two items all the same."""
    office = s.office()

    first, second = s.submitted(office), s.submitted(office)

    assert office.state(first).item_digest != office.state(second).item_digest


def test_a_policy_changed_later_judges_nothing_that_was_submitted_before():
    """Levels added today are for items submitted from today on."""
    office = s.office()
    item = s.submitted(office)
    s.as_(office, "吴").when(
        "policy.amend",
        s.POLICY,
        levels=s.LEVELS[:3],
        effective_on=date(2022, 3, 1),
        citation="纪要",
    )

    later = s.submitted(office)

    assert (len(office.state(item).needed), len(office.state(later).needed)) == (4, 3)
    assert (
        office.state(item).claim.policy_version,
        office.state(later).claim.policy_version,
    ) == (1, 2)


def test_a_payment_tells_whom_it_went_to():
    """The payee and account that were signed for, where no other is told."""
    office = s.office()
    item = s.signed(office, payee_account="6222")

    s.as_(office, "钱").when("fund.pay", item, amount_fen=115_280, method="转账")

    told = office.events[item][-1]
    assert (told.payee, told.payee_account, told.method) == ("金桥办公用品店", "6222", "转账")
