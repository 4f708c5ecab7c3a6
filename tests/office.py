"""A small real ledger for tests: officers with keys and posts, acts, and a clock that is scripted.

    office = make_office()                          in memory, or make_office(url) in a database
    office.enrol("刘主任", "办公室主任")             proposed by one administrator, confirmed by another
    office.act("刘主任", ("series.open", "series/县委发〔2023〕", {"code": "县委发", "year": 2023}))

The founder is 甲, the second administrator 乙. Seeds derive from names, every reading of the clock is
one second after the last, ids and salts alone differ from run to run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.application.acting import Acting, Content, Done, Request, Step
from ledger.application.founding import Founding, found
from ledger.application.ledger import Ledger
from ledger.audit.verdict import Pin
from ledger.clock import new_id
from ledger.commands.enrolment import confirm_keys, propose_key, request_key
from ledger.family import DIRECT, family_of
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import ED25519
from ledger.records import FAMILIES
from ledger.records.office import ADMINISTRATOR, SECURITY
from ledger.store.memory import MemoryStore
from ledger.store.open import open_store

ORIGIN = "county.example/office/0011223344556677"
FOUNDER = "甲"
SECOND = "乙"
START = datetime(2022, 3, 1, 1, 0, tzinfo=UTC)
VERBS = {f"{family.name}.{verb.name}": verb for family in FAMILIES for verb in family.verbs}

Asked = tuple[str, str, Mapping[str, Any]]


@dataclass
class ScriptedClock:
    """A clock that goes one step further at each reading; `at` sets it."""

    now: datetime = START
    step: timedelta = timedelta(seconds=1)

    def __call__(self) -> datetime:
        """Return the next moment."""
        self.now += self.step
        return self.now

    def at(self, moment: datetime) -> None:
        """Go on from this moment."""
        self.now = moment


def seed_of(name: str) -> bytes:
    """Return the seed of a person's key in tests."""
    return hashlib.sha256(f"seed of {name}".encode()).digest()


@dataclass
class Office:
    """A ledger and those who work with it, by name."""

    ledger: Ledger
    clock: ScriptedClock
    founding: Done
    people: dict[str, Acting]
    log_key: LogKey
    done: list[Done] = field(default_factory=list)

    @property
    def store(self) -> Any:
        """The ledger's store."""
        return self.ledger.store

    def record_of(self, name: str) -> str:
        """Return an officer's record."""
        return self.people[name].officer

    def enrol(self, name: str, *posts: str, suite: str = ED25519) -> Acting:
        """Enrol an officer with a key: 甲 proposes, 乙 confirms (甲 alone, for 乙 and its key)."""
        signer = SeedSigner(seed_of(name), suite)
        record = f"officer/{new_id(self.clock())}"
        request = request_key(
            signer, ledger=self.ledger.origin, name=name, officer_record=record
        )
        first = self.people[FOUNDER]
        self.done.append(propose_key(self.ledger, first, request, posts=posts))
        self.done.append(confirm_keys(self.ledger, self.people.get(SECOND, first), record))
        self.people[name] = Acting(record, signer)
        return self.people[name]

    def enrol_key(self, name: str, label: str) -> Acting:
        """Enrol a further key of an officer; returns them acting with it."""
        signer = SeedSigner(seed_of(label))
        record = self.record_of(name)
        request = request_key(
            signer, ledger=self.ledger.origin, name=name, officer_record=record
        )
        self.done.append(propose_key(self.ledger, self.people[FOUNDER], request, posts=()))
        self.done.append(confirm_keys(self.ledger, self.people[SECOND], record))
        return Acting(record, signer)

    def act(self, who: str | Acting, *asked: Asked, **options: Any) -> Done:
        """Record one act of `(verb, record, fields)`; an empty record makes a new one.

        Options: `basis`, `on_behalf_of` (a name), `content`.
        """
        done = self.ledger.act(self.acting(who, options), self.request(asked, **options))
        self.done.append(done)
        return done

    def acting(self, who: str | Acting, options: Mapping[str, Any]) -> Acting:
        """Return who acts, on behalf of whom the options say."""
        acting = self.people[who] if isinstance(who, str) else who
        principal = options.get("on_behalf_of")
        if principal is None:
            return acting
        return Acting(acting.officer, acting.signer, self.record_of(principal))

    def request(
        self,
        asked: Iterable[Asked],
        *,
        basis: str = DIRECT,
        content: tuple[Content, ...] = (),
        on_behalf_of: str | None = None,
    ) -> Request:
        """Return the request of these steps, with a fresh act id."""
        del on_behalf_of
        steps = tuple(self._step(*each) for each in asked)
        return Request(new_id(self.clock()), steps, basis, content)

    def _step(self, verb_name: str, record: str, fields: Mapping[str, Any]) -> Step:
        verb = VERBS[verb_name]
        draft = verb.event(**fields)
        if not record:
            family = family_of(verb.event.KIND)
            record = verb.names(draft) if verb.names else f"{family}/{new_id(self.clock())}"
        return Step(verb, record, draft)


def pin_of(office: Office, source: str = "argument") -> Pin:
    """Return the pin of an office's ledger."""
    key = office.log_key
    return Pin(ORIGIN, key.verifier, office.founding.seal, source, key.verifier_ml_dsa)


def make_office(url: str | None = None, *, staffed: bool = True) -> Office:
    """Found a ledger with 甲, and 乙 as second administrator unless `staffed` is False.

    `url` is a store's address (a path for SQLite); without one the ledger is held in memory.
    """
    store = MemoryStore() if url is None else open_store(url, create=True)
    clock = ScriptedClock()
    ledger = Ledger(store, clock=clock)
    log_key = LogKey(ORIGIN, SeedSigner(seed_of("log")), seed_of("log, second half"))
    founding = Founding(
        "县委办公室", ORIGIN, "+08:00", log_key.verifier, FOUNDER, log_key.verifier_ml_dsa
    )
    acting, done = found(ledger, founding, SeedSigner(seed_of(FOUNDER)))
    office = Office(ledger, clock, done, {FOUNDER: acting}, log_key)
    if staffed:
        office.enrol(SECOND, ADMINISTRATOR, SECURITY)
    return office


def make_busy_office(url: str | None = None) -> Office:
    """An office with two clerks, posts, a delegation and a revoked key: some twenty events."""
    office = make_office(url)
    office.enrol("丙", "文书")
    office.enrol("丁", "办公室主任")
    office.act(FOUNDER, ("officer.propose-post", office.record_of("丙"), {"post": "登记员"}))
    office.act(SECOND, ("officer.give-post", office.record_of("丙"), {"post": "登记员"}))
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=30)}
    delegation = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act("丁", ("officer.delegate", office.record_of("丁"), delegation))
    spare = office.enrol_key("丙", "丙的备用密钥")
    spare_record = f"key/{spare.signer.key_id}"
    office.act("丙", ("key.propose-revocation", spare_record, {"reason": "遗失"}))
    office.act(SECOND, ("key.revoke", spare_record, {}))
    office.act(FOUNDER, ("office.correct-clock", "office/main", {"reason": "校时"}))
    ended = {"delegate": delegation["delegate"], "post": "办公室主任", "reason": "返岗"}
    office.act("丁", ("officer.end-delegation", office.record_of("丁"), ended))
    return office
