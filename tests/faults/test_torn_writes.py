"""A process killed in the middle of a write, at a byte that the kernel chose, loses nothing acknowledged.

The same as `test_kills` holds of, with no tracing: so it holds wherever the suite runs.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

import migrations
from ledger.store.open import open_store, schema_problems, upgrade
from projections.runner import Runner, ScratchPlace
from tests.faults import scenes
from tests.faults.kills import acknowledged
from tests.faults.limits import killed_at_sizes
from tests.faults.test_kills import (
    LATER,
    check_intact,
    counts,
    passes,
    revision,
    rows_of,
    tables,
)
from tests.ledger.export.bundled import export
from tests.office import SECOND, make_busy_office, make_office
from tests.private import set_apart, telegram
from tests.projections.toys import TOYS

pytestmark = pytest.mark.slow

FRAME = 24 + 4096
"""What the write-ahead log takes for one page."""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office with telegrams set apart, in a folder; its store is closed."""
    folder = tmp_path_factory.mktemp("torn")
    made = make_busy_office(scenes.database(folder))
    set_apart(made, SECOND)
    # As a crash leaves it: all of it still in the write-ahead log, which the next append goes on with.
    shutil.copytree(
        folder, folder.with_name("unclosed"), ignore=shutil.ignore_patterns("*-shm")
    )
    made.store.close()
    return made


@pytest.fixture
def folder(office):
    """The folder of the office's closed store."""
    return Path(office.store.url).parent


def test_an_append_torn_at_any_byte_keeps_what_was_acknowledged(office, folder, tmp_path):
    """From the first byte that it adds to the last: each act is there whole, or not at all."""
    unclosed, size = folder.with_name("unclosed"), office.store.head().size
    written = (unclosed / "ledger.db-wal").stat().st_size

    left = killed_at_sizes(
        "append", unclosed, tmp_path / "killed", start=written, step=FRAME - 1
    )

    for each in left:
        at_work = scenes.at_work(each, day=2)
        said, store = acknowledged(each), at_work.store
        acts = [seal.act for seal in store.seals(size)]
        assert acts[: len(said)] == said
        assert len(acts) <= len(said) + 1
        assert counts(each) == (len(acts), len(acts))

        telegram(at_work, scenes.CLERK, "再来的电文")
        check_intact(store, office)
        store.close()
    assert len(left) > 10


def test_a_store_torn_in_the_making_is_made_by_asking_again(tmp_path):
    """It has no table or all of them, and a ledger is then founded in it."""
    (tmp_path / "empty").mkdir()

    left = killed_at_sizes(
        "create", tmp_path / "empty", tmp_path / "killed", start=0, step=4 * FRAME - 1
    )

    for each in left:
        assert tables(each) in (0, 8)
        founded = make_office(scenes.database(each))
        assert schema_problems(founded.store.url) == []
        founded.store.close()
    assert len(left) > 4


def test_a_migration_torn_at_any_byte_is_finished_by_asking_again(
    office, folder, tmp_path, monkeypatch
):
    """The store is of the old revision or of the new one, all evidence in it; then of the new one."""
    prepared, size = tmp_path / "prepared", office.store.head().size
    shutil.copytree(folder, prepared)
    shutil.copytree(Path(migrations.__file__).parent, prepared / "migrations")
    (prepared / "migrations" / "versions" / "0002_later.py").write_text(LATER)

    left = killed_at_sizes(
        "migrate", prepared, tmp_path / "killed", start=0, step=4 * FRAME - 1
    )

    for each in left:
        assert revision(each) in (("0001", 0), ("0002", size))
        with monkeypatch.context() as patched:
            scenes.be_later(each, patched.setattr)
            upgrade(scenes.database(each))
            with closing(open_store(scenes.database(each))) as store:
                check_intact(store, office)
        assert revision(each) == ("0002", size)
    assert len(left) > 4


def test_a_rebuild_torn_at_any_byte_leaves_views_that_answer(office, folder, tmp_path):
    """The evidence is whole, and the next rebuild gives what all events give."""
    whole = Runner(office.store, ScratchPlace(), TOYS)
    whole.follow()

    left = killed_at_sizes("rebuild", folder, tmp_path / "killed", start=1, step=3 * 4096 - 1)

    for each in left:
        runner = scenes.runner_of(each, office)
        runner.follow()
        assert rows_of(runner) == rows_of(whole)
        runner.place.close()
        store = open_store(scenes.database(each))
        check_intact(store, office)
        store.close()
    assert len(left) > 3


def test_a_bundle_torn_at_any_byte_is_not_there(office, folder, tmp_path):
    """Nothing half stands under its name; asking again gives it whole."""
    left = killed_at_sizes("bundle", folder, tmp_path / "killed", start=1, step=4095)

    for each in left:
        out = each / "handed"
        assert passes(out, office) or not acknowledged(each)
        if not out.exists():
            export(office, out)
        assert passes(out, office)
    assert len(left) > 3
