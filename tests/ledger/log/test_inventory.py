"""Inventories: leaves to the byte, a leaf's place, and the gap between two of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ledger import canonical
from ledger.errors import MalformedError, ProofError
from ledger.log.inventory import (
    Inventory,
    Leaf,
    check_absent,
    check_placed,
    format_leaf,
    parse_leaf,
)
from tests.ledger.log.parts import VECTORS

CASE = json.loads((VECTORS / "inventory-of-3.json").read_text())
NAMES = [
    "fund/a",
    "key/k",
    "office/main",
    "officer/o",
    "rule/公务接待",
    "rule/𠮷",
    "series/县委发〔2023〕",
]


def leaf(name: str, version: int = 1) -> Leaf:
    """A leaf of a made-up record."""
    return Leaf(name, version, canonical.digest(f"{name} {version}".encode()))


def test_the_worked_inventory_is_the_vector_s() -> None:
    """Three leaves, the bytes of each, the root."""
    leaves = [Leaf(**each) for each in CASE["leaves"]]

    assert [format_leaf(each).decode() for each in leaves] == CASE["encoded"]
    assert Inventory(leaves).root.hex() == CASE["root"]
    for each in leaves:
        assert parse_leaf(canonical.parse(format_leaf(each), "leaf")) == each


def test_names_are_sorted_as_their_bytes_are() -> None:
    """By code points is by bytes of UTF-8, beyond the basic plane too."""
    assert sorted(NAMES) == sorted(NAMES, key=str.encode)


@pytest.mark.parametrize("count", range(1, len(NAMES) + 1))
def test_every_leaf_is_shown_in_its_place_and_every_gap(count: int) -> None:
    """Each record by its leaf; each name that is not there by what stands beside it."""
    names = sorted(NAMES)[:count]
    inventory = Inventory([leaf(name) for name in names])
    for name in NAMES:
        placed = inventory.prove(name)
        for each in placed:
            check_placed(each, records=count, root=inventory.root)
        if name in names:
            assert [each.leaf for each in placed] == [leaf(name)]
            with pytest.raises(ProofError):
                check_absent(name, placed, records=count)
        else:
            check_absent(name, placed, records=count)


def test_a_gap_with_somebody_in_it_is_refused() -> None:
    """Neighbours that do not stand side by side, or only one of them, show nothing."""
    inventory = Inventory([leaf(name) for name in sorted(NAMES)])
    for at, name in enumerate(sorted(NAMES)):
        beside = [inventory.prove(other)[0] for other in sorted(NAMES)[max(0, at - 1) : at + 2]]
        others = [each for each in beside if each.leaf.record != name]
        for told in (others, others[:1], others[1:], []):
            with pytest.raises(ProofError, match="is not shown to hold no record"):
                check_absent(name, told, records=len(NAMES))


def test_a_leaf_elsewhere_or_otherwise_is_refused() -> None:
    """Place, content and hashes are all covered by the root."""
    inventory = Inventory([leaf(name) for name in sorted(NAMES)])
    (placed,) = inventory.prove("office/main")
    for changed in (
        replace(placed, index=placed.index + 1),
        replace(placed, leaf=leaf("office/main", 2)),
        replace(placed, hashes=placed.hashes[:-1]),
        replace(placed, hashes=placed.hashes[::-1]),
    ):
        with pytest.raises(ProofError):
            check_placed(changed, records=len(NAMES), root=inventory.root)
    for records in (len(NAMES) - 1, len(NAMES) + 2):
        with pytest.raises(ProofError):
            check_placed(
                inventory.prove("series/县委发〔2023〕")[0],
                records=records,
                root=inventory.root,
            )


def test_an_inventory_is_sorted() -> None:
    """Whoever lists out of order, or twice, has a bug."""
    for names in (["b/1", "a/1"], ["a/1", "a/1"]):
        with pytest.raises(AssertionError, match="sorted"):
            Inventory([leaf(name) for name in names])


@pytest.mark.parametrize(
    "told",
    [
        {}, [], {"last": "a" * 64, "record": "a/1"}, {"last": "a" * 63, "record": "a/1", "version": 1},
        {"last": "a" * 64, "record": 1, "version": 1}, {"last": "a" * 64, "record": "a/1", "version": 0},
        {"last": "a" * 64, "record": "a/1", "version": True},
        {"last": "a" * 64, "more": 1, "record": "a/1", "version": 1},
    ],
)  # fmt: skip
def test_what_is_no_leaf_is_refused(told: object) -> None:
    """Exactly three members, of their types."""
    with pytest.raises(MalformedError, match="inventory leaf"):
        parse_leaf(told)
