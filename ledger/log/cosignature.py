r"""What stands under a checkpoint besides the log's Ed25519 signature: signatures with a time in them.

The signature of a line of type 04 or 06 (`ledger.log.note`) is u64 POSIX seconds, big-endian, at most
2^63 − 1 ‖ the key's signature: 64 bytes of Ed25519, or 2,420 of ML-DSA-44 (C2SP tlog-cosignature).

* **04** is over `cosignature/v1\n` ‖ `time <decimal>\n` ‖ the whole text of the note.
* **06** is over the 12 bytes `subtree/v1\n\0` ‖ u8 length ‖ name of the cosigner ‖ u64 time ‖ u8
  length ‖ origin ‖ u64 start ‖ u64 end ‖ 32-byte root. Of a checkpoint start is 0 and end its size;
  its extension lines are not covered. Names have 1 to 255 bytes.

A witness's line says: at this time, this was the largest head of the log that I had seen, and it
continued all before. The log signs its own heads with 06 in the same way, under its own name.

Worked example (a vector): the head of `ledger.log.checkpoint`'s example, cosigned with type 06 by
`witness.archive.example/pq1` at 1700000000: 123 bytes, which begin
`737562747265652f76310a00 1b 7769746e`, with the SHA-256
`a57a8829f807b7aa1c199532362ebaffffa4cafa6cad61fee739a1721e925a47`.
"""

from __future__ import annotations

from ledger.errors import MalformedError, SignatureError
from ledger.log.checkpoint import Checkpoint

LABEL = b"subtree/v1\n\x00"
MAX_TIME = 2**63 - 1
MAX_NAME_BYTES = 255
TIME_BYTES = 8


def format_timed(seconds: int, signature: bytes) -> bytes:
    """Return a time and a signature, as they stand in a line of type 04 or 06."""
    return _u64(seconds) + signature


def parse_timed(timed: bytes, what: str) -> tuple[int, bytes]:
    """Return the POSIX seconds and the signature.

    Raises:
        SignatureError: the time is above 2^63 − 1.
    """
    seconds = int.from_bytes(timed[:TIME_BYTES], "big")
    if seconds > MAX_TIME:
        raise SignatureError(what, "its time is above 2^63 - 1")
    return seconds, timed[TIME_BYTES:]


def check_witness_time(seconds: int, *, now_seconds: int, skew_seconds: int, what: str) -> None:
    """Check the time of a witness's statement.

    Raises:
        SignatureError: it is 0, which makes no statement, or lies in the future.
    """
    if seconds == 0:
        raise SignatureError(what, "its time is 0: it makes no statement about the newest head")
    if seconds > now_seconds + skew_seconds:
        raise SignatureError(
            what, f"its time {seconds} is {seconds - now_seconds} s ahead of now"
        )


def v1_message(text: bytes, seconds: int) -> bytes:
    """Return what a cosignature of type 04 is over."""
    return b"cosignature/v1\ntime %d\n%s" % (seconds, text)


def subtree_message(checkpoint: Checkpoint, cosigner: str, seconds: int) -> bytes:
    """Return what a cosignature of type 06 over a checkpoint is over.

    Raises:
        MalformedError: a name is empty or over 255 bytes.
    """
    return b"".join(
        (
            LABEL,
            _name(cosigner, "cosigner"),
            _u64(seconds),
            _name(checkpoint.origin, "origin"),
            _u64(0),
            _u64(checkpoint.size),
            checkpoint.root,
        )
    )


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def _name(name: str, what: str) -> bytes:
    encoded = name.encode()
    if not 1 <= len(encoded) <= MAX_NAME_BYTES:
        raise MalformedError(
            what, expected=f"1 to {MAX_NAME_BYTES} bytes", found=f"{len(encoded)} bytes"
        )
    return bytes([len(encoded)]) + encoded
