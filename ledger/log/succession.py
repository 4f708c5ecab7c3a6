"""Who speaks for a log when: its founding keys, and those that each handed over to the next.

A log's key is rotated by an event `office.log_key_rotated/1`, in which the old key signs the new one
and the new one signs that it is held. Both sign the same bytes, canonical JSON of exactly

    {"ledger":"<origin>","new":["<vkey>","<vkey>"],"old":["<vkey>","<vkey>"],"purpose":"qifeng.log-key-handover/1"}

where `old` has one verifier key only for a log founded with Ed25519 alone, and `new` always has both. A
signature is Ed25519 over these bytes, and ML-DSA-44 over them with an empty context; they begin with `{`
and end without a line end, as nothing else does that a log's key signs.

If the event stands at index i, heads of sizes up to i are the old key's and larger ones the new key's:
the head that holds the event is the first that the new key signs. A key that has spoken before never
speaks again. So one pinned key leads to all others, forwards by the signatures and backwards from the
founding act, and whoever steals an old key signs no head of the sizes that came after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ledger import canonical
from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.keys.logkey import LogKey
from ledger.log.note import (
    ED25519,
    ML_DSA_44_COSIGNATURE,
    Verifier,
    VerifierKey,
    parse_vkey,
)
from ledger.log.shape import MAX_SIZE
from ledger.log.speaker import log_verifiers
from ledger.log.spelling import format_base64, parse_base64

FOUNDED = "office.founded/1"
ROTATED = "office.log_key_rotated/1"
PURPOSE = "qifeng.log-key-handover/1"
WHAT = "handover of the log's key"


@frozen
class LogKeys:
    """A log's verifier keys: Ed25519, and ML-DSA-44 or an empty text."""

    ed25519: str
    ml_dsa: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """The keys that there are, in the order in which they sign."""
        return (self.ed25519, self.ml_dsa) if self.ml_dsa else (self.ed25519,)


@frozen
class Tenure:
    """Keys, and the index of the event from which on they speak; the founding's is -1."""

    since: int
    keys: LogKeys


@dataclass
class Succession:
    """The keys of one log, in order, as far as its events were read. Learning is its only change."""

    origin: str = ""
    tenures: list[Tenure] = field(default_factory=list)

    def learn(self, *, kind: str, body: Mapping[str, Any], index: int) -> None:
        """Take in an event of the office, in order of index; other kinds are passed over.

        Raises:
            MalformedError, SignatureError: a rotation that does not hold; who spoke before speaks on.
        """
        if kind == FOUNDED and not self.tenures:
            self.origin = str(body.get("origin", ""))
            self.tenures.append(Tenure(-1, _keys(body)))
        elif kind == ROTATED:
            new = _keys(body)
            check_handover(
                self._last(), new, origin=self.origin,
                handover=_texts(body, "handover"), possession=_texts(body, "possession"),
            )  # fmt: skip
            self._check_unheard(new)
            self.tenures.append(Tenure(index, new))

    def knows(self, keys: LogKeys) -> bool:
        """Tell whether these are or were the log's; a pin may leave the second one out."""
        return any(
            each.keys.ed25519 == keys.ed25519 and keys.ml_dsa in ("", each.keys.ml_dsa)
            for each in self.tenures
        )

    def at(self, size: int) -> LogKeys:
        """Return the keys that sign the head of a size.

        Raises:
            MalformedError: no founding was learned.
        """
        speaking = [each.keys for each in self.tenures if each.since < size]
        return speaking[-1] if speaking else self._last()

    def verifiers(self) -> list[Verifier]:
        """Return whoever knows the log by its keys, each for heads of the sizes that are its own.

        Raises:
            MalformedError: a key of the founding act may not be trusted.
        """
        stops = [*(each.since for each in self.tenures[1:]), MAX_SIZE]
        return [
            replace(known, first_size=tenure.since + 1, last_size=stop)
            for tenure, stop in zip(self.tenures, stops, strict=True)
            for known in log_verifiers(*tenure.keys.told)
        ]

    def _last(self) -> LogKeys:
        if not self.tenures:
            raise MalformedError(WHAT, expected="the founding act before it", found="none")
        return self.tenures[-1].keys

    def _check_unheard(self, new: LogKeys) -> None:
        ids = {parse_vkey(vkey).key_id for each in self.tenures for vkey in each.keys.told}
        if any(parse_vkey(vkey).key_id in ids for vkey in new.told):
            raise MalformedError(
                WHAT, expected="keys that never spoke", found="one that has, or its key ID"
            )


def keys_of(key: LogKey) -> LogKeys:
    """Return the verifier keys of a log's key."""
    return LogKeys(key.verifier, key.verifier_ml_dsa)


def format_handover(old: LogKeys, new: LogKeys, origin: str) -> bytes:
    """Return the bytes that both keys sign."""
    return canonical.encode(
        {"ledger": origin, "new": [*new.told], "old": [*old.told], "purpose": PURPOSE}
    )


def sign_handover(old: LogKey, new: LogKey) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the old key's signatures of the new one, and the new one's own, in base64."""
    message = format_handover(keys_of(old), keys_of(new), old.name)
    return _sign(old, message), _sign(new, message)


def check_handover(
    old: LogKeys,
    new: LogKeys,
    *,
    origin: str,
    handover: Sequence[str],
    possession: Sequence[str],
) -> None:
    """Hold if the old key signed the new one, which has both halves and is held by who proposed it.

    Raises:
        MalformedError: the new key is none of this log's name with both halves, or may not be trusted.
        SignatureError: a signature is missing or does not hold.
    """
    kinds = [parse_vkey(vkey) for vkey in new.told]
    if [(each.name, each.kind) for each in kinds] != [
        (origin, ED25519),
        (origin, ML_DSA_44_COSIGNATURE),
    ]:
        raise MalformedError(
            WHAT, expected=f"an Ed25519 and an ML-DSA-44 key named {origin}", found="others"
        )
    log_verifiers(*new.told)
    message = format_handover(old, new, origin)
    _verify(old, message, handover, "by the old key")
    _verify(new, message, possession, "by the new key")


def _verify(keys: LogKeys, message: bytes, told: Sequence[str], whose: str) -> None:
    what = f"{WHAT} {whose}"
    if len(told) != len(keys.told):
        raise MalformedError(
            what, expected=f"{len(keys.told)} signatures", found=str(len(told))
        )
    for vkey, text in zip(keys.told, told, strict=True):
        _verify_one(parse_vkey(vkey), message, parse_base64(text, what), what)


def _verify_one(key: VerifierKey, message: bytes, signature: bytes, what: str) -> None:
    # What judges signatures is loaded only where there is one to judge.
    from ledger.keys import ed25519, mldsa  # noqa: PLC0415

    if key.kind == ED25519:
        ed25519.verify(key.public, message, signature, what=what)
    else:
        mldsa.verify(mldsa.ML_DSA_44, key.public, message, signature)


def _sign(key: LogKey, message: bytes) -> tuple[str, ...]:
    signatures = [key.sign(message)]
    if key.verifier_ml_dsa:
        signatures.append(key.sign_ml_dsa(message))
    return tuple(format_base64(each) for each in signatures)


def _keys(body: Mapping[str, Any]) -> LogKeys:
    return LogKeys(str(body.get("log_key", "")), str(body.get("log_key_ml_dsa") or ""))


def _texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    told = body.get(name)
    if not isinstance(told, (list, tuple)) or not all(type(each) is str for each in told):
        raise MalformedError(
            f"{WHAT}: {name}", expected="a list of base64 text", found="not so"
        )
    return tuple(told)
