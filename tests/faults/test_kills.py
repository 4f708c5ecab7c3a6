"""A process killed before any of its write calls loses nothing that was acknowledged, and leaves nothing half.

Killed is: SIGKILL before the first system call that changes the disk, before the second, and so on through a
whole scene (`tests.faults.scenes`), in a folder of its own each time. What each left behind is opened here.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings

import migrations
from ledger.audit.verify import verify
from ledger.errors import LedgerError
from ledger.export.check import check_bundle
from ledger.export.draft import draft_folder
from ledger.store.open import open_store, schema_problems, upgrade
from projections.runner import Runner, ScratchPlace
from tests.faults import scenes
from tests.faults.kills import acknowledged, killed_everywhere
from tests.ledger.export.bundled import export, trust_of
from tests.office import SECOND, make_busy_office, make_office, pin_of
from tests.private import set_apart, telegram
from tests.projections.toys import PEOPLE, POSTS, TIMES, TOYS

pytestmark = pytest.mark.slow

BEHIND = 20


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office with telegrams set apart, in a folder; its store is closed."""
    folder = tmp_path_factory.mktemp("prepared")
    made = make_busy_office(scenes.database(folder))
    set_apart(made, SECOND)
    made.store.close()
    return made


@pytest.fixture
def prepared(office, tmp_path):
    """Give a copy of the office's folder."""
    return Path(shutil.copytree(Path(office.store.url).parent, tmp_path / "prepared"))


@pytest.fixture
def killed(prepared, tmp_path):
    """Play a scene killed everywhere, or at each `step`th call; returns the folders it left.

    The profile `long`, run by hand, leaves no call out.
    """

    def do(scene, step=1):
        step = 1 if settings.default.max_examples >= 10_000 else step
        return killed_everywhere(scene, prepared, tmp_path / "killed", step=step)

    return do


def check_intact(store, office):
    """Hold if all evidence is whole and verifies."""
    verdict = verify(store, pin=pin_of(office), jobs=1)
    assert (verdict.verdict, verdict.findings) == ("intact", ())


def test_an_append_killed_anywhere_keeps_what_was_acknowledged(office, killed):
    """The act is there whole, content, private fields and all, or not at all; and the next one follows."""
    size = office.store.head().size
    folders = killed("append")

    for folder in folders:
        at_work = scenes.at_work(folder, day=2)
        acts = [seal.act for seal in at_work.store.seals(size)]
        assert acts == acknowledged(folder) or (len(acts) == 1 and not acknowledged(folder))
        assert counts(folder) == (len(acts), len(acts))

        telegram(at_work, scenes.CLERK, "再来的电文")
        assert at_work.store.head().size == size + len(acts) + 1
        check_intact(at_work.store, office)
        at_work.store.close()

    assert acknowledged(folders[-1])
    assert len(folders) > 30


def counts(folder):
    """Count attachments and private fields."""
    with closing(sqlite3.connect(scenes.database(folder))) as held:
        return held.execute(
            "SELECT (SELECT count(*) FROM content), (SELECT count(*) FROM disclosures)"
        ).fetchone()


def test_a_store_killed_in_the_making_is_made_by_asking_again(killed, prepared):
    """It has no table or all of them, and then all of them; a ledger may be founded in it."""
    (prepared / "ledger.db").unlink()
    folders = killed("create", step=3)

    for folder in folders:
        assert tables(folder) in (0, 8)
        assert tables(folder) == 8 or not acknowledged(folder)
        open_store(scenes.database(folder), create=True).close()
        assert schema_problems(scenes.database(folder)) == []

    founded = make_office(scenes.database(folders[len(folders) // 2]))
    check_intact(founded.store, founded)
    founded.store.close()


def tables(folder):
    """Count the tables of evidence."""
    with closing(sqlite3.connect(scenes.database(folder))) as held:
        asked = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
        return held.execute(asked).fetchone()[0]


LATER = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None
def upgrade():
    run = op.get_bind().exec_driver_sql
    run("CREATE TABLE later (place INTEGER PRIMARY KEY, held BLOB NOT NULL)")
    run('INSERT INTO later SELECT "index", event FROM events')
    run("CREATE INDEX later_held ON later (held)")
"""


def test_a_migration_killed_anywhere_is_finished_by_asking_again(
    office, killed, prepared, monkeypatch
):
    """The store is of the old revision or of the new one, all evidence in it; then of the new one."""
    shutil.copytree(Path(migrations.__file__).parent, prepared / "migrations")
    (prepared / "migrations" / "versions" / "0002_later.py").write_text(LATER)
    size = office.store.head().size
    folders = killed("migrate", step=2)

    for folder in folders:
        found = revision(folder)
        assert found in (("0001", 0), ("0002", size))
        assert found[0] == "0002" or not acknowledged(folder)

        with monkeypatch.context() as patched:
            scenes.be_later(folder, patched.setattr)
            upgrade(scenes.database(folder))
            with closing(open_store(scenes.database(folder))) as store:
                check_intact(store, office)
        assert revision(folder) == ("0002", size)


def revision(folder):
    """Return a store's revision, and how many rows the later one's table holds."""
    with closing(sqlite3.connect(scenes.database(folder))) as held:
        (found,) = held.execute("SELECT version_num FROM alembic_version").fetchone()
        is_there = held.execute("SELECT count(*) FROM sqlite_master WHERE name = 'later'")
        return found, (
            held.execute("SELECT count(*) FROM later").fetchone()[0]
            if is_there.fetchone()[0]
            else 0
        )


def rows_of(runner):
    """Return where the views stand, and all their rows."""
    (stand,) = {each.position for each in runner.standing().values()}
    with runner.reading() as reading:
        return stand, [list(reading.find(table)) for table in (PEOPLE, TIMES, POSTS)]


@pytest.fixture
def behind(office, prepared):
    """Give views that are behind; returns what they hold, and what they will hold."""
    runner = scenes.runner_of(prepared, office)
    runner.follow(BEHIND)
    whole = Runner(office.store, ScratchPlace(), TOYS)
    whole.follow()
    told = rows_of(runner), rows_of(whole)
    runner.place.close()
    return told


def test_a_rebuild_killed_anywhere_leaves_views_that_answer(office, killed, behind):
    """The old rows or the new ones, each as of one place; the next rebuild sweeps up."""
    folders = killed("rebuild", step=2)

    for folder in folders:
        runner = scenes.runner_of(folder, office)
        found = rows_of(runner)
        assert found in behind
        assert found == behind[1] or not acknowledged(folder)

        runner.follow()
        runner.rebuild()
        assert rows_of(runner) == behind[1]
        runner.place.close()
        assert len(list(folder.glob("views*"))) == 2


def test_a_bundle_killed_anywhere_is_whole_or_passes_no_check(office, killed):
    """Asking for the same again finishes it."""
    folders = killed("bundle", step=3)
    whole = names(folders[-1] / "handed")

    for folder in folders:
        out = folder / "handed"
        assert passes(out, office) or not acknowledged(folder)
        draft = draft_folder(out) / "bag"
        assert not passes(draft, office) or names(draft) == whole

        if not out.exists():
            export(office, out)
        assert passes(out, office)
        assert names(out) == whole


def test_a_bundle_killed_while_it_is_packed_is_whole_or_passes_no_check(
    office, killed, prepared
):
    """The zip has its name once it is whole; asking for the same again packs it anew."""
    scenes.half_packed(prepared, office)
    folders = killed("pack", step=2)
    whole = (folders[-1] / "handed.zip").read_bytes()

    for folder in folders:
        out = folder / "handed.zip"
        assert out.exists() or not acknowledged(folder)
        packed = draft_folder(out) / "packed.zip"
        assert not passes(packed, office) or packed.read_bytes() == whole

        if not out.exists():
            export(office, out)
        assert out.read_bytes() == whole

    assert passes(folders[-1] / "handed.zip", office)


def names(path):
    """Return the names of a bundle's files."""
    return {each.relative_to(path) for each in path.rglob("*") if each.is_file()}


def passes(path, office):
    """Tell whether a bundle passes its check."""
    try:
        return path.exists() and check_bundle(path, trust_of(office)).verdict == "intact"
    except LedgerError:
        return False


def test_an_event_log_killed_anywhere_is_whole_or_not_there(office, killed):
    """Asking again writes the same bytes, and leaves nothing else."""
    folders = killed("mined", step=5)
    whole = (folders[-1] / "log.json").read_bytes()

    for folder in folders:
        out = folder / "log.json"
        assert out.exists() or not acknowledged(folder)
        if not out.exists():
            scenes.export_log(office, out)
        assert out.read_bytes() == whole
        assert [each.name for each in folder.glob("log*")] == ["log.json"]
