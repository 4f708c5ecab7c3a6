"""Histories proved while the log is read by index: what is proved, and what is not taken for proved."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import chains
from ledger.audit import verify as verifying
from ledger.audit.authority import KINDS
from ledger.audit.chains import Chains, Start, mark, minus, newest
from ledger.audit.forms import EventForms
from ledger.audit.histories import Histories
from ledger.audit.verify import verify
from ledger.canonical import ZERO_DIGEST, digest
from ledger.errors import UnavailableError
from ledger.store.memory import MemoryReader
from tests.office import make_busy_office, pin_of

BYTES = ("event", "seal", "log", "key")
KEY = b"k" * 32
RECORDS = ("fund/a", "fund/b", "rule/a")


@pytest.fixture
def never_by_record(monkeypatch):
    """Whoever reads records one by one fails."""

    def refuse(*_):
        raise AssertionError("records were read one by one")

    monkeypatch.setattr(Histories, "check", refuse)


@pytest.fixture
def short_spans(monkeypatch):
    """Spans of four events, so that nearly all histories go over their ends."""
    monkeypatch.setattr(verifying, "SPAN", 4)
    monkeypatch.setattr(chains, "SELDOM", 1)


@pytest.mark.parametrize("spans", ["SPAN", "short_spans"])
@pytest.mark.usefixtures("never_by_record")
def test_bytes_alone_are_read_once(request, spans):
    """Where bytes alone are asked for, a sound log is read by index and not a second time."""
    if spans != "SPAN":
        request.getfixturevalue(spans)
    office = make_busy_office()

    verdict = verify(office.store, pin=pin_of(office), only=BYTES, jobs=1)

    assert (verdict.verdict, verdict.size) == ("intact", 25)


@pytest.mark.usefixtures("never_by_record")
def test_what_is_sound_but_rare_is_read_once_too(monkeypatch):
    """Events whose form is not seen at once, as one of a leap day, are looked at one by one, and as proved."""
    monkeypatch.setattr(EventForms, "all_told", lambda *_: None)
    office = make_busy_office()

    verdict = verify(office.store, pin=pin_of(office), only=BYTES, jobs=1)

    assert (verdict.verdict, verdict.size) == ("intact", 25)


def test_records_are_read_where_histories_go_over_too_many_ends(monkeypatch):
    """A log whose histories are long and far apart is read by record, and is as intact."""
    monkeypatch.setattr(verifying, "SPAN", 4)
    read = []
    check = Histories.check
    monkeypatch.setattr(
        Histories, "check", lambda self, *where: read.append(where) or check(self, *where)
    )
    office = make_busy_office()

    verdict = verify(office.store, pin=pin_of(office), only=BYTES, jobs=1)

    assert (verdict.verdict, len(read)) == ("intact", 1)


def test_the_event_before_is_what_it_is_named():
    """What an event follows on is looked up: its digest, its place before it, its record and version."""
    office = make_busy_office()
    rows = [row for row in office.store.events() if row.version > 1]
    before = next(
        row
        for row in office.store.history(rows[0].record)
        if row.version == rows[0].version - 1
    )
    sound = Start(rows[0].index, rows[0].record, rows[0].version, digest(before.event))
    other = digest(rows[0].event)

    found = [
        chains._follows(office.store, EventForms(KINDS), start)
        for start in (
            sound,
            replace(sound, prev=other),
            replace(sound, index=before.index),
            replace(sound, version=sound.version + 5),
            replace(sound, record="office/none"),
        )
    ]

    assert found == [True, False, False, False, False]


@pytest.mark.parametrize(
    "answer", [UnavailableError("store", "gone"), [(3, "", 1, "", "text")]]
)
def test_an_event_before_that_cannot_be_read_is_not_taken_for_it(answer):
    """The store fails, or tells text where bytes belong: whoever reads by record says what is wrong."""

    class Reader:
        def record_page(self, *_):
            """Answer, or fail."""
            if isinstance(answer, Exception):
                raise answer
            return answer

    start = Start(9, "rule/a", 2, digest(b"{}"))

    assert chains._follows(Reader(), EventForms(KINDS), start) is False


class Told:
    """A store that tells of records what it is told to."""

    def __init__(self, ends):
        self.ends = ends

    def newest_page(self, after, limit):
        """Return records with their newest versions, two at a time."""
        assert limit > 2
        return sorted(each for each in self.ends.items() if each[0] > after)[:2]


def owed_after(events, cuts, ends):
    """Return what is owed at the end of a log of (record, version), cut into spans."""
    bounds = [0, *sorted(cut for cut in cuts if cut < len(events)), len(events)]
    owed = newest(Told(ends), KEY)
    for lo, hi in itertools.pairwise(bounds):
        span = Chains()
        for index in range(lo, hi):
            record, version = events[index]
            prev = (
                ZERO_DIGEST
                if version == 1
                else digest(b"%s %d" % (record.encode(), version - 1))
            )
            says = (prev.encode(), record.encode(), b"%d" % version)
            own = digest(b"%s %d" % (record.encode(), version))
            assert span.follow(index, [(record, version)], [says], [own])
        owed = minus(owed, span.sum(None, None, KEY))
    return owed


@st.composite
def logs(draw):
    """A sound log over some records: events in any order that keeps each history's own, and cuts."""
    names = draw(st.lists(st.sampled_from(RECORDS), min_size=1, max_size=12))
    counts: dict[str, int] = {}
    events = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        events.append((name, counts[name]))
    cuts = draw(st.sets(st.integers(0, len(events)), max_size=4))
    return events, cuts, counts


@given(log=logs(), data=st.data())
def test_the_sum_closes_over_whole_histories_alone(log, data):
    """It is nought for every sound log however it is cut, and not once an event is doubled, lost or renumbered."""
    events, cuts, ends = log
    at = data.draw(st.integers(0, len(events) - 1))
    record, version = events[at]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chains, "_follows", lambda *_: True)
        patch.setattr(chains, "SELDOM", 0)
        found = [
            owed_after(each, cuts, ends)
            for each in (
                events,
                [*events, events[at]],
                [*events[:at], events[at], *events[at:]],
                [*events[:at], *events[at + 1 :]],
                [*events[:at], (record, version + 1), *events[at + 1 :]],
            )
        ]

    assert found[0] == 0
    assert 0 not in found[1:]


@pytest.mark.parametrize(
    "ends",
    [{"fund/a": 1}, {"fund/a": 2, "fund/b": 1}, {"fund/a": 2, "fund/b": 1, "rule/a": 1}],
    ids=["an older version", "one record more", "two more"],
)
def test_a_store_that_tells_other_records_proves_nothing(ends):
    """The newest versions must be those of the log, of each of its records and of no other."""
    events = [("fund/a", 1), ("fund/a", 2)]

    assert owed_after(events, (), {"fund/a": 2}) == 0
    assert owed_after(events, (), ends) != 0


@pytest.mark.parametrize(
    "page",
    [
        [("fund/a", 1), ("fund/a", 1)],
        [("fund/b", 1), ("fund/a", 1)],
        [("fund/a", 1), ("fund/b", None)],
        [("fund/a", 1), (b"fund/b", 1)],
    ],
    ids=["twice", "out of order", "no version", "no name"],
)
def test_a_store_that_lists_records_wrongly_proves_nothing(page):
    """A record told twice could hide a history that forks: such a list is no list of records."""
    store = Told({})
    store.newest_page = lambda after, _: [] if after else page

    assert newest(store, KEY) is None


def test_a_mark_is_of_one_version_under_one_key():
    """Other versions, other records and other keys have other marks."""
    marks = {
        mark(key, *place)
        for key in (KEY, b"")
        for place in (("fund/a", 1), ("fund/a", 11), ("fund/b", 1))
    }

    assert len(marks) == 6


@pytest.mark.parametrize("lost", ["officer/", "key/"])
def test_an_index_that_has_lost_records_is_found(monkeypatch, lost):
    """All events are read twice, by place and by record: who forged an index shows one and hides the other."""
    office = make_busy_office()
    read = MemoryReader.record_page

    def forged(reader, after, stop, limit):
        if after[0] >= lost:
            return read(reader, after, stop, limit)
        page = [row for row in read(reader, after, stop, limit) if not row[1].startswith(lost)]
        return page or read(reader, (f"{lost}~", 0), stop, limit)

    monkeypatch.setattr(MemoryReader, "record_page", forged)

    told = verify(office.store, pin=pin_of(office), jobs=1)

    (found,) = told.findings
    assert (found.code, found.damage) == ("store.index", "store changed")
    assert "read by index the log has 25 events, by record " in found.message
