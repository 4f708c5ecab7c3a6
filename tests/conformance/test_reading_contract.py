"""How every store is read: spans, histories, lists, pages, and a moment that stands still."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from ledger.errors import (
    ProofError,
    UnavailableError,
)
from tests.sealing import (
    Sealer,
)

# --- reading -----------------------------------------------------------------------------------


@pytest.fixture
def filled(store):
    """A log of nine events on three records."""
    writer = Sealer(store)
    for _ in range(3):
        writer.act("test/a", "test/b")
        writer.act("other/a", kind="other.happened/1")
    return store


def test_spans_leave_out_their_stop(filled):
    """Start and stop cut anywhere, even within an act, and beyond the end."""
    assert [row.index for row in filled.events(2, 5)] == [2, 3, 4]
    assert [row.index for row in filled.events(7, 99)] == [7, 8]
    assert list(filled.events(9)) == []
    assert [seal.first_index for seal in filled.seals(1, 5)] == [2, 3]


def test_an_index_that_is_not_there_has_no_event(filled):
    """Beside the log there is nothing."""
    assert filled.event_at(9) is None
    assert filled.event_at(-1) is None


def test_a_history_is_by_version_and_can_end_at_an_index(filled):
    """The history of a record as known when the log had grown to some index."""
    assert [row.index for row in filled.history("test/b")] == [1, 4, 7]
    assert [row.index for row in filled.history("test/b", upto_index=4)] == [1, 4]
    assert filled.history("test/unknown") == []


def test_the_last_event_of_a_record_is_its_newest(filled):
    """None where it has no events."""
    assert filled.last("test/a").index == 6
    assert filled.last("test/unknown") is None


def test_versions_are_told_for_each_record_asked_for(filled):
    """0 says that a record has no events."""
    told = filled.versions(["test/a", "test/unknown", "other/a"])

    assert told == {"test/a": 3, "test/unknown": 0, "other/a": 3}
    assert filled.versions([]) == {}


def test_the_events_of_an_act_are_told_without_what_they_have_in_common(filled):
    """Those of its time alone, in a span, by index."""
    row = filled.event_at(3)
    other = filled.event_at(4)

    told = filled.act_page(row.act, row.recorded_at, 0, 9)

    assert [tuple(each) for each in told] == [
        (each.index, each.record, each.version, each.kind, each.event, each.nodes)
        for each in (row, other)
    ]
    assert [each[0] for each in filled.act_page(row.act, row.recorded_at, 4, 9)] == [4]
    assert list(filled.act_page(row.act, "2021-01-01T00:00:00.000000Z", 0, 9)) == []


def test_every_record_is_told_with_its_newest_version(filled):
    """Of all families, sorted by bytes, each once, a page at a time."""
    Sealer(filled).act("test/骑", "test/A")

    assert filled.newest_page("", 2) == [("other/a", 3), ("test/A", 1)]
    assert filled.newest_page("test/A", 9) == [("test/a", 3), ("test/b", 3), ("test/骑", 1)]
    assert list(filled.newest_page("test/骑", 9)) == []


def test_records_are_listed_by_family_prefix_and_page(store):
    """Sorted by bytes, each once, whatever number of events it has."""
    names = ["test/A", "test/B1", "test/B2", "test/a", "test/骑", "test/缝", "tester/x"]
    for name in reversed(names):
        Sealer(store).act(name, kind=f"{name.partition('/')[0]}.happened/1")
    expected = sorted(names[:-1], key=str.encode)

    assert store.records("test") == expected
    assert store.records("test", prefix="B") == ["test/B1", "test/B2"]
    assert store.records("test", after="test/B1", limit=2) == ["test/B2", "test/a"]
    assert store.records("test", prefix="Z") == []
    assert store.records("tes") == []


def test_streams_are_whole_over_many_pages(store):
    """Paging neither loses nor repeats a row."""
    writer = Sealer(store)
    acts = [writer.seal(*[f"test/{number}"] * 250) for number in range(10)]
    writer.append(*acts)

    assert [row.index for row in store.events()] == list(range(2500))
    assert len(list(store.seals())) == 10


def test_a_snapshot_stands_still(store):
    """Everything read in it is of one moment, whatever is appended meanwhile."""
    writer = Sealer(store)
    writer.act("test/a")
    with store.snapshot() as pinned:
        before = pinned.head()
        writer.act("test/a")
        writer.act("test/b")
        seen = (
            pinned.head(),
            [row.index for row in pinned.events()],
            pinned.versions(["test/a", "test/b"]),
            pinned.records("test"),
            len(list(pinned.seals())),
        )

    assert seen == (before, [0], {"test/a": 1, "test/b": 0}, ["test/a"], 1)
    assert store.head().size == 3


def test_bare_rows_are_read_page_by_page(filled):
    """For reading at full speed: rows as tuples, in the order of the named rows' members."""
    rows = [astuple(row) for row in filled.events()]

    assert [tuple(row) for row in filled.event_page(2, 9, 3)] == rows[2:5]
    assert [tuple(row) for row in filled.seal_page(2, 4, 9)] == [
        astuple(seal) for seal in filled.seals(2, 4)
    ]
    assert filled.doubled_acts() == []


def test_bare_rows_are_read_by_their_kind(filled):
    """In the order of the log, those of other kinds left out, and no more than asked for."""
    rows = [astuple(row) for row in filled.events()]
    kind = rows[3][3]
    wanted = [row for row in rows if row[3] == kind and 1 <= row[0] < 9]

    assert [tuple(row) for row in filled.kind_page([kind], 1, 9, limit=99)] == wanted
    assert [tuple(row) for row in filled.kind_page([kind, "x"], 1, 9, limit=2)] == wanted[:2]
    assert list(filled.kind_page([], 0, 99, limit=9)) == []


def test_bare_rows_are_read_record_by_record(filled):
    """By record and version, from behind one event on, over the borders of records."""
    rows = sorted((astuple(row) for row in filled.events()), key=lambda row: (row[1], row[2]))

    assert [tuple(row) for row in filled.record_page(("", 0), "~", 99)] == rows
    assert [tuple(row) for row in filled.record_page(("other/a", 2), "~", 3)] == rows[2:5]
    assert [tuple(row) for row in filled.record_page(("", 0), "test/b", 99)] == rows[:6]


def test_checkpoints_are_kept_once(store):
    """The same note again changes nothing; another one of that size is refused."""
    store.add_checkpoint(5, b"five")
    store.add_checkpoint(3, b"three")
    store.add_checkpoint(5, b"five")

    with pytest.raises(ProofError, match="checkpoint 5"):
        store.add_checkpoint(5, b"other")

    assert store.checkpoints() == [(3, b"three"), (5, b"five")]


def test_a_witness_signs_a_checkpoint_once(store):
    """By size and witness; what a witness said first stands, and none hangs in the air."""
    store.add_checkpoint(5, b"five")
    store.add_checkpoint(3, b"three")
    for size, witness, line in ((5, "b", b"1"), (5, "a", b"2"), (3, "b", b"3"), (5, "a", b"4")):
        store.add_cosignature(size, witness, line)

    with pytest.raises(UnavailableError, match="checkpoint 4: is not kept"):
        store.add_cosignature(4, "a", b"5")

    assert store.cosignatures() == [(3, "b", b"3"), (5, "a", b"2"), (5, "b", b"1")]
    with store.snapshot() as log:
        assert log.cosignatures() == store.cosignatures()


def test_time_stamps_are_kept_once_over_checkpoints_that_are_kept(store):
    """Under their digests, by size; the same again changes nothing, and none hangs in the air."""
    store.add_checkpoint(5, b"five")
    store.add_checkpoint(3, b"three")
    for digest, size in (("b", 5), ("a", 5), ("c", 3), ("a", 5)):
        store.add_stamp(digest, size, digest.encode())

    with pytest.raises(UnavailableError, match="checkpoint 4: is not kept"):
        store.add_stamp("d", 4, b"d")

    assert store.stamps() == [("c", 3, b"c"), ("a", 5, b"a"), ("b", 5, b"b")]
    with store.snapshot() as log:
        assert log.stamps() == store.stamps()


def test_the_log_is_followed_by_polling(store):
    """Subscriptions exist on some databases only, so we promise none."""
    with pytest.raises(NotImplementedError):
        store.subscribe()
