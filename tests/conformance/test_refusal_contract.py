"""What every store refuses: lost races, other pasts, what is not of one piece, wrong clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from eventsourcing.persistence import IntegrityError

from ledger.clock import format_time
from ledger.errors import (
    ClockError,
    ConflictError,
    MalformedError,
    ProofError,
)
from tests.sealing import (
    START,
    Sealer,
    make_event,
    seal_events,
    sealed_seen,
    stored,
    ticking,
)

CLOCK_CORRECTED = "office.clock_corrected/1"


# --- lost races --------------------------------------------------------------------------------


def test_a_record_that_moved_on_is_a_conflict(store):
    """The second of two deciders is told which record, what it expected, and what is there."""
    writer, other = Sealer(store), Sealer(store)
    writer.act("test/a")

    with pytest.raises(ConflictError, match="test/a: expected version 0, found 1") as lost:
        other.act("test/a")

    assert isinstance(lost.value, IntegrityError)
    assert store.head().size == 1


def test_a_read_that_is_no_longer_so_is_a_conflict(store):
    """A key revoked between decision and append does not slip through the door."""
    writer = Sealer(store)
    writer.act("test/key")
    sealed = writer.seal("test/a", reads=(("test/key", 1), ("test/unknown", 0)))
    writer.act("test/key")

    with pytest.raises(ConflictError, match="test/key: expected version 1, found 2"):
        writer.append(sealed)


def test_a_read_that_still_holds_lets_the_act_pass(store):
    """Reads of records with and without events are checked, not refused."""
    writer = Sealer(store)
    writer.act("test/key")

    assert writer.act("test/a", reads=(("test/key", 1), ("test/unknown", 0))) == [1]


def test_reads_of_a_later_act_see_what_an_earlier_one_wrote(store):
    """Within one append, the read set is held against the acts before it."""
    writer = Sealer(store)
    first = writer.seal("test/key")

    with pytest.raises(ConflictError, match="test/key: expected version 0, found 1"):
        writer.append(first, writer.seal("test/a", reads=(("test/key", 0),)))

    assert store.head().size == 0


def test_one_conflict_refuses_all_acts_of_the_append(store):
    """All acts or none: nothing of the good ones is left."""
    writer = Sealer(store)
    writer.act("test/a")
    good, bad = writer.seal("test/b"), Sealer(store).seal("test/a")

    with pytest.raises(ConflictError):
        writer.append(good, bad)

    assert store.head().size == 1
    assert store.find_act(good.act.act) is None


def test_a_version_that_skips_one_is_a_conflict(store):
    """No gap opens within a record."""
    event = make_event("test/a", 2, "1" * 64)

    with pytest.raises(ConflictError, match="expected version 1, found 0"):
        Sealer(store).append(seal_events([event], seen=sealed_seen(store)))


# --- another past ------------------------------------------------------------------------------


def test_an_event_that_follows_another_past_is_refused(store):
    """The right version upon other bytes is no race: the history was changed under someone."""
    writer = Sealer(store)
    writer.act("test/a")
    event = make_event("test/a", 2, "1" * 64)

    with pytest.raises(ProofError, match="run 'qifeng verify'"):
        writer.append(seal_events([event], seen=sealed_seen(store)))


def test_a_head_this_log_never_had_is_refused(store):
    """An act signed over another log, or a rewritten one, does not enter."""
    writer = Sealer(store)
    writer.act("test/a")
    writer.act("test/a")

    for size in (0, 1, 2):
        with pytest.raises(ProofError, match=f"at size {size}"):
            writer.append(seal_events(Sealer(store).write("test/b"), seen=(size, b"\1" * 32)))


def test_a_head_beyond_the_log_is_refused(store):
    """An act that has seen more than this store holds shows that the store was cut."""
    writer = Sealer(store)
    writer.act("test/a")

    with pytest.raises(ProofError, match="has seen size 9, this log has 1"):
        writer.append(seal_events(writer.write("test/b"), seen=(9, b"\1" * 32)))


def test_a_head_between_two_acts_of_one_append_was_never_seen(store):
    """What is not yet written can be seen by nobody."""
    writer = Sealer(store)
    writer.act("test/a")
    first = writer.seal("test/a", "test/a")
    second = seal_events(writer.write("test/b"), seen=(2, b"\1" * 32))

    with pytest.raises(ProofError, match="has seen size 2, between two acts"):
        writer.append(first, second)


def test_an_older_head_may_have_been_seen(store):
    """Others may append between looking and signing; the root at that size is what counts."""
    writer = Sealer(store)
    seen = [sealed_seen(store)]
    for _ in range(5):
        writer.act("test/a")
        seen.append(sealed_seen(store))

    indexes = [
        writer.append(seal_events(writer.write("test/b"), seen=each))[0] for each in seen
    ]

    assert indexes == [5, 6, 7, 8, 9, 10]


def test_an_act_of_another_ledger_is_refused(store):
    """The founding act names the origin, and every later act the same one."""
    writer = Sealer(store)
    writer.act("test/a")

    with pytest.raises(ProofError, match="is of ledger elsewhere"):
        writer.act("test/a", ledger="elsewhere")


def test_acts_of_two_ledgers_in_the_first_append_are_refused(store):
    """The origin holds from the first act on, even within one append."""
    writer = Sealer(store)

    with pytest.raises(ProofError, match="is of ledger elsewhere"):
        writer.append(writer.seal("test/a"), writer.seal("test/b", ledger="elsewhere"))


# --- of one piece ------------------------------------------------------------------------------


def test_events_without_an_act_are_refused(store):
    """There is no unsealed path."""
    sealed = Sealer(store).seal("test/a")

    with pytest.raises(MalformedError, match="expected 0 sealed events, found 1"):
        store.insert_events(stored([sealed]))


def test_events_that_the_act_does_not_name_are_refused(store):
    """What is stored is what was signed."""
    writer = Sealer(store)
    sealed = writer.seal("test/a")
    other = seal_events(Sealer(store).write("test/a"), seen=sealed_seen(store))

    with pytest.raises(MalformedError, match="the events that it names"):
        store.insert_events(stored([other]), acts=[sealed])


def test_an_envelope_over_another_act_is_refused(store):
    """The seal that is stored covers the act that was checked."""
    writer = Sealer(store)
    sealed, other = writer.seal("test/a"), writer.seal("test/b")

    with pytest.raises(MalformedError, match="an envelope over it"):
        writer.append(replace(sealed, envelope=other.envelope, digest=other.digest))


def test_a_seal_under_another_digest_is_refused(store):
    """Entries name the seal by the digest of its bytes."""
    sealed = Sealer(store).seal("test/a")

    with pytest.raises(MalformedError, match="digest of its envelope"):
        Sealer(store).append(replace(sealed, digest="0" * 64))


@pytest.mark.parametrize(
    "changed", [{"originator_id": "test/b"}, {"topic": "test.other/1"}], ids=["record", "kind"]
)
def test_an_event_stored_under_other_members_is_refused(store, changed):
    """Columns say what the bytes say."""
    sealed = Sealer(store).seal("test/a")
    rows = [replace(stored([sealed])[0], **changed)]

    with pytest.raises(MalformedError, match="the members it is stored under"):
        store.insert_events(rows, acts=[sealed])


def test_records_with_quotes_and_backslashes_are_kept(store):
    """A natural key may hold what JSON escapes."""
    record = 'test/县委发〔2023〕"\\x'

    Sealer(store).act(record, record)

    assert store.records("test") == [record]
    assert store.last(record).version == 2


# --- time --------------------------------------------------------------------------------------


def test_recorded_at_never_falls_back(store):
    """A clock a little behind does not make an entry older than the one before it."""
    writer = Sealer(store)
    writer.act("test/a")

    writer.act("test/a", clock=lambda: START - timedelta(seconds=5))

    assert [row.recorded_at for row in store.events()] == [format_time(START)] * 2


def test_a_clock_far_behind_refuses(store):
    """More than 5 s behind, nothing is written."""
    writer = Sealer(store)
    writer.act("test/a")

    with pytest.raises(ClockError):
        writer.act("test/a", clock=lambda: START - timedelta(seconds=5, microseconds=1))

    assert store.head().size == 1


def test_small_steps_back_do_not_add_up(store):
    """Falling back 4 s again and again is falling back far."""
    writer = Sealer(store)
    writer.act("test/a")
    writer.act("test/a", clock=lambda: START - timedelta(seconds=4))

    with pytest.raises(ClockError):
        writer.act("test/a", clock=lambda: START - timedelta(seconds=8))


def test_a_signed_correction_sets_the_clock_back(store):
    """After it, acts are taken again; their recorded_at waits for the clock to catch up."""
    writer = Sealer(store)
    writer.act("test/a")
    hour_back = START - timedelta(hours=1)
    writer.append(writer.seal("office/self", kind=CLOCK_CORRECTED), clock=lambda: hour_back)

    writer.act("test/a", clock=lambda: hour_back)

    assert {row.recorded_at for row in store.events()} == {format_time(START)}
    assert store.head().clock == format_time(hour_back)


def test_each_act_reads_the_clock_once(store):
    """All events of an act have one time, acts of one append each their own."""
    writer = Sealer(store)

    writer.append(writer.seal("test/a", "test/b"), writer.seal("test/a"), clock=ticking())

    times = [row.recorded_at for row in store.events()]
    assert times[0] == times[1] < times[2]
