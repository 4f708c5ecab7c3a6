"""Real reimbursements, as found: which levels were missing when they were paid."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ledger.family import AS_FOUND
from ledger.importing.mapper import map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.table import read_table
from ledger.importing.taking import build, group
from ledger.records.fund import FAMILY, Fund, chain, missing_levels
from ledger.records.policy import Level
from tests.ledger.records.world import World
from tests.needs import REPOSITORY, shared

KINDS = {kind.KIND: kind for kind in FAMILY.events}
LEVELS = tuple(
    Level(level=place, name=name, posts=(name,))
    for place, name in enumerate(
        ("pre-approver", "administration", "budget-owner", "final"), start=1
    )
)


@pytest.fixture(scope="module")
def histories() -> list[list[Any]]:
    """The 55,493 events of real reimbursements, item by item, through the map that we ship."""
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "bpi2020.toml")
    table = read_table(shared("data", "bpi2020-domestic-declarations.csv.gz"))
    groups, _ = group(list(map_table(mapping, table)))  # type: ignore[arg-type]
    return [[build(KINDS[one.kind], one.fields) for one in each] for each in groups]


@pytest.fixture(scope="module")
def items(histories: list[list[Any]]) -> list[Fund]:
    """Every item as its events leave it."""
    return [_folded(history) for history in histories]


def _folded(history: list[Any]) -> Fund:
    state = FAMILY.initial
    for happened in history:
        state = FAMILY.evolve(state, happened)
    return state


def test_levels_missing_at_payment_are_those_that_the_source_counts(items):
    """2,123 paid without the administration level, 2 without a final approval, in the round paid."""
    missing = Counter(each.name for item in items for each in missing_levels(item, LEVELS))

    assert sum(bool(item.payments) for item in items) == 9_912
    assert (missing["administration"], missing["final"]) == (2_123, 2)
    assert (missing["budget-owner"], missing["pre-approver"]) == (7_196, 9_253)


def test_what_is_not_known_of_history_breaks_no_rule(histories):
    """No policy, payee or budget is told, and none is missed; one item was returned after payment."""
    found: list[tuple[str, str]] = []
    context = World(basis=AS_FOUND)
    for history in histories:
        state = FAMILY.initial
        for happened in history:
            found += [
                (rule.code, _folded(history).claim.number)
                for rule in FAMILY.rules
                if isinstance(happened, rule.kinds) and rule.broken(state, happened, context)
            ]
            state = FAMILY.evolve(state, happened)

    assert found == [("R13", "")]


def test_the_chain_of_a_found_item_is_what_was_found(items):
    """Without a policy the links are the signatures themselves, each with its level's name."""
    names = Counter(tuple(link.name for link in chain(item)) for item in items if item.payments)

    assert names.most_common(1)[0][0] == ("administration", "final")
