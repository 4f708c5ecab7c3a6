"""Reading fast says the same as reading slowly: for sound bytes, and for every damaged one."""

from __future__ import annotations

import pytest

from ledger.act import MAX_EVENT_BYTES, open_seal, parse_event
from ledger.audit import forms
from ledger.audit.authority import KINDS
from ledger.audit.forms import EventForms, is_time, open_envelope, stands
from ledger.body import parse_body
from ledger.errors import MalformedError
from tests.office import make_busy_office


@pytest.fixture(scope="module")
def rows():
    """The rows of a small ledger: events and seals."""
    store = make_busy_office().store
    return store.event_page(0, 99, 99), store.seal_page(0, 99, 99)


def slowly(encoded):
    """Return what ledger.act and ledger.body say of an event's bytes, or None for a refusal."""
    try:
        event = parse_event(encoded)
        parse_body(KINDS[event.kind], event.body)
    except (MalformedError, KeyError):
        return None
    return event.kind, event.prev, event.record, event.version


def quickly(event_forms, kind, encoded):
    """Return what the patterns say of an event's bytes, or None for a refusal."""
    try:
        return event_forms.told(kind, encoded)
    except MalformedError:
        return None


def together(event_forms, kind, encoded):
    """Return what is said of an event beside a sound one of its act, or None where it is not seen."""
    told = event_forms.all_told([kind, kind], [encoded, encoded])
    if told is None or not stands(*told[1]):
        return None
    prev, record, version = told[1]
    return kind, prev.decode(), record.decode(), int(version)


def test_sound_events_are_read_the_same(rows):
    """Every event of a ledger is read as slowly, alone and beside others."""
    event_forms = EventForms(KINDS)

    for row in rows[0]:
        expected = slowly(row[4])
        assert event_forms.told(row[3], row[4]) == expected
        assert together(event_forms, row[3], row[4]) == expected


def test_sound_events_never_need_the_slow_way(rows, monkeypatch):
    """The patterns are worth having: sound bytes match them."""
    event_forms = EventForms(KINDS)
    monkeypatch.setattr(forms, "parse_event", lambda encoded: pytest.fail(str(encoded)))

    for row in rows[0]:
        event_forms.told(row[3], row[4])


@pytest.mark.parametrize("index", [0, 14, 18])
def test_every_changed_byte_of_an_event_is_judged_the_same(rows, index):
    """Whatever byte is changed, fast and slow reading agree on refusing or reading it."""
    event_forms = EventForms(KINDS)
    row = rows[0][index]
    for at in range(len(row[4])):
        for new in (row[4][at] ^ 1, 0x00, 0x22, 0x5C, 0x80, 0x2E):
            changed = row[4][:at] + bytes([new]) + row[4][at + 1 :]
            expected = slowly(changed)
            assert quickly(event_forms, row[3], changed) == expected
            assert together(event_forms, row[3], changed) in (None, expected)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"from_day":"2022-03-01"', b'"from_day":"2022-02-29"'),
        (b'"from_day":"2022-03-01"', b'"from_day":"2024-02-29"'),
        (b'"from_day":"2022-03-01"', b'"from_day":"2022-04-31"'),
        (b'"from_day":"2022-03-01"', b'"from_day":"0000-03-01"'),
        (b'"document":""', '"document":"\u202e"'.encode()),
        (b'"document":""', '"document":"\u2066"'.encode()),
        (b'"document":""', '"document":"“\u2028\u00a0”"'.encode()),
        (b'"document":""', b'"document":"\xed\xa0\x80"'),
        (b'"document":""', b'"document":"\\n\\t\\"\\\\"'),
        (b'"document":""', b'"document":"\\r"'),
        (b'"document":""', b'"document":"\\u0041"'),
        (b'"document":""', b'"document":"\x7f"'),
        (b'"document":""', b'"document":null'),
        (b'"record":"officer/', '"record":"officer/①·ᠠ'.encode()),
        (b'"record":"officer/', '"record":"officer/\u1680'.encode()),
        (b'"record":"officer/', '"record":"officer/\u00a0'.encode()),
        (b'"record":"officer/', '"record":"officer/\u0085'.encode()),
        (b'"record":"officer/', '"record":"officer/\u2003'.encode()),
        (b'"record":"officer/', '"record":"officer/\u3000'.encode()),
        (b'"record":"officer/', '"record":"officer/—“'.encode()),
        (b'"record":"officer/', b'"record":"officer/' + b"0" * 174),
        (b'"record":"officer/', b'"record":"officer/' + b"0" * 175),
        (b'"prev":"', b'"prev":"A'),
        (b'"version":3', b'"version":03'),
        (b'"version":3', b'"version":1'),
        (b'"version":3', b'"version":9007199254740992'),
        (b'"version":3', b'"version":9007199254740991'),
        (b'{"body"', b' {"body"'),
        (b'"version":3}', b'"version":3}\n'),
    ],
)
def test_edges_of_the_format_are_judged_the_same(rows, old, new):
    """Calendar, escapes, overrides, integers and white space: fast and slow reading agree."""
    row = rows[0][18]
    changed = row[4].replace(old, new)
    assert changed != row[4]

    event_forms, expected = EventForms(KINDS), slowly(changed)
    assert quickly(event_forms, row[3], changed) == expected
    assert together(event_forms, row[3], changed) in (None, expected)


def test_an_event_too_long_is_seen_by_nobody(rows):
    """The bound is each event's own, also where many are read together."""
    old = rows[0][18]
    long = old[4].replace(b'"document":""', b'"document":"%s"' % (b"x" * MAX_EVENT_BYTES))
    assert len(long) > MAX_EVENT_BYTES

    event_forms = EventForms(KINDS)

    assert quickly(event_forms, old[3], long) is slowly(long) is None
    assert together(event_forms, old[3], long) is None


def test_a_kind_that_nobody_knows_is_refused(rows):
    """Kinds are looked up in the closed registry and nowhere else."""
    unknown = rows[0][18][4].replace(
        b"officer.delegation_given/1", b"officer.delegation_given/9"
    )

    with pytest.raises(MalformedError):
        EventForms(KINDS).told("officer.delegation_given/9", unknown)


def test_envelopes_are_opened_the_same(rows):
    """Every envelope tells the same act as slowly, to the byte that was signed."""
    for row in rows[1]:
        seal, opened = open_seal(row[4]), open_envelope(row[4])
        assert (opened.signed, opened.signatures) == (seal.signed, seal.signatures)
        assert tuple(opened.events) == seal.act.events
        assert (opened.seen_size, opened.seen_root) == seal.act.seen
        for name in ("act", "actor", "at", "basis", "key", "ledger", "on_behalf_of", "reads"):
            assert getattr(opened, name) == getattr(seal.act, name)


def test_every_changed_byte_of_an_envelope_is_judged_the_same(rows):
    """Whatever byte of an envelope is changed, fast and slow opening agree on refusing it."""
    envelope = rows[1][12][4]
    for at in range(len(envelope)):
        changed = envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]
        assert refused(open_envelope, changed) == refused(open_seal, changed)


def refused(opening, envelope):
    """Tell whether an envelope is refused."""
    try:
        opening(envelope)
    except MalformedError:
        return True
    return False


@pytest.mark.parametrize(
    ("day", "there_is"),
    [("2023-02-28", True), ("2024-02-29", True), ("2023-02-29", False), ("2024-02-30", False),
     ("2000-02-29", True), ("1900-02-29", False), ("2024-04-31", False), ("0000-01-01", False)],
)  # fmt: skip
def test_a_time_is_of_a_day_that_there_is(day, there_is):
    """29 February is asked of the calendar, and no other day is doubted."""
    assert is_time(f"{day}T01:02:03.000004Z") is there_is
