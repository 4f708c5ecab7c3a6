"""The way of the sound span: all of a sound log goes by it, and nothing else does."""

from __future__ import annotations

import base64

import pytest

from ledger.act import MAX_EVENTS, open_seal
from ledger.audit import quick
from ledger.audit import verify as verifying
from ledger.audit.authority import KINDS, learn
from ledger.audit.forms import EventForms, open_envelope
from ledger.audit.quick import Look
from ledger.audit.spans import Ground, Span
from ledger.audit.verify import verify
from ledger.errors import MalformedError
from ledger.frozen import replace
from ledger.store.memory import MemoryStore
from tests.office import make_busy_office, pin_of
from tests.sealing import Sealer

WIDTH = 8
FORMS = EventForms(KINDS)


@pytest.fixture(scope="module")
def office():
    """An office of 25 events."""
    return make_busy_office()


@pytest.fixture
def reports(office, monkeypatch):
    """What each span of the office's log comes to by itself, as it stands, by the quick way and the slow one."""
    monkeypatch.setattr(quick, "AT_ONCE", 4)
    head, look = office.store.head(), Look.look
    ground = Ground(
        head.size, head.root, pin_of(office), learn(office.store, FORMS),
        reads=True, bonds=True, chains=b"k" * 32,
    )  # fmt: skip

    def by(way):
        monkeypatch.setattr(Look, "look", way)
        told = []
        for lo in range(0, head.size, WIDTH):
            try:
                told.append(Span(office.store, ground, FORMS, lo=lo, hi=lo + WIDTH).check())
            except TypeError as error:
                told.append(str(error))
        return told

    return lambda: (by(look), by(lambda *_: None))


@pytest.mark.parametrize("width", [1, 2, 8, 16, 4096])
def test_all_of_a_sound_log_goes_by_the_quick_way(office, monkeypatch, width):
    """Whatever the spans, and wherever acts reach over their ends."""
    monkeypatch.setattr(verifying, "SPAN", width)
    monkeypatch.setattr(Span, "_look_closely", lambda *_: pytest.fail("looked at closely"))

    assert verify(office.store, pin=pin_of(office), jobs=1).verdict == "intact"


def test_the_quick_way_tells_what_the_slow_one_does(reports):
    """Of a sound log, everything that is counted and summed is the same."""
    quickly, slowly = reports()

    assert quickly == slowly
    assert not any(report.findings.counts for report in quickly)


def changes(row):
    """Yield a row with each of its columns changed, in what it holds or in its type alone."""
    for name in row.__dataclass_fields__:
        held = getattr(row, name)
        if isinstance(held, int):
            # No store finds a row by a number that is none.
            changed = [held + 1, *([] if "index" in name else [float(held)])]
        elif isinstance(held, bytes):
            changed = [held[:-1], held[:40] + b"\x00" + held[41:], held + b"\n", held.hex()]
        else:
            changed = [held[:-1], held + "\n", held.encode()]
        yield from (replace(row, **{name: each}) for each in changed if each != held)
        yield from (replace(row, **{name: each}) for each in changed if type(each) is float)


@pytest.mark.parametrize("table", ["events", "seals"])
def test_whatever_is_changed_in_a_row_is_found_as_by_the_slow_way(office, reports, table):
    """Each column of events in the middle and at the ends of spans and acts, and of their seals."""
    rows = getattr(office.store._rows, table)
    places = list(rows)[3:6:2] if table == "seals" else [0, 8, 18]
    sound, missed = reports()[0], []

    for place, row in [(place, rows[place]) for place in places]:
        for changed in changes(row):
            rows[place] = changed
            quickly, slowly = reports()
            missed += [] if quickly == slowly != sound else [changed]
        rows[place] = row

    assert missed == []


def test_names_that_go_over_a_line_are_not_taken_for_two(office, reports):
    """Columns that hold together what their events say, and not one by one, are found."""
    rows = office.store._rows.events
    one, other = rows[17:19]
    rows[17] = replace(one, record=f"{one.record}\n{other.record}")

    quickly, slowly = reports()

    rows[17] = one
    assert quickly == slowly
    assert any(report.findings.counts for report in quickly)


def test_a_long_acts_list_of_digests_is_read_as_slowly():
    """Digests that are cut out of an act are spelled, counted and told apart as in a short one."""
    sealed = Sealer(MemoryStore()).seal(*(f"test/{n}" for n in range(MAX_EVENTS)))
    payload = base64.b64decode(sealed.envelope.split(b'"')[3])
    one, other = (digest.encode() for digest in sealed.act.events[:2])
    changed = [
        payload.replace(one, new, 1)
        for new in (
            one.upper(), other, one[:-1], b"g" + one[1:], b" " + one[1:], b"", one + b'","' + b"0" * 64,
            one + b'"],"key":"', one + b"0" * 64, one[:32] + b'","' + one[32:], one[1:] + b'"',
        )
    ]  # fmt: skip

    assert open_envelope(sealed.envelope).events == list(sealed.act.events)
    for each in changed:
        envelope = sealed.envelope.replace(base64.b64encode(payload), base64.b64encode(each))
        assert envelope != sealed.envelope
        with pytest.raises(MalformedError):
            open_seal(envelope)
        with pytest.raises(MalformedError):
            open_envelope(envelope)
