"""An exported log is a whole file or none, and the same bytes each time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import UnavailableError, UsageError
from ledger.export.ocel import Scope, tables, write_ocel
from ledger.records import FAMILIES
from ledger.store.memory import MemoryReader
from tests.ledger.export.ocel_room import make_exporting
from tests.office import FOUNDER


@pytest.fixture
def exporting(tmp_path):
    """Give an office whose item went from submission to payment."""
    return make_exporting(tmp_path)


@pytest.mark.parametrize("name", ["log.json", "log.sqlite"])
def test_the_same_ledger_gives_the_same_bytes(exporting, name):
    """Nothing of the clock, of memory or of chance is in it."""
    exporting.write(name)
    exporting.write(f"again-{name}")

    assert (exporting.folder / name).read_bytes() == (
        exporting.folder / f"again-{name}"
    ).read_bytes()


def test_both_forms_count_the_same(exporting):
    """They are made of the same tables."""
    assert exporting.write("log.json") == exporting.write("log.sqlite")
    assert sorted(path.name for path in exporting.folder.iterdir()) == [
        "log.json",
        "log.sqlite",
    ]


@pytest.mark.parametrize("name", ["log.json", "log.sqlite"])
def test_a_file_that_is_there_is_not_overwritten(exporting, name):
    """Whatever it is."""
    path = exporting.folder / name
    path.write_text("kept")

    with pytest.raises(UsageError, match="exists; choose another name"):
        exporting.write(name)

    assert [each.read_text() for each in exporting.folder.iterdir()] == ["kept"]


@pytest.mark.parametrize("name", ["log.json", "log.sqlite"])
@pytest.mark.parametrize(
    "broken",
    ["no-seal", "bad-seal", "bad-event", "no-event", "no-end", "full-disk", "no-folder"],
)
def test_a_failed_export_leaves_nothing(exporting, monkeypatch, name, broken):
    """Unreadable evidence, a full disk, a folder that is a file: one error, and no file."""
    store = exporting.office.store
    if broken == "no-seal":
        monkeypatch.setattr(MemoryReader, "seal", lambda *_: None)
    elif broken == "bad-seal":
        damaged = replace(store.seal(store.event_at(9).act), envelope=b"{}")
        monkeypatch.setattr(MemoryReader, "seal", lambda *_: damaged)
    elif broken == "bad-event":
        page = MemoryReader.event_page
        monkeypatch.setattr(MemoryReader, "event_page", lambda *asked: [
            (*row[:4], row[4][:-1], *row[5:]) for row in page(*asked)])  # fmt: skip
    elif broken in ("no-event", "no-end"):
        page, gone = (
            MemoryReader.event_page,
            9 if broken == "no-event" else store.head().size - 1,
        )
        monkeypatch.setattr(MemoryReader, "event_page", lambda *asked: [
            row for row in page(*asked) if row[0] != gone])  # fmt: skip
    elif broken == "full-disk":
        limits = (*tables._SETTINGS, "PRAGMA max_page_count = 30")
        monkeypatch.setattr(tables, "_SETTINGS", limits)
    else:
        (exporting.folder / "file").write_text("")
        name = f"file/{name}"

    with pytest.raises(UnavailableError, match="nothing was exported"):
        exporting.write(name)

    assert [each for each in exporting.folder.iterdir() if each.name != "file"] == []


def test_what_a_crash_left_is_written_anew(exporting):
    """An unfinished file is recognised by its name, and never taken for an export."""
    (exporting.folder / "log.json.unfinished").write_text("half")
    (exporting.folder / "log.json.unfinished-tables").write_text("half")

    exporting.write("log.json")

    assert [path.name for path in exporting.folder.iterdir()] == ["log.json"]


def test_what_is_recorded_meanwhile_is_not_in_it(exporting, monkeypatch):
    """The log is read as it stood when the export began."""
    size = exporting.office.store.head().size
    add, done = tables.Tables.add_event, []

    def adding(self, *asked):
        if not done:
            done.append(exporting.office.act(
                FOUNDER, ("office.correct-clock", "office/main", {"reason": "校时"})))  # fmt: skip
        add(self, *asked)

    monkeypatch.setattr(tables.Tables, "add_event", adding)

    assert exporting.write().events == size
    assert exporting.office.store.head().size == size + 1


def test_progress_ends_at_the_end(exporting):
    """Whoever watches sees that the whole log was read."""
    seen = []
    write_ocel(exporting.office.store, exporting.folder / "log.json", Scope(frozenset({"fund"})),
               families=FAMILIES, form="json", progress=lambda *each: seen.append(each))  # fmt: skip

    size = exporting.office.store.head().size
    assert seen[-1] == (size, size)
