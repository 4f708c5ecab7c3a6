"""What goes wrong around a command: one clear line, the right exit code, nothing lost, all intact."""

from __future__ import annotations

import errno
import functools
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.commands import desk
from ledger.errors import UnavailableError
from ledger.importing import taking
from ledger.store.open import open_store
from tests import needs
from tests.ledger.commands.room import Told

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


def size_of(room):
    """Return how many events the log holds."""
    ledger = room.ledger()
    size = ledger.store.head().size
    ledger.store.close()
    return size


def expect(told, code, *said):
    """Assert one clear line on stderr, nothing on stdout, and this exit code."""
    assert (told.code, told.out) == (code, ""), told
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1, told.err
    assert "Traceback" not in told.err
    assert "unexpected" not in told.err
    for each in said:
        assert each in told.err


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


def called_in_a_process(room, before, *arguments):
    """Call a command in a process of its own, after these lines of Python."""
    quick = (
        "import sys, cli\n"
        "from tests.ledger.commands import room\n"
        "room.quick_argon2(type('Patch', (), {'setattr': staticmethod(setattr)}))\n"
    )
    common = ("--home", room.folder / ".qifeng", "--config", room.folder / "mine",
              "--passphrase-file", room.folder / "passphrase")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", f"{quick}{before}sys.exit(cli.main())",
         *map(str, (*common, *arguments))],
        cwd=needs.REPOSITORY, check=False, capture_output=True, text=True,
    )  # fmt: skip
    return Told(done.returncode, done.stdout, done.stderr)


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
        if mode == "ab":
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


# --- registers --------------------------------------------------------------------------------


@pytest.fixture
def register(tmp_path):
    """Give a register of 900 rules and its map: four acts of events."""
    lines = [f"制度{n:04},2023年5月8日,第{n}行" for n in range(900)]
    (tmp_path / "rules.csv").write_text("\n".join(["title,date,line", *lines]) + "\n", "utf-8")
    (tmp_path / "rules.toml").write_text(MAP, "utf-8")
    return tmp_path / "rules.csv"


def loading(register, *more):
    """Return the arguments that take the register in."""
    return ("--as", "马兰", "import", register, "--as", "rule", "--map",
            register.with_suffix(".toml"), "--as-found", *more)  # fmt: skip


def test_a_half_written_import_goes_on_and_takes_nothing_twice(room, register, monkeypatch):
    """The power fails after the first transaction: 3, then the same command finishes it."""
    monkeypatch.setattr(taking, "ACTS_AT_ONCE", 1)
    act_all, calls = Ledger.act_all, []

    def failing(self, acting, requests):
        if len(calls) == 3:
            raise UnavailableError("store ledger.db", "disk I/O error")
        calls.append(requests)
        return act_all(self, acting, requests)

    monkeypatch.setattr(Ledger, "act_all", failing)
    expect(room(*loading(register)), 3, "store ledger.db: disk I/O error")
    held = len(room.say("rule", "list")["records"])
    assert 0 < held < 900
    assert room.verify().verdict == "intact"

    monkeypatch.setattr(Ledger, "act_all", act_all)
    told = room.say(*loading(register))

    assert told["resumed_at_record"] == held
    assert told["records"] == 900
    titles = [each["title"] for each in room.say("rule", "list")["records"]]
    assert sorted(titles) == [f"制度{n:04}" for n in range(900)]


def test_an_import_that_was_killed_goes_on(room, register):
    """A process killed between two transactions leaves whole acts, and the next one goes on."""
    killed = (
        "import os\n"
        "from ledger.application.ledger import Ledger\n"
        "from ledger.importing import taking\n"
        "taking.ACTS_AT_ONCE = 1\n"
        "whole, calls = Ledger.act_all, []\n"
        "def killed(*given):\n"
        "    if len(calls) == 3: os.kill(os.getpid(), 9)\n"
        "    calls.append(1)\n"
        "    return whole(*given)\n"
        "Ledger.act_all = killed\n"
    )
    assert called_in_a_process(room, killed, *loading(register)).code == -9

    told = room.say(*loading(register))

    assert 0 < told["resumed_at_record"] < 900
    assert len(room.say("rule", "list")["records"]) == 900


def test_a_register_is_never_taken_twice(room, register):
    """2: the same bytes again, under whatever name, bring nothing."""
    assert room(*loading(register)).code == 0
    size = size_of(room)
    copy = shutil.copy2(register, register.with_name("again.csv"))
    shutil.copy2(register.with_suffix(".toml"), register.with_name("again.toml"))

    expect(room(*loading(register)), 2, "was taken in already")
    expect(room(*loading(Path(copy))), 2, "was taken in already")

    assert size_of(room) == size


def test_another_map_does_not_go_on_with_a_register(room, register, monkeypatch):
    """2: what was begun with one map is not finished with another."""
    monkeypatch.setattr(taking, "ACTS_AT_ONCE", 1)
    act_all, calls = Ledger.act_all, []

    def failing(self, acting, requests):
        if len(calls) == 2:
            raise UnavailableError("store ledger.db", "disk I/O error")
        calls.append(requests)
        return act_all(self, acting, requests)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "act_all", failing)
        room(*loading(register))
    size = size_of(room)
    register.with_suffix(".toml").write_text(MAP + "# another\n", "utf-8")

    expect(
        room(*loading(register)), 2, "was begun with another map", "the map it was begun with"
    )

    assert size_of(room) == size


def test_malformed_rows_are_named_and_left_only_on_request(room, register):
    """2: row, column and reason; with --skip-bad they are counted and the rest is taken."""
    with register.open("a", encoding="utf-8") as file:
        file.write("坏制度,2023年13月8日,x\n又坏,,y\n")
    size = size_of(room)

    expect(room(*loading(register)), 2, "2 rows cannot be taken; the first is row 902, date",
           "--dry-run", "--skip-bad")  # fmt: skip
    assert size_of(room) == size

    told = room.say(*loading(register, "--skip-bad"))
    assert (told["rows_skipped"], told["records"]) == (2, 900)


def test_a_dry_run_reports_every_bad_row_and_writes_nothing(room, register):
    """1: there are findings, row by row."""
    with register.open("a", encoding="utf-8") as file:
        file.write("坏制度,2023年13月8日,x\n")
    size = size_of(room)

    told = room(*loading(register, "--dry-run"))

    assert (told.code, told.err) == (1, "")
    assert "902" in told.out
    assert size_of(room) == size


def test_rules_of_today_refuse_what_is_not_as_found(room, tmp_path):
    """1: without --as-found the first row that breaks a rule is named, and nothing is taken."""
    (tmp_path / "r.csv").write_text("title,date,line\n制度,2023-05-08,a\n", "utf-8")
    (tmp_path / "r.toml").write_text(MAP.replace("rule.adopted", "rule.published"), "utf-8")
    size = size_of(room)

    told = room("--as", "马兰", "import", tmp_path / "r.csv", "--as", "rule", "--map",
                tmp_path / "r.toml")  # fmt: skip

    if told.code != 0:
        expect(told, 1, "row 2", "--as-found")
        assert size_of(room) == size


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("title =", "titel ="), "missing [], unknown ['titel']"),
        (("rule.adopted/1", "rule.adopted/9"), "one that this version knows"),
        (('column = "date"', 'column = "day"'), "day"),
        (("map = 1", "map = 2"), "map"),
        (("[[event]]", "[[event]"), "map"),
        (('family = "rule"', 'family = "fund"'), "expected a kind such as fund.happened/1"),
    ],
)
def test_a_map_that_does_not_fit_is_told_before_anything_is_written(
    room, register, change, said
):
    """2: what is wrong with it, and not an act of it."""
    register.with_suffix(".toml").write_text(MAP.replace(*change), "utf-8")
    size = size_of(room)

    expect(room(*loading(register)), 2, said)

    assert size_of(room) == size


def test_a_register_that_was_begun_with_no_good_map_is_begun_anew(room, register):
    """A map that does not fit leaves no opened intake that another map could not finish."""
    register.with_suffix(".toml").write_text(MAP.replace("adopted/1", "adopted/9"), "utf-8")
    assert room(*loading(register)).code == 2

    register.with_suffix(".toml").write_text(MAP, "utf-8")

    assert room(*loading(register)).code == 0


def test_a_cell_that_no_event_can_hold_is_told_before_anything_is_written(room, register):
    """2: its row, what fits and what was found."""
    with register.open("a", encoding="utf-8") as file:
        file.write(f"长制度,2023-05-08,{'长' * 30_000}\n")
    size = size_of(room)

    expect(room(*loading(register)), 2, "row 902", "at most 64000 bytes")

    assert size_of(room) == size


def test_a_file_that_is_no_table(room, register):
    """2: an image called .csv, and an empty file."""
    for content in (b"\x89PNG\r\n\x1a\n\x00\x00", b""):
        register.write_bytes(content)
        expect(room(*loading(register)), 2)
