"""What every store promises, whichever database it stands on."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import timedelta

import pytest
from eventsourcing.persistence import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import canonical
from ledger.act import format_entry
from ledger.clock import format_time, new_id
from ledger.errors import (
    ActReusedError,
    ClockError,
    ConflictError,
    MalformedError,
    ProofError,
)
from ledger.log.tree import (
    EMPTY_ROOT,
    append_all,
    check_consistency,
    check_inclusion,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root,
    root_at,
)
from ledger.store.contract import Head
from ledger.store.memory import MemoryStore
from tests.sealing import (
    KIND,
    START,
    Sealer,
    make_event,
    resealed,
    seal_events,
    stored,
    ticking,
)

CLOCK_CORRECTED = "office.clock_corrected/1"


def log_root(store) -> bytes:
    """Return the root over the entries as they are read back, computed from nothing else."""
    digests = {seal.act: seal.digest for seal in store.seals()}
    leaves = [
        leaf_hash(format_entry(row.event, row.recorded_at, digests[row.act]))
        for row in store.events()
    ]
    return root(append_all(0, (), leaves)[0])


# --- what is appended is there --------------------------------------------------------------


def test_an_empty_store_has_the_empty_head(store):
    """Before the founding act there is nothing, and it has a root."""
    assert store.head() == Head(0, EMPTY_ROOT, (), "", "")
    assert store.max_notification_id() is None
    assert list(store.events()) == []
    assert list(store.seals()) == []


def test_appending_nothing_changes_nothing(store):
    """No acts, no ids."""
    assert store.insert_events([]) == []
    assert store.head().size == 0


def test_indexes_count_from_0_without_a_gap(store):
    """Acts of any number of events fill the log densely, in order."""
    writer = Sealer(store)

    given_indexes = [writer.act("test/a"), writer.act("test/b", "test/a"), writer.act("test/c")]

    assert given_indexes == [[0], [1, 2], [3]]
    assert [row.index for row in store.events()] == [0, 1, 2, 3]
    assert store.head().size == 4
    assert store.max_notification_id() == 4


def test_an_event_row_is_what_was_sealed(store):
    """Bytes come back as they went in, with their record, version, kind, act and time."""
    writer = Sealer(store)
    sealed = writer.seal("test/a")

    writer.append(sealed)
    row = store.event_at(0)

    assert (row.record, row.version, row.kind) == ("test/a", 1, KIND)
    assert (row.event, row.act) == (sealed.events[0], sealed.act.act)
    assert row.recorded_at == format_time(START)


def test_a_seal_row_is_what_was_signed(store):
    """The envelope comes back byte for byte, with what its act says beside it."""
    writer = Sealer(store)
    writer.act("test/a")
    sealed = writer.seal("test/a", "test/b")
    writer.append(sealed)

    row = store.seal(sealed.act.act)

    assert (row.first_index, row.count) == (1, 2)
    assert (row.digest, row.envelope) == (sealed.digest, sealed.envelope)
    assert (row.actor, row.key, row.at) == (sealed.act.actor, sealed.act.key, sealed.act.at)
    assert list(store.seals(1)) == [row]
    assert store.seal("unknown") is None


def test_the_root_covers_every_entry(store):
    """The head's root is the root over what is read back."""
    writer = Sealer(store)
    for count in (1, 3, 2, 7, 1):
        writer.act(*["test/a"] * count)

    assert store.head().root == log_root(store)


def test_every_earlier_root_and_proof_can_be_read_from_the_nodes(store):
    """Node strings give each root the log ever had, and both kinds of proof."""
    writer = Sealer(store)
    roots = {0: EMPTY_ROOT}
    for _ in range(13):
        writer.act("test/a")
        roots[store.head().size] = store.head().root
    row = store.event_at(5)
    leaf = row.nodes[:32]

    assert {size: root_at(size, store.read_hashes) for size in roots} == roots
    check_inclusion(
        index=5,
        size=13,
        leaf=leaf,
        proof=prove_inclusion(5, 13, store.read_hashes),
        root=roots[13],
    )
    check_consistency(
        old_size=6, new_size=13, old_root=roots[6], new_root=roots[13],
        proof=prove_consistency(6, 13, store.read_hashes),
    )  # fmt: skip


def test_hashes_that_are_not_there_are_left_out(store):
    """A proof that reaches over the end of the log is refused, never made up."""
    Sealer(store).act("test/a")

    assert store.read_hashes([(0, 1), (3, 0)]) == []
    with pytest.raises(ProofError):
        root_at(2, store.read_hashes)


def test_several_acts_of_one_append_build_on_each_other(store):
    """A bulk append holds acts whose events follow those of the acts before them."""
    writer = Sealer(store)
    writer.act("test/a")
    acts = [writer.seal("test/a", "test/b"), writer.seal("test/b"), writer.seal("test/a")]

    indexes = writer.append(*acts)

    assert indexes == [1, 2, 3, 4]
    assert [row.version for row in store.history("test/a")] == [1, 2, 3]
    assert store.head().root == log_root(store)


def test_content_is_kept_with_its_act(store):
    """Salt and bytes come back; unknown content is None."""
    digest = canonical.digest(b"salt" + b"a scan")
    writer = Sealer(store)

    writer.append(writer.seal("test/a"), content=[(digest, b"salt", b"a scan")])

    assert store.content(digest) == (b"salt", b"a scan")
    assert store.content("0" * 64) is None


def test_content_is_kept_once(store):
    """The same content may come with two acts."""
    content = [(canonical.digest(b"sx"), b"s", b"x")]
    writer = Sealer(store)

    writer.append(writer.seal("test/a"), content=content)
    writer.append(writer.seal("test/a"), content=content)

    assert store.content(content[0][0]) == (b"s", b"x")


def test_content_under_another_digest_is_refused(store):
    """What is stored under a digest has that digest."""
    writer = Sealer(store)

    with pytest.raises(MalformedError, match="salted digest"):
        writer.append(writer.seal("test/a"), content=[("0" * 64, b"s", b"x")])

    assert store.head().size == 0


# --- an act is recorded once ----------------------------------------------------------------


def test_the_same_act_again_gives_the_first_result(store):
    """A lost acknowledgement costs nothing: asked again, the first recording is the answer."""
    writer = Sealer(store)
    writer.act("test/a")
    sealed = writer.seal("test/a", "test/b")
    first = writer.append(sealed)
    writer.act("test/a")

    again = writer.append(sealed)

    assert again == first == [1, 2]
    assert store.head().size == 4


def test_the_same_request_decided_again_gives_the_first_result(store):
    """Decided anew on fresh state, the act still stands as first recorded."""
    writer = Sealer(store)
    sealed = writer.seal("test/a")
    writer.append(sealed)
    anew = seal_events(writer.write("test/a"), seen=sealed_seen(store), act=sealed.act.act)

    assert writer.append(anew) == [0]
    assert store.head().size == 1


def test_the_same_request_decided_to_other_events_is_a_lost_race(store):
    """Looked up by its id, it is found; no ids are made up for events that were not recorded."""
    writer = Sealer(store)
    sealed = writer.seal("test/a")
    writer.append(sealed)
    anew = seal_events(
        writer.write("test/a", "test/a"), seen=sealed_seen(store), act=sealed.act.act
    )

    with pytest.raises(ConflictError):
        writer.append(anew)

    assert store.find_act(sealed.act.act).first_index == 0


@pytest.mark.parametrize(
    "changed", [{"request": "1" * 64}, {"actor": "officer/another"}], ids=["request", "actor"]
)
def test_an_act_id_is_never_used_for_something_else(store, changed):
    """Another request or another actor under a known id is refused."""
    writer = Sealer(store)
    sealed = writer.seal("test/a")
    writer.append(sealed)

    with pytest.raises(ActReusedError):
        writer.append(resealed(sealed.act, sealed.events, **changed))


def test_an_act_twice_in_one_append_is_refused(store):
    """One append holds each act once."""
    writer = Sealer(store)
    sealed = writer.seal("test/a")

    with pytest.raises(MalformedError, match="act id twice"):
        writer.append(sealed, sealed)


def test_an_act_is_found_by_its_id(store):
    """What was recorded is told with its place and its seal; an unknown id is None."""
    writer = Sealer(store)
    writer.act("test/a")
    sealed = writer.seal("test/a", "test/b")
    writer.append(sealed)

    found = store.find_act(sealed.act.act)

    assert (found.act_id, found.first_index, found.count) == (sealed.act.act, 1, 2)
    assert (found.digest, found.envelope) == (sealed.digest, sealed.envelope)
    assert store.find_act(new_id(START)) is None


# --- lost races -----------------------------------------------------------------------------


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


# --- another past ---------------------------------------------------------------------------


def sealed_seen(store) -> tuple[int, bytes]:
    """Return the head as an act names it."""
    head = store.head()
    return head.size, head.root


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


# --- of one piece ---------------------------------------------------------------------------


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


# --- time -----------------------------------------------------------------------------------


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


# --- reading --------------------------------------------------------------------------------


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


def test_the_log_is_followed_by_polling(store):
    """Subscriptions exist on some databases only, so we promise none."""
    with pytest.raises(NotImplementedError):
        store.subscribe()


# --- laws -----------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), max_size=8), st.data()
)
def test_any_cut_into_appends_gives_the_same_log(acts, data):
    """Appended one by one or many at once, acts make the same entries, nodes and root."""
    one, many = Sealer(MemoryStore()), Sealer(MemoryStore())
    sealed = []
    for letters in acts:
        sealed.append(one.seal(*[f"test/{letter}" for letter in letters]))
        one.append(sealed[-1])
    cut = data.draw(st.integers(0, len(sealed)))

    many.append(*sealed[:cut])
    many.append(*sealed[cut:])

    assert list(many.store.events()) == list(one.store.events())
    assert many.store.head() == one.store.head()
