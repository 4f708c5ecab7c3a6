"""What goes wrong around a command: one clear line, the right exit code, nothing lost, all intact."""

from __future__ import annotations

import errno
import functools
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from ledger.commands import desk
from ledger.store.open import open_store
from tests.faults.calls import called_in_a_process, expect, size_of

PLAN = ("rule", "plan", "--title", "公务接待管理办法", "--as", "马兰")
MAP = """map = 1
family = "rule"
record = ["title"]
[[event]]
kind = "rule.adopted/1"
[event.fields]
title = {column = "title"}
occurred_on = {column = "date", type = "day"}
source_line = {column = "line"}
"""


@pytest.fixture(autouse=True)
def intact_afterwards(room):
    """Whatever went wrong in a test, all evidence verifies after it."""
    yield
    verdict = room.verify()
    assert (verdict.verdict, verdict.findings) == ("intact", ())


# --- keys and passphrases ---------------------------------------------------------------------


def test_a_wrong_passphrase(room):
    """3: the key could not be used, and nothing is said about any record."""
    (room.folder / "passphrase").write_text("a slip of the pen\n")
    size = size_of(room)

    expect(
        room(*PLAN), 3, "the passphrase does not open its key file", "try the passphrase again"
    )

    assert size_of(room) == size


def test_no_passphrase_and_no_terminal(room):
    """3: a script is told what to give; it never waits for a terminal that is not there."""
    told = room.call("--home", room.folder / ".qifeng", "--config", room.folder / "mine", *PLAN)

    expect(told, 3, "passphrase: no terminal to ask on", "--passphrase-file", "ssh-agent")


def test_a_missing_passphrase_file(room):
    """3: and its name."""
    (room.folder / "passphrase").unlink()

    expect(room(*PLAN), 3, "passphrase file: ", "No such file")


def test_an_unknown_key(room):
    """1: a key that is not enrolled signs nothing, however good its file is."""
    out = room.folder / "wang.json"
    assert room("key", "new", "王芳", "--out", out).code == 0
    assert room("officer", "enrol", "--request", out, "--as", "陈立").code == 0
    size = size_of(room)

    told = room("rule", "plan", "--title", "会议管理办法", "--as", "王芳")

    expect(told, 1, "no good key of 王芳")
    assert size_of(room) == size


def test_a_key_file_open_to_others(room):
    """3: whoever may have read it may have signed with it."""
    (room.folder / "mine" / "keys" / "马兰.key.json").chmod(0o644)

    expect(room(*PLAN), 3, "mode 0644 is open to others", "chmod 600")


def test_a_key_file_that_is_damaged(room):
    """2: it is no key file any more, and which one is said."""
    path = room.folder / "mine" / "keys" / "马兰.key.json"
    path.write_bytes(path.read_bytes()[:-20])

    expect(room(*PLAN), 2, "key file")


def test_an_unknown_officer(room):
    """2: a slip in the name."""
    expect(room(*PLAN[:-1], "马南"), 2, "officer '马南': not found")


# --- the store --------------------------------------------------------------------------------


def test_a_locked_database(room, monkeypatch):
    """3: another process is writing for longer than we wait; a moment later it goes through."""
    monkeypatch.setattr(desk, "open_store", functools.partial(open_store, lock_seconds=0.05))
    other = sqlite3.connect(room.folder / ".qifeng" / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    size = size_of(room)

    expect(room(*PLAN), 3, "database is locked", "nothing was written; try again")

    other.execute("ROLLBACK")
    other.close()
    assert size_of(room) == size
    assert room(*PLAN).code == 0


def test_a_full_disk(room, monkeypatch, tmp_path):
    """3: the act is not recorded, its content neither; with space again it goes through."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(os.urandom(1 << 20))
    monkeypatch.setattr(desk, "open_store", _store_that_may_not_grow)
    size = size_of(room)
    adopt = ("rule", "adopt", "--title", "接待办法", "--decision", "常委会", "--post", "领导",
             "--as", "马兰", "--attach", scan)  # fmt: skip

    expect(room(*adopt), 3, "disk is full", "free space on the disk; nothing was written")

    monkeypatch.undo()
    assert size_of(room) == size
    assert sqlite3.connect(room.folder / ".qifeng" / "ledger.db").execute(
        "SELECT count(*) FROM content"
    ).fetchone() == (0,)


def _store_that_may_not_grow(url, **options):
    store = open_store(url, **options)
    with store._wire() as wire:
        pages = wire.run("PRAGMA page_count").fetchone()[0]
        wire.run(f"PRAGMA max_page_count = {pages}")
    return store


def test_files_that_may_not_grow(room):
    """3 where the system itself refuses to write on: a limit that no file may pass."""
    size = size_of(room)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"

    done = called_in_a_process(room, limited, *PLAN)

    expect(done, 3, "store ledger.db: disk I/O error")
    assert size_of(room) == size
    assert room(*PLAN).code == 0


def test_a_read_only_folder(room):
    """3: what may not be written is told; reading goes on."""
    if os.geteuid() == 0:
        _read_only_as_nobody(room)
        return
    (room.folder / ".qifeng").chmod(0o500)
    (room.folder / ".qifeng" / "ledger.db").chmod(0o400)
    expect(room(*PLAN), 3, "nothing was written")
    (room.folder / ".qifeng").chmod(0o700)
    (room.folder / ".qifeng" / "ledger.db").chmod(0o600)


def _read_only_as_nobody(room):
    """Root may write everywhere, so the database itself is told to refuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "open_store", _store_that_may_not_write)
        expect(room(*PLAN), 3, "readonly database", "make the file and its folder writable")
        assert room("rule", "list").code == 0


def _store_that_may_not_write(url, **options):
    store = open_store(url, **options)
    with store._wire() as wire:
        wire.run("PRAGMA query_only = ON")
    return store


def test_a_file_that_is_no_database(room, tmp_path):
    """3: nothing is made of garbage, and the garbage stays as it is."""
    stray = tmp_path / "stray.db"
    stray.write_bytes(b"x" * 8192)

    expect(
        room("--store", stray, *PLAN), 3, "file is not a database", "name the ledger's database"
    )

    assert stray.read_bytes() == b"x" * 8192


def test_a_database_of_something_else(room, tmp_path):
    """2: a good database that is no ledger stays untouched."""
    stray = tmp_path / "stray.db"
    with sqlite3.connect(stray) as other:
        other.execute("CREATE TABLE song (words TEXT)")
    before = stray.read_bytes()

    expect(room("--store", stray, *PLAN), 2, "start a ledger with 'qifeng init'")

    assert stray.read_bytes() == before


def test_an_unknown_address(room):
    """2: the kinds of address are told, and no password is shown."""
    told = room("--store", "mysql://officer:secret@server/db", *PLAN)

    assert told.code == 2
    assert "secret" not in told.err


def test_a_receipt_that_cannot_be_kept(room, monkeypatch):
    """3: the act stands, and the error says so; nothing is done twice."""
    size, whole = size_of(room), Path.open

    def full(self, mode="r", *given, **named):
        if mode == "a+b":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return whole(self, mode, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        told = room(*PLAN)

    expect(told, 3, "receipts", "is recorded; free the place for its receipt")
    assert size_of(room) == size + 1


def test_receipts_that_cannot_be_read(room):
    """3: without knowing what was seen before, nothing is signed."""
    folder = next((room.folder / "mine" / "ledgers").iterdir())
    shutil.rmtree(folder / "receipts", ignore_errors=True)
    (folder / "receipts").write_text("in the way")
    size = size_of(room)

    expect(room(*PLAN), 3, "receipts", "Not a directory", "nothing was written")

    assert size_of(room) == size
    (folder / "receipts").unlink()
