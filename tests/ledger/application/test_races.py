"""Two write at once, or the answer is lost: every act is recorded once, on facts that still stand."""

from __future__ import annotations

import pytest

from ledger.application.known import MAX_KNOWN, Known
from ledger.application.ledger import Ledger
from ledger.application.mapper import Folded
from ledger.audit.verify import verify
from ledger.errors import ConflictError, OutcomeUnknownError
from tests.office import FOUNDER, SECOND, make_busy_office, make_office, pin_of

CLOCK = ("office.correct-clock", "office/main", {"reason": "校时"})


def test_a_lost_acknowledgement_returns_the_first_result(monkeypatch):
    """When the commit's answer is lost, asking again by act id finds what was recorded."""
    office = make_office()
    insert = office.store.insert_events
    calls = []

    def insert_and_lose(*args, **kwargs):
        calls.append(insert(*args, **kwargs))
        raise OutcomeUnknownError("store", "the line broke")

    monkeypatch.setattr(office.store, "insert_events", insert_and_lose)
    size = office.store.head().size
    done = office.ledger.act(office.people[FOUNDER], office.request([CLOCK]))

    assert (done.first_index, office.store.head().size) == (size, size + 1)
    assert len(calls) == 1


def test_a_lost_race_is_decided_again_on_fresh_state(monkeypatch):
    """Who comes second decides on what the first left, and takes the next version."""
    office = make_office()
    insert = office.store.insert_events
    rivals = [lambda: office.act(SECOND, CLOCK)]

    def insert_after_rival(*args, **kwargs):
        if rivals:
            monkeypatch.setattr(office.store, "insert_events", insert)
            rivals.pop()()
        return insert(*args, **kwargs)

    before = office.ledger.folded("office/main").version
    monkeypatch.setattr(office.store, "insert_events", insert_after_rival)
    office.act(FOUNDER, CLOCK)

    assert office.ledger.folded("office/main").version == before + 2


def test_the_same_request_from_two_places_at_once_has_one_result(monkeypatch):
    """Whoever comes second is told what the first recorded, and goes on from there."""
    office = make_office()
    insert = office.store.insert_events
    request = office.request([CLOCK])
    firsts = []

    def insert_after_twin(*args, **kwargs):
        monkeypatch.setattr(office.store, "insert_events", insert)
        twin = Ledger(office.store, clock=office.clock)
        firsts.append(twin.act(office.people[FOUNDER], request))
        return insert(*args, **kwargs)

    monkeypatch.setattr(office.store, "insert_events", insert_after_twin)
    done = office.ledger.act(office.people[FOUNDER], request)
    after = office.act(FOUNDER, CLOCK)

    assert (done.seal, done.first_index) == (firsts[0].seal, firsts[0].first_index)
    assert after.first_index == done.first_index + 1


def test_what_others_appended_is_seen_by_the_next_act():
    """What is kept from one act to the next is good for the log it was read from alone."""
    office = make_office()
    twin = Ledger(office.store, clock=office.clock)
    asked = office.request([CLOCK]), office.request([CLOCK]), office.request([CLOCK])
    before = office.ledger.folded("office/main").version

    twin.act(office.people[FOUNDER], asked[0])
    office.ledger.act(office.people[SECOND], asked[1])
    twin.act(office.people[FOUNDER], asked[2])

    assert office.ledger.folded("office/main").version == before + 3


def test_what_others_append_meanwhile_is_not_missed(monkeypatch):
    """Something else recorded between deciding and writing: both stand, and the next act sees both."""
    office = make_busy_office()
    insert = office.store.insert_events
    twin = Ledger(office.store, clock=office.clock)
    plans = [office.request([("rule.plan", "", {"title": title})]) for title in "甲乙"]

    def insert_after_another(*args, **kwargs):
        monkeypatch.setattr(office.store, "insert_events", insert)
        twin.act(office.people["丙"], plans[0])
        return insert(*args, **kwargs)

    monkeypatch.setattr(office.store, "insert_events", insert_after_another)
    size = office.store.head().size
    done = office.ledger.act(office.people["丁"], plans[1])
    after = office.act(FOUNDER, CLOCK)

    assert (done.first_index, after.first_index) == (size + 1, size + 2)
    assert verify(office.store, pin=pin_of(office), jobs=1).verdict == "intact"


def test_only_so_many_records_are_kept_between_acts():
    """A long import does not fill the memory with what it wrote."""
    changed = {f"test/{number}": Folded(1, "0" * 64, None) for number in range(MAX_KNOWN)}
    known = Known(0, lambda record: Folded(7, "0" * 64, record))

    grown = known.grown(MAX_KNOWN, changed).grown(MAX_KNOWN + 1, {"test/x": changed["test/1"]})

    assert list(grown.records) == ["test/x"]
    assert grown.folded("test/1").version == 7


def test_a_race_that_is_never_won_ends(monkeypatch):
    """After many lost races the conflict itself is told."""
    office = make_office()

    def always_late(*_args, **_kwargs):
        raise ConflictError("office/main", expected=1, found=2)

    monkeypatch.setattr(office.store, "insert_events", always_late)

    with pytest.raises(ConflictError):
        office.act(FOUNDER, CLOCK)
