"""Private fields in a test's office: reading keys, a compartment, and telegrams with a private text."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from ledger.application.acting import Done, Request, Step
from ledger.application.concealing import conceal_steps
from ledger.application.membership import Reader, add, create, leave
from ledger.clock import new_id
from ledger.commands.reading import TELL
from ledger.family import AS_FOUND, Happened, Verb, simply
from ledger.keys.hpke import ReadingKey
from ledger.records import compartment, officer, purge
from tests.office import VERBS, Office


def reading_key(name: str) -> ReadingKey:
    """Return a person's reading key in tests."""
    return ReadingKey(hashlib.sha256(f"reading {name}".encode()).digest())


def tell_reading_key(office: Office, name: str) -> Done:
    """Have a person tell their reading key."""
    public = base64.b64encode(reading_key(name).public).decode()
    step = Step(TELL, office.record_of(name), officer.ReadingKeyTold(public=public))
    return record(office, name, step)


def set_apart(office: Office, name: str, family: str = "telegram") -> Done:
    """Have the security administrator of that name set a family's private fields apart."""
    tell_reading_key(office, name)
    draft = create(office.ledger, office.record_of(name), family)
    return record(office, name, _membership(draft, family))


def let_in(office: Office, name: str, *, by: str, family: str = "telegram") -> Done:
    """Have a member let somebody, who has told a reading key, read a family's private fields."""
    draft = add(office.ledger, reader_of(office, by), family, office.record_of(name))
    return record(office, by, _membership(draft, family))


def send_away(office: Office, name: str, *, by: str, family: str = "telegram") -> Done:
    """Have a member make a new key that somebody does not get."""
    who = office.record_of(name)
    draft = leave(office.ledger, reader_of(office, by), family, officer=who, reason="调离")
    return record(office, by, _membership(draft, family))


def reader_of(office: Office, name: str) -> Reader:
    """Return a person with their reading key."""
    return Reader(office.ledger, office.record_of(name), reading_key(name))


def telegram(office: Office, name: str, text: str, **options: Any) -> Done:
    """Record a telegram as found, with a private text; options are the request's."""
    request = telegram_request(office, text, **options)
    return office.ledger.act(office.people[name], request)


def telegram_request(office: Office, text: str, **options: Any) -> Request:
    """Return the request to record a telegram as found, with a private text."""
    verb = VERBS["telegram.register"]
    draft = verb.event(sender="市委机要局", title="值守", urgency="加急")
    steps, sealed = conceal_steps(
        [Step(verb, f"telegram/{new_id(office.clock())}", draft)], {"contents": text},
        ledger=office.ledger.origin, state_of=office.ledger.state,
    )  # fmt: skip
    return Request(new_id(office.clock()), steps, AS_FOUND, disclosures=sealed, **options)


def purged(office: Office, of: str, digests: tuple[str, ...], *, by: tuple[str, str]) -> Done:
    """Have one propose a purge and another approve it; nothing is carried out."""
    proposer, approver = by
    name = f"purge/{new_id(office.clock())}"
    draft = purge.Proposed(of=of, reason="误录", approval="批示1号", digests=digests)
    record(
        office, proposer, Step(Verb("p", "", "", purge.Proposed, purge.propose), name, draft)
    )
    return record(office, approver, Step(VERBS["purge.approve"], name, purge.Approved()))


def carried_out(office: Office, approved: Done, *, by: str) -> Done:
    """Destroy what an approved purge names, and record it."""
    name = approved.changes[0].record
    destroyed = office.store.purge(office.ledger.state(name).digests)
    verb = Verb("c", "", "", purge.CarriedOut, purge.carry_out)
    return record(office, by, Step(verb, name, purge.CarriedOut(destroyed=destroyed)))


def record(office: Office, name: str, step: Step) -> Done:
    """Record one step."""
    return office.ledger.act(office.people[name], Request(new_id(office.clock()), (step,)))


def _membership(draft: Happened, family: str) -> Step:
    return Step(Verb("set", "", "", type(draft), simply), compartment.key(family), draft)
