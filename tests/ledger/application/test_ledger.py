"""The one way in: what is asked once happens once, on fresh facts, signed by a key that is good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger import act as acts
from ledger.application import deciding
from ledger.application.acting import Acting, Request, Step
from ledger.application.founding import Founding, found
from ledger.application.ledger import Ledger, new_content
from ledger.canonical import digest
from ledger.clock import new_id
from ledger.commands.enrolment import propose_key, request_key
from ledger.errors import (
    ActReusedError,
    ClockError,
    KeyNotTrustedError,
    MalformedError,
    RefusedError,
    UsageError,
)
from ledger.family import Verb
from ledger.keys.signer import SeedSigner
from ledger.records.key import Enrolled, confirm
from ledger.store.memory import MemoryStore
from tests.office import FOUNDER, SECOND, START, make_busy_office, make_office, seed_of

CLOCK = ("office.correct-clock", "office/main", {"reason": "校时"})


def test_the_founding_act_stands_at_index_0():
    """Office, founder and founder's key are the first three entries, in one act."""
    office = make_office(staffed=False)

    rows = list(office.store.events())

    assert [row.kind for row in rows] == [
        "office.founded/1",
        "officer.enrolled/1",
        "key.enrolled/1",
    ]
    assert {row.act for row in rows} == {office.founding.act}
    assert office.founding.first_index == 0


def test_a_ledger_is_founded_once():
    """A store that holds a ledger takes no other."""
    office = make_office()

    with pytest.raises(UsageError, match="holds a ledger already"):
        found(office.ledger, Founding("x", "y", "+08:00", "z", "x"), SeedSigner(bytes(32)))


def test_the_same_request_twice_is_one_act():
    """A request asked again returns the first result and writes nothing."""
    office = make_office()
    request = office.request([CLOCK])
    acting = office.people[FOUNDER]

    first = office.ledger.act(acting, request)
    size = office.store.head().size
    again = office.ledger.act(acting, request)

    assert (again.act, again.seal, again.first_index) == (
        first.act,
        first.seal,
        first.first_index,
    )
    assert office.store.head().size == size


def test_an_act_id_serves_one_request():
    """The same id for something else, or by somebody else, is refused."""
    office = make_office()
    request = office.request([CLOCK])
    office.ledger.act(office.people[FOUNDER], request)
    other = replace(request, steps=office.request([(*CLOCK[:2], {"reason": "别的"})]).steps)

    with pytest.raises(ActReusedError):
        office.ledger.act(office.people[FOUNDER], other)
    with pytest.raises(ActReusedError):
        office.ledger.act(office.people[SECOND], request)


def test_a_rule_refuses_and_leaves_no_trace():
    """What a rule refuses is told by names, and nothing is written."""
    office = make_office()
    office.enrol("丙", "文书")
    size = office.store.head().size
    proposal = ("officer.propose-post", office.record_of("丙"), {"post": "出纳"})

    with pytest.raises(RefusedError, match="丙 holds none of the posts"):
        office.act("丙", proposal)

    assert office.store.head().size == size


def test_every_breach_of_an_act_is_told_at_once():
    """Whoever is refused learns all the reasons."""
    office = make_office()
    office.enrol("丙", "文书")
    record = office.record_of("丙")
    give = ("officer.give-post", record, {"post": "出纳"})

    with pytest.raises(RefusedError, match=r"A1.*; A4") as refused:
        office.act("丙", give)

    assert refused.value.code == "A1"


@pytest.mark.parametrize("who", ["stranger", "other's key", "revoked"])
def test_only_a_good_key_of_the_officer_signs(who):
    """Unknown keys, other officers' keys and revoked keys are refused at the door."""
    office = make_busy_office()
    acting = {
        "stranger": Acting(office.record_of(FOUNDER), SeedSigner(bytes(32))),
        "other's key": Acting(office.record_of(FOUNDER), SeedSigner(seed_of(SECOND))),
        "revoked": Acting(office.record_of("丙"), SeedSigner(seed_of("丙的备用密钥"))),
    }[who]

    with pytest.raises(KeyNotTrustedError):
        office.ledger.act(acting, office.request([CLOCK]))


def test_a_key_confirmed_before_its_officer_signs_nothing():
    """Two administrators must let in the officer too, not the key alone."""
    office = make_office()
    signer, record = SeedSigner(seed_of("丙")), f"officer/{new_id(office.clock())}"
    asked = request_key(signer, ledger=office.ledger.origin, name="丙", officer_record=record)
    propose_key(office.ledger, office.people[FOUNDER], asked, posts=("文书",))
    confirmed = Step(
        Verb("confirm", "", "", Enrolled, confirm), f"key/{signer.key_id}", Enrolled()
    )
    confirming = Request(new_id(office.clock()), (confirmed,))
    office.ledger.act(office.people[SECOND], confirming)

    with pytest.raises(KeyNotTrustedError, match=f"{record} is not enrolled"):
        office.ledger.act(Acting(record, signer), office.request([CLOCK]))


def test_an_act_that_rests_on_too_much_is_refused(monkeypatch):
    """What it names as read is bounded; whoever asks is told to split it, and nothing is written."""
    office = make_office()
    monkeypatch.setattr(deciding, "MAX_READS", 1)
    size = office.store.head().size

    with pytest.raises(UsageError, match="rests on 2 other records; at most 1 fit; split it"):
        office.act(FOUNDER, CLOCK)

    assert office.store.head().size == size


def test_a_key_revoked_between_decision_and_append_is_refused(monkeypatch):
    """The read set holds the key: what was signed just before its revocation is decided again."""
    office = make_busy_office()
    spare = office.enrol_key("丙", "丙的第三把密钥")
    key = f"key/{spare.signer.key_id}"
    insert = office.store.insert_events

    def insert_after_revocation(*args, **kwargs):
        monkeypatch.setattr(office.store, "insert_events", insert)
        office.act(FOUNDER, ("key.propose-revocation", key, {"reason": "遗失"}))
        office.act(SECOND, ("key.revoke", key, {}))
        return insert(*args, **kwargs)

    monkeypatch.setattr(office.store, "insert_events", insert_after_revocation)

    with pytest.raises(KeyNotTrustedError, match="was revoked"):
        office.ledger.act(spare, office.request([CLOCK]))


def test_what_a_decision_rested_on_is_signed():
    """The seal's read set names the actor's post and key at their versions."""
    office = make_office()
    done = office.act(FOUNDER, CLOCK)

    act = acts.open_seal(office.store.find_act(done.act).envelope).act

    key = f"key/{office.people[FOUNDER].signer.key_id}"
    assert dict(act.reads) == {office.record_of(FOUNDER): 1, key: 1}


def test_an_act_names_the_head_that_its_signer_saw():
    """`seen` is the head before the act, root included."""
    office = make_office()
    head = office.store.head()

    done = office.act(FOUNDER, CLOCK)

    act = acts.open_seal(office.store.find_act(done.act).envelope).act
    assert act.seen == (head.size, head.root.hex())


def test_a_delegate_acts_in_the_post_and_both_are_named():
    """丙 acts for 丁 by a written delegation; the seal names both."""
    office = make_busy_office()
    today = START.date()
    days = {"from_day": today, "until_day": today + timedelta(days=9)}
    given = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act("丁", ("officer.delegate", office.record_of("丁"), given))

    opened = {"code": "县委发", "year": 2022, "family": "document"}
    done = office.act("丙", ("series.open", "", opened), on_behalf_of="丁")

    act = acts.open_seal(office.store.find_act(done.act).envelope).act
    assert (act.actor, act.on_behalf_of) == (office.record_of("丙"), office.record_of("丁"))


def test_nobody_acts_for_another_without_a_delegation():
    """Also where no post is asked for: what the audit would name is refused at the door."""
    office = make_busy_office()
    size = office.store.head().size

    with pytest.raises(
        RefusedError, match=r"authority\.delegation: 丁 has given 丙 no delegation"
    ):
        office.act("丙", ("rule.plan", "", {"title": "值班制度"}), on_behalf_of="丁")

    assert office.store.head().size == size


def test_a_clock_behind_the_log_is_refused_until_it_is_corrected():
    """More than five seconds back refuses; the signed correction is taken."""
    office = make_office()
    office.clock.now -= timedelta(hours=1)
    proposal = ("officer.propose-post", office.record_of(SECOND), {"post": "出纳"})

    with pytest.raises(ClockError):
        office.act(FOUNDER, proposal)
    office.act(FOUNDER, CLOCK)

    assert office.act(FOUNDER, proposal).count == 1


def test_several_acts_in_one_transaction_build_on_each_other():
    """A bulk of acts is recorded together; each has its own seal."""
    office = make_office()
    requests = [office.request([CLOCK]) for _ in range(5)]

    done = office.ledger.act_all(office.people[FOUNDER], requests)

    assert [each.first_index for each in done] == list(
        range(done[0].first_index, done[0].first_index + 5)
    )
    assert len({each.seal for each in done}) == 5


def test_content_is_stored_under_its_salted_digest():
    """An attachment's bytes lie outside the log, found by SHA-256(salt ‖ bytes)."""
    office = make_office()
    content = new_content("发票".encode())

    office.act(FOUNDER, CLOCK, content=(content,))

    salt, held = office.store.content(content.digest)
    assert digest(salt + held) == content.digest
    assert held == "发票".encode()


def test_a_kind_that_is_not_registered_is_never_imported():
    """An event whose kind names a module is refused as unknown."""
    office = make_office()

    with pytest.raises(MalformedError, match="that this version knows"):
        office.ledger.mapper.to_domain_event(
            replace_kind(office.store.history("office/main")[0], "office.os_system/1")
        )


def replace_kind(row, kind):
    """Return the library's row of an event, with another kind."""
    from eventsourcing.persistence import StoredEvent

    event = replace(acts.parse_event(row.event), kind=kind)
    return StoredEvent(row.record, row.version, kind, acts.format_event(event))


def test_deciding_alone_records_nothing():
    """A dry decision tells the changes and the breaches."""
    office = make_office()
    head = office.store.head()
    request = office.request(
        [("officer.give-post", office.record_of(SECOND), {"post": "出纳"})]
    )

    changes, broken = office.ledger.decide(office.people[FOUNDER], request)

    assert [change.record for change in changes] == [office.record_of(SECOND)]
    assert [breach.code for breach in broken] == ["A4"]
    assert office.store.head() == head


def test_an_empty_request_is_no_act():
    """An act holds at least one event."""
    office = make_office()

    with pytest.raises(MalformedError, match="1 to 256"):
        office.ledger.act(office.people[FOUNDER], Request("0" * 26, ()))


def test_a_ledger_before_its_founding_is_empty():
    """A store that was only made holds no office."""
    ledger = Ledger(MemoryStore())

    assert ledger.origin == ""
    assert ledger.folded("officer/X").version == 0
