"""`qifeng import`: what a dry run says of a register, and the family that it is called for."""

from __future__ import annotations

import json

import pytest

MAP = """map = 1
family = "rule"
record = ["title"]
[[event]]
kind = "rule.published/1"
[event.fields]
title = {column = "title"}
source_line = {column = "line"}
"""


@pytest.fixture
def register(tmp_path):
    """Give 23 rules that were published without having been adopted, and a map of them."""
    lines = [f"制度{n},第{n}行" for n in range(23)]
    (tmp_path / "rules.csv").write_text("\n".join(["title,line", *lines]) + "\n", "utf-8")
    (tmp_path / "rules.toml").write_text(MAP, "utf-8")
    return tmp_path / "rules.csv"


def loading(register, *more, family="rule"):
    """Return the arguments that take the register in."""
    return ("--as", "孙梅", "import", register, "--as", family, "--map",
            register.with_suffix(".toml"), *more)  # fmt: skip


def test_a_dry_run_names_what_today_s_rules_would_refuse(room, register):
    """Row by row up to twenty, then how many more; nothing is recorded."""
    size = room.ledger().store.head().size

    told = room(*loading(register, "--dry-run"))

    assert told.code == 1, told.err
    named = [line for line in told.out.splitlines() if line.startswith("row ")]
    assert [line.partition(":")[0] for line in named] == [f"row {n}" for n in range(2, 22)]
    assert told.out.endswith("… and 3 more breaches of rules\n")
    assert room.ledger().store.head().size == size


def test_a_dry_run_answers_with_every_breach(room, register):
    """As JSON: the row, the rule's code and its words, all of them."""
    told = room(*loading(register, "--dry-run", "--json"))

    assert told.code == 1
    breaches = json.loads(told.out)["breaches"]
    assert [each["row"] for each in breaches] == list(range(2, 25))
    assert all(each["code"] and each["message"] for each in breaches)


def test_as_found_breaks_no_rule_of_today(room, register):
    """The same register, taken for what it is: nothing stands in its way."""
    told = room.say(*loading(register, "--dry-run", "--as-found"))

    assert told["breaches"] == []


def test_a_map_of_another_family_is_not_taken(room, register):
    """Whoever named the wrong map learns whose it is, before anything is opened."""
    told = room(*loading(register, family="fund"))

    assert (told.code, told.out) == (2, "")
    assert "the map is for rule; call it with --as rule" in told.err
