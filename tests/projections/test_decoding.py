"""What views decode quickly is what the ledger decodes carefully."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from ledger import canonical
from ledger.body import parse_body
from ledger.errors import MalformedError
from projections.folding.decoding import (
    _open_plainly,
    decoder,
    open_event,
    open_row,
    open_sealed,
)
from tests.ledger.records.make_vectors import KINDS, vector_path
from tests.office import make_office

NUMBERED = "document.numbered/1"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_decodes_to_the_same_event(kind):
    """The quick way and the careful way make the same typed event of a stored body."""
    body = json.loads(vector_path(kind).read_text(encoding="utf-8"))["body"].encode()

    assert decoder(KINDS[kind])(json.loads(body)) == parse_body(
        KINDS[kind], canonical.parse(body)
    )


def event_of(body):
    """Return an event with this body as it is stored."""
    tail = {"kind": NUMBERED, "prev": "0" * 64, "record": "document/a", "version": 1}
    return b'{"body":%b,%b' % (body, canonical.encode(tail)[1:])


def outcome(opened):
    """Return what an event opens to, or what is said of it."""
    try:
        return opened()
    except MalformedError as error:
        return str(error)


def read_by_both(event):
    """Return what an event opens to by the fast reader and the plain one, and by the plain one alone."""
    decode = decoder(KINDS[NUMBERED])
    return (
        outcome(lambda: open_event(event, NUMBERED, decode)),
        outcome(lambda: _open_plainly(event, NUMBERED, decode)),
    )


@pytest.mark.parametrize(
    "n",
    [
        "9007199254740993",
        "18446744073709551616",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1.0",
        "1e2",
        "1e400",
        "-0",
        "01",
        "NaN",
        "null",
        "[7]",
        '7,"n":8',
        '7,"number":"\\u53d1"',
        '7,"number":"\\ud800"',
        '7,"number":"\\ud83d\\ude00"',
        '7,"number":"\x01"',
        '7,"number":12345678901234567890',
        '7,"more":"x"',
        " 7 ",
        '7}, "kind":"x","more":{"n":7',
        "7},",
        "7}}",
    ],
)
def test_the_fast_reader_only_accepts(numbered, n):
    """However a member is spelled, both readers make the same event, or refuse it in the same words."""
    fast, plain = read_by_both(event_of(numbered.replace(b'"n":7', b'"n":' + n.encode())))

    assert fast == plain


def test_no_changed_byte_is_read_otherwise_by_the_fast_reader(numbered):
    """Wherever a byte up to a body's end is another, both make the same event or refuse it in the same words."""
    event = event_of(numbered)
    for place in range(event.index(b',"kind":')):
        for other in b'"7\\}\xff ':
            fast, plain = read_by_both(event[:place] + bytes((other,)) + event[place + 1 :])
            assert fast == plain, (place, other)


def test_a_whole_number_is_whole(numbered):
    """A float where a whole number is declared is refused, as the ledger refuses it."""
    event = event_of(numbered.replace(b'"n":7', b'"n":7.0'))

    assert "expected a whole number" in read_by_both(event)[0]


@pytest.fixture
def numbered():
    """The body of an event with texts, a day, a list and whole numbers."""
    return json.loads(vector_path(NUMBERED).read_text(encoding="utf-8"))["body"].encode()


@pytest.fixture
def founding():
    """The founding event's row and its seal, of a real ledger."""
    store = make_office().store
    return store.event_at(0), next(iter(store.seals(0, 1)))


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"[]", b"null", b'{"body":{}}', b"\xff", b'{"body":1}']
)
def test_bytes_that_are_no_event_are_malformed(founding, damaged):
    """Whatever stands in a row, the refusal is our own and names the kind."""
    row, _ = founding

    with pytest.raises(MalformedError, match=r"office\.founded/1"):
        open_row(replace(row, event=damaged), decoder(KINDS[row.kind]))


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"null", b'{"payload":"e30="}', b'{"payload":1}']
)
def test_bytes_that_are_no_seal_are_malformed(founding, damaged):
    """A seal that holds no act is refused in our own words."""
    row, seal = founding

    with pytest.raises(MalformedError, match="an envelope over an act"):
        open_sealed(replace(seal, envelope=damaged), row.recorded_at, "+08:00")


def test_a_seal_tells_actor_key_basis_and_the_offices_day(founding):
    """What a view is told of an act is what its seal says; days are the office's."""
    _, seal = founding

    sealed = open_sealed(seal, "2022-03-01T17:00:00.000000Z", "+08:00")

    assert (sealed.actor, sealed.key, sealed.basis) == (seal.actor, seal.key, "direct")
    assert sealed.day.isoformat() == "2022-03-02"


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_an_act_tells_the_same_however_its_members_are_spaced(founding, separators):
    """What is not written as acts are is read member by member."""
    row, seal = founding
    act = json.loads(base64.b64decode(json.loads(seal.envelope)["payload"]))
    act["on_behalf_of"] = "officer/0"
    payload = base64.b64encode(json.dumps(act, separators=separators).encode()).decode()

    sealed = open_sealed(
        replace(seal, envelope=f'{{"payload":"{payload}"}}'.encode()), row.recorded_at, "+08:00"
    )

    assert sealed[1:5] == (act["actor"], act["key"], act["basis"], "officer/0")
