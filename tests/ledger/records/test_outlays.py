"""Outlays counted together: whose lines and categories are which, told whole, never counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.family import AS_FOUND, Change
from ledger.records.outlays import Head, key
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

HEADS = (
    Head(name="公务接待费", lines=("公务接待",), categories=("公务接待",)),
    Head(name="公务用车购置及运行费", lines=("公务用车", "车辆购置")),
    Head(name="因公出国（境）费", categories=("因公出国",)),
)
TOLD: dict[str, Any] = {
    "code": "三公经费",
    "heads": HEADS,
    "citation": "机关事务管理条例第七条",
}
RECORD = "outlays/三公经费"
JANUARY = date(2022, 1, 1)


def keeper() -> World:
    """An office whose keeper of money is about to act."""
    return s.as_(s.office(), "郑")


def adopted(**more: Any) -> World:
    """The same, after it said what is counted together."""
    office = keeper()
    office.when("outlays.adopt", **{**TOLD, **more})
    return office


def test_each_edition_counts_from_its_day():
    """The first one from whatever day the office says, and today where it says none."""
    office = adopted(effective_on=JANUARY)
    office.when("outlays.amend", RECORD, heads=HEADS[:1], citation="会议纪要")

    editions = office.state(RECORD).editions

    assert [(each.edition, each.effective_on) for each in editions] == [
        (1, JANUARY),
        (2, s.TODAY),
    ]
    assert [len(each.heads) for each in editions] == [3, 1]


def test_it_is_adopted_once_and_amended_from_then_on():
    """Q1: what is not adopted cannot be amended."""
    office = adopted()

    assert office.refused("outlays.adopt", **TOLD) == ["Q1"]
    asked = {"heads": HEADS, "citation": "x"}
    assert office.refused("outlays.amend", RECORD, **asked) == []
    assert "Q1" in office.refused("outlays.amend", "outlays/X", **asked)


def test_only_its_keepers_say_what_is_counted():
    """Q2: the posts that it names."""
    office = s.as_(adopted(), "何")

    assert office.refused("outlays.adopt", **{**TOLD, "code": "会议费"}) == ["Q2"]
    assert office.refused("outlays.amend", RECORD, heads=HEADS, citation="x") == ["Q2"]


@pytest.mark.parametrize(
    ("heads", "words"),
    [
        ((), "names no head"),
        ((Head(name=" ", lines=("A",)),), "lacks a name"),
        ((Head(name="甲"),), "lacks a name, or any line"),
        ((Head(name="甲", lines=("公务 接待",)),), "names a line that can be none"),
        ((HEADS[0], replace(HEADS[1], name="公务接待费")), "head 公务接待费 would be counted twice"),
        ((HEADS[0], replace(HEADS[1], lines=(" 公务接待",))), "line 公务接待 would be counted twice"),
        ((HEADS[2], Head(name="乙", categories=("因公出国",))), "category 因公出国 would be counted"),
    ],
)  # fmt: skip
def test_nothing_is_counted_twice_and_nothing_is_nameless(heads, words):
    """Q3: each line and each category belongs to one head."""
    _, (breach,) = keeper().attempt("outlays.adopt", **{**TOLD, "heads": heads})

    assert breach.code == "Q3"
    assert words in breach.message


def test_what_was_published_is_not_counted_anew():
    """Q4: an amendment counts from today on or later; of history its day may not be known."""
    office = adopted()
    asked = {"heads": HEADS, "citation": "x"}

    assert office.refused("outlays.amend", RECORD, effective_on=s.YESTERDAY, **asked) == ["Q4"]
    assert office.refused("outlays.amend", RECORD, effective_on=s.TODAY, **asked) == []
    office.basis = AS_FOUND
    assert office.refused("outlays.amend", RECORD, **asked) == []


def test_a_document_says_what_is_counted():
    """Q5: it is cited."""
    assert keeper().refused("outlays.adopt", **{**TOLD, "citation": " "}) == ["Q5"]
    assert adopted().refused("outlays.amend", RECORD, heads=HEADS) == ["Q5"]


def test_it_is_named_by_its_code():
    """Q6: the record is what the code makes."""
    office = keeper()
    changes, _ = office.attempt("outlays.adopt", **TOLD)

    other = [Change("outlays/其他", changes[0].event)]

    assert [each.code for each in office.judge(other)] == ["Q6", "Q6"]
    assert key(" 三公经费 ") == RECORD
    with pytest.raises(MalformedError):
        key("三 公")
