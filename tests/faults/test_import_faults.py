"""Registers that cannot be taken: one clear line, the right exit code, nothing half-written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import UnavailableError
from ledger.importing import taking
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
        (("title =", "caption ="), "missing [], unknown ['caption']"),
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
