"""The log as Parquet files: every entry a row, whole files or none, and nothing private."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pyarrow.parquet as pq
import pytest

from ledger.errors import ProofError, UnavailableError, UsageError
from ledger.export.parquet import file, folder
from ledger.export.parquet.columns import COLUMNS, Rows
from ledger.export.parquet.file import read_about
from ledger.export.parquet.folder import Office, write_parquet
from ledger.log import tree
from tests.office import SECOND, make_busy_office, make_office
from tests.private import set_apart, telegram
from tests.stock.trees import fill

TEXT = "明日八时前报送防汛值班表"


@pytest.fixture(scope="module")
def office():
    """A busy office with acts of many events; nobody here adds to it."""
    office = make_busy_office()
    office.enrol("机", "机要员", "登记员")
    set_apart(office, SECOND)
    telegram(office, "机", TEXT)
    fill(office, 330)
    return office


def write(office, out, **options):
    """Bring the folder up to the office's head."""
    return write_parquet(
        office.store, out, Office(office.ledger.origin, "+08:00"), **{"width": 100, **options}
    )


def rows_of(out):
    """All rows of the files, in order of their names."""
    return [row for path in sorted(out.iterdir()) for row in pq.read_table(path).to_pylist()]


def test_every_entry_is_a_row_that_says_what_it_says(office, tmp_path):
    """Index, record, kind, digest, body, seal: held against the store, entry by entry."""
    told = write(office, tmp_path)

    rows, events = rows_of(tmp_path), list(office.store.events())
    seals = {each.act: each for each in office.store.seals()}
    assert (told.files, told.new, told.size) == (4, 4, 330)
    assert [row["index"] for row in rows] == list(range(330))
    for row, event in zip(rows, events, strict=True):
        whole = json.loads(event.event)
        assert json.loads(row["body"]) == whole["body"]
        assert (row["record"], row["kind"], row["version"]) == (
            event.record, event.kind, event.version,
        )  # fmt: skip
        assert row["digest"] == sha256(event.event).digest()
        assert (row["act"], row["actor"]) == (event.act, seals[event.act].actor)
        assert row["family"] == event.record.partition("/")[0]


def test_a_file_says_of_itself_what_it_is(office, tmp_path):
    """Log, range, the root that its rows lead to, and each column in Chinese and English."""
    write(office, tmp_path)

    about = [read_about(path) for path in sorted(tmp_path.iterdir())]
    schema = pq.read_schema(tmp_path / "events-000000000100.parquet")
    assert [(each.first, each.size) for each in about] == [
        (0, 100), (100, 200), (200, 300), (300, 330),
    ]  # fmt: skip
    assert {each.origin for each in about} == {office.ledger.origin}
    assert about[-1].root == office.store.head().root.hex()
    assert about[0].root == tree.root_at(100, office.store.read_hashes).hex()
    told = pq.read_metadata(tmp_path / "events-000000000100.parquet").metadata
    columns = json.loads(told[b"qifeng.columns"])
    assert columns == [[each.name, each.zh, each.en] for each in COLUMNS]
    assert schema.field("actor").metadata[b"zh"].decode() == "行为人"


def test_a_file_of_many_rows_leads_to_the_root_too(office, tmp_path):
    """All of the log in one."""
    told = write(office, tmp_path, width=1000)

    assert (told.files, told.root) == (1, office.store.head().root.hex())
    assert len(rows_of(tmp_path)) == 330


def test_nothing_private_is_in_the_files(office, tmp_path):
    """The telegram is there by its digests; its text is in no column."""
    write(office, tmp_path)

    bodies = "".join(row["body"] for row in rows_of(tmp_path))
    assert '"_sd":["' in bodies
    assert TEXT not in bodies


def test_only_what_is_new_is_written(tmp_path):
    """Whole files stay as they are; the last is written again as far as the log goes."""
    office = make_office()
    fill(office, 250)
    write(office, tmp_path)
    kept = (tmp_path / "events-000000000100.parquet").stat().st_mtime_ns

    again = write(office, tmp_path)
    fill(office, 310)
    grown = write(office, tmp_path)

    assert (again.new, grown.new, grown.files) == (0, 2, 4)
    assert (tmp_path / "events-000000000100.parquet").stat().st_mtime_ns == kept
    assert len(rows_of(tmp_path)) == 310


def test_a_call_that_was_cut_off_goes_on(office, tmp_path, monkeypatch):
    """No file is there in part, drafts are swept away, and the next call ends the work."""
    finish = file.ParquetDraft.finish

    def full_disk(self, about, program):
        if about.first == 200:
            raise OSError(28, "No space left on device")
        finish(self, about, program)

    with monkeypatch.context() as patch:
        patch.setattr(folder.ParquetDraft, "finish", full_disk)
        with pytest.raises(UnavailableError, match="call again, and it goes on"):
            write(office, tmp_path)
    whole = [path.name for path in tmp_path.glob("events-*")]

    told = write(office, tmp_path)

    assert len(whole) == 2
    assert (told.new, sorted(path.name[:7] for path in tmp_path.iterdir())) == (
        2,
        ["events-"] * 4,
    )
    assert len(rows_of(tmp_path)) == 330


def test_a_folder_of_something_else_is_refused(office, tmp_path):
    """Another file, another log, another width: nothing is written, and it says what to do."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    write(office, tmp_path / "ours")
    office_of = Office("another.example/office", "+08:00")

    with pytest.raises(UsageError, match="choose an empty folder"):
        write(office, tmp_path / "other")
    with pytest.raises(UsageError, match=r"not of another\.example/office; choose another"):
        write_parquet(office.store, tmp_path / "ours", office_of, width=100)
    with pytest.raises(UsageError, match="was not written with --rows 70"):
        write(office, tmp_path / "ours", width=70)


def test_files_of_a_log_that_was_rolled_back_are_not_written_over(office, tmp_path):
    """They run further than the store, or to another root: that is for people to look at."""
    write(office, tmp_path)
    shorter, other = make_office(), make_office()
    fill(shorter, 300)
    fill(other, 340)

    with pytest.raises(ProofError, match="rolled back or changed"):
        write(shorter, tmp_path)
    with pytest.raises(ProofError, match="rolled back or changed"):
        write(other, tmp_path)


class Lying:
    """A store that shows an event at one index other than it is."""

    def __init__(self, store, index, **changed):
        self._store, self._index, self._changed = store, index, changed

    def __getattr__(self, name):
        return getattr(self._store, name)

    def events(self, start=0, stop=None):
        for row in self._store.events(start, stop):
            yield replace(row, **self._changed) if row.index == self._index else row


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"event": b'{"body":{},"kind":"x"}'}, "event at 120: is not what its seal covers"),
        ({"recorded_at": "2022-03-01T00:00:00.000000Z"}, "do not lead to the log's root"),
    ],
)
def test_what_is_not_the_log_is_not_exported(office, tmp_path, changed, message):
    """Each event is what its act's seal covers, and all of a file's lead to its root; else it has no name."""
    with pytest.raises(ProofError, match=message):
        write_parquet(
            Lying(office.store, 120, **changed), tmp_path,
            Office(office.ledger.origin, "+08:00"), width=100,
        )  # fmt: skip

    assert [path.name for path in tmp_path.glob("events-*")] == ["events-000000000000.parquet"]


def test_a_row_without_a_readable_seal_is_refused(office):
    """By its index."""

    class Unsealed(Lying):
        def seals(self, start=0, stop=None):
            return (replace(each, envelope=b"{}") for each in self._store.seals(start, stop))

    with pytest.raises(ProofError, match="event at 0: has a seal that cannot be read"):
        list(Rows(Unsealed(office.store, -1), 0, 10, utc_offset="+08:00"))

    class Bare(Lying):
        def seals(self, *_):
            return iter(())

    with pytest.raises(ProofError, match="event at 0: has no seal"):
        list(Rows(Bare(office.store, -1), 0, 10, utc_offset="+08:00"))
