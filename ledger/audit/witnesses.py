"""What others keep of the log: witnesses' words under checkpoints, judged by a policy, and officers' receipts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.application.incidents import read_incidents
from ledger.audit.outside import KEPT, Outside, Place, Speakers, check_head
from ledger.audit.reading import UNREADABLE, kept_unreadable
from ledger.errors import LedgerError, MalformedError
from ledger.findings import Finding
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.cosigned import know, quorum_of, quorum_problem, read_cosignatures
from ledger.log.note import parse_note
from ledger.log.policy import Policy, parse_policy
from ledger.log.receipt import Kept
from ledger.log.standing import KnownHead, Lost, binding
from ledger.log.tree import root_at
from ledger.store.contract import LogReader

QUORUM = "checkpoint.quorum"
"""What stays unchecked while witnesses have cosigned and no policy says whom to believe."""
RECEIPT = "checkpoint.receipt"
"""What stays unchecked where a recorded incident says that it is lost."""
WITNESSED = "checkpoint.witnessed"
"""As `RECEIPT`, of the head in one's own folder that witnesses cosigned."""


@dataclass
class WitnessCheck:
    """The words of witnesses and officers about a log of this size; `looked_at` counts them."""

    reader: LogReader
    outside: Outside
    speakers: Speakers
    size: int
    looked_at: int = 0
    left_out: tuple[str, ...] = ()

    def check(self) -> Iterator[Finding]:
        """Yield what does not hold of cosignatures, quorum, the head cosigned last, and receipts.

        Raises:
            MalformedError: the policy is none.
        """
        policy = parse_policy(self.outside.policy) if self.outside.policy else None
        try:
            notes, lines = dict(self.reader.checkpoints()), self.reader.cosignatures()
        except UNREADABLE as error:
            # Checkpoints that cannot be read leave no quorum either.
            yield kept_unreadable("checkpoint", error)
            notes, lines = {}, []
        if policy:
            yield from self._quorum(policy, notes, lines)
        elif lines:
            self.left_out += (QUORUM,)
        kept_elsewhere = self.outside.receipts or self.outside.witnessed
        incidents = read_incidents(self.reader) if kept_elsewhere else []
        if self.outside.witnessed:
            yield from self._witnessed(self.outside.witnessed, incidents)
        excused = 0
        for where, kept in self.outside.receipts:
            left = binding(kept, incidents)
            excused += len(kept) - len(left)
            self.looked_at += len(left)
            for each in left:
                yield from self._receipt(each, where)
        # An incident lets the office go on; it never makes the log whole again.
        self.left_out += (RECEIPT,) if excused else ()

    def _quorum(
        self,
        policy: Policy,
        notes: Mapping[int, bytes],
        lines: Sequence[tuple[int, str, bytes]],
    ) -> Iterator[Finding]:
        """Judge every cosignature; the newest checkpoint must have the quorum, all others lie under it."""
        known = know(policy, self.outside.now_seconds)
        told = read_cosignatures(known, notes, lines)
        self.looked_at += len(told)
        for each in told:
            if each.problem:
                place = f"checkpoint {each.size} cosigned by {each.key}"
                yield Finding("checkpoint.cosignature", "edited", each.problem, record=place)
        newest = max(notes, default=0)
        _, names = quorum_of(known, told, newest)
        message = quorum_problem(policy, names)
        if message:
            index = newest - 1 if newest else None
            yield Finding(QUORUM, "unwitnessed", message, index, f"checkpoint {newest} {KEPT}")

    def _witnessed(self, note: bytes, incidents: list[Lost]) -> Iterator[Finding]:
        """Hold the log against the largest head that witnesses are known to have cosigned."""
        place = Place("in your own folder", None, self.size)
        if _is_lost(note, incidents):
            self.left_out += (WITNESSED,)
            return
        self.looked_at += 1
        for each in check_head(self.reader, note, place, self.speakers):
            yield replace(each, code=WITNESSED)

    def _receipt(self, kept: Kept, where: str) -> Iterator[Finding]:
        """Hold the log against what an officer keeps of their own act."""
        named = f"{where}, act/{kept.act}"
        if max(kept.size, kept.index + 1) > self.size:
            message = f"the log ends at {self.size}; their act stands at {kept.index}"
            yield Finding(RECEIPT, "rolled back", message, self.size, named)
            return
        try:
            same = root_at(kept.size, self.reader.read_hashes).hex() == kept.root
            recorded = self.reader.find_act(kept.act)
        except (LedgerError, ValueError) as error:
            yield Finding(RECEIPT, "deleted", str(error), kept.index, named)
            return
        if not same:
            message = f"they saw another root at size {kept.size} than this log has"
            yield Finding(RECEIPT, "forked", message, kept.size - 1, named)
        elif recorded is None or recorded.first_index != kept.index:
            message = f"their act does not stand at {kept.index}, where they keep it"
            yield Finding(RECEIPT, "forked", message, kept.index, named)


def _is_lost(note: bytes, incidents: list[Lost]) -> bool:
    """Tell whether an incident is about the head of this note."""
    try:
        head = parse_checkpoint(parse_note(note).text)
    except MalformedError:
        return False
    return any(each.names(KnownHead(head.size, head.root, "")) for each in incidents)
