"""What every store promises of private fields: they lie there with their act, or not; purged, they are gone."""

from __future__ import annotations

import pytest

from ledger import canonical
from ledger.errors import ConflictError, MalformedError, UnavailableError
from ledger.store.open import open_store
from tests.sealing import Sealer, seal_events

SEALED = b"sealed disclosure: IN-THE-FILE"
DIGEST = "A" * 43


def naming(store, *records, digest=DIGEST, sealed=SEALED):
    """Return a writer's next act, whose events name a disclosure."""
    writer = Sealer(store)
    told = {"private": {"_sd": [digest], "sealed": [canonical.digest(sealed)]}}
    events = writer.write(*records, **told)
    return writer, events


def appended(store, *records):
    """Append an act whose first event names a disclosure, which is brought along."""
    writer, events = naming(store, *records)
    act = seal_of(store, events)
    return writer.append(act, disclosures=[(DIGEST, 0, SEALED)]), act, writer


def seal_of(store, events):
    """Seal these events over the store's head."""
    head = store.head()
    return seal_events(events, seen=(head.size, head.root))


def test_a_disclosure_lies_there_under_its_events_index(store):
    """It is found by its digest, with where it belongs and what was sealed."""
    Sealer(store).act("test/before")

    (index,), _, _ = appended(store, "test/a")

    assert store.disclosure(DIGEST) == (index, SEALED)
    assert [tuple(row) for row in store.disclosure_page("", 10)] == [(DIGEST, index, SEALED)]
    assert list(store.disclosure_page(DIGEST, 10)) == []
    assert store.disclosure("B" * 43) is None


def test_a_disclosure_that_its_event_does_not_name_is_refused(store):
    """Nothing is written: neither the act nor what came with it."""
    writer, events = naming(store, "test/a")
    act = seal_of(store, events)

    for wrong in [("B" * 43, 0, SEALED), (DIGEST, 0, b"other")]:
        with pytest.raises(MalformedError, match="one that its event names"):
            writer.append(act, disclosures=[wrong])

    assert store.head().size == 0
    assert list(store.disclosure_page("", 10)) == []


def test_a_lost_race_leaves_no_disclosure(store):
    """What is decided again is brought again."""
    writer, events = naming(store, "test/a")
    late = seal_of(store, events)
    Sealer(store).act("test/a")

    with pytest.raises(ConflictError):
        writer.append(late, disclosures=[(DIGEST, 0, SEALED)])

    assert store.disclosure(DIGEST) is None


def test_an_act_asked_for_again_brings_nothing_back(store):
    """A retry finds the first result, and what was purged since stays gone."""
    first, act, writer = appended(store, "test/a")
    store.purge([DIGEST])

    again = writer.append(act, disclosures=[(DIGEST, 0, SEALED)])

    assert again == first
    assert store.disclosure(DIGEST) is None


def test_what_is_purged_is_gone_and_the_log_stays(store):
    """Content and disclosures go by digest; events, head and what else there is are as they were."""
    content, kept = b"content: IN-THE-FILE", b"kept"
    rows = [(canonical.digest(b"salt" + each), b"salt", each) for each in (content, kept)]
    writer, events = naming(store, "test/a")
    act = seal_of(store, events)
    writer.append(act, disclosures=[(DIGEST, 0, SEALED)], content=rows)
    head = store.head()

    gone = store.purge([DIGEST, rows[0][0]])

    assert gone == 2
    assert store.disclosure(DIGEST) is None
    assert store.content(rows[0][0]) is None
    assert store.content(rows[1][0]) == (b"salt", kept)
    assert store.head() == head
    assert [row.event for row in store.events()] == list(events)
    assert store.purge([DIGEST, rows[0][0]]) == 0


def test_a_snapshot_taken_before_still_sees_it_in_memory_alone():
    """A reader's view is its own; the store has it no more."""
    store = open_store("memory:")
    appended(store, "test/a")

    with store.snapshot() as reader:
        store.purge([DIGEST])
        assert reader.disclosure(DIGEST) is not None

    assert store.disclosure(DIGEST) is None


def test_a_purge_while_others_read_says_what_is_left_and_is_run_again(tmp_path):
    """Nobody reads it through the store any more; the write-ahead log is emptied by the next try."""
    path = tmp_path / "ledger.db"
    store = open_store(str(path), create=True, lock_seconds=0.05)
    appended(store, "test/a")

    with store.snapshot() as reader:
        with pytest.raises(UnavailableError, match="write-ahead log"):
            store.purge([DIGEST])
        assert reader.disclosure(DIGEST) is not None

    assert store.disclosure(DIGEST) is None
    assert store.purge([DIGEST]) == 0
    assert SEALED not in b"".join(each.read_bytes() for each in tmp_path.iterdir())
    store.close()


def test_no_file_of_an_embedded_store_holds_what_was_purged(tmp_path):
    """Not in free pages, not in the write-ahead log, while the store is open and after."""
    path = tmp_path / "ledger.db"
    store = open_store(str(path), create=True)
    appended(store, "test/a")
    before = b"".join(each.read_bytes() for each in tmp_path.iterdir())

    store.purge([DIGEST])

    held = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert SEALED in before
    assert SEALED not in held
    store.close()
    assert SEALED not in path.read_bytes()
