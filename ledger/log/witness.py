r"""Being a witness: what is asked of one, what it answers, and when it signs (C2SP tlog-witness).

A request is `old ` ‖ size in decimal ‖ 0A, up to 63 lines of a consistency proof's hashes in base64, an
empty line, and the checkpoint. A witness signs only what continues the largest head that it signed
before, so nobody can show it two histories. What it answers, in this order:

| status | when |
|---|---|
| 400 | malformed; old above the checkpoint's size; more than 63 hashes |
| 404 | a log that it does not know |
| 403 | no signature of that log's key, or one that fails |
| 409 | old is not the size that it signed last (0 if none); the body is that size and 0A |
| 422 | the proof does not hold, or the root is another one at the same size |
| 200 | it signed, and keeps the head from now on; the body is its signature lines |

Where there is no network, request and answer travel as files: an answer's file is the status in
decimal ‖ 0A ‖ the body.

Worked example: who was never asked is asked `old 0` ‖ 0A ‖ 0A ‖ checkpoint; a proof of one hash between
size 4 and size 7 is asked as `old 4` ‖ 0A ‖ base64 ‖ 0A ‖ 0A ‖ checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.errors import (
    KeyNotTrustedError,
    LedgerError,
    MalformedError,
    ProofError,
    SignatureError,
)
from ledger.frozen import frozen
from ledger.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.log.note import (
    MAX_BYTES,
    Note,
    Signature,
    Signer,
    Verifier,
    format_note,
    format_signatures,
    open_note,
    parse_note,
    parse_signatures,
)
from ledger.log.spelling import format_base64, parse_decimal, parse_hash
from ledger.log.tree import EMPTY_ROOT, check_consistency

MAX_HASHES = 63
MAX_REQUEST_BYTES = MAX_BYTES + 8 * 1024
SIGNED, MALFORMED, FORBIDDEN, UNKNOWN, CONFLICT, UNPROVEN = 200, 400, 403, 404, 409, 422
_STATUSES: dict[type[LedgerError], int] = {
    MalformedError: MALFORMED,
    KeyNotTrustedError: FORBIDDEN,
    SignatureError: FORBIDDEN,
    ProofError: UNPROVEN,
}
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@frozen
class Request:
    """A head to be cosigned, and the proof that it continues the head of size `old`."""

    old: int
    hashes: tuple[bytes, ...]
    note: bytes


@frozen
class Answer:
    """A status of the table above, and its body."""

    status: int
    body: bytes

    @property
    def kind(self) -> str:
        """The body's content type."""
        return SIZE_TYPE if self.status == CONFLICT else TEXT_TYPE

    @property
    def lines(self) -> tuple[Signature, ...]:
        """The signature lines of a 200.

        Raises:
            MalformedError: the body is something else.
        """
        return parse_signatures(self.body)

    @property
    def size(self) -> int:
        """The size that the witness signed last, of a 409.

        Raises:
            MalformedError: the body is something else.
        """
        told = self.body.decode("ascii", "replace")
        if self.status != CONFLICT or not told.endswith("\n"):
            raise MalformedError("witness's answer", expected="a size", found=repr(told[:40]))
        return parse_decimal(told[:-1], "witness's answer")


@frozen
class Cosigned:
    """A witness signed: its answer, and the head with its signatures, which it keeps."""

    answer: Answer
    note: bytes


def format_request(request: Request) -> bytes:
    """Return the bytes of a request.

    Raises:
        MalformedError: no request can say this.
    """
    lines = [f"old {request.old}", *map(format_base64, request.hashes), "", ""]
    encoded = "\n".join(lines).encode() + request.note
    parse_request(encoded)
    return encoded


def parse_request(encoded: bytes) -> Request:
    """Return the request of these bytes; neither signatures nor hashes are checked.

    Raises:
        MalformedError: they are none.
    """
    head, parted, note = encoded.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not parted or len(encoded) > MAX_REQUEST_BYTES or not lines[0].startswith("old "):
        raise MalformedError("request", expected="old, hashes, checkpoint", found="other bytes")
    if len(lines) - 1 > MAX_HASHES:
        raise MalformedError(
            "request", expected=f"at most {MAX_HASHES} hashes", found=str(len(lines) - 1)
        )
    old = parse_decimal(lines[0].removeprefix("old "), "request: old")
    hashes = tuple(parse_hash(line, "request: hash") for line in lines[1:])
    checkpoint = parse_checkpoint(parse_note(note).text)
    if old > checkpoint.size:
        raise MalformedError("request", expected=f"old up to {checkpoint.size}", found=f"{old}")
    return Request(old, hashes, note)


def format_answer(answer: Answer) -> bytes:
    """Return an answer as it stands in a file."""
    return b"%d\n%s" % (answer.status, answer.body)


def parse_answer(encoded: bytes) -> Answer:
    """Return the answer of a file; what it says is not checked.

    Raises:
        MalformedError: the file is none.
    """
    status, parted, body = encoded.partition(b"\n")
    told = status.decode("ascii", "replace")
    known = (SIGNED, MALFORMED, FORBIDDEN, UNKNOWN, CONFLICT, UNPROVEN)
    if not parted or told not in map(str, known) or len(body) > MAX_BYTES:
        raise MalformedError("answer", expected="a witness's status", found=repr(told[:20]))
    return Answer(int(told), body)


def answer_request(
    encoded: bytes,
    *,
    known: Callable[[str], Sequence[Verifier]],
    last: Callable[[str], Checkpoint | None],
    signers: Sequence[Signer],
) -> Answer | Cosigned:
    """Return what a witness answers: a refusal, or the head cosigned.

    `known` gives the log keys of an origin (none: the log is unknown), `last` the head of that origin
    that was cosigned last. Whoever calls keeps a cosigned head before the answer goes out, and lets
    nobody else ask meanwhile.
    """
    try:
        request = parse_request(encoded)
        origin = parse_checkpoint(parse_note(request.note).text).origin
        verifiers = known(origin)
        if not verifiers:
            return _refuse(UNKNOWN, f"the log {origin[:80]} is not known here")
        checkpoint = open_checkpoint(request.note, origin, verifiers)
        before = last(origin) or Checkpoint(origin, 0, EMPTY_ROOT)
        if request.old != before.size:
            return Answer(CONFLICT, b"%d\n" % before.size)
        check_consistency(
            old_size=before.size,
            new_size=checkpoint.size,
            old_root=before.root,
            new_root=checkpoint.root,
            proof=request.hashes,
        )
    except (MalformedError, KeyNotTrustedError, SignatureError, ProofError) as error:
        return _refuse(_STATUSES[type(error)], str(error))
    return _cosign(request.note, verifiers, signers)


def cosigned_note(note: bytes, lines: Sequence[Signature]) -> bytes:
    """Return a checkpoint with signature lines added; a line that it has already is not doubled.

    Raises:
        MalformedError: the bytes are no note, or there would be too many lines.
    """
    parsed = parse_note(note)
    held = {(line.name, line.key_id) for line in parsed.signatures}
    new = [line for line in lines if (line.name, line.key_id) not in held]
    return format_note(Note(parsed.text, (*parsed.signatures, *new)))


def _cosign(note: bytes, verifiers: Sequence[Verifier], signers: Sequence[Signer]) -> Cosigned:
    opened = open_note(note, verifiers)
    text = opened.text.encode()
    lines = tuple(Signature(each.name, each.key_id, each.sign(text)) for each in signers)
    # Lines of keys that the witness does not know are not vouched for by keeping them.
    kept = format_note(Note(opened.text, (*opened.verified, *lines)))
    return Cosigned(Answer(SIGNED, format_signatures(lines)), kept)


def _refuse(status: int, why: str) -> Answer:
    return Answer(status, f"{why}\n".encode())
