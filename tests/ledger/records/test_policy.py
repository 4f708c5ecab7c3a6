"""Sign-off policies: adopted, amended as a whole, abolished; which version counts on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.family import AS_FOUND
from ledger.records.policy import (
    Adopted,
    DocumentSet,
    Level,
    approves_first,
    key,
    required,
    required_documents,
    terms_of,
)
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

ADOPT: dict[str, Any] = {
    "code": "new", "name": "新制度", "levels": s.LEVELS, "citation": "党组会纪要2号",
    "replaces": (s.POLICY,),
}  # fmt: skip
AMEND: dict[str, Any] = {"levels": s.LEVELS, "citation": "党组会纪要2号"}
JUNE = date(2022, 6, 1)


def keeper() -> World:
    """An office whose head is about to act."""
    return s.as_(s.office(), "吴")


def test_the_version_in_force_is_the_last_one_begun():
    """Before its day an amendment does not count; from its day on it does, until the end."""
    office = keeper()
    office.when(
        "policy.amend", s.POLICY, **{**AMEND, "levels": s.LEVELS[:3]}, effective_on=JUNE
    )
    office.when("policy.abolish", s.POLICY, from_day=date(2022, 9, 1), reason="新制度")
    policy = office.state(s.POLICY)

    days = [date(2022, 2, 28), s.TODAY, JUNE, date(2022, 9, 1)]

    versions = [policy.in_force(day) for day in days]
    assert [each and each.version for each in versions] == [None, 1, 2, None]


def test_a_policy_found_without_a_day_has_always_counted():
    """Of history it may not be known from when it was in force."""
    office = keeper()
    office.basis = AS_FOUND

    office.when("policy.adopt", **ADOPT)

    assert office.state("policy/NEW").in_force(date(1999, 1, 1)).version == 1


@pytest.mark.parametrize(
    ("amount_fen", "names"), [(0, ["甲", "乙"]), (100, ["甲", "乙"]), (101, ["甲", "丙"])]
)
def test_levels_are_required_within_their_bands(amount_fen, names):
    """Above one amount, up to another; a level without bands always."""
    levels = (
        Level(level=2, name="丙", posts=("x",), above_fen=100),
        Level(level=1, name="甲", posts=("x",)),
        Level(level=2, name="乙", posts=("x",), up_to_fen=100),
    )

    assert [each.name for each in required(levels, amount_fen)] == names


def test_a_policy_is_adopted_once_and_changed_only_while_it_stands():
    """P1: no second adoption, no amendment of what is not adopted or is abolished."""
    office = keeper()
    assert office.refused("policy.adopt", s.POLICY, **ADOPT) == [
        "P1",
        "P5",
        "P5",
    ]
    office.when("policy.abolish", s.POLICY, from_day=JUNE, reason="x")

    assert office.refused("policy.amend", s.POLICY, **AMEND) == ["P1"]
    office.given("policy/NONE")
    assert "P1" in office.refused("policy.amend", "policy/NONE", **AMEND)


def test_only_its_keepers_change_a_policy():
    """P2: the posts that were named when it was adopted; a policy of one's own is no way round."""
    office = s.as_(s.office(), "何")

    assert office.refused("policy.adopt", **ADOPT, keepers=("经办人",)) == ["O5"]
    assert office.refused("policy.amend", s.POLICY, **AMEND) == ["P2"]


def test_a_policy_never_reaches_back():
    """P3: what was submitted is not judged anew by a later change."""
    office = keeper()

    assert office.refused("policy.amend", s.POLICY, **AMEND, effective_on=s.YESTERDAY) == ["P3"]
    assert office.refused("policy.abolish", s.POLICY, from_day=s.YESTERDAY, reason="x") == [
        "P3"
    ]


@pytest.mark.parametrize(
    "instead",
    [
        {"levels": ()},
        {"payers": ()},
        {"budget_level": 9},
        {"levels": (replace(s.LEVELS[2], above_fen=1),)},
        {"levels": s.LEVELS[::-1]},
        {"levels": (replace(s.LEVELS[0], posts=()), *s.LEVELS[1:])},
        {"levels": (s.LEVELS[0], replace(s.LEVELS[1], level=1), *s.LEVELS[2:])},
        {"quorum_percent": 101},
        {"emergency_days": 0, "emergency_posts": ("分管领导",)},
        {"emergency_days": 3},
    ],
)
def test_a_policy_is_whole(instead):
    """P4: it has levels in their order, each with posts, and somebody who pays and books."""
    assert keeper().refused("policy.adopt", **{**ADOPT, **instead}) == ["P4"]


def test_a_policy_is_named_by_its_code():
    """P5: capitals, half-width; never a blank."""
    assert key(" ｆour-levels ") == s.POLICY
    assert keeper().refused("policy.adopt", "policy/ELSE", **ADOPT) == ["P5", "P5"]
    for bad in ("", "a b", "-a"):
        with pytest.raises(MalformedError):
            key(bad)


def test_a_policy_rests_on_a_document():
    """P6: it cites the document, or the rule, by which the office decided it."""
    office = keeper()

    assert office.refused("policy.adopt", **{**ADOPT, "citation": " "}) == ["P6"]
    assert office.refused("policy.amend", s.POLICY, levels=s.LEVELS) == ["P6"]
    assert office.refused("policy.amend", s.POLICY, levels=s.LEVELS, rule="rule/x") == []


@pytest.mark.parametrize(
    ("terms", "category", "amount_fen", "posts"),
    [
        ({}, "办公费", 99, ()),
        ({"prior_approval_above_fen": 0}, "办公费", 1, ("分管领导",)),
        ({"prior_approval_categories": ("接待费",)}, "接待费", 1, ("分管领导",)),
        ({"prior_approvals": s.BANDS}, "办公费", 50_000, ()),
        ({"prior_approvals": s.BANDS}, "办公费", 50_001, ("分管领导",)),
        ({"prior_approvals": s.BANDS}, "办公费", 200_001, ("书记",)),
        ({"prior_approvals": s.BANDS}, "接待费", 1, ("办公室主任",)),
        ({"prior_approvals": s.BANDS}, "接待费", 900_000, ("办公室主任",)),
    ],
)
def test_category_and_amount_say_who_approves_first(terms, category, amount_fen, posts):
    """R8: the band of the category counts before the general ones, and the highest of those."""
    made = terms_of(Adopted(code="x", name="x", levels=s.LEVELS, **terms))

    assert approves_first(made, category, amount_fen) == posts


def test_a_category_and_an_amount_say_what_is_handed_in():
    """R11: what every claim needs above an amount, and what its category needs."""
    sets = (
        DocumentSet(documents=("合同",), above_fen=100),
        DocumentSet(category="接待费", documents=("公函", "接待清单")),
    )
    made = terms_of(Adopted(code="x", name="x", levels=s.LEVELS, documents=sets))

    assert required_documents(made, "接待费", 101) == ("合同", "公函", "接待清单")
    assert required_documents(made, "接待费", 100) == ("公函", "接待清单")
    assert required_documents(made, "办公费", 100) == ()
