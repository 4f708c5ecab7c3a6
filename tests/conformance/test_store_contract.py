"""What every store promises of an append: all of it is there, once, whoever asks again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import canonical
from ledger.clock import format_time, new_id
from ledger.errors import (
    ActReusedError,
    ConflictError,
    MalformedError,
    ProofError,
)
from ledger.log.tree import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
    root_at,
)
from ledger.store.contract import Head
from ledger.store.memory import MemoryStore
from tests.conformance.whole import log_root
from tests.sealing import (
    KIND,
    START,
    Sealer,
    resealed,
    seal_events,
    sealed_seen,
)

# --- what is appended is there -----------------------------------------------------------------


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


# --- an act is recorded once -------------------------------------------------------------------


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


# --- laws --------------------------------------------------------------------------------------


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
