r"""Signed notes: a text, and under it one line for each signature (C2SP signed-note v1.0.0).

The bytes, at most 1,000,000, are UTF-8 without any byte below 20 other than 0A:

* text, which ends with 0A and may hold empty lines ‖ 0A ‖ 1 to 100 signature lines; text and
  signatures part at the *last* empty line, and nothing follows the last signature line.
* A signature line is `E2 80 94` (em dash) ‖ 20 ‖ name ‖ 20 ‖ base64(key ID ‖ signature) ‖ 0A,
  the base64 padded and canonical, the key ID of 4 bytes, the signature of 1 or more.
* A name is not empty and holds no Unicode space and no `+`.
* Key ID = first 4 bytes of SHA-256(name ‖ 0A ‖ type byte ‖ public key). A key is known by the
  pair (name, key ID); no pair stands twice in a note.
* A verifier key (vkey) is written name `+` 8 lower-case hex digits of the key ID `+`
  base64(type byte ‖ public key).

| type | key | public key | signature |
|---|---|---|---|
| 01 | Ed25519 over the text | 32 | 64 |
| 04 | Ed25519 cosignature/v1 | 32 | 72: u64 time ‖ 64 |
| 06 | ML-DSA-44 cosignature | 1,312 | 2,428: u64 time ‖ 2,420 |

A note is opened with the keys one knows: lines of unknown pairs are ignored, a known pair that
does not verify refuses the whole note, and so does a note under which no known pair stands.

Worked example (a vector): the vkey
`example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k` opens

    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from ledger.errors import KeyNotTrustedError, MalformedError, SignatureError
from ledger.frozen import frozen
from ledger.log.shape import MAX_SIZE
from ledger.log.spelling import format_base64, parse_base64

MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100
KEY_ID_BYTES = 4

ED25519 = 0x01
ED25519_COSIGNATURE = 0x04
ML_DSA_44_COSIGNATURE = 0x06
PUBLIC_BYTES = {ED25519: 32, ED25519_COSIGNATURE: 32, ML_DSA_44_COSIGNATURE: 1_312}
SIGNATURE_BYTES = {ED25519: 64, ED25519_COSIGNATURE: 72, ML_DSA_44_COSIGNATURE: 2_428}
LOG_KINDS = frozenset({ED25519, ML_DSA_44_COSIGNATURE})
WITNESS_KINDS = frozenset({ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE})

_DASH = "— "
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^+\s\x00-\x1f\ud800-\udfff]+\Z")
_KEY_ID_HEX = re.compile(r"[0-9a-f]{8}\Z")


@frozen
class Signature:
    """One signature line: whose it says it is, and the bytes that follow the key ID."""

    name: str
    key_id: bytes
    signature: bytes


@frozen
class Note:
    """A text and its signature lines, none of them checked."""

    text: str
    signatures: tuple[Signature, ...]


@frozen
class VerifierKey:
    """A public key under its name; `kind` is the type byte of the table above."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes by which signature lines name this key."""
        return key_id(self.name, self.kind, self.public)


@frozen
class Verifier:
    """A key we know. `verify(text, signature)` returns if it holds and raises if it does not.

    A log's key speaks for heads of the sizes from `first_size` to `last_size` (`ledger.log.succession`).
    """

    name: str
    key_id: bytes
    kind: int
    verify: Callable[[bytes, bytes], None]
    first_size: int = 0
    last_size: int = MAX_SIZE


@frozen
class Signer:
    """A key we hold. `sign(text)` returns the signature, of the length its kind has."""

    name: str
    key_id: bytes
    kind: int
    sign: Callable[[bytes], bytes]


@frozen
class Opened:
    """A note that held: its text, the lines that verified, the lines whose keys we do not know."""

    text: str
    verified: tuple[Signature, ...]
    ignored: tuple[Signature, ...]


def format_note(note: Note) -> bytes:
    """Return the bytes of a note.

    Raises:
        MalformedError: no note can say this.
    """
    lines = format_signatures(note.signatures)
    encoded = f"{note.text}\n".encode("utf-8", "surrogatepass") + lines
    if parse_note(encoded) != note:
        raise MalformedError("note", expected="what reads back the same", found="another note")
    return encoded


def parse_note(encoded: bytes) -> Note:
    """Return the note these bytes are; no signature is checked.

    Raises:
        MalformedError: the bytes are no note.
    """
    whole = _decode(encoded)
    text, parted, lines = whole.rpartition("\n\n")
    if not parted or not lines.endswith("\n"):
        raise MalformedError(
            "note", expected="a text, an empty line, and signature lines", found="no such end"
        )
    return Note(text + "\n", _parse_lines(lines))


def format_signatures(lines: Sequence[Signature]) -> bytes:
    """Return signature lines alone, as a witness answers with them."""
    told = (
        f"{_DASH}{line.name} {format_base64(line.key_id + line.signature)}\n" for line in lines
    )
    return "".join(told).encode("utf-8", "surrogatepass")


def parse_signatures(encoded: bytes) -> tuple[Signature, ...]:
    """Return signature lines that stand alone, one at least; none is checked.

    Raises:
        MalformedError: the bytes are anything else.
    """
    lines = _decode(encoded)
    if not lines.endswith("\n"):
        raise MalformedError("signature lines", expected="a line end at the end", found="none")
    return _parse_lines(lines)


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """Return the note of this text with a signature of each signer, in their order.

    A text or name that no note can hold is refused before anybody signs.

    Raises:
        MalformedError: no note can say this.
    """
    for signer in signers:
        _check_name(signer.name, "signer")
    message = text.encode("utf-8", "surrogatepass")
    if _decode(message)[-1:] != "\n":
        raise MalformedError("note text", expected="a line end at its end", found="none")
    return format_note(Note(text, tuple(_sign(message, signer) for signer in signers)))


def open_note(encoded: bytes, verifiers: Sequence[Verifier]) -> Opened:
    """Return what a note says, if a key we know stands under it and all keys we know verify.

    Raises:
        MalformedError: the bytes are no note.
        SignatureError: the signature of a key we know has another length than its kind.
        KeyNotTrustedError: no key we know stands under it.
        Exception: whatever the `verify` of a known key raises.
    """
    note = parse_note(encoded)
    known = _by_pair(verifiers)
    verified, ignored = [], []
    for line in note.signatures:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            ignored.append(line)
        else:
            verify_line(note.text, line, verifier)
            verified.append(line)
    if not verified:
        first = note.signatures[0]
        raise KeyNotTrustedError(
            first.key_id.hex(), "no key that signed this note is known here; pin the right one"
        )
    return Opened(note.text, tuple(verified), tuple(ignored))


def verify_line(text: str, line: Signature, verifier: Verifier) -> None:
    """Hold if a known key made the signature of a line over this text.

    Raises:
        SignatureError: the signature has another length than the key's kind.
        Exception: whatever the key's `verify` raises.
    """
    expected, found = SIGNATURE_BYTES[verifier.kind], len(line.signature)
    if expected != found:
        raise SignatureError(
            f"signature of {line.name}+{line.key_id.hex()}",
            f"expected {expected} bytes, found {found}",
        )
    verifier.verify(text.encode(), line.signature)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the 4 bytes by which signature lines name a key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def format_vkey(key: VerifierKey) -> str:
    """Return a verifier key as one line of text, without a line end.

    Raises:
        MalformedError: no verifier key can say this.
    """
    _check_name(key.name, "vkey")
    _check_public(key.kind, key.public, PUBLIC_BYTES.keys())
    encoded = format_base64(bytes([key.kind]) + key.public)
    return f"{key.name}+{key.key_id.hex()}+{encoded}"


def parse_vkey(text: str, *, kinds: frozenset[int] = frozenset(PUBLIC_BYTES)) -> VerifierKey:
    """Return the verifier key of a line, if it is of one of these kinds.

    `kinds` is `LOG_KINDS` or `WITNESS_KINDS` where a key of the other use must not pass.

    Raises:
        MalformedError: it is no verifier key, its key ID is not its own, or its kind is another.
    """
    name, first, rest = text.partition("+")
    hex_id, second, encoded = rest.partition("+")
    if not (first and second and _KEY_ID_HEX.match(hex_id)):
        raise MalformedError("vkey", expected="name+8 hex digits+base64", found=text[:60])
    _check_name(name, "vkey")
    payload = parse_base64(encoded, "vkey")
    kind = payload[0] if payload else 0
    _check_public(kind, payload[1:], kinds)
    key = VerifierKey(name, kind, payload[1:])
    if key.key_id.hex() != hex_id:
        raise MalformedError("vkey", expected=f"key ID {key.key_id.hex()}", found=hex_id)
    return key


def _decode(encoded: bytes) -> str:
    if len(encoded) > MAX_BYTES:
        raise MalformedError(
            "note", expected=f"at most {MAX_BYTES} bytes", found=f"{len(encoded)} bytes"
        )
    control = _CONTROL.search(encoded)
    if control:
        raise MalformedError(
            "note",
            expected="no control character but 0A",
            found=control.group().hex(),
            where=f"byte {control.start()}",
        )
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(
            "note", expected="UTF-8", found=error.reason, where=f"byte {error.start}"
        ) from error


def _parse_lines(lines: str) -> tuple[Signature, ...]:
    """Return the signature lines of a text that ends with a line end."""
    listed = lines[:-1].split("\n")
    if len(listed) > MAX_SIGNATURES:
        raise MalformedError(
            "note", expected=f"at most {MAX_SIGNATURES} signatures", found=str(len(listed))
        )
    signatures = tuple(_parse_line(line, number) for number, line in enumerate(listed, 1))
    if len({(line.name, line.key_id) for line in signatures}) < len(signatures):
        raise MalformedError("note", expected="each key once", found="two lines of one key")
    return signatures


def _parse_line(line: str, number: int) -> Signature:
    what = f"signature line {number}"
    name, parted, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not parted:
        raise MalformedError(what, expected="— name base64", found=repr(line[:40]))
    _check_name(name, what)
    payload = parse_base64(encoded, what)
    if len(payload) <= KEY_ID_BYTES:
        raise MalformedError(what, expected="5 bytes or more", found=f"{len(payload)} bytes")
    return Signature(name, payload[:KEY_ID_BYTES], payload[KEY_ID_BYTES:])


def _check_name(name: str, what: str) -> None:
    if not _NAME.match(name):
        raise MalformedError(what, expected="a name without space or +", found=repr(name[:40]))


def _check_public(kind: int, public: bytes, kinds: Iterable[int]) -> None:
    if kind not in kinds:
        shown = ", ".join(f"{known:02x}" for known in sorted(kinds))
        raise MalformedError("vkey", expected=f"a key of type {shown}", found=f"{kind:02x}")
    if len(public) != PUBLIC_BYTES[kind]:
        raise MalformedError(
            "vkey",
            expected=f"a public key of {PUBLIC_BYTES[kind]} bytes",
            found=f"{len(public)} bytes",
        )


def _by_pair(verifiers: Sequence[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    if len(known) < len(verifiers):
        raise MalformedError(
            "verifiers", expected="each (name, key ID) once", found="two keys of one pair"
        )
    return known


def _sign(message: bytes, signer: Signer) -> Signature:
    signature = signer.sign(message)
    assert len(signature) == SIGNATURE_BYTES[signer.kind], "a signer keeps to its kind's length"
    return Signature(signer.name, signer.key_id, signature)
