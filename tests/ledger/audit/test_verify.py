"""Verifying: what the verdict says, what a partial run says, and what is not forgiven."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger.application import ledger as application
from ledger.application.acting import Request, Step
from ledger.audit import histories, signing
from ledger.audit.authority import KINDS, learn
from ledger.audit.checks import CHECKS, CODES
from ledger.audit.forms import EventForms
from ledger.audit.signing import ReadVersions
from ledger.audit.verify import verify
from ledger.clock import new_id
from ledger.errors import RefusedError, UnavailableError, UsageError
from ledger.family import AS_FOUND, Rule, Verb, simply
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.records.officer import Enrolled, PostGiven, PostProposed
from ledger.records.policy import Adopted
from ledger.records.series.events import Allocated
from ledger.rules import Breach, Rulebook
from ledger.store.open import open_store
from tests.office import FOUNDER, SECOND, START, make_busy_office, make_office, pin_of

SERIES = "series/县委发〔2022〕"
MEMBERS = {
    "verdict", "size", "root", "acts", "pin", "scope", "not_checked", "checks", "findings", "seconds",
    "verifier",
}  # fmt: skip


@pytest.fixture
def unguarded(monkeypatch):
    """The door does not judge: what a dishonest program would let in."""
    monkeypatch.setattr(Rulebook, "breaches", lambda *_, **__: list[Breach]())


def codes(verdict):
    """Return (code, index) of every finding."""
    return {(each.code, each.index) for each in verdict.findings}


def test_a_sound_ledger_is_intact():
    """All checks look at something of their own and find nothing; the exit code is 0."""
    office = make_busy_office()

    verdict = verify(office.store, pin=pin_of(office))

    told = verdict.as_json()
    assert (told["verdict"], verdict.exit_code, told["scope"]) == ("intact", 0, "all")
    assert told.keys() == MEMBERS
    assert [each["code"] for each in told["checks"]] == [check.code for check in CHECKS]
    assert (told["size"], told["root"]) == (25, office.store.head().root.hex())


def test_a_ledger_in_a_database_is_intact(tmp_path):
    """The same ledger in SQLite is intact too, and progress ends at the total."""
    office = make_busy_office(str(tmp_path / "ledger.db"))
    seen = []

    verdict = verify(office.store, pin=pin_of(office), progress=lambda *told: seen.append(told))

    assert verdict.verdict == "intact"
    assert seen[-1] == (50, 50)


def test_a_ledger_kept_over_a_leap_day_is_intact():
    """What is recorded on 29 February, first in a span or within it, has its time."""
    office = make_office()
    for hour in (7, 8, 30):
        office.clock.at(datetime(2024, 2, 29, tzinfo=UTC) + timedelta(hours=hour))
        office.act(FOUNDER, ("office.correct-clock", "office/main", {"reason": "校时"}))

    verdict = verify(office.store, pin=pin_of(office))

    assert (verdict.verdict, verdict.findings) == ("intact", ())


def test_a_partial_run_tells_what_it_left_out():
    """A run of some checks names its scope and what was not checked."""
    office = make_busy_office()

    verdict = verify(office.store, pin=pin_of(office), only=("seal", "key.not_good"))

    assert verdict.scope == "seal, key.not_good"
    assert verdict.not_checked == tuple(code for code in CODES if code not in ("seal", "key"))
    assert [each.code for each in verdict.checks] == ["seal", "key"]


def test_a_check_that_does_not_exist_is_refused():
    """A misspelt check is wrong usage, not a run that finds nothing."""
    office = make_office()

    with pytest.raises(UsageError):
        verify(office.store, pin=pin_of(office), only=("seals",))


def test_an_empty_log_is_not_intact(tmp_path):
    """No founding act is a finding, never fine."""
    store = open_store(str(tmp_path / "empty.db"), create=True)

    verdict = verify(store, pin=pin_of(make_office()))

    assert ("log.empty", None) in codes(verdict)


def test_the_key_of_another_officer_is_named(monkeypatch):
    """An act in one officer's name by another's key is misuse of that key."""
    office = make_busy_office()
    monkeypatch.setattr(application.Ledger, "_check_key", lambda *_: None)
    thief = replace(office.people["丙"], officer=office.record_of("丁"))
    leaving = {"post": "办公室主任", "reason": "调离"}
    monkeypatch.setattr(Rulebook, "breaches", lambda *_, **__: [])

    done = office.act(thief, ("officer.leave-post", office.record_of("丁"), leaving))

    verdict = verify(office.store, pin=pin_of(office))
    assert ("key.officer", done.first_index) in codes(verdict)


@pytest.mark.usefixtures("unguarded")
def test_a_revoked_key_is_named(monkeypatch):
    """An act by a key that was revoked before is named, at the act's first index."""
    office = make_busy_office()
    spare = office.enrol_key("丙", "另一把密钥")
    record = f"key/{spare.signer.key_id}"
    office.act("丙", ("key.propose-revocation", record, {"reason": "遗失"}))
    office.act(SECOND, ("key.revoke", record, {}))
    monkeypatch.setattr(application.Ledger, "_check_key", lambda *_: None)

    leaving = (
        "officer.leave-post",
        office.record_of("丙"),
        {"post": "登记员", "reason": "调岗"},
    )
    done = office.act(spare, leaving)

    verdict = verify(office.store, pin=pin_of(office))
    assert ("key.not_good", done.first_index) in codes(verdict)


@pytest.mark.usefixtures("unguarded")
def test_a_broken_rule_is_named():
    """What the door should have refused is reported with the rule's own code."""
    office = make_busy_office()

    done = office.act(
        "丙", ("officer.propose-post", office.record_of("丙"), {"post": "系统管理员"})
    )

    verdict = verify(office.store, pin=pin_of(office))
    assert codes(verdict) == {("rule.A1", done.first_index)}
    assert {each.damage for each in verdict.findings} == {"rule broken"}


@pytest.mark.usefixtures("unguarded")
def test_numbers_out_of_line_are_named():
    """One given twice and one that leaves some out, each at its event; later ones go on from there."""
    office = make_busy_office()
    opened = {"code": "县委发", "year": 2022, "family": "document"}
    office.act("丁", ("series.open", "", opened))
    verb = Verb("allocate", "", "", Allocated, simply)
    given = [
        Allocated(n=n, record="document/X", occurred_on=START.date()) for n in (1, 1, 2, 5, 6)
    ]
    steps = tuple(Step(verb, SERIES, each) for each in given)
    done = office.ledger.act(office.people["丁"], Request(new_id(START), steps))

    verdict = verify(office.store, pin=pin_of(office), only=("series",))

    first = done.first_index
    assert codes(verdict) == {("series.double", first + 1), ("series.gap", first + 3)}


def test_a_history_that_breaks_our_own_code_is_named(monkeypatch):
    """Once, from where it cannot be replayed; all other records are looked at as ever."""
    office = make_busy_office()
    sound = verify(office.store, pin=pin_of(office), jobs=1)

    def breaks(_, __, ___):
        raise OverflowError("a day past the last one")

    rule = Rule("X", "", "", (PostProposed,), breaks)
    monkeypatch.setattr(
        histories, "rules_by_kind", lambda: {PostProposed: (rule,), PostGiven: (rule,)}
    )

    verdict = verify(office.store, pin=pin_of(office), jobs=1)

    looked = {each.code: each.examined for each in verdict.checks}
    assert (sound.verdict, verdict.unfinished) == ("intact", "")
    assert codes(verdict) == {("rule.unreadable", 16)}
    assert looked["event"] == office.store.head().size
    assert "OverflowError: a day past the last one" in verdict.findings[0].message


def test_history_entered_as_found_is_only_counted():
    """Gaps and doubles of an old register are counted as found; the verdict stays intact."""
    office = make_busy_office()
    opened = {"code": "县委发", "year": 2022, "family": "document"}
    office.act("丁", ("series.open", "", opened))
    office.act("丁", *(("series.find", SERIES, {"n": n}) for n in (1, 3, 3)), basis=AS_FOUND)

    verdict = verify(office.store, pin=pin_of(office))

    counted = {each.code: each.as_found for each in verdict.checks if each.as_found}
    assert (verdict.verdict, counted) == ("intact", {"rule": 2, "series": 2})


def test_breaches_in_history_are_named_where_they_are_asked_for(tmp_path, monkeypatch):
    """Each with its rule and place, by one process or several; the verdict stays intact."""
    path = str(tmp_path / "ledger.db")
    office = make_busy_office(path)
    lone = Adopted(code="x", name="x", levels=(), binds=True)
    adopted = Step(Verb("x", "x", "x", Adopted, simply), "policy/X", lone)
    done = office.ledger.act(
        office.people["丁"], Request(new_id(office.clock()), (adopted,), AS_FOUND)
    )
    monkeypatch.setattr("ledger.audit.verify.WORTH_WORKERS", 1)

    verdicts = [
        verify(open_store(path), pin=pin_of(office), jobs=jobs, as_found=True)
        for jobs in (1, 2)
    ]

    assert verdicts[0].as_found == verdicts[1].as_found
    named = {(each.code, each.index) for each in verdicts[0].as_found}
    assert named == {("rule.P4", done.first_index), ("rule.P7", done.first_index)}
    assert verdicts[0].as_json()["as_found"][0]["class"] == "rule broken"
    assert verdicts[0].verdict == "intact"


def test_authority_entered_as_found_is_refused_and_named(monkeypatch):
    """Whoever gives a post by an import is refused at the door, and found where the door was open."""
    office = make_busy_office()
    given = ("officer.give-post", office.record_of("丙"), {"post": "分管领导"})
    with pytest.raises(RefusedError) as refused:
        office.act("丙", given, basis=AS_FOUND)
    monkeypatch.setattr(Rulebook, "guarded", lambda *_, **__: [])

    done = office.act("丙", given, basis=AS_FOUND)

    verdict = verify(office.store, pin=pin_of(office))
    assert refused.value.code == "A9"
    assert codes(verdict) == {("rule.A9", done.first_index)}


@pytest.mark.usefixtures("unguarded")
def test_a_delegation_that_ended_is_named(monkeypatch):
    """An act for another officer without a standing delegation is named, whoever let it in."""
    monkeypatch.setattr(application.Ledger, "_check_principal", lambda *_: None)
    office = make_busy_office()
    ended = {"post": "办公室主任", "reason": "调离"}

    done = office.act(
        "丙", ("officer.leave-post", office.record_of("丁"), ended), on_behalf_of="丁"
    )

    verdict = verify(office.store, pin=pin_of(office))
    assert ("authority.delegation", done.first_index) in codes(verdict)


def test_a_delegated_act_is_sound():
    """Within its days and post, a delegation lets another act; nothing is found."""
    office = make_busy_office()
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=9)}
    given = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act("丁", ("officer.delegate", office.record_of("丁"), given))

    opened = {"code": "县委发", "year": 2022, "family": "document"}
    office.act("丙", ("series.open", "", opened), on_behalf_of="丁")

    assert verify(office.store, pin=pin_of(office)).verdict == "intact"


@pytest.mark.parametrize(
    ("record", "version", "index", "sound"),
    [
        (SERIES, 0, 25, True),
        (SERIES, 0, 26, False),
        (SERIES, 1, 25, False),
        (SERIES, 1, 26, True),
        (SERIES, 2, 27, True),
        (SERIES, 3, 28, True),
        (SERIES, 1, 28, False),
        (SERIES, 9, 28, False),
        ("series/县委发〔1999〕", 0, 28, True),
        ("series/县委发〔1999〕", 1, 28, False),
        ("office/main", 3, 28, True),
        ("office/main", 2, 28, False),
        ("officer/NOBODY", 0, 28, True),
    ],
)
def test_a_reading_is_held_against_its_index(record, version, index, sound):
    """What an act rests on must have been the current version before the act's first index."""
    office = make_busy_office()
    office.act(
        "丁", ("series.open", "", {"code": "县委发", "year": 2022, "family": "document"})
    )
    office.act("丁", *(("series.find", SERIES, {"n": n}) for n in (1, 2)), basis=AS_FOUND)

    versions = ReadVersions(office.store, learn(office.store, EventForms(KINDS)))

    assert (versions.at(record, version, index) is None) == sound


def test_readings_are_judged_the_same_when_few_are_kept(monkeypatch):
    """What was looked up before is only kept to be quick."""
    office = make_busy_office()
    plan = office.act("丁", ("rule.plan", "", {"title": "会议管理办法"}))
    again = office.act("丁", ("rule.plan", "", {"title": "公文处理办法"}))
    records = [each.changes[0].record for each in (plan, again)]
    monkeypatch.setattr(signing, "KEPT_READS", 1)
    versions = ReadVersions(office.store, learn(office.store, EventForms(KINDS)))

    for _ in range(2):
        assert [versions.at(each, 1, 27) for each in records] == [None, None]
        assert [versions.at(each, 2, 27) for each in records] == ["which did not exist yet"] * 2
        assert len(versions.kept) == 1


@pytest.mark.usefixtures("unguarded")
def test_a_single_handed_enrolment_later_on_is_named():
    """Once two officers are there, nobody is enrolled single-handed."""
    office = make_busy_office()
    claimed = Enrolled(name="丙", posts=("文书",), alone=True)
    verb = Verb("confirm", "登记", "Confirm an officer.", Enrolled, simply)

    step = Step(verb, office.record_of("丙"), claimed)
    done = office.ledger.act(office.people[FOUNDER], Request(new_id(START), (step,)))

    verdict = verify(office.store, pin=pin_of(office))
    assert ("authority.alone", done.first_index) in codes(verdict)


def test_a_store_that_cannot_be_read_leaves_the_run_unfinished(monkeypatch):
    """Not looked at is not fine: the verdict says unfinished, the exit code is 3."""
    office = make_busy_office()

    def gone(_):
        raise UnavailableError("store ledger.db", "disk I/O error")

    monkeypatch.setattr(type(office.store), "snapshot", gone)

    verdict = verify(office.store, pin=pin_of(office))

    assert (verdict.verdict, verdict.exit_code) == ("unfinished", 3)
    assert "disk I/O error" in verdict.as_json()["unfinished"]


@pytest.mark.parametrize("half", ["log_key", "log_key_ml_dsa"])
def test_a_pin_of_another_log_key_is_a_finding(half):
    """Either half of the log's key, if pinned, must be the one that the founding act names."""
    office = make_office()
    other = LogKey(office.ledger.origin, SeedSigner(bytes(32)), bytes(32))
    vkeys = {"log_key": other.verifier, "log_key_ml_dsa": other.verifier_ml_dsa}

    verdict = verify(office.store, pin=replace(pin_of(office), **{half: vkeys[half]}))

    assert [each.code for each in verdict.findings] == ["seal.founding"]


def test_a_pin_of_the_short_key_alone_is_enough():
    """The founding act names the other half: its digest pins it too."""
    office = make_office()

    verdict = verify(office.store, pin=replace(pin_of(office), log_key_ml_dsa=""))

    assert verdict.verdict == "intact"
