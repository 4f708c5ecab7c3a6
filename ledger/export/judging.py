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
from ledger.keys.possession import check_possession
from ledger.keys.ring import ENROLLED, Ring
from ledger.keys.suite import component_keyids, key_id, verify_suite
from ledger.log.checkpoint import open_checkpoint
from ledger.log.speaker import log_verifiers

FOUNDED = "office.founded/1"
OFFICER_ENROLLED = "officer.enrolled/1"


@dataclass(frozen=True, slots=True)
class Log:
    """The log that something was taken from, as it says itself or as its reader pinned it."""

    origin: str
    founding: str
    log_key: str
    log_key_ml_dsa: str = ""


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

    def take_checkpoint(self, note: bytes) -> None:
        """Take in the head that all of it stands under, signed by the log's keys."""
        with finding(self.checked, f"{self.what}.checkpoint", "edited"):
            if not self.log.log_key:
                raise ProofError(
                    "checkpoint", "the founding act, which names its key, is missing"
                )
            keys = log_verifiers(self.log.log_key, self.log.log_key_ml_dsa)
            open_checkpoint(note, self.log.origin, keys)

    def take_seal(self, envelope: bytes, place: str) -> None:
        """Take in an envelope, before the entries of its act."""
        with finding(self.checked, f"{self.what}.seal", "edited", place=place):
            self.seals[canonical.digest(envelope)] = open_seal(envelope)

    def take_entry(self, index: int, entry: Entry) -> None:
        """Take in the entry at an index above all before it."""
        self.checked.entries += 1
        self._check_seal(index, entry)
        self._check_founded(entry.event, index)
        event = entry.event
        if event.kind == OFFICER_ENROLLED:
            self.enrolled.setdefault(event.record, index)
        self.ring.learn(kind=event.kind, record=event.record, body=event.body, index=index)
        self._check_enrolment(event.kind, event.record, index)

    def finish(self) -> None:
        """Say what only shows at the end: later words about keys, seals of nothing, no founding."""
        for key, first, index in self.uses:
            with finding(self.checked, f"{self.what}.key", "key misused", index=index):
                self.ring.good(key, first)
        for unused in self.seals.keys() - self.firsts.keys():
            self.found("seal", "inserted", f"seal {unused[:12]}… covers no entry here")
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
            self.checked.acts.add(seal.act.act)
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

    def _check_founded(self, event: Event, index: int) -> None:
        """The founding act names the log's keys: its digest, once pinned, pins them."""
        if event.kind != FOUNDED:
            return
        told = (event.body.get("log_key"), event.body.get("log_key_ml_dsa"))
        if told != (self.log.log_key, self.log.log_key_ml_dsa):
            self.found("founding", "forked", "it names other keys of the log", index=index)

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
            founding = self.seals.get(self.log.founding)
            if founding is not None and founding.act.key == life.key:
                self._verify(founding)
                self.founder_signed = True


def known_log(
    what: str, origin: str, founding: Entry | None, trust: Trust | None, *, checked: Checked
) -> Log:
    """Return the log as its reader pinned it, or as its own first entry has it; a difference is found."""
    body = founding.event.body if founding and founding.event.kind == FOUNDED else {}
    own = Log(
        origin,
        founding.seal if founding else "",
        str(body.get("log_key", "")),
        str(body.get("log_key_ml_dsa", "")),
    )
    if trust is None:
        return own
    same = (trust.log_key, trust.founding) == (own.log_key, own.founding)
    if not same or trust.log_key_ml_dsa not in ("", own.log_key_ml_dsa):
        message = "log key or founding act is not the one pinned"
        checked.findings.append(Finding(f"{what}.pin", "forked", message))
    ml_dsa = trust.log_key_ml_dsa or own.log_key_ml_dsa
    return Log(origin, trust.founding, trust.log_key, ml_dsa)
