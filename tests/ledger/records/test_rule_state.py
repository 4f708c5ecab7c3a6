"""Where a rule stands after what was entered and corrected, and what it waits for next."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.records.rule import FAMILY
from ledger.records.rule import events as told
from tests.ledger.records.world import World

RULE = "rule/x"
POST = "主任"
MARCH = date(2022, 3, 1)
JAN = date(2022, 1, 10)
FEB = date(2022, 2, 10)
LATER = date(2022, 6, 1)


def world(*happened: Any) -> World:
    """An office with a head, a drafter, and one rule with this history."""
    made = World().given(RULE, *happened)
    made.posts["officer/clerk"] = {"文秘"}
    return made.by("officer/head", POST)


def adopted(**more: Any) -> told.Adopted:
    return told.Adopted(occurred_on=JAN, title="工作规则", **more)


def published(**more: Any) -> told.Published:
    return told.Published(occurred_on=FEB, number="县委发〔2022〕5号", **more)


IN_FORCE = (adopted(), published())
DRAFTED = told.Drafted(occurred_on=JAN, title="工作规则", drafter="officer/clerk")
REVIEWED = told.Reviewed(occurred_on=JAN, result=told.PASSED)
PASSED = told.Deliberated(occurred_on=FEB, meeting="常委会", result=told.PASSED)
LINKED = told.Linked(occurred_on=FEB, edge="cites", rule="rule/y")
UNLINKED = told.Unlinked(occurred_on=FEB, edge="cites", rule="rule/y")
FILED = (told.Filed(occurred_on=FEB, to="市委办"),)
SUSPENDED = told.Suspended(occurred_on=FEB)


def test_a_corrected_day_counts_at_the_door() -> None:
    """After a correction the door reads the right day, and the wrong one is free again."""
    office = world(*IN_FORCE)
    office.when(
        "rule.correct",
        RULE,
        action="published",
        of_day=FEB,
        right_day=MARCH,
        reason="笔误",
        post=POST,
    )
    office.when(
        "rule.correct",
        RULE,
        action="adopted",
        of_day=JAN,
        right_day=FEB,
        reason="笔误",
        post=POST,
    )

    state = office.state(RULE)

    assert (state.adopted_on, state.published_on, state.effective_on) == (FEB, MARCH, MARCH)


def test_a_corrected_abolition_ends_on_the_right_day() -> None:
    """The day of an end can be put right, and only that of an end there is."""
    office = world(*IN_FORCE, told.Abolished(occurred_on=FEB))

    office.when(
        "rule.correct",
        RULE,
        action="abolished",
        of_day=FEB,
        effective_on=LATER,
        reason="笔误",
        post=POST,
    )

    assert office.state(RULE).ended_on == LATER


WAITS: list[tuple[tuple[Any, ...], list[str]]] = [
    ((), []),
    ((told.Planned(title="x", due=LATER),), ["draft"]),
    ((DRAFTED,), ["review"]),
    ((DRAFTED, REVIEWED), ["deliberate"]),
    ((DRAFTED, REVIEWED, PASSED), ["adopt-draft"]),
    ((*IN_FORCE, DRAFTED, REVIEWED, PASSED), ["amend"]),
    ((*IN_FORCE, DRAFTED, told.Dropped(reason="x")), []),
    ((adopted(),), ["publish"]),
    (IN_FORCE, []),
    ((adopted(), published(files_to="市委办")), ["file"]),
    ((adopted(), published(files_to="市委办"), *FILED), []),
    (
        (
            adopted(),
            published(files_to="市委办"),
            *FILED,
            told.FilingAnswered(occurred_on=FEB, answer=told.RECTIFY),
        ),
        ["file"],
    ),
    (
        (
            adopted(),
            published(files_to="市委办"),
            *FILED,
            told.FilingAnswered(occurred_on=FEB, answer=told.RECTIFY),
            *FILED,
        ),
        [],
    ),
    ((adopted(), published(awaits_commencement=True)), ["commence"]),
    ((adopted(), published(awaits_commencement=True), told.Commenced(occurred_on=LATER)), []),
    ((*IN_FORCE, told.Confirmed(needs_amendment=True, amend_by=LATER)), ["amend"]),
    ((*IN_FORCE, told.Confirmed(needs_amendment=True), told.Abolished(occurred_on=FEB)), []),
]


@pytest.mark.parametrize(("before", "verbs"), WAITS)
def test_a_rule_says_what_it_waits_for(before: Any, verbs: list[str]) -> None:
    """The next step is named, in the making and after it."""
    assert FAMILY.waits is not None

    waiting = FAMILY.waits(world(*before).state(RULE))

    assert [each.verb for each in waiting] == verbs


def test_what_is_to_be_filed_is_told_with_its_organ() -> None:
    """The note names the organ and the day of publication; how long that may take is the view's."""
    assert FAMILY.waits is not None

    waiting = FAMILY.waits(world(adopted(), published(files_to="市委办")).state(RULE))

    assert waiting[0].note == "published 2022-02-10, to be filed with 市委办"


UNDONE: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("abolished", (told.Abolished(occurred_on=FEB),), {"ended": "", "ended_on": None}),
    ("revoked", (told.Abolished(occurred_on=JAN), told.Revoked(occurred_on=FEB)),
     {"ended": "废止", "ended_on": JAN}),
    ("suspended", (SUSPENDED,), {"suspended": False}),
    ("resumed", (told.Suspended(occurred_on=JAN), told.Resumed(occurred_on=FEB)), {"suspended": True}),
    ("confirmed", (told.Confirmed(occurred_on=FEB, needs_amendment=True),), {"needs_amendment": False}),
    ("filed", FILED, {"filed_on": None}),
    ("filing_answered", (*FILED, told.FilingAnswered(occurred_on=FEB, answer=told.RECTIFY)),
     {"filing_answer": ""}),
    ("interpreted", (told.Interpreted(occurred_on=FEB, text="…"),), {"ended": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("action", "entered", "expected"), UNDONE)
def test_an_entry_that_was_all_wrong_is_as_if_it_never_was(
    action: str, entered: Any, expected: dict[str, Any]
) -> None:
    """What was entered for the wrong rule changes nothing at the door, once corrected."""
    office = world(*IN_FORCE, *entered)

    office.when(
        "rule.correct", RULE, action=action, of_day=FEB, never=True, reason="误录", post=POST
    )

    state = office.state(RULE)
    assert {name: getattr(state, name) for name in expected} == expected
    assert (action, FEB) not in state.actions


def test_one_decision_hits_many_rules() -> None:
    """打包废止: the verbs by which one document ends or confirms rules take many of them."""
    many = {verb.name for verb in FAMILY.verbs if verb.many}

    assert many == {"confirm", "abolish", "lapse", "revoke", "suspend", "resume", "extend"}


def test_a_renamed_rule_goes_by_its_new_title() -> None:
    """The title is the last one told."""
    state = world(*IN_FORCE, told.Amended(occurred_on=FEB, title="新工作规则")).state(RULE)

    assert FAMILY.title(state) == "新工作规则"
