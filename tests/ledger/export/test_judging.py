"""The judge of entries and seals: what none of the files' own checks would notice."""

from __future__ import annotations

import json

import pytest

from ledger import canonical
from ledger.act import format_entry, parse_entry
from ledger.errors import UnavailableError
from ledger.export.check import check_bundle
from ledger.export.checked import Checked
from ledger.export.judging import Judge, Log
from ledger.export.scope import Wanted
from ledger.keys import libcrypto
from ledger.keys.suite import SM2_SM3
from ledger.log.succession import keys_of
from tests.ledger.export.bundled import export, trust_of
from tests.office import make_busy_office, make_office


@pytest.fixture(scope="module")
def office():
    """A small office; nobody here adds to it."""
    return make_busy_office()


def judged(office, *, without=(), seals=None, moved=None):
    """The findings about a whole log; some entries left out, seals replaced, or entries moved."""
    log = Log(office.ledger.origin, office.founding.seal, keys_of(office.log_key))
    judge = Judge("bundle", log, Checked())
    replaced = seals or {}
    envelopes = {
        each.act: replaced.get(each.act, each.envelope) for each in office.store.seals()
    }
    for envelope in envelopes.values():
        judge.take_seal(envelope, "here")
    for row in office.store.events():
        if row.kind not in without:
            entry = format_entry(
                row.event, row.recorded_at, canonical.digest(envelopes[row.act])
            )
            judge.take_entry((moved or {}).get(row.index, row.index), parse_entry(entry))
    judge.finish()
    return [(each.code, each.message) for each in judge.checked.findings]


def test_a_sound_log_has_no_findings(office):
    """Every entry with its seal, in order."""
    assert judged(office) == []


@pytest.fixture
def without_libcrypto(monkeypatch):
    """A machine on which there is no OpenSSL that knows SM2."""
    yield lambda: (
        monkeypatch.setattr(libcrypto, "_declared", lambda _: None),
        libcrypto.load.cache_clear(),
    )
    libcrypto.load.cache_clear()


def test_a_key_that_cannot_be_judged_here_accuses_nobody(without_libcrypto, tmp_path):
    """Where SM2 is not to be had, a log and a bundle are not called damaged: the check says what to install."""
    office = make_office()
    office.enrol("丙", "文书", suite=SM2_SM3)
    planned = office.act("丙", ("rule.plan", "", {"title": "会议管理办法"}))
    wanted = Wanted(records=(planned.changes[0].record,))
    export(office, tmp_path / "bundle", wanted=wanted)
    assert judged(office) == []
    assert check_bundle(tmp_path / "bundle", trust_of(office)).verdict == "intact"

    without_libcrypto()

    with pytest.raises(UnavailableError, match="install OpenSSL 3"):
        judged(office)
    with pytest.raises(UnavailableError, match="install OpenSSL 3"):
        check_bundle(tmp_path / "bundle", trust_of(office))


def test_keyids_must_be_those_of_the_key(office):
    """They never decide trust, and yet an envelope has one spelling."""
    seal = list(office.store.seals())[2]
    told = json.loads(seal.envelope)
    told["signatures"][0]["keyid"] = "ab" * 32 + ":ed25519"

    found = judged(office, seals={seal.act: canonical.encode(told)})

    assert [code for code, _ in found] == ["bundle.key"]
    assert "keyids" in found[0][1]


def test_a_signature_that_does_not_hold_is_found(office):
    """Another one, of the right length."""
    seal = list(office.store.seals())[2]
    told = json.loads(seal.envelope)
    told["signatures"][0]["sig"] = json.loads(list(office.store.seals())[3].envelope)[
        "signatures"
    ][0]["sig"]

    assert [code for code, _ in judged(office, seals={seal.act: canonical.encode(told)})] == [
        "bundle.key"
    ]


def test_an_actor_who_was_never_enrolled_is_found(office):
    """A key alone makes no officer."""
    found = judged(office, without=("officer.enrolled/1",))

    assert {code for code, _ in found} == {"bundle.key"}
    assert all("was not enrolled when this was signed" in message for _, message in found)


def test_events_of_one_act_stand_side_by_side(office):
    """An entry of the act that stands elsewhere than its place in it."""
    seal = next(each for each in office.store.seals() if each.count > 1 and each.first_index)
    last = seal.first_index + seal.count - 1

    found = judged(office, moved={last: last + 1000})

    assert (
        "bundle.seal",
        f"its act begins at {seal.first_index}, by this entry at {seal.first_index + 1000}",
    ) in found


def test_a_founding_without_its_key_is_found(office):
    """The founding act's own signature is judged by the key that it enrols."""
    found = judged(office, without=("key.enrolled/1",))

    assert ("bundle.founding", "the founder's key is not in it") in found
