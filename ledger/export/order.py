"""Ordering a bundle: who is to get what, and making it from a ledger as it stood, or goes on from a draft."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ledger import canonical
from ledger.application.acting import Acting, Done, Request, Step
from ledger.application.ledger import Ledger
from ledger.application.mapper import kinds_of
from ledger.clock import format_time, new_id, parse_time
from ledger.errors import UsageError
from ledger.export.bundle import write_bundle
from ledger.export.cover import FULL, Cover
from ledger.export.draft import Begun, Draft, Progress, open_draft
from ledger.export.part import Disclose, Making, Part, nothing_disclosed
from ledger.export.scope import Wanted, choose
from ledger.export.steps import expected
from ledger.export.survey import survey
from ledger.export.withheld import withhold
from ledger.frozen import frozen
from ledger.keys.logkey import LogKey
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers, log_signer
from ledger.log.succession import ROTATED
from ledger.log.tree import root_at
from ledger.records import handover
from ledger.records.office import OFFICE
from ledger.store.contract import LogReader


@frozen(kw_only=True)
class Order:
    """What is to be handed over, to whom, why and on what legal basis, as the log stood at a size."""

    wanted: Wanted
    size: int
    disclose: Disclose = nothing_disclosed
    recipient: str = ""
    purpose: str = ""
    basis: str = ""
    audience: str = FULL
    known_at: str = ""
    disclosed: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    reason: str = ""
    private: tuple[str, ...] = ()
    profile: str = ""

    def digest(self) -> str:
        """Return the digest by which the same order is known again; the size only where it was asked for."""
        told = {
            "audience": self.audience,
            "basis": self.basis,
            "disclosed": sorted(self.disclosed),
            "fields": self.fields,
            "known_at": self.known_at,
            "private": self.private,
            "profile": self.profile,
            "purpose": self.purpose,
            "reason": self.reason,
            "recipient": self.recipient,
            "scope": self.wanted.words(),
        }
        return canonical.digest(canonical.encode(told))


@frozen
class Made:
    """A bundle that was made: its cover, and the digest of its outermost manifest."""

    cover: Cover
    digest: str


def begin(
    ledger: Ledger, order: Order, out: Path, progress: Progress
) -> AbstractContextManager[Draft]:
    """Begin the bundle of an order, or go on with it.

    Raises:
        UsageError, UnavailableError: as `ledger.export.draft.open_draft`.
    """

    def ask() -> Begun:
        now = ledger.clock()
        return Begun(order.digest(), format_time(now), order.size, new_id(now))

    return open_draft(out, ask, progress=progress)


def make(
    ledger: Ledger, order: Order, draft: Draft, *, parts: Sequence[Part], key: LogKey
) -> Made:
    """Write all files of the bundle; the draft is not put in its place.

    Checkpoint and note are signed by the log's key: the one by both of its halves, the other,
    which is no checkpoint, with Ed25519.

    Raises:
        UsageError: no record is of the scope. NotFoundError: a seal is missing.
    """
    with ledger.store.snapshot() as log:
        making = _making(ledger, log, order, begun=draft.begun, key=key)
        draft.expected = expected(making.cover)
        outermost = write_bundle(making, parts, draft, signers=[log_signer(key)])
    return Made(making.cover, canonical.digest(outermost))


def record(ledger: Ledger, acting: Acting, order: Order, made: Made, *, begun: Begun) -> Done:
    """Record that the bundle is handed over; the same draft records it once, however often it is asked.

    Raises:
        RefusedError: a rule says no.
    """
    counts = dict(made.cover.counts)
    told = handover.Made(
        recipient=order.recipient, purpose=order.purpose, legal_basis=order.basis,
        scope=made.cover.scope, audience=order.audience, records=counts["records"],
        entries=counts["entries"], hidden=counts["hidden"],
        reasons=(order.reason,) if counts["hidden"] and order.reason else (),
        size=made.cover.size, root=made.cover.root, digest=made.digest,
    )  # fmt: skip
    step = Step(handover.MAKE, f"handover/{begun.act}", told)
    return ledger.act(acting, Request(begun.act, (step,)))


def _check_speaks(log: LogReader, size: int) -> None:
    """Refuse to sign for a size at which another key of the log spoke.

    Raises:
        UsageError: so it is.
    """
    rotated = [row.index for row in log.history(OFFICE) if row.kind == ROTATED]
    if rotated and rotated[-1] >= size:
        raise UsageError(
            f"another key of the log spoke at size {size}",
            todo=f"ask what was known at index {rotated[-1]} or later",
        )


def _making(
    ledger: Ledger, log: LogReader, order: Order, *, begun: Begun, key: LogKey
) -> Making:
    kinds = kinds_of(ledger.families.values())
    office = ledger.state(OFFICE)
    scope = choose(
        log, order.wanted, size=begun.size, kinds=kinds, utc_offset=office.utc_offset
    )
    if order.audience != FULL:
        scope = withhold(
            log, scope, disclosed=order.disclosed, reason=order.reason, size=begun.size
        )
    counted = survey(log, scope, begun.size)
    _check_speaks(log, begun.size)
    root = root_at(begun.size, log.read_hashes)
    cover = Cover(
        origin=ledger.origin, founding=next(log.seals(0, 1)).digest, log_key=key.verifier,
        log_key_ml_dsa=key.verifier_ml_dsa, created_at=begun.created_at, size=begun.size,
        root=root.hex(), recipient=order.recipient, purpose=order.purpose, basis=order.basis,
        audience=order.audience, scope=scope.words, counts=counted.counts(),
    )  # fmt: skip
    signers = head_signers(key, int(parse_time(begun.created_at).timestamp()))
    return Making(
        log=log, scope=scope, survey=counted, cover=cover,
        checkpoint=sign_checkpoint(Checkpoint(ledger.origin, begun.size, root), signers),
        families=ledger.families, kinds=kinds, utc_offset=office.utc_offset,
        fields=order.fields, private=order.private, disclose=order.disclose,
    )  # fmt: skip
