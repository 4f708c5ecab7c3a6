"""Keys in verifying: what cannot be judged on this machine is not judged, and nobody is accused by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.application import ledger as application
from ledger.application.acting import Acting
from ledger.audit import keyring
from ledger.audit.authority import Authority
from ledger.audit.keyring import check_certified
from ledger.audit.verify import verify
from ledger.clock import new_id
from ledger.commands import enrolment
from ledger.commands.enrolment import confirm_keys, propose_key, request_key
from ledger.errors import UnavailableError
from ledger.keys import libcrypto
from ledger.keys.suite import SM2_SM3, key_id
from ledger.records.key import TECHNICAL, Enrolled
from ledger.store.contract import EventRow
from tests.office import FOUNDER, SECOND, make_office, pin_of


@pytest.fixture(scope="module")
def office():
    """An office in which 丙, who signs with SM2 over SM3, recorded an act."""
    made = make_office()
    made.enrol("丙", "文书", suite=SM2_SM3)
    made.act("丙", ("rule.plan", "", {"title": "会议管理办法"}))
    return made


@pytest.fixture
def without_libcrypto(monkeypatch):
    """A machine on which there is no OpenSSL that knows SM2."""
    monkeypatch.setattr(libcrypto, "_declared", lambda _: None)
    libcrypto.load.cache_clear()
    yield
    libcrypto.load.cache_clear()


@pytest.mark.usefixtures("without_libcrypto")
@pytest.mark.parametrize("only", [(), ("seal",)], ids=["all", "seals"])
def test_a_key_that_cannot_be_judged_here_accuses_nobody(office, only):
    """The run ends unfinished and says what to install; the key is not called misused."""
    verdict = verify(office.store, pin=pin_of(office), only=only, jobs=1)

    assert (verdict.verdict, verdict.exit_code, verdict.findings) == ("unfinished", 3, ())
    assert "install OpenSSL 3" in verdict.unfinished


def test_signatures_are_judged_where_they_can_be(office, monkeypatch):
    """Seals by SM2 hold; one that does not is named at its act."""
    sound = verify(office.store, pin=pin_of(office), jobs=1)
    monkeypatch.setattr(libcrypto, "holds", lambda _, message, __: b'"basis"' not in message)

    verdict = verify(office.store, pin=pin_of(office), jobs=1)

    last = office.store.head().size - 1
    assert sound.verdict == "intact"
    assert [(each.code, each.index) for each in verdict.findings] == [("seal.signature", last)]


def test_a_library_that_fails_while_seals_are_judged_accuses_nobody(office, monkeypatch):
    """What it did not get to say is not taken for a no: the run ends unfinished."""
    holds = libcrypto.holds

    def fails(public, message, signature):
        if b'"basis"' in message:
            raise UnavailableError("suite sm2-sm3", "libcrypto could not prepare")
        return holds(public, message, signature)

    monkeypatch.setattr(libcrypto, "holds", fails)

    verdict = verify(office.store, pin=pin_of(office), jobs=1)

    assert (verdict.verdict, verdict.findings) == ("unfinished", ())
    assert "libcrypto could not prepare" in verdict.unfinished


class NoPoint:
    """Signs with a key of SM2's length that is no point of its curve."""

    suite = SM2_SM3
    public = (b"\x04" + b"\x01" * 64,)
    key_id = key_id(SM2_SM3, public)
    grade = TECHNICAL

    def sign(self, _):
        """Return what has a signature's form."""
        return (b"\x01" * 64,)


def test_a_key_that_is_no_point_does_not_end_the_run(monkeypatch):
    """Whoever forged its enrolment would else hide behind it whatever else they did."""
    made = make_office()
    record = f"officer/{new_id(made.clock())}"
    for module in (enrolment, application):
        monkeypatch.setattr(module, "verify_suite", lambda *_: None)
    monkeypatch.setattr(enrolment, "check_possession", lambda *_, **__: None)
    asked = request_key(NoPoint(), ledger=made.ledger.origin, name="丙", officer_record=record)
    propose_key(made.ledger, made.people[FOUNDER], asked, posts=("文书",))
    enrolled = confirm_keys(made.ledger, made.people[SECOND], record)
    made.people["丙"] = Acting(record, NoPoint())
    done = made.act("丙", ("rule.plan", "", {"title": "会议管理办法"}))

    verdict = verify(made.store, pin=pin_of(made), jobs=1)

    assert (verdict.verdict, verdict.unfinished) == ("damaged", "")
    assert [each.code for each in verdict.findings] == ["key.possession", "seal.signature"]
    assert verdict.findings[1].index == done.first_index > enrolled.first_index


def test_a_certificate_that_cannot_be_judged_here_accuses_nobody(office, monkeypatch):
    """As a key of an authority that signs with SM2, where SM2 is not to be had."""

    def missing(*_, **__):
        raise UnavailableError("suite sm2-sm3", "was not found")

    row = EventRow(*office.store.event_page(2, 3, 1)[0])
    certified = replace(Enrolled(), certificates=("AA==",))
    monkeypatch.setattr(keyring, "check_shown", missing)

    with pytest.raises(UnavailableError):
        list(check_certified(Authority(certified=[(row, certified)])))
