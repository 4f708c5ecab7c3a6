"""How rules hang together: each relation from the rule that acts to the one acted on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.records.rule import edges
from ledger.records.rule import events as told

D1 = date(2020, 1, 1)
D2 = date(2021, 1, 1)
ADOPTED = told.Adopted(occurred_on=D1, title="办法")

# What happened to rule/x, and the edge that it makes: source, words, target.
EDGES = [
    (told.Amended(by_rule="rule/y"), ("rule/y", "amends(partial)", "rule/x")),
    (told.Amended(by_rule="rule/y", extent=told.WHOLE), ("rule/y", "amends(whole)", "rule/x")),
    (told.Published(replaces="rule/y"), ("rule/x", "replaces", "rule/y")),
    (told.Abolished(replaced_by="rule/y"), ("rule/y", "replaces", "rule/x")),
    (told.Abolished(by_rule="rule/y"), ("rule/y", "abolishes", "rule/x")),
    (told.Lapsed(by_rule="rule/y"), ("rule/y", "declares_lapsed", "rule/x")),
    (told.Revoked(by_rule="rule/y"), ("rule/y", "revokes", "rule/x")),
    (told.Confirmed(by_rule="rule/y"), ("rule/y", "confirms", "rule/x")),
    (told.Interpreted(text="…", by_rule="rule/y"), ("rule/y", "interprets", "rule/x")),
    (told.Linked(edge="implements", rule="rule/y"), ("rule/x", "implements", "rule/y")),
    (told.Linked(edge="derived_from", rule="rule/y"), ("rule/x", "derived_from", "rule/y")),
    (told.Suspended(by_rule="rule/y"), ("rule/y", "suspends", "rule/x")),
    (told.Extended(valid_until=D2, by_rule="rule/y"), ("rule/y", "extends_validity", "rule/x")),
    (told.Renumbered(number="1", by_rule="rule/y"), ("rule/y", "renumbers", "rule/x")),
    (told.Linked(edge="cites", rule="rule/y"), ("rule/x", "cites", "rule/y")),
]


@pytest.mark.parametrize(("happened", "edge"), EDGES)
def test_rules_hang_together(happened: Any, edge: tuple[str, str, str]) -> None:
    """Each relation points from the rule that acts to the one acted on, with its proof."""
    (found,) = edges("rule/x", [ADOPTED, happened])

    assert (found.source, found.words, found.target, found.place) == (*edge, 2)


def test_every_relation_of_the_office_can_be_told() -> None:
    """None of the relations is without an event, and each can be recorded by hand."""
    told_by_events = {words.partition("(")[0] for _, (_, words, _) in EDGES}

    assert told_by_events == set(told.EDGES)


def test_a_document_that_is_no_rule_here_is_told_by_its_words() -> None:
    """打包废止 by a notice of which the ledger holds no record: its words stand for it."""
    (found,) = edges(
        "rule/x", [ADOPTED, told.Abolished(occurred_on=D2, by="县委发〔2021〕9号")]
    )

    assert (found.source, found.by, found.kind, found.on) == (
        "",
        "县委发〔2021〕9号",
        "abolishes",
        D2,
    )


def test_what_nobody_is_told_to_have_done_is_no_edge() -> None:
    """An abolition without a document hangs on nothing."""
    assert (
        edges("rule/x", [ADOPTED, told.Abolished(occurred_on=D2), told.Approved(by="市委")])
        == []
    )


def test_a_relation_undone_ends_on_its_day() -> None:
    """It held until then; another relation, and the same one recorded anew, stay."""
    cites = told.Linked(occurred_on=D1, edge="cites", rule="rule/y")
    follows = told.Linked(occurred_on=D1, edge="implements", rule="rule/y")

    found = edges(
        "rule/x",
        [cites, follows, told.Unlinked(occurred_on=D2, edge="cites", rule="rule/y"), cites],
    )

    assert [(each.kind, each.until) for each in found] == [
        ("cites", D2), ("implements", None), ("cites", None)
    ]  # fmt: skip


def test_what_never_happened_is_no_edge() -> None:
    """An entry that was all wrong ties no rules together."""
    wrong = told.Abolished(occurred_on=D2, by_rule="rule/y")
    never = told.Corrected(action="abolished", of_day=D2, never=True, reason="误录")

    assert edges("rule/x", [ADOPTED, wrong, never]) == []
