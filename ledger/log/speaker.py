"""Who speaks for the log: its key as notes want it, to sign and to be known by; and who witnesses it.

With `ledger.log.succession`, the only module of the log that meets `ledger.keys`; notes, checkpoints
and proofs take what they return as plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ledger.errors import SignatureError
from ledger.keys.logkey import LogKey
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.cosignature import (
    check_witness_time,
    format_timed,
    parse_timed,
    subtree_message,
    v1_message,
)
from ledger.log.note import (
    ED25519,
    ED25519_COSIGNATURE,
    LOG_KINDS,
    ML_DSA_44_COSIGNATURE,
    WITNESS_KINDS,
    Signer,
    Verifier,
    VerifierKey,
    parse_vkey,
)

CheckTime = Callable[[int], None]


def log_signer(key: LogKey) -> Signer:
    """Return the log's Ed25519 key, as a signer of any note."""
    return Signer(key.name, key.note_key_id, ED25519, key.sign)


def head_signers(key: LogKey, now_seconds: int) -> list[Signer]:
    """Return all that signs the log's checkpoints, at this POSIX time: Ed25519, then ML-DSA-44.

    A log founded with an Ed25519 key alone has only that.
    """
    if not key.verifier_ml_dsa:
        return [log_signer(key)]

    # The log signs with type 06 as its witnesses do.
    return [log_signer(key), witness_signers(key, now_seconds)[1]]


def witness_keys(key: LogKey) -> list[VerifierKey]:
    """Return the verifier keys of a witness that holds this key: cosignature/v1, then ML-DSA-44."""
    keys = [VerifierKey(key.name, ED25519_COSIGNATURE, key.public)]
    if key.public_ml_dsa:
        keys.append(VerifierKey(key.name, ML_DSA_44_COSIGNATURE, key.public_ml_dsa))
    return keys


def witness_signers(key: LogKey, now_seconds: int) -> list[Signer]:
    """Return all that a witness signs a checkpoint with, at this POSIX time."""

    def sign(text: bytes) -> bytes:
        return format_timed(now_seconds, key.sign(v1_message(text, now_seconds)))

    def sign_ml_dsa(text: bytes) -> bytes:
        message = subtree_message(parse_checkpoint(text.decode()), key.name, now_seconds)
        return format_timed(now_seconds, key.sign_ml_dsa(message))

    ways = (sign, sign_ml_dsa)
    return [
        Signer(each.name, each.key_id, each.kind, way)
        for each, way in zip(witness_keys(key), ways, strict=False)
    ]


@lru_cache(maxsize=64)
def log_verifier(vkey: str) -> Verifier:
    """Return whoever knows a log by one of its pinned verifier keys (about 2 ms, once a key).

    Raises:
        MalformedError: it is no verifier key of a log, or its public key may not be trusted.
    """
    # What judges signatures is loaded only where there is one to judge.
    from ledger.keys import ed25519  # noqa: PLC0415

    key = parse_vkey(vkey, kinds=LOG_KINDS)
    what = f"signature of the log {key.name}"
    if key.kind == ML_DSA_44_COSIGNATURE:
        return _ml_dsa_verifier(key, what, lambda _: None)
    ed25519.check_public(key.public)
    return Verifier(
        key.name,
        key.key_id,
        key.kind,
        lambda text, signature: ed25519.verify(key.public, text, signature, what=what),
    )


def log_verifiers(*vkeys: str) -> list[Verifier]:
    """Return whoever knows a log by all of these verifier keys; an empty text is none.

    Raises:
        MalformedError: as `log_verifier`.
    """
    return [log_verifier(vkey) for vkey in vkeys if vkey]


def witness_verifier(vkey: str, *, now_seconds: int, skew_seconds: int) -> Verifier:
    """Return whoever knows a witness by its verifier key, and the time.

    Raises:
        MalformedError: it is no verifier key of a witness, or its public key may not be trusted.
    """
    return key_verifier(
        parse_vkey(vkey, kinds=WITNESS_KINDS),
        now_seconds=now_seconds,
        skew_seconds=skew_seconds,
    )


def key_verifier(key: VerifierKey, *, now_seconds: int, skew_seconds: int) -> Verifier:
    """Return whoever knows a witness by its key, as a policy names it, and the time.

    Raises:
        MalformedError: its public key may not be trusted.
    """
    from ledger.keys import ed25519  # noqa: PLC0415

    what = f"cosignature of the witness {key.name}"

    def check_time(seconds: int) -> None:
        check_witness_time(
            seconds, now_seconds=now_seconds, skew_seconds=skew_seconds, what=what
        )

    if key.kind == ML_DSA_44_COSIGNATURE:
        return _ml_dsa_verifier(key, what, check_time)
    ed25519.check_public(key.public)

    def verify(text: bytes, timed: bytes) -> None:
        seconds, signature = parse_timed(timed, what)
        check_time(seconds)
        ed25519.verify(key.public, v1_message(text, seconds), signature, what=what)

    return Verifier(key.name, key.key_id, key.kind, verify)


def _ml_dsa_verifier(key: VerifierKey, what: str, check_time: CheckTime) -> Verifier:
    from ledger.keys import mldsa  # noqa: PLC0415

    mldsa.check_public(mldsa.ML_DSA_44, key.public)

    def verify(text: bytes, timed: bytes) -> None:
        seconds, signature = parse_timed(timed, what)
        check_time(seconds)
        message = subtree_message(parse_checkpoint(text.decode()), key.name, seconds)
        try:
            mldsa.verify(mldsa.ML_DSA_44, key.public, message, signature)
        except SignatureError as error:
            raise SignatureError(what, str(error)) from error

    return Verifier(key.name, key.key_id, key.kind, verify)
