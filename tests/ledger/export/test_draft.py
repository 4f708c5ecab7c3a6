"""A bundle cut off in the making: it passes no check, and is gone on with or refused."""

from __future__ import annotations

import pytest

from ledger.errors import UnavailableError, UsageError
from ledger.export import draft as draft_module
from ledger.export.archive.package import archive_part
from ledger.export.check import check_bundle
from ledger.export.draft import draft_folder, unseen
from ledger.export.order import begin, make
from ledger.export.parts import PARTS as EVERY_PART
from tests.ledger.export.bundled import PARTS, export, order_of, trust_of
from tests.office import make_busy_office


class Cut(Exception):  # noqa: N818 -- no error of ours: the machine stops
    """The machine stops."""


@pytest.fixture(scope="module")
def office():
    """A busy office."""
    return make_busy_office()


def cut_off(office, out, after, **asked):
    """Begin a bundle and stop after so many files; returns how many were begun."""
    begun = []

    def progress(path):
        if len(begun) == after:
            raise Cut
        begun.append(path)

    with pytest.raises(Cut):
        write(office, out, progress, **asked)
    return begun


def write(office, out, progress, *, parts=PARTS, counting=unseen):
    """Write the bundle, or go on with it."""
    order = order_of(office)
    with begin(office.ledger, order, out, progress) as draft:
        draft.counting = counting
        make(office.ledger, order, draft, parts=parts, key=office.log_key)
        draft.finish()


@pytest.mark.parametrize("name", ["b", "b.zip"])
@pytest.mark.parametrize("after", [0, 2, 6, 12])
def test_a_bundle_cut_off_is_gone_on_with(office, tmp_path, name, after):
    """The same order again finishes it; what was whole is not made again."""
    out = tmp_path / name
    begun = cut_off(office, out, after)
    made = []

    write(office, out, made.append)

    assert check_bundle(out, trust_of(office)).findings == []
    assert set(begun).isdisjoint(made)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_how_far_it_is_is_told_in_lines(office, tmp_path, monkeypatch):
    """Up to about what was expected; what was whole already counts when it is gone on with."""
    monkeypatch.setattr(draft_module, "EVERY", 3)
    told, again = [], []

    write(
        office, tmp_path / "a", unseen, parts=EVERY_PART, counting=lambda *now: told.append(now)
    )
    cut_off(office, tmp_path / "b", 12, parts=EVERY_PART)
    write(
        office,
        tmp_path / "b",
        unseen,
        parts=EVERY_PART,
        counting=lambda *now: again.append(now),
    )

    assert [done for done, _ in told] == sorted(done for done, _ in told)
    lines, expected = told[-1]
    assert abs(expected - lines) < expected // 10
    assert again[-1] == told[-1]
    assert len(told) > 10


def test_what_is_unfinished_is_never_intact(office, tmp_path):
    """Wherever it was cut off, its folder is found damaged."""
    for after in range(13):
        out = tmp_path / f"b{after}"
        cut_off(office, out, after)

        assert not out.exists()
        assert check_bundle(draft_folder(out) / "bag", trust_of(office)).verdict == "damaged"


def test_a_file_changed_meanwhile_is_made_again(office, tmp_path):
    """What was whole is held against its digest before it is relied on."""
    out = tmp_path / "b"
    cut_off(office, out, 6)
    (draft_folder(out) / "bag/data/log/checkpoint").write_text("x")

    export(office, out)

    assert check_bundle(out, trust_of(office)).findings == []


def test_progress_cut_within_a_line_is_read_up_to_there(office, tmp_path):
    """A crash while the progress was noted costs one file's work."""
    out = tmp_path / "b"
    cut_off(office, out, 6)
    notes = draft_folder(out) / "progress.jsonl"
    notes.write_bytes(notes.read_bytes()[:-20])

    export(office, out)

    assert check_bundle(out, trust_of(office)).findings == []


@pytest.mark.parametrize(
    "line",
    [b"\0" * 50, b"5", b"[]", b'{"path":"data/x"}'],
    ids=["zeros", "number", "list", "half"],
)
def test_progress_damaged_in_the_middle_is_read_up_to_there(office, tmp_path, line):
    """A bad block, or what another program noted, costs the work behind it; the bundle is none the worse."""
    out, made = tmp_path / "b", []
    begun = cut_off(office, out, 6)
    notes = draft_folder(out) / "progress.jsonl"
    lines = notes.read_bytes().splitlines(keepends=True)
    notes.write_bytes(b"".join([*lines[:3], line + b"\n", *lines[4:]]))

    write(office, out, made.append)

    assert made[:4] == begun[2:6]
    assert check_bundle(out, trust_of(office)).findings == []


def test_a_draft_of_another_program_is_left_alone(office, tmp_path):
    """What it was asked for cannot be told: it is refused, and its files stay."""
    out = tmp_path / "b"
    cut_off(office, out, 6)
    (draft_folder(out) / "progress.jsonl").write_bytes(b'{"asked":"otherwise"}\n')

    with pytest.raises(UsageError, match="remove the folder"):
        export(office, out)

    assert (draft_folder(out) / "bag/data/log/checkpoint").exists()


@pytest.mark.parametrize("begun", ["folder", "bag", "note"])
def test_a_draft_of_which_nothing_was_noted_is_begun_anew(office, tmp_path, begun):
    """A crash before the first note, or within it, is in nobody's way."""
    folder = draft_folder(tmp_path / "b")
    (folder / "bag" if begun != "folder" else folder).mkdir(parents=True)
    if begun == "note":
        (folder / "progress.jsonl").write_bytes(b'{"act":"01FX')

    export(office, tmp_path / "b")

    assert check_bundle(tmp_path / "b", trust_of(office)).findings == []


def test_another_order_does_not_go_on_with_it(office, tmp_path):
    """It is refused, and says what lies there; so is a folder that is no draft."""
    out = tmp_path / "b"
    cut_off(office, out, 6)

    with pytest.raises(UsageError, match="unfinished bundle that was asked for otherwise"):
        export(office, out, recipient="别处")

    draft_folder(tmp_path / "c").mkdir()
    (draft_folder(tmp_path / "c") / "notes.txt").write_text("x")
    with pytest.raises(UsageError, match="unfinished"):
        export(office, tmp_path / "c")


def test_an_order_that_is_refused_leaves_nothing_behind(office, tmp_path):
    """What was written before the refusal is gone, so that the right order may follow; a draft of old stays."""
    parts = (*PARTS, archive_part("x"))

    with pytest.raises(UsageError, match="no record of the scope is filed"):
        export(office, tmp_path / "b", parts=parts)
    assert list(tmp_path.iterdir()) == []

    cut_off(office, tmp_path / "c", 3)
    with pytest.raises(UsageError, match="no record of the scope is filed"):
        export(office, tmp_path / "c", parts=parts)
    assert draft_folder(tmp_path / "c").is_dir()


def test_a_place_that_cannot_be_written_is_told(office, tmp_path):
    """Nothing is left behind."""
    (tmp_path / "file").write_text("x")

    with pytest.raises(UnavailableError, match="go on with it"):
        export(office, tmp_path / "file" / "b")
