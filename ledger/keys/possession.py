"""Proof of possession: whoever enrols a key shows that they hold its secret.

Without it an officer could enrol another's public key as their own and claim what the other
signed. The new key signs these bytes, the canonical JSON of exactly four members, with nothing
before or after them:

    {"key":"<key id>","ledger":"<origin>","officer":"officer/<id>","purpose":"qifeng.enrol/1"}

* `key` is the new key's id, `ledger` the ledger's origin, `officer` the record of the officer who
  is to own the key: a proof made for one ledger or officer does not serve for another.
* `purpose` keeps the bytes apart from everything else a key signs. An act is signed as DSSE's
  pre-authentication encoding, which begins with `DSSEv1`, never with `{`.

Whoever rotates a key shows the same, and that the old key hands over: the old key signs

    {"key":"<key id>","ledger":"<origin>","officer":"officer/<id>","purpose":"qifeng.rotate/1","replaces":"<old key id>"}

Worked example (vector `possession`): seed 32 zero bytes, ledger `county.example/office/00`,
officer `officer/01HM0000000000000000000000`: 184 bytes, SHA-256 `db827c81d08fb24f40efc03f0c12b750026d96216ddc1a8a9a6cb153d3963969`.
"""

from __future__ import annotations

from ledger import canonical
from ledger.errors import SignatureError
from ledger.keys.ring import KeyLife
from ledger.keys.signer import Signer
from ledger.keys.suite import check_publics, key_id, verify_suite

PURPOSE = "qifeng.enrol/1"
ROTATION = "qifeng.rotate/1"


def format_possession(key: str, *, ledger: str, officer: str) -> bytes:
    """Return the bytes a new key signs to be enrolled for an officer in a ledger."""
    return canonical.encode(
        {"key": key, "ledger": ledger, "officer": officer, "purpose": PURPOSE}
    )


def prove_possession(signer: Signer, *, ledger: str, officer: str) -> tuple[bytes, ...]:
    """Return the new key's signatures, one a component, that prove possession."""
    return signer.sign(format_possession(signer.key_id, ledger=ledger, officer=officer))


def check_possession(
    suite: str,
    publics: tuple[bytes, ...],
    *,
    ledger: str,
    officer: str,
    proof: tuple[bytes, ...],
) -> None:
    """Check a key before it is enrolled: its public keys are sound, and its owner holds it.

    Raises:
        SignatureError: the proof is not by this key for this ledger and officer.
        MalformedError: no such suite, or a public key that may not be enrolled.
        UnavailableError: the suite is not built.
    """
    check_publics(suite, publics)
    key = key_id(suite, publics)
    message = format_possession(key, ledger=ledger, officer=officer)
    try:
        verify_suite(suite, publics, message, proof)
    except SignatureError as error:
        raise SignatureError(f"proof of possession of key {key[:12]}…", str(error)) from error


def format_rotation(key: str, replaced: str, *, ledger: str, officer: str) -> bytes:
    """Return the bytes an officer's old key signs to hand over to their new one."""
    return canonical.encode(
        {
            "key": key,
            "ledger": ledger,
            "officer": officer,
            "purpose": ROTATION,
            "replaces": replaced,
        }
    )


def check_rotation(
    replaced: KeyLife, key: str, *, ledger: str, officer: str, handover: tuple[bytes, ...]
) -> None:
    """Hold if an officer's old key signed that this new one takes its place.

    Raises:
        SignatureError, MalformedError: it did not. UnavailableError: its suite cannot be judged here.
    """
    what = f"handover of key {replaced.key[:12]}…"
    if replaced.officer != officer:
        raise SignatureError(what, f"it is {replaced.officer}'s, not {officer}'s")
    message = format_rotation(key, replaced.key, ledger=ledger, officer=officer)
    try:
        verify_suite(replaced.suite, replaced.public, message, handover)
    except SignatureError as error:
        raise SignatureError(what, str(error)) from error
