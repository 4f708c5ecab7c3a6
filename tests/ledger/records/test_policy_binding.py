"""Which policy binds the office: nobody chooses an easier one, at the door and in the audit (R6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records.fund import events as told
from ledger.records.office import OFFICE
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

EASY: dict[str, Any] = {
    "code": "easy", "name": "简易制度", "levels": s.LEVELS[:1], "budget_level": 1, "citation": "纪要",
}  # fmt: skip
TOMORROW = date(2022, 3, 2)


def split(**more: Any) -> World:
    """An office whose head adopted a second policy, for training above 1,000 yuan."""
    made = s.as_(s.office(), "吴")
    made.when(
        "policy.adopt", **EASY, categories=("培训费",), above_fen=100_000, replaces=(s.POLICY,),
        **more,
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("category", "amount_fen", "policy"),
    [("培训费", 100_001, "policy/EASY"), ("培训费", 100_000, s.POLICY), ("办公费", 900_000, s.POLICY)],
)  # fmt: skip
def test_category_and_amount_say_which_policy_binds(category, amount_fen, policy):
    """R6: an item is submitted under the policy that binds it, which need not be named."""
    office = s.as_(split(), "何")
    asked = {**s.ASKED, "category": category, "amount_fen": amount_fen, "policy": None}

    item = office.when("fund.submit", **asked)

    assert office.state(item).claim.policy == policy


def test_an_item_is_not_submitted_under_an_easier_policy():
    """R6: the message says which policy binds."""
    office = s.as_(split(), "何")

    _, broken = office.attempt("fund.submit", **{**s.ASKED, "policy": "policy/EASY"})

    assert [(each.code, each.message) for each in broken] == [
        (
            "R6",
            "policy/FOUR-LEVELS binds 办公费 at 1,152.80元 on 2022-03-01, not policy/EASY",
        )
    ]


def test_where_no_policy_binds_nothing_is_submitted():
    """R6: a gap is no way round."""
    office = s.as_(s.office(categories=("培训费",)), "何")

    assert office.refused("fund.submit", **s.ASKED) == ["R6"]
    assert office.refused("fund.submit", **{**s.ASKED, "policy": None}) == ["R6"]


def test_a_correction_never_leaves_what_its_policy_binds():
    """R6: an item corrected to another category or amount is withdrawn and submitted anew."""
    office = s.as_(split(), "何")
    asked = {**s.ASKED, "category": "培训费", "amount_fen": 100_000}
    item = office.when("fund.submit", **asked)

    assert office.refused("fund.correct", item, amount_fen=100_001) == ["R6"]
    assert office.refused("fund.correct", item, amount_fen=99_999) == []


def test_an_item_stays_under_the_policy_that_bound_it():
    """R6: a policy that takes the place of another later judges nothing submitted before."""
    office = s.office()
    item = s.submitted(office)
    office.day = TOMORROW
    s.as_(office, "吴").when("policy.adopt", **EASY, replaces=(s.POLICY,))

    s.as_(office, "何").when("fund.correct", item, amount_fen=1)

    assert office.state(item).claim.policy == s.POLICY
    assert office.refused("fund.submit", **s.ASKED) == ["R6"]


@pytest.mark.parametrize(
    "instead", [{"terms": None}, {"policy_version": 2}, {"policy_day": s.YESTERDAY}]
)
def test_terms_that_are_not_the_policy_s_are_refused(instead):
    """R6: the copy in the item is the version in force, of its own day."""
    office = s.as_(s.office(), "何")

    codes = s.forged(office, "fund.submit", "fund/x", s.ASKED, **instead)

    assert codes[0] == "R6"


def test_an_easier_policy_found_binds_nobody():
    """R6: what was entered as found is history; no item stands under it."""
    office = s.as_(s.office(), "吴")
    office.basis = AS_FOUND
    office.when("policy.adopt", **EASY)
    office.basis = "direct"

    assert office.state(OFFICE).policy_for("办公费", 1, s.TODAY) == s.POLICY
    asked = {**s.ASKED, "policy": "policy/EASY"}
    assert s.as_(office, "何").refused("fund.submit", **asked) == ["R6"]


def test_an_item_found_under_another_policy_is_reported():
    """R6: of an item found that tells its policy and its day, the audit says which one bound."""
    office = split()
    office.basis = AS_FOUND
    claim = told.Submitted(
        title="培训", category="培训费", amount_fen=1, policy="policy/EASY", policy_day=s.TODAY
    )

    broken = office.judge([Change("fund/found", claim)])

    assert [each.code for each in broken] == ["R6"]


def test_a_policy_takes_another_s_place_openly():
    """O6: for some of its items or for all; the same policy may bind elsewhere."""
    office = s.as_(s.office(), "吴")

    assert office.refused("policy.adopt", **EASY) == ["O6"]
    office.when("policy.adopt", **EASY, categories=("培训费",), replaces=(s.POLICY,))
    assert office.refused("policy.rescope", s.POLICY, citation="纪要") == ["O6"]
    rest = {"categories": ("办公费",), "citation": "纪要"}
    assert office.refused("policy.rescope", s.POLICY, **rest) == []


def test_what_a_policy_no_longer_binds_is_bound_by_none():
    """R6: narrowed to one category, it lets go of the others."""
    office = s.as_(s.office(), "吴")

    office.when("policy.rescope", s.POLICY, categories=("办公费",), citation="纪要")

    assert office.state(OFFICE).policy_for("办公费", 1, s.TODAY) == s.POLICY
    assert office.state(OFFICE).policy_for("差旅费", 1, s.TODAY) is None


def test_what_binds_never_reaches_back():
    """O7: what was submitted since the day stood under another policy."""
    office = s.as_(s.office(), "吴")

    asked = {**EASY, "replaces": (s.POLICY,), "effective_on": s.YESTERDAY}
    assert office.refused("policy.adopt", **asked) == ["O7"]
    narrowed = {"categories": ("办公费",), "citation": "纪要", "effective_on": s.YESTERDAY}
    assert office.refused("policy.rescope", s.POLICY, **narrowed) == ["O7"]


def test_who_is_entrusted_adopts_policies():
    """O4, O5: posts that an administrator names, on a document; else the first policy's keepers."""
    office = s.as_(s.office(), "吴")
    office.by("officer/陈", "系统管理员")
    asked = {"posts": ("财务负责人",), "citation": "分工文件"}
    assert s.as_(office, "吴").refused("office.entrust-policies", OFFICE, **asked) == ["O4"]
    s.as_(office, "陈")
    assert office.refused("office.entrust-policies", OFFICE, **{**asked, "citation": ""}) == [
        "O4"
    ]

    office.when("office.entrust-policies", OFFICE, **asked)

    assert s.as_(office, "吴").refused("policy.adopt", **EASY, replaces=(s.POLICY,)) == ["O5"]
    assert s.as_(office, "郑").refused("policy.adopt", **EASY, replaces=(s.POLICY,)) == []


def test_a_binding_and_its_policy_stand_together():
    """P7, P8: the office is bound by nothing that no policy said, and to just that."""
    office = s.as_(s.office(), "吴")
    changes, _ = office.attempt("policy.adopt", **EASY, replaces=(s.POLICY,))
    moved, _ = office.attempt("policy.rescope", s.POLICY, citation="纪要")

    assert [each.code for each in office.judge(changes[:1])] == ["P7"]
    assert [each.code for each in office.judge(changes[1:])] == ["P7"]
    assert [each.code for each in office.judge(moved[1:])] == ["P8"]


def test_authority_is_never_entered_as_found():
    """O3: a guard keeps it out, even where history is let in as it was."""
    office = s.as_(s.office(), "吴")
    changes, _ = office.attempt("policy.adopt", **EASY, replaces=(s.POLICY,))
    office.basis = AS_FOUND

    assert "O3" in [each.code for each in office.judge(changes[1:])]
