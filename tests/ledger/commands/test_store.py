"""`qifeng store`: backed up while others work, restored where nothing is."""

from __future__ import annotations

import shutil

import pytest

from tests.ledger.commands.room import Room


def backed_up(room):
    """Back the room's ledger up; returns the folder."""
    folder = room.folder / "backup"
    told = room("store", "backup", folder)
    assert told.code == 0, told.err
    return folder


def test_a_backup_is_whole_and_restores_to_the_same(room):
    """Every byte of evidence, the log's key and the pin come back, and verify."""
    before = room.ledger().store.head()
    folder = backed_up(room)
    assert sorted(each.name for each in folder.iterdir()) == [
        "ledger.db", "log.key.json", "pin.json",
    ]  # fmt: skip
    shutil.rmtree(room.folder / ".qifeng")

    told = room("store", "restore", folder)

    assert (told.code, told.out) == (0, "")
    assert "run 'qifeng log restore-check'" in told.err
    assert room.ledger().store.head() == before
    assert room.verify().verdict == "intact"


def test_the_log_s_new_key_is_backed_up_too(room):
    """After a rotation the first key signs no more, and its file may be gone: the new one comes back."""
    assert room("--as", "陈立", "log", "rotate-key").code == 0
    assert room("--as", "周敏", "log", "confirm-key").code == 0
    (room.folder / ".qifeng" / "log.key.json").unlink()
    folder = backed_up(room)
    shutil.rmtree(room.folder / ".qifeng")

    assert room("store", "restore", folder).code == 0

    assert room("log", "checkpoint").code == 0
    assert room.verify().verdict == "intact"


def test_a_ledger_that_keeps_no_pin_is_backed_up(room):
    """Pins are in the users' own folders; the one in the home is a convenience."""
    (room.folder / ".qifeng" / "pin.json").unlink()

    folder = backed_up(room)

    assert sorted(each.name for each in folder.iterdir()) == ["ledger.db", "log.key.json"]


def test_a_restore_that_fails_on_its_way_can_be_tried_again(room):
    """A key that cannot be read off the stick: nothing is left that stands in the next try's way."""
    folder = backed_up(room)
    shutil.rmtree(room.folder / ".qifeng")
    (folder / "log.key.json").rename(folder / "moved")
    (folder / "log.key.json").mkdir()
    told = room("store", "restore", folder)
    (folder / "log.key.json").rmdir()
    (folder / "moved").rename(folder / "log.key.json")

    assert (told.code, "file log.key.json: Is a directory" in told.err) == (3, True)
    assert room("store", "restore", folder).code == 0
    assert room("log", "checkpoint").code == 0


def test_a_folder_of_any_name_is_backed_up(room, tmp_path):
    """`?`, `#` and `%` in a path are letters like others."""
    moved = tmp_path / "年报?mode=rw#1%20"
    room.folder.rename(moved)

    assert Room(moved, room.call)("store", "backup", tmp_path / "backup").code == 0


def test_a_backup_is_never_written_over(room):
    """A folder that exists is somebody's backup."""
    folder = backed_up(room)
    before = (folder / "ledger.db").read_bytes()

    told = room("store", "backup", folder)

    assert (told.code, told.err) == (2, f"error: {folder} exists; choose a new folder\n")
    assert (folder / "ledger.db").read_bytes() == before


def test_a_ledger_is_never_restored_over(room):
    """Acts that are newer than the backup would be gone."""
    folder = backed_up(room)

    told = room("store", "restore", folder)

    assert told.code == 2
    assert "there is a ledger in" in told.err


def test_a_folder_without_a_backup_is_refused_and_leaves_nothing(room, tmp_path):
    """Neither an empty folder nor a missing one makes a ledger."""
    shutil.rmtree(room.folder / ".qifeng")
    (tmp_path / "empty").mkdir()

    for name in ("empty", "nowhere"):
        told = room("store", "restore", tmp_path / name)
        assert told.code in (2, 3), told
        assert told.err.startswith("error: ")
        assert not (room.folder / ".qifeng" / "ledger.db").exists()


def test_garbage_is_not_restored(room):
    """A file that is no database is told, and nothing is put where the ledger was."""
    folder = backed_up(room)
    shutil.rmtree(room.folder / ".qifeng")
    (folder / "ledger.db").write_bytes(b"x" * 8192)

    told = room("store", "restore", folder)

    assert told.code == 3
    assert "not a database" in told.err
    assert not (room.folder / ".qifeng" / "ledger.db").exists()


def test_an_officer_who_saw_more_than_was_restored_will_not_sign(room):
    """Whoever's own act is missing after a restore is told so, and their key stays unused."""
    folder = backed_up(room)
    assert room("--as", "马兰", "rule", "note", "--title", "说明").code in (0, 2)
    room("--as", "马兰", "rule", "plan", "--title", "公务接待管理办法")
    shutil.rmtree(room.folder / ".qifeng")
    room("store", "restore", folder)

    told = room("--as", "马兰", "rule", "plan", "--title", "会议管理办法")

    assert told.code == 1
    assert "rolled back or cut" in told.err


def test_postgresql_is_left_to_its_server(room):
    """A server has its own way of backing up."""
    (room.folder / ".qifeng" / "store.url").write_text("postgresql://server/ledger\n")

    told = room("store", "backup", room.folder / "backup")

    assert (told.code, told.err) == (
        2, "error: a PostgreSQL store is backed up by its server; use pg_dump\n",
    )  # fmt: skip


def test_upgrading_what_is_up_to_date_changes_nothing(room):
    """Calling it once too often is no harm."""
    before = room.ledger().store.head()

    assert room("store", "upgrade").code == 0
    assert room.ledger().store.head() == before


@pytest.mark.parametrize("command", [("backup", "out"), ("upgrade",)])
def test_without_a_ledger_there_is_nothing_to_do(call, command, tmp_path):
    """Wrong folder, wrong usage; nothing is made."""
    told = call("store", *command)

    assert told.code == 2
    assert list(tmp_path.iterdir()) == []
