"""Rotating the log's key 更换日志密钥: what happens to the office, who may, and what is recorded of it.

Two administrators rotate it: one proposes a new key, which the old one has signed and which is shown
to be held, and another confirms. That the signatures hold is asked at the door and by verification
(`ledger.log.succession`), for no rule sees a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger.family import Change, Context, Facts, Happened, event, term
from ledger.frozen import replace


@event("office.log_key_proposed/1", "拟更换日志密钥", "log key proposed")
class LogKeyProposed(Happened):
    """An administrator proposes a new key of the log, signed by the old one; the old one speaks on."""

    log_key: str = term("日志公钥", "the new verifier key (C2SP vkey), Ed25519")
    log_key_ml_dsa: str = term("日志抗量子公钥", "the new second verifier key, ML-DSA-44")
    handover: tuple[str, ...] = term("移交签名", "the old key's signatures of the new, base64")
    possession: tuple[str, ...] = term("持有证明", "the new key's own signatures, base64")
    proposer: str = term("提出人", "proposed by", default="", derived=True)


@event("office.log_key_rotated/1", "更换日志密钥", "log key rotated")
class LogKeyRotated(Happened):
    """Another administrator confirms: heads that hold this event are the new key's to sign."""

    log_key: str = term("日志公钥", "the new verifier key, Ed25519", default="", derived=True)
    log_key_ml_dsa: str = term(
        "日志抗量子公钥", "the new second verifier key, ML-DSA-44", default="", derived=True
    )
    handover: tuple[str, ...] = term(
        "移交签名", "the old key's signatures of the new", default=(), derived=True
    )
    possession: tuple[str, ...] = term(
        "持有证明", "the new key's own signatures", default=(), derived=True
    )
    alone: bool = term("单人办理", "rotated single-handed", default=False, derived=True)


class Speaking(Protocol):
    """What the office knows of its log's key: the one that speaks, those before, the one proposed."""

    @property
    def staffed(self) -> bool:
        """Whether it takes two officers."""

    @property
    def log_key(self) -> str:
        """The verifier key that speaks."""

    @property
    def earlier_log_keys(self) -> tuple[str, ...]:
        """Those that spoke before."""

    @property
    def proposed_log_key(self) -> LogKeyProposed | None:
        """What is proposed and not confirmed."""


def propose_log_key(facts: Facts, record: str, draft: LogKeyProposed) -> Sequence[Change]:
    """Propose a new key of the log; while the office has one officer, that is all it takes."""
    told = replace(draft, proposer=facts.actor)
    if facts.state(record).staffed:
        return [Change(record, told)]
    return [Change(record, told), Change(record, _as_proposed(told, LogKeyRotated(alone=True)))]


def rotate_log_key(facts: Facts, record: str, draft: LogKeyRotated) -> Sequence[Change]:
    """Confirm the new key of the log as proposed."""
    state: Speaking = facts.state(record)
    proposed = state.proposed_log_key
    return [Change(record, draft if proposed is None else _as_proposed(proposed, draft))]


def _as_proposed(proposed: LogKeyProposed, draft: LogKeyRotated) -> LogKeyRotated:
    return replace(
        draft, log_key=proposed.log_key, log_key_ml_dsa=proposed.log_key_ml_dsa,
        handover=proposed.handover, possession=proposed.possession,
    )  # fmt: skip


def two_rotate(state: Speaking, happened: LogKeyRotated, context: Context) -> str | None:
    """Say why a new key of the log is not confirmed, or None (双人办理)."""
    proposed = state.proposed_log_key
    if proposed is None:
        return "no new key of the log is proposed"
    if _as_proposed(proposed, happened) != happened:
        return "what is confirmed is not what was proposed"
    if happened.alone:
        return "the office has two officers; another must confirm" if state.staffed else None
    if context.actor == proposed.proposer:
        return f"{context.actor} proposed it; another administrator must confirm"
    return None


def speaks_once(
    state: Speaking, happened: LogKeyProposed | LogKeyRotated, context: Context
) -> str | None:
    """Say that a key has spoken for the log before, or None."""
    del context
    spoken = (*state.earlier_log_keys, state.log_key)
    return "this key speaks for the log, or did" if happened.log_key in spoken else None
