"""The one way in: decide on fresh state, seal, append; on a lost race, all of it again.

Built on the library's `Application`, `Repository` and `EventStore`: they fold records from stored
events and keep the folded ones; the recorder behind them is ours (`ledger.store`).
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import InfrastructureFactory, JSONTranscoder, Mapper
from eventsourcing.utils import Environment, EnvType
from typing_extensions import override

from ledger import act as acts
from ledger import canonical
from ledger.act import SealedAct
from ledger.application.acting import Acting, Command, Content, Done, Request
from ledger.application.answering import answer, decided
from ledger.application.concealing import check_concealed, disclosure_rows
from ledger.application.continuing import check_continues
from ledger.application.deciding import Deciding, Desk
from ledger.application.known import Fold, Known, unwritten
from ledger.application.mapper import Folded, RecordMapper, Told, fold, kinds_of, open_event
from ledger.application.screening import screen
from ledger.clock import Clock, format_time, system_clock
from ledger.errors import (
    ActReusedError,
    ConflictError,
    KeyNotTrustedError,
    OutcomeUnknownError,
    Reason,
    RefusedError,
)
from ledger.family import AS_FOUND, Change
from ledger.keys.suite import component_keyids, verify_suite
from ledger.log.receipt import Kept
from ledger.records import BONDS, FAMILIES
from ledger.records.key import Key
from ledger.records.office import OFFICE
from ledger.records.officer import Officer
from ledger.rules import Breach, Rulebook
from ledger.store.appending import Decided
from ledger.store.contract import Head, LogStore, Recorded

MAX_ATTEMPTS = 200
MANY_RECORDS = 8
_OFFICER = re.compile("officer/[0-9A-Z]{26}")
_CACHE = {"AGGREGATE_CACHE_MAXSIZE": "4096", "DEEPCOPY_FROM_AGGREGATE_CACHE": "n"}


class Prepared(NamedTuple):
    """An act ready to be appended, and the steps of its request that are left out."""

    told: tuple[Told, ...]
    sealed: SealedAct
    changes: list[Change]
    refused: tuple[Reason, ...]


class Ledger(Application[str]):
    """A ledger over a store. Everything that is written goes through `act` or `act_all`."""

    name = "qifeng"

    def __init__(self, store: LogStore, *, clock: Clock = system_clock) -> None:
        """Open the ledger that a store holds, or an empty one."""
        self.store = store
        self.clock = clock
        self.families = {family.name: family for family in FAMILIES}
        self.kinds = kinds_of(FAMILIES)
        self._origin = ""
        self._rulebook = Rulebook(self.families, BONDS)
        super().__init__(_CACHE)
        self._known = Known(0, self.folded)

    @override
    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Return the settings given here; the process environment is not looked at."""
        return Environment(name, dict(env or {}))

    @override
    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return the library's in-memory factory; only its event store is used."""
        return InfrastructureFactory.construct(Environment(env.name))

    @override
    def construct_mapper(self) -> Mapper[str]:
        """Return the mapper over our closed registry."""
        return RecordMapper(self.kinds, JSONTranscoder())

    @override
    def construct_recorder(self) -> Any:
        """Return the store's recorder."""
        return self.store

    @property
    def origin(self) -> str:
        """The log's origin, from the founding; empty before it. Once there, it never changes."""
        if not self._origin:
            self._origin = str(self.state(OFFICE).origin)
        return self._origin

    def folded(self, record: str) -> Folded:
        """Return the record folded from all its events; version 0 where it has none."""
        try:
            found: Folded = self.repository.get(
                record, projector_func=fold(self.families, record)
            )
        except AggregateNotFoundError:
            return unwritten(record, self.families)
        # The library moves cached aggregates on in place; ours are frozen, so the newer one is put.
        assert self.repository.cache is not None, "the settings above ask for a cache"
        self.repository.cache.put(record, found)  # type: ignore[arg-type]
        return found

    def state(self, record: str) -> Any:
        """Return the record's present state."""
        return self.folded(record).state

    def act(self, acting: Acting, request: Request) -> Done:
        """Record one act: all of it, durably, or nothing.

        Raises:
            RefusedError: a rule says no, or nobody delegated what is done for another.
            KeyNotTrustedError: the signer's key is not the officer's, or not good now.
            ActReusedError: the act id was used for another request.
            ProofError: the store's log is not the one the officer has seen.
            ClockError, UnavailableError: the store cannot take it now.
        """
        return self.act_all(acting, [request])[0]

    def act_all(self, acting: Acting, requests: Sequence[Request]) -> list[Done]:
        """Record several acts of one officer in one transaction: all of them or none."""
        refused: dict[str, tuple[Reason, ...]] = {}
        for request in requests:
            screen(request.content, request.steps)
        attempt = 0
        while True:
            attempt += 1
            head, recorded = self.store.head_and_acts([each.act for each in requests])
            found = {each.act_id: each for each in recorded}
            if found.keys() == {each.act for each in requests}:
                return [
                    self._found(acting, request, found[request.act], refused)
                    for request in requests
                ]
            assert not found, "acts that were asked for together are recorded together"
            try:
                return self._attempt(acting, requests, head, refused)
            except (ConflictError, OutcomeUnknownError):
                # Somebody else wrote first, so that what was decided no longer stands; or the
                # acknowledgement was lost, and looking the act up tells whether it is recorded.
                if attempt == MAX_ATTEMPTS:
                    raise

    def decide(self, acting: Acting, request: Request) -> tuple[list[Change], list[Breach]]:
        """Decide without recording: what would change, and which rules it would break."""
        deciding = self._deciding(acting, request.basis, self.folded)
        deciding.begin_act()
        changes = decided(deciding, request.steps)
        return changes, self._broken(deciding, changes)

    def append(self, acting: Acting, told: Sequence[Told], seal: SealedAct) -> int:
        """Append one sealed act (the founding); returns its first index."""
        del acting
        recordings = self.events.put(told, acts=[seal], clock=self.clock)
        return int(recordings[0].notification.id) - 1

    def _found(
        self,
        acting: Acting,
        request: Request,
        recorded: Recorded,
        refused: Mapping[str, tuple[Reason, ...]],
    ) -> Done:
        """Return what was recorded of a request before; the first result is the result."""
        act = acts.open_seal(recorded.envelope).act
        if act.actor != acting.officer or act.request != request.digest(acting.officer):
            raise ActReusedError(request.act)
        first, count = recorded.first_index, recorded.count
        rows = self.store.events(first, first + count)
        changes = [Change(row.record, open_event(row.event, self.kinds)[1]) for row in rows]
        written = {each.record for each in changes}
        left_out = refused.get(request.act) or tuple(
            Reason(step.record, "", "", "it was left out when the act was recorded")
            for step in request.steps
            if step.record not in written
        )
        return Done(request.act, recorded.digest, first, count, changes, left_out)

    def _attempt(
        self,
        acting: Acting,
        requests: Sequence[Request],
        head: Head,
        refused: dict[str, tuple[Reason, ...]],
    ) -> list[Done]:
        check_continues(self.store, head, acting, requests)
        known = self._known_at(head)
        self._look_up(known, requests)
        deciding = self._deciding(acting, requests[0].basis, known.folded)
        prepared = [self._prepare(acting, deciding, request, head) for request in requests]
        # Should the answer of the append be lost, what was refused is still known.
        refused.update({each.sealed.act.act: each.refused for each in prepared})
        told = [each for one in prepared for each in one.told]
        content = [each for request in requests for each in request.content]
        written: list[datetime] = []

        def clock() -> datetime:
            written.append(self.clock())
            return written[-1]

        # As the event store's `put`, without its recordings of each event, which nobody reads.
        ids = self.store.insert_events(
            decided_rows(told),
            acts=[each.sealed for each in prepared],
            clock=clock,
            content=[(each.digest, each.salt, each.content) for each in content],
            disclosures=disclosure_rows(told, requests),
        )
        if len(written) < len(requests):
            # Somebody else recorded these very requests meanwhile: theirs is the first result.
            raise ConflictError(f"act/{requests[0].act}", expected=0, found=1)
        first = ids[0] - 1
        if first == head.size:  # Nobody else wrote in between: what changed is all that is new.
            self._known = known.grown(first + len(told), deciding.changed())
        return self._done(acting, prepared, first)

    def _known_at(self, head: Head) -> Known:
        """Take out what is known at this head; until it is put back, nobody else has it."""
        known, self._known = self._known, Known(0, self.folded)
        return known if known.size == head.size else Known(head.size, self.folded)

    def _look_up(self, known: Known, requests: Sequence[Request]) -> None:
        """Ask at once which of many records have no events yet, not of each when its turn comes."""
        asked = {step.record for request in requests for step in request.steps}
        asked -= known.records.keys()
        if len(asked) >= MANY_RECORDS:
            versions = self.store.versions(sorted(asked))
            known.learn_new((each for each in asked if not versions[each]), self.families)

    def _done(self, acting: Acting, prepared: Sequence[Prepared], first: int) -> list[Done]:
        done = []
        for told, sealed, changes, refused in prepared:
            act = sealed.act
            done.append(Done(act.act, sealed.digest, first, len(told), changes, refused))
            if acting.receipts is not None:
                size, root = act.seen
                acting.receipts.keep(Kept(size, root, act.act, first))
            first += len(told)
        return done

    def _prepare(
        self, acting: Acting, deciding: Deciding, request: Request, head: Head
    ) -> Prepared:
        def judge(changes: Sequence[Change]) -> list[Breach]:
            # What is taken in as found is not judged here, but by guards: its breaches are for the audit.
            if request.basis == AS_FOUND:
                return self._rulebook.guarded(changes, context=deciding)
            return self._broken(deciding, changes)

        told, changes, refused = answer(deciding, request, judge=judge, named=self._named)
        self._check_key(acting, deciding)
        self._check_principal(acting, deciding)
        check_concealed(deciding, request, told)
        sealed = seal_act(
            acting, deciding, command=request.command(acting.officer), told=told, head=head
        )
        return Prepared(told, sealed, changes, refused)

    def _broken(self, deciding: Deciding, changes: Sequence[Change]) -> list[Breach]:
        return self._rulebook.breaches(changes, state_of=deciding.state, context=deciding)

    def _deciding(self, acting: Acting, basis: str, fold: Fold) -> Deciding:
        return Deciding(
            Desk(fold, new_salt, self.families),
            actor=acting.officer,
            on_behalf_of=acting.on_behalf_of,
            basis=basis,
            now=self.clock(),
        )

    def _check_key(self, acting: Acting, deciding: Deciding) -> None:
        key: Key = deciding.state(f"key/{acting.signer.key_id}")
        if not key.enrolled or key.officer != acting.officer:
            raise KeyNotTrustedError(
                acting.signer.key_id, f"is not enrolled for {acting.officer}"
            )
        if key.revoked:
            raise KeyNotTrustedError(acting.signer.key_id, "was revoked; enrol a new key")
        if key.successor:
            raise KeyNotTrustedError(
                acting.signer.key_id, f"was retired; {key.successor} is in its place"
            )
        if not deciding.state(acting.officer).enrolled:
            raise KeyNotTrustedError(acting.signer.key_id, f"{acting.officer} is not enrolled")

    def _check_principal(self, acting: Acting, deciding: Deciding) -> None:
        """Refuse to act for an officer who delegated nothing for today, whatever the step asks for."""
        principal = acting.on_behalf_of
        if principal is None:
            return
        given: Officer = deciding.state(principal)
        if not any(given.delegates(acting.officer, post, deciding.day) for post in given.posts):
            told = f"{principal} has given {acting.officer} no delegation for {deciding.day}"
            raise RefusedError(
                "authority.delegation", self._named(told),
                todo="act in your own name, or have one given with 'qifeng officer delegate'",
            )  # fmt: skip

    def _named(self, message: str) -> str:
        """Return a message with officers' names in place of their record names."""
        return _OFFICER.sub(lambda found: self.state(found[0]).name or found[0], message)


def decided_rows(told: Sequence[Told]) -> list[Decided]:
    """Return the rows of events as the store takes them: nothing but what it writes."""
    return [
        Decided(each.originator_id, each.originator_version, each.happened.KIND, each.encoded)
        for each in told
    ]


def seal_act(
    acting: Acting, deciding: Deciding, *, command: Command, told: Sequence[Told], head: Head
) -> SealedAct:
    """Sign an act over these events, and check the signature as everyone will."""
    signer = acting.signer
    act = acts.Act(
        act=command.act,
        actor=acting.officer,
        at=format_time(deciding.now),
        basis=command.basis,
        events=tuple([each.digest for each in told]),
        key=signer.key_id,
        ledger=str(deciding.state(OFFICE).origin),
        on_behalf_of=acting.on_behalf_of,
        reads=deciding.reads(),
        request=command.digest,
        seen=(head.size, head.root.hex()),
    )
    payload = acts.format_act(act)
    message = acts.signed_bytes(payload)
    signatures = signer.sign(message)
    verify_suite(signer.suite, signer.public, message, signatures)
    keyids = component_keyids(signer.key_id, signer.suite)
    envelope = acts.seal_payload(payload, keyids, signatures)
    return SealedAct(
        act, envelope, canonical.digest(envelope), tuple(each.encoded for each in told)
    )


def new_salt() -> str:
    """Return 128 random bits as 22 base64url digits."""
    return base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")


def new_content(content: bytes) -> Content:
    """Return content with a fresh salt and its salted digest, SHA-256(salt ‖ content)."""
    salt = os.urandom(16)
    return Content(canonical.digest(salt + content), salt, content)
