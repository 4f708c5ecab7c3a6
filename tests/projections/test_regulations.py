"""Given what happened to rules, their status has these rows, on any day and as known at any time."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.rule import events as rule

RULE = "rule/1"


def adopted(history):
    """Adopt and publish a rule in 2020, in force from 2020-03-01."""
    history.tell(
        (RULE, rule.Adopted(title="管理办法", issuer="县委办", topic="财务", occurred_on=date(2020, 1, 10))),
        (RULE, rule.Published(number="县委办发〔2020〕1号", occurred_on=date(2020, 2, 1), effective_on=date(2020, 3, 1),
                              files_to="市委办", valid_until=date(2022, 4, 30))),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2020, 1, 9), None), (date(2020, 1, 10), "待公布"), (date(2020, 2, 28), "尚未生效"),
     (date(2020, 3, 1), "现行有效"), (date(2022, 5, 1), "失效")],
)  # fmt: skip
def test_status_on_a_day(history, ask, day, status):
    """What was in force on a day follows from the events, and publication is not commencement."""
    adopted(history)

    rows = ask("regulation_status", as_of=day)

    assert [row["status"] for row in rows] == ([status] if status else [])


def test_revoked_is_void_from_the_start_but_was_known_otherwise(history, ask):
    """撤销 rewrites what held in 2021; who asks what was known before it learns the old answer."""
    adopted(history)
    before = history.store.head().size - 1
    history.tell((RULE, rule.Revoked(reason="越权", occurred_on=date(2022, 3, 1))))

    now = ask("regulation_status", as_of=date(2021, 1, 1))
    then = ask("regulation_status", as_of=date(2021, 1, 1), known_at=str(before))

    assert [row["status"] for row in now] == ["撤销"]
    assert [row["status"] for row in then] == ["现行有效"]


def test_rules_in_force_can_be_asked_by_topic(history, ask):
    """The list of what is in force is narrowed by any column, by either name."""
    adopted(history)
    history.tell(("rule/2", rule.Planned(title="另一")))

    found = ask(
        "regulation_status", "in_force", as_of=date(2021, 1, 1), where=(("主题", "财务"),)
    )
    none = ask(
        "regulation_status", "in_force", as_of=date(2021, 1, 1), where=(("topic", "人事"),)
    )

    assert [row["title"] for row in found] == ["管理办法"]
    assert none == []


def test_what_is_due_is_filing_expiry_and_amendment(history, ask):
    """30 days to file, six months before it expires, and what a clean-up ordered."""
    adopted(history)
    history.tell(
        (
            RULE,
            rule.Confirmed(
                needs_amendment=True, amend_by=date(2022, 6, 1), occurred_on=date(2022, 3, 2)
            ),
        )
    )

    due = {
        row["what"]: (row["due_on"], row["overdue"]) for row in ask("regulation_status", "due")
    }

    assert due == {
        "file with 市委办": ("2020-03-02", True),
        "evaluate, then extend, replace or let lapse": ("2022-04-30", False),
        "amend": ("2022-06-01", False),
    }


def test_who_acts_on_whom_is_told_as_edges(history, ask):
    """A replacement is an edge from the rule that acts, with its event."""
    adopted(history)
    index = history.tell(
        (
            RULE,
            rule.Abolished(
                by_rule="rule/9", replaced_by="rule/9", occurred_on=date(2022, 3, 1)
            ),
        )
    )

    edges = ask("regulation_status", "regulation_edges")

    assert {(e["source"], e["edge"], e["target"], e["index"]) for e in edges} == {
        ("rule/9", "abolishes", RULE, index), ("rule/9", "replaces", RULE, index)
    }  # fmt: skip
