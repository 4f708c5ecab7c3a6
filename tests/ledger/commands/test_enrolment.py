"""A new key's request: its bytes, what it proves, and whom it may be enrolled for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import canonical
from ledger.commands.enrolment import (
    check_key_request,
    confirm_keys,
    format_key_request,
    parse_key_request,
    propose_key,
    read_key_request,
    request_key,
)
from ledger.errors import (
    LedgerError,
    MalformedError,
    RefusedError,
    SignatureError,
    UnavailableError,
    UsageError,
)
from ledger.keys.signer import SeedSigner
from tests.office import FOUNDER, ORIGIN, SECOND, make_office, seed_of

VECTOR = json.loads(
    (Path(__file__).parents[2] / "vectors" / "keys" / "request.json").read_text(
        encoding="utf-8"
    )
)
FILE = VECTOR["file"].encode()
OFFICER = VECTOR["officer"]


def requested(name="王芳", *, officer=OFFICER, ledger=ORIGIN, label=None):
    """Return the request of a key made for that name."""
    signer = SeedSigner(seed_of(label or name))
    return request_key(signer, ledger=ledger, name=name, officer_record=officer)


def taken(encoded):
    """Take a request file's bytes as an administrator's command does."""
    check_key_request(parse_key_request(encoded), VECTOR["ledger"])


def test_the_worked_example_is_made_again():
    """Seed, ledger, name and officer give exactly the vector's file."""
    signer = SeedSigner(bytes.fromhex(VECTOR["seed"]))

    request = request_key(
        signer, ledger=VECTOR["ledger"], name=VECTOR["name"], officer_record=VECTOR["officer"]
    )

    assert format_key_request(request) == FILE


def test_a_request_is_read_back_the_same():
    """What is written is what is read, and it holds."""
    request = requested()

    assert parse_key_request(format_key_request(request)) == request
    check_key_request(request, ORIGIN)


def test_every_changed_byte_is_refused():
    """No byte can be changed on the way: not the name, not a digit of a signature."""
    taken(FILE)
    for place, byte in enumerate(FILE):
        for other in {byte ^ 0x01, byte ^ 0x20, byte ^ 0x80, (byte + 1) % 256, 0x41} - {byte}:
            with pytest.raises((MalformedError, SignatureError, UsageError)):
                taken(FILE[:place] + bytes([other]) + FILE[place + 1 :])


def test_every_truncation_and_addition_is_refused():
    """A request that was cut, or has more behind it, is none."""
    for length in range(len(FILE)):
        with pytest.raises(MalformedError):
            parse_key_request(FILE[:length])
    for more in (b"\n", b" ", b"{}"):
        with pytest.raises(MalformedError):
            parse_key_request(FILE + more)


@pytest.mark.parametrize(
    "member", ["ledger", "name", "officer", "possession", "public", "suite"]
)
def test_members_of_other_types_or_missing_are_refused(member):
    """Each member is there, and text or a list of text."""
    told = json.loads(FILE)

    for changed in ({**told, member: 7}, {k: v for k, v in told.items() if k != member}):
        with pytest.raises(MalformedError):
            parse_key_request(canonical.encode(changed) + b"\n")


def test_another_record_than_an_officer_is_refused():
    """A key is enrolled for an officer, never for a document or a budget."""
    forged = format_key_request(replace(requested(), officer="fund/01J00000000000000000000000"))

    with pytest.raises(MalformedError, match="expected officer/<id>"):
        parse_key_request(forged)


def test_a_request_for_another_ledger_is_refused():
    """The same key for another ledger needs another proof."""
    with pytest.raises(UsageError, match="the request is for other"):
        check_key_request(requested(ledger="other.example/0011223344556677"), ORIGIN)


@pytest.mark.parametrize(
    "change",
    [
        {"officer": "officer/01J11111111111111111111111"},
        {"public": requested(label="another").public},
        {"possession": requested(label="another").possession},
        {"possession": ()},
        {"signature": ()},
        {"signature": requested(label="another").signature},
        {"name": "王方"},
    ],
    ids=" ".join,
)
def test_forged_possession_is_refused(change):
    """A request is by the key itself, for that officer and that name."""
    with pytest.raises(SignatureError):
        check_key_request(replace(requested(), **change), ORIGIN)


def test_an_unknown_suite_is_refused():
    """Only suites of the registry are enrolled."""
    with pytest.raises(LedgerError):
        check_key_request(replace(requested(), suite="rsa"), ORIGIN)


def test_an_officer_is_proposed_with_posts_and_key_and_confirmed_by_another():
    """Three events propose and confirm; the proposer alone cannot."""
    office = make_office()
    request = requested()
    propose_key(office.ledger, office.people[FOUNDER], request, posts=("经办人",))

    with pytest.raises(RefusedError, match="another administrator must confirm"):
        confirm_keys(office.ledger, office.people[FOUNDER], OFFICER)
    confirm_keys(office.ledger, office.people[SECOND], OFFICER)

    officer = office.ledger.state(OFFICER)
    assert (officer.name, officer.enrolled, officer.posts) == ("王芳", True, {"经办人"})
    assert office.ledger.state(request.key_record).enrolled


def test_a_key_is_enrolled_once():
    """The same key again, for whomever, is refused."""
    office = make_office()
    propose_key(office.ledger, office.people[FOUNDER], requested(), posts=())
    confirm_keys(office.ledger, office.people[SECOND], OFFICER)

    again = requested("李四", officer="officer/01J11111111111111111111111", label="王芳")
    with pytest.raises(RefusedError, match="K2"):
        propose_key(office.ledger, office.people[FOUNDER], again, posts=())


def test_a_request_in_another_s_name_is_refused():
    """A key for the founder's record under a clerk's name would sign as the founder."""
    office = make_office()
    forged = requested("王芳", officer=office.record_of(FOUNDER))

    with pytest.raises(UsageError, match=f"but {office.record_of(FOUNDER)} is {FOUNDER}"):
        propose_key(office.ledger, office.people[FOUNDER], forged, posts=())


def test_two_officers_of_one_name_are_refused():
    """`--as NAME` must mean one officer."""
    office = make_office()

    with pytest.raises(UsageError, match="two officers of one name"):
        propose_key(office.ledger, office.people[FOUNDER], requested(FOUNDER), posts=())


def test_a_further_key_brings_no_posts():
    """Posts of an enrolled officer go their own way, so they are not passed over in silence."""
    office = make_office()
    further = requested(FOUNDER, officer=office.record_of(FOUNDER), label="spare")

    with pytest.raises(UsageError, match="officer propose-post"):
        propose_key(office.ledger, office.people[SECOND], further, posts=("领导",))
    propose_key(office.ledger, office.people[SECOND], further, posts=())

    assert office.ledger.state(further.key_record).proposer == office.record_of(SECOND)


def test_nothing_to_confirm_is_wrong_usage():
    """Whoever confirms too early is told to propose first."""
    office = make_office()

    with pytest.raises(UsageError, match=f"nothing is proposed for {SECOND}"):
        confirm_keys(office.ledger, office.people[FOUNDER], office.record_of(SECOND))


def test_confirming_gives_the_posts_that_were_proposed():
    """What is open for an officer, posts included, is confirmed in one act."""
    office = make_office()
    record = office.record_of(SECOND)
    office.act(FOUNDER, ("officer.propose-post", record, {"post": "领导"}))
    office.enrol("丙", "安全保密员")

    confirm_keys(office.ledger, office.people["丙"], record)

    assert "领导" in office.ledger.state(record).posts


def test_a_request_that_cannot_be_read_says_so(tmp_path):
    """A missing file is no malformed one."""
    with pytest.raises(UnavailableError, match="file nowhere"):
        read_key_request(tmp_path / "nowhere.json")
