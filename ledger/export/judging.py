"""Entries and seals of a log, held against each other as they go by in order of index.

What a bundle, a proof and a tree of tiles have in common: each entry's act was signed by a key that was
enrolled before it for the act's actor and not revoked, its seal covers it at its place, and it all
begins with the founding act that was pinned. Findings' codes are those of what is being checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger import canonical
from ledger.act import Entry, Event, Seal, open_seal
from ledger.errors import MalformedError, ProofError
from ledger.export.checked import Checked, Trust, finding
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.keys.possession import check_possession, check_rotation
from ledger.keys.ring import ENROLLED, Ring
from ledger.keys.suite import component_keyids, key_id, verify_suite
from ledger.log.checkpoint import open_checkpoint
from ledger.log.note import Verifier
from ledger.log.speaker import log_verifiers
from ledger.log.succession import FOUNDED, LogKeys, Succession
from ledger.records.office import OFFICE

OFFICER_ENROLLED = "officer.enrolled/1"


@frozen
class Log:
    """The log that something was taken from, as it says itself or as its reader pinned it."""

    origin: str
    founding: str
    keys: LogKeys
    pinned: bool = False


@dataclass
class Judge:
    """Judges what was taken from a log; `what` begins its findings' codes, as in `bundle.seal`."""

    what: str
    log: Log
    checked: Checked
    ring: Ring = field(default_factory=Ring)
    seals: dict[str, Seal] = field(default_factory=dict)
    firsts: dict[str, int] = field(default_factory=dict)
    uses: list[tuple[str, int, int]] = field(default_factory=list)
    enrolled: dict[str, int] = field(default_factory=dict)
    founder_signed: bool = False
    last: dict[str, tuple[int, str]] = field(default_factory=dict)
    succession: Succession = field(default_factory=Succession)
    head: bytes | None = None

    def take_checkpoint(self, note: bytes) -> None:
        """Take in the head that all of it stands under; which keys sign it, the entries say."""
        self.head = note

    def take_seal(self, envelope: bytes, place: str) -> None:
        """Take in an envelope, before the entries of its act."""
        with finding(self.checked, f"{self.what}.seal", "edited", place=place):
            self.seals[canonical.digest(envelope)] = open_seal(envelope)

    def take_entry(self, index: int, entry: Entry) -> None:
        """Take in the entry at an index above all before it."""
        self.checked.entries += 1
        self._check_seal(index, entry)
        event = entry.event
        self.learn_office(index, event)
        learn(self.ring, self.enrolled, index, event)
        self._check_enrolment(event.kind, event.record, index)

    def learn_office(self, index: int, event: Event) -> None:
        """Take in what an event says of the log's own keys."""
        if event.record == OFFICE:
            with finding(self.checked, f"{self.what}.key", "key misused", index=index):
                self.succession.learn(kind=event.kind, body=event.body, index=index)

    def follow(self, index: int, entry: Entry) -> None:
        """Check that an event follows its record's last one; `last` has (version, digest) of each record's."""
        event = entry.event
        version, last = self.last.get(event.record, (0, canonical.ZERO_DIGEST))
        if (event.version, event.prev) != (version + 1, last):
            message = f"version {event.version} does not follow {version}"
            self.found("chain", "deleted", message, index=index, record=event.record)
        self.last[event.record] = (event.version, canonical.digest(entry.event_bytes))

    def finish(self) -> None:
        """Say what only shows at the end: who signs the head, later words about keys, no founding."""
        self.check_speakers()
        for key, first, index in self.uses:
            with finding(self.checked, f"{self.what}.key", "key misused", index=index):
                self.ring.good(key, first)
        for unused in self.seals.keys() - self.firsts.keys():
            self.found("seal", "inserted", f"seal {unused[:12]}… covers no entry here")
        self.check_founding()

    def check_founding(self) -> None:
        """Say if the founding act is not here, or not signed by the key that it enrols."""
        if self.log.founding not in self.firsts:
            self.found("founding", "deleted", "the founding act is not here")
        elif not self.founder_signed:
            self.found("founding", "key misused", "the founder's key is not in it", index=0)

    def found(
        self,
        code: str,
        damage: str,
        message: str,
        *,
        index: int | None = None,
        record: str = "",
    ) -> None:
        """Report a finding, whose code is given without what is being checked."""
        told = Finding(f"{self.what}.{code}", damage, message, index=index, record=record)
        self.checked.findings.append(told)

    def _check_seal(self, index: int, entry: Entry) -> None:
        seal = self.seals.get(entry.seal)
        if seal is None:
            self.found("seal", "deleted", "its seal is missing", index=index)
            return
        digest = canonical.digest(entry.event_bytes)
        if digest not in seal.act.events:
            self.found("seal", "re-signed", "its seal does not cover it", index=index)
            return
        first = index - seal.act.events.index(digest)
        known = self.firsts.get(entry.seal)
        if known is None:
            self.firsts[entry.seal] = first
            self.checked.acts += 1
            self._judge_seal(seal, entry.seal, first, index)
        elif known != first:
            message = f"its act begins at {known}, by this entry at {first}"
            self.found("seal", "reordered", message, index=index)

    def _judge_seal(self, seal: Seal, digest: str, first: int, index: int) -> None:
        if seal.act.ledger != self.log.origin:
            self.found("seal", "forked", f"it is of the ledger {seal.act.ledger}", index=index)
        if first == 0:
            # The key that signed the founding act is enrolled by it: its signature waits for that.
            if digest != self.log.founding:
                self.found("founding", "forked", "it is not the founding act", index=index)
            return
        with finding(self.checked, f"{self.what}.key", "key misused", index=index):
            self.ring.good(seal.act.key, first)
            if self.enrolled.get(seal.act.actor, first) >= first:
                raise ProofError(seal.act.actor, "was not enrolled when this was signed")
            self._verify(seal)
            self.uses.append((seal.act.key, first, index))

    def _verify(self, seal: Seal) -> None:
        life = self.ring.lives[seal.act.key]
        if life.officer != seal.act.actor:
            raise MalformedError("seal", expected=f"actor {life.officer}", found=seal.act.actor)
        if seal.keyids != component_keyids(life.key, life.suite):
            raise MalformedError("seal", expected=f"keyids of {life.key}", found="others")
        verify_suite(life.suite, life.public, seal.signed, seal.signatures)

    def verifiers(self) -> list[Verifier]:
        """Return whoever knows the log: by the keys that the one told leads to, else by that one.

        Raises:
            MalformedError: a key may not be trusted. ProofError: no key is known.
        """
        if self.succession.knows(self.log.keys):
            return self.succession.verifiers()
        if not self.log.keys.ed25519:
            raise ProofError("checkpoint", "the founding act, which names its key, is missing")
        return log_verifiers(*self.log.keys.told)

    def check_speakers(self) -> None:
        """The founding act names the log's first keys: its digest, once pinned, pins all they lead to."""
        self.checked.succession = self.succession
        if self.succession.tenures and not self.succession.knows(self.log.keys):
            code = "pin" if self.log.pinned else "founding"
            self.found(code, "forked", "the founding act names other keys of the log", index=0)
        if self.head is not None:
            with finding(self.checked, f"{self.what}.checkpoint", "edited"):
                open_checkpoint(self.head, self.log.origin, self.verifiers())

    def _check_enrolment(self, kind: str, record: str, index: int) -> None:
        """Check a key the moment it is enrolled, and with the founder's the founding act."""
        life = self.ring.lives.get(record.partition("/")[2])
        if kind != ENROLLED or life is None or life.enrolled != index:
            return
        with finding(self.checked, f"{self.what}.key", "key misused", index=index):
            if key_id(life.suite, life.public) != life.key:
                raise ProofError(f"key {life.key[:12]}…", "its id is that of other components")
            check_possession(
                life.suite, life.public, ledger=self.log.origin, officer=life.officer,
                proof=life.possession,
            )  # fmt: skip
            if life.replaces:
                check_rotation(
                    self.ring.good(life.replaces, index), life.key, ledger=self.log.origin,
                    officer=life.officer, handover=life.handover,
                )  # fmt: skip
            founding = self.seals.get(self.log.founding)
            if founding is not None and founding.act.key == life.key:
                self._verify(founding)
                self.founder_signed = True


def learn(ring: Ring, enrolled: dict[str, int], index: int, event: Event) -> None:
    """Take in what an event says of keys, and of officers enrolled.

    Raises:
        MalformedError: a key that it enrols cannot be read.
    """
    if event.kind == OFFICER_ENROLLED:
        enrolled.setdefault(event.record, index)
    ring.learn(kind=event.kind, record=event.record, body=event.body, index=index)


def known_log(
    what: str, origin: str, founding: Entry | None, trust: Trust | None, *, checked: Checked
) -> Log:
    """Return the log as its reader pinned it, or as its own first entry has it; a difference is found."""
    body = founding.event.body if founding and founding.event.kind == FOUNDED else {}
    own = founding.seal if founding else ""
    if trust is None:
        keys = LogKeys(str(body.get("log_key", "")), str(body.get("log_key_ml_dsa", "")))
        return Log(origin, own, keys)
    if trust.founding != own:
        message = "the founding act is not the one pinned"
        checked.findings.append(Finding(f"{what}.pin", "forked", message))
    return Log(origin, trust.founding, trust.keys, pinned=True)
