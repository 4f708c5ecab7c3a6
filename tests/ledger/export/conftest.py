"""What the tests of proofs, trees and archive packages share: an office with an inventory sealed, and two of its proofs."""

from __future__ import annotations

import shutil

import pytest

from tests.ledger.export.archived import examined, package
from tests.ledger.export.bundled import relist
from tests.ledger.export.proven import entry_proof, record_proof, seal_inventory, series
from tests.office import make_busy_office
from tests.stock.trees import write_tree


@pytest.fixture(scope="session")
def proven():
    """Give an office with some thirty events, an inventory sealed, and two acts after it."""
    office = make_busy_office()
    seal_inventory(office)
    office.act("丙", ("series.open", "", series(2022)))
    office.act("丙", ("series.open", "", series(2023)))
    return office


@pytest.fixture(scope="session")
def whole(proven):
    """Give the proof of all events of 丙's officer record."""
    return record_proof(proven, proven.record_of("丙"))


@pytest.fixture(scope="session")
def last(proven):
    """Give the proof of the last entry."""
    return entry_proof(proven, proven.store.head().size - 1)


@pytest.fixture(scope="module")
def sound(office, tmp_path_factory):
    """Give the tree of a module's own office, not to be changed."""
    return write_tree(office, tmp_path_factory.mktemp("sound"))


@pytest.fixture
def copy(sound, tmp_path):
    """Give a copy of that tree, to damage."""
    shutil.copytree(sound, tmp_path / "tree")
    return tmp_path / "tree"


@pytest.fixture(scope="module")
def good(office, tmp_path_factory):
    """Give the archive package of a module's own office; copy it before damaging it."""
    return package(office, tmp_path_factory.mktemp("archive") / "p")


@pytest.fixture
def damaged(office, good, tmp_path):
    """Damage a copy, list and sign it anew as a forger could, and test it."""

    def damage(change, *, sign=True):
        folder = shutil.copytree(good, tmp_path / "d")
        change(folder)
        if sign:
            relist(office, folder)
        return examined(office, folder)

    return damage
