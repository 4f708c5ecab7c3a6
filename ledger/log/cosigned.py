"""What witnesses said of a log's heads, judged by a policy: who cosigned which head, and whether it is enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger.errors import LedgerError, MalformedError
from ledger.frozen import frozen
from ledger.log.cosignature import parse_timed
from ledger.log.note import (
    Signature,
    Verifier,
    open_note,
    parse_note,
    parse_signatures,
    verify_line,
)
from ledger.log.policy import Policy, WitnessLine
from ledger.log.speaker import key_verifier
from ledger.log.witness import cosigned_note

SKEW_SECONDS = 300
"""How far a witness's clock may run ahead of ours."""


@frozen
class Cosignature:
    """A signature line kept under a checkpoint, judged.

    Attributes:
        size: of the checkpoint.
        key: the witness's key, as it is kept: its name, `+` and the key ID in hex.
        name: of the witness in the policy; empty if the policy does not name its key.
        seconds: when the witness signed (POSIX); 0 if the line cannot be read.
        problem: why it does not hold, or empty.
    """

    size: int
    key: str
    name: str
    seconds: int = 0
    problem: str = ""

    @property
    def counts(self) -> bool:
        """Whether a witness of the policy really signed."""
        return bool(self.name) and not self.problem


@frozen
class Known:
    """The witnesses of a policy, by the pair that signature lines name, at a time."""

    policy: Policy
    lines: Mapping[tuple[str, bytes], WitnessLine]
    verifiers: Sequence[Verifier]


def know(policy: Policy, now_seconds: int) -> Known:
    """Return whoever knows a policy's witnesses, and the time.

    Raises:
        MalformedError: a public key may not be trusted.
    """
    return Known(
        policy,
        {(each.key.name, each.key.key_id): each for each in policy.witnesses},
        [
            key_verifier(each.key, now_seconds=now_seconds, skew_seconds=SKEW_SECONDS)
            for each in policy.witnesses
        ],
    )


def key_of(line: Signature) -> str:
    """Return how a witness's key is written: name, `+`, key ID in hex."""
    return f"{line.name}+{line.key_id.hex()}"


def read_cosignatures(
    known: Known, notes: Mapping[int, bytes], kept: Iterable[tuple[int, str, bytes]]
) -> list[Cosignature]:
    """Return what is kept under checkpoints, judged; `kept` is (size, key, signature line)."""
    return [_read(known, notes.get(size), size, key=key, line=line) for size, key, line in kept]


def check_answer(known: Known, note: bytes, lines: Sequence[Signature]) -> list[Signature]:
    """Return those lines of a witness's answer that the policy's witnesses made over a checkpoint.

    Raises:
        KeyNotTrustedError: none of them is of a witness that the policy names.
        SignatureError: one of a named witness does not hold.
    """
    opened = open_note(cosigned_note(note, lines), known.verifiers)
    return [line for line in opened.verified if line in lines]


def note_with(note: bytes, size: int, kept: Iterable[tuple[int, str, bytes]]) -> bytes:
    """Return the checkpoint of a size with all that is kept under it; `kept` as above."""
    lines = [line for at, _, told in kept if at == size for line in parse_signatures(told)]
    return cosigned_note(note, lines)


def quorum_problem(policy: Policy, names: Iterable[str]) -> str:
    """Return what is wrong where witnesses of these names alone signed; empty where they are the quorum."""
    told = sorted(names)
    if policy.met_by(told):
        return ""
    return (
        f"cosigned by {', '.join(told) or 'nobody'}: the quorum {policy.quorum} of the policy is not"
        " reached"
    )


def quorum_of(known: Known, told: Iterable[Cosignature], size: int) -> tuple[bool, list[str]]:
    """Return whether the checkpoint of a size has the quorum, and the witnesses that signed it."""
    names = sorted({each.name for each in told if each.size == size and each.counts})
    return known.policy.met_by(names), names


def _read(known: Known, note: bytes | None, size: int, *, key: str, line: bytes) -> Cosignature:
    name, seconds = "", 0
    try:
        (signature,) = _one(parse_signatures(line))
        witness = known.lines.get((signature.name, signature.key_id))
        name = witness.name if witness else ""
        seconds, _ = parse_timed(signature.signature, "cosignature")
        if key_of(signature) != key:
            raise MalformedError("cosignature", expected=f"one of {key}", found="another's")
        if note is None:
            raise MalformedError("cosignature", expected="its checkpoint", found="none")
        if witness:
            text = parse_note(note).text
            _check(known, text, signature)
    except LedgerError as error:
        return Cosignature(size, key, name, seconds, str(error))
    return Cosignature(size, key, name, seconds)


def _one(lines: tuple[Signature, ...]) -> tuple[Signature, ...]:
    if len(lines) != 1:
        raise MalformedError("cosignature", expected="one line", found=f"{len(lines)}")
    return lines


def _check(known: Known, text: str, line: Signature) -> None:
    pair = (line.name, line.key_id)
    for verifier in known.verifiers:
        if (verifier.name, verifier.key_id) == pair:
            verify_line(text, line, verifier)
