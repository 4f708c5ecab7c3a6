"""Whom a user wants as witnesses, by their own policy, and what the store keeps of their words.

What asks a witness over a network, or serves as one, stands elsewhere: most commands need neither.
"""

from __future__ import annotations

from ledger.application.ledger import Ledger
from ledger.commands.own import policy_path, read_file
from ledger.commands.session import Session
from ledger.errors import UsageError
from ledger.log.cosigned import Cosignature, know, read_cosignatures
from ledger.log.policy import Policy, parse_policy


def policy_of(session: Session, ledger: Ledger) -> Policy | None:
    """Return the user's own policy for this ledger, or None.

    Raises:
        MalformedError: the file is no policy.
    """
    path = policy_path(session.config, ledger.origin)
    return parse_policy(read_file(path)) if path.exists() else None


def addresses(policy: Policy) -> dict[str, str]:
    """Return where the witnesses of a policy answer, by their keys' names; those without an address are left out.

    Raises:
        UsageError: none has one, so that nobody would be asked.
    """
    urls = {each.key.name: each.url for each in policy.witnesses if each.url}
    if not urls:
        raise UsageError(
            "no witness has an address",
            todo="write it into your policy, or carry files: 'qifeng log witness request'",
        )
    return urls


def cosigned_of(ledger: Ledger, policy: Policy) -> list[Cosignature]:
    """Return what the store keeps of witnesses' words, judged by a policy and the ledger's clock."""
    known = know(policy, int(ledger.clock().timestamp()))
    notes = dict(ledger.store.checkpoints())
    return read_cosignatures(known, notes, ledger.store.cosignatures())


def wanted_policy(session: Session, ledger: Ledger) -> Policy:
    """Return the user's own policy for this ledger.

    Raises:
        UsageError: they have none.
        MalformedError: the file is no policy.
    """
    policy = policy_of(session, ledger)
    if policy is None:
        raise UsageError(
            "you have no policy: no witness is named", todo="name one: 'qifeng log witness add'"
        )
    return policy
