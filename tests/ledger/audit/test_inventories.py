"""Sealed inventories in verifying: worked out again, alone and by workers, true ones and lies."""

from __future__ import annotations

import pytest

from ledger.application.inventory import SealedAt, read_inventory, read_sealed
from ledger.audit import verify as verifying
from ledger.audit.inventories import InventoryCheck, Listing
from ledger.audit.verify import verify
from ledger.errors import UnavailableError
from ledger.log.inventory import Inventory, Leaf, leaf_hash
from ledger.records.inventory import Sealed
from ledger.store.open import open_store
from tests.ledger.export.proven import seal_inventory
from tests.office import make_busy_office, make_office, pin_of
from tests.stock.trees import fill


def tally(verdict):
    """What the check of inventories looked at and found."""
    (check,) = [each for each in verdict.checks if each.code == "inventory"]
    return check.examined, check.findings


def found(office, **options):
    """(code, index) of every finding."""
    return [
        (each.code, each.index)
        for each in verify(office.store, pin=pin_of(office), **options).findings
    ]


def test_true_inventories_are_intact():
    """Several of them, with events between and after."""
    office = make_busy_office()
    for size in (40, 60, 61):
        seal_inventory(office)
        fill(office, size)

    verdict = verify(office.store, pin=pin_of(office))

    assert verdict.verdict == "intact"
    assert tally(verdict) == (3, 0)


@pytest.mark.parametrize(
    "lie", [{"root": "ab" * 32}, {"records": 1}, {"records": 20}, {"size": 20}], ids=str
)
def test_an_inventory_that_lies_is_named(lie):
    """Another root, another number, another size than it lists: class, place and both numbers."""
    office = make_busy_office()
    done = seal_inventory(office, **lie)

    verdict = verify(office.store, pin=pin_of(office))

    (finding,) = verdict.findings
    assert (finding.code, finding.damage) == ("inventory.root", "rule broken")
    assert (finding.index, finding.record) == (done.first_index, "inventory/main")


def test_an_inventory_of_what_was_not_there_yet_is_named():
    """It lists a larger log than it could have seen."""
    office = make_busy_office()
    done = seal_inventory(office, size=1000)

    assert found(office) == [("inventory.size", done.first_index)]


def test_one_lie_among_true_ones_is_named_alone():
    """The others are looked at all the same."""
    office = make_busy_office()
    seal_inventory(office)
    lie = seal_inventory(office, root="cd" * 32)
    seal_inventory(office)

    assert found(office) == [("inventory.root", lie.first_index)]


def test_inventories_alone_can_be_asked_for():
    """`--only inventory` looks at them and tells what it left out."""
    office = make_busy_office()
    lie = seal_inventory(office, root="cd" * 32)

    verdict = verify(office.store, pin=pin_of(office), only=("inventory",))

    assert [each.index for each in verdict.findings] == [lie.first_index]
    assert "rule" in verdict.not_checked
    assert found(office, only=("series",)) == []


def test_workers_work_out_the_same_roots(tmp_path, monkeypatch):
    """Stretches that come back in any order become one list."""
    monkeypatch.setattr(verifying, "WORTH_WORKERS", 1)
    office = make_busy_office(str(tmp_path / "ledger.db"))
    for number in range(6):
        office.enrol(f"某{number}", "文书")
        seal_inventory(office)
    lie = seal_inventory(office, root="ef" * 32)

    alone = verify(office.store, pin=pin_of(office), jobs=1)
    crew = verify(open_store(str(tmp_path / "ledger.db")), pin=pin_of(office), jobs=2)

    assert tally(alone) == tally(crew) == (7, 1)
    assert alone.findings == crew.findings
    assert [each.index for each in alone.findings] == [lie.first_index]


def test_stretches_out_of_turn_wait():
    """Whatever order reports come in, the root is that of the list in order."""
    leaves = [Leaf(f"rule/{number:02d}", 1, "ab" * 32) for number in range(9)]
    hashes = [leaf_hash(each) for each in leaves]
    sealed = SealedAt(20, Sealed(size=10, records=9, root=Inventory(leaves).root.hex()))
    stretches = [
        ("", hashes[:2], "rule/02"),
        ("rule/02", hashes[2:5], "rule/05"),
        ("rule/05", hashes[5:], "end"),
    ]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]):
        check = InventoryCheck([sealed])
        for at in order:
            start, told, stop = stretches[at]
            check.take(start, (b"".join(told[:1]),), None)
            check.take(start, (b"".join(told[1:]),), stop)

        assert list(check.findings(100)) == []


def test_a_record_is_listed_as_it_stood():
    """Before an event that is not below the size, and at the end for all sizes beyond."""
    listing = Listing((3, 5, 9))
    none, first, second = (Leaf("rule/1", n, f"{n:064d}") for n in range(3))

    listing.begin()
    listing.reach(3, none)
    listing.reach(6, first)
    listing.reach(2**63, second)

    assert listing.take() == (b"", leaf_hash(first), leaf_hash(second))
    assert listing.take() == (b"", b"", b"")


def test_a_name_that_no_event_can_bear_is_left_to_others():
    """A damaged column stops nothing."""
    listing = Listing((1,))

    listing.begin()
    listing.reach(2**63, Leaf("rule/\x00", 1, "ab" * 32))

    assert listing.take() == (b"",)


def test_what_was_sealed_is_read_as_far_as_it_can_be(monkeypatch):
    """A row that cannot be read is verify's to name; a store that fails gives none."""
    office = make_office()
    seal_inventory(office)
    sealed = read_sealed(office.store)
    rows = office.store.history("inventory/main")
    broken = [
        type(row)(row.index, row.record, row.version, row.kind, b"{}", row.act, "", b"")
        for row in rows
    ]

    assert [each.sealed.size for each in sealed] == [8]
    monkeypatch.setattr(office.store, "history", lambda *_: broken)
    assert read_sealed(office.store) == []

    def fails(*_):
        raise UnavailableError("store", "gone")

    monkeypatch.setattr(office.store, "history", fails)
    assert read_sealed(office.store) == []


def test_an_inventory_is_read_at_any_size():
    """Each record as it stood below the size; the empty log has an empty one."""
    office = make_busy_office()
    size = office.store.head().size
    for at in range(size + 1):
        rows = list(office.store.events(0, at))
        expected = {row.record: row.version for row in rows}
        listed = read_inventory(office.store, at)
        assert {each.record: each.version for each in listed.leaves} == expected
