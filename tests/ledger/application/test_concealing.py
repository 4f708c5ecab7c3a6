"""Private fields on their way in: sealed before anything is decided, and bound to what is signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.act import open_seal
from ledger.application.acting import Request
from ledger.application.membership import Reader, may_read
from ledger.errors import ActReusedError, MalformedError, NotFoundError, RefusedError
from ledger.family import NOTHING, Concealed, concealed_in
from ledger.keys.hpke import ReadingKey
from ledger.records.telegram.events import Registered
from tests.office import FOUNDER, SECOND, make_office
from tests.private import (
    let_in,
    reader_of,
    send_away,
    set_apart,
    telegram,
    telegram_request,
    tell_reading_key,
)

TEXT = "电文：身份证110101199003078888"


@pytest.fixture
def office():
    """An office in which 乙 set telegrams' private fields apart."""
    made = make_office()
    set_apart(made, SECOND)
    return made


def test_the_text_is_in_no_event_and_no_state(office):
    """What is decided on, signed and kept tells digests alone."""
    done = telegram(office, FOUNDER, TEXT)
    (change,) = done.changes

    told = repr(change.event) + repr(office.ledger.state(change.record))

    assert concealed_in(change.event).count == 1
    assert TEXT not in told
    assert TEXT.encode() not in office.store.history(change.record)[0].event


def test_a_member_opens_it_and_a_stranger_nothing(office):
    """The compartment's member reads the text; another key, or no membership, reads none."""
    (change,) = telegram(office, FOUNDER, TEXT).changes
    told = (change.record, change.event)

    assert reader_of(office, SECOND).texts(*told) == {"contents": TEXT}
    stranger = Reader(office.ledger, office.record_of(SECOND), ReadingKey(bytes(32)))
    assert stranger.texts(*told) == {}
    assert reader_of(office, FOUNDER).texts(*told) == {}
    assert may_read(reader_of(office, SECOND), change.record)
    assert not may_read(stranger, change.record)


def test_there_is_no_key_of_a_generation_to_come(office):
    """Keys are opened once, and those that are not there are not invented."""
    reader = reader_of(office, SECOND)
    reader.compartment_key("compartment/telegram", 1)

    assert reader.compartment_key("compartment/telegram", 1).public
    with pytest.raises(NotFoundError, match="generation 2"):
        reader.compartment_key("compartment/telegram", 2)


def test_asked_for_again_the_first_result_stands(office):
    """A retry carries the same disclosures; the same id with another text is refused."""
    request = telegram_request(office, TEXT)
    first = office.ledger.act(office.people[FOUNDER], request)

    again = office.ledger.act(office.people[FOUNDER], request)
    other = replace(telegram_request(office, TEXT), act=request.act)

    assert again.first_index == first.first_index
    with pytest.raises(ActReusedError):
        office.ledger.act(office.people[FOUNDER], other)


def test_a_disclosure_left_behind_is_refused(office):
    """An event that names what nobody brings is never signed."""
    request = replace(telegram_request(office, TEXT), disclosures=())

    with pytest.raises(MalformedError, match="disclosures that the request brings"):
        office.ledger.act(office.people[FOUNDER], request)


def test_what_was_sealed_for_an_old_key_is_refused(office):
    """Who left since the request was made is not sealed for."""
    tell_reading_key(office, FOUNDER)
    let_in(office, FOUNDER, by=SECOND)
    request = telegram_request(office, TEXT)
    send_away(office, FOUNDER, by=SECOND)

    with pytest.raises(RefusedError, match="has a new key since"):
        office.ledger.act(office.people[FOUNDER], request)

    (change,) = telegram(office, FOUNDER, TEXT).changes
    assert reader_of(office, SECOND).texts(change.record, change.event) == {"contents": TEXT}
    with pytest.raises(NotFoundError):
        reader_of(office, FOUNDER).compartment_key("compartment/telegram", 2)


def test_an_act_rests_on_its_compartment(office):
    """The version of the compartment is in the signed read set."""
    done = telegram(office, FOUNDER, TEXT)

    assert b"compartment/telegram" in _payload(office, done.act)


def test_a_text_too_long_for_a_field_is_refused(office):
    """What is larger is an attachment."""
    with pytest.raises(MalformedError, match="at most"):
        telegram_request(office, "长" * 100_000)


def test_nothing_private_is_nothing_told(office):
    """An empty text leaves the event as it is."""
    request: Request = telegram_request(office, "")

    assert request.disclosures == ()
    assert concealed_in(request.steps[0].draft) == NOTHING
    assert concealed_in(office.people) == NOTHING
    assert Concealed(_sd=("a", "b"), sealed=("c",)).count == 2
    assert Registered.__dataclass_fields__["private"].metadata["term"].derived


def _payload(office, act):
    return open_seal(office.store.seal(act).envelope).signed
