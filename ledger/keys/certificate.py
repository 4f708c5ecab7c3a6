"""Certificates 数字证书 for keys: that a licensed authority says whose a key is (X.509, RFC 5280; GM/T 0015 for SM2).

A key is of grade `certified` if, when it was enrolled, a certificate over it was shown, with a chain to a
root that the office trusts. This module judges such a chain at a moment, and no more:

* the first certificate's subject key is the key's Ed25519 component, or its SM2 point;
* each certificate was issued by the next one and the last by the root: issuer and subject names are
  equal, and the signature holds (RSA, ECDSA, Ed25519; SM2 over SM3 through the system's libcrypto);
* the moment lies within every validity, the root's included;
* whoever issues is a CA (basicConstraints, its path length, keyCertSign), and the first may sign;
* no critical extension stands in any of them that was not judged here.

Whether an authority revoked a certificate is not asked, for that takes a network: who hears of it revokes the
key. A chain has at most 4 certificates of at most 8,192 bytes, without the root.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from ledger.errors import MalformedError, SignatureError
from ledger.frozen import frozen
from ledger.keys import libcrypto, sm2
from ledger.keys.suite import ED25519, HYBRID, SM2_SM3

MAX_CERTIFICATES = 4
MAX_BYTES = 8_192
WHAT = "certificate"
_ED25519_HEAD = bytes.fromhex("302a300506032b6570032100")
_SM2_SIGNATURE = "1.2.156.10197.1.501"
# What the parser raises, some of it only when a part is asked for.
_UNREADABLE = (
    ValueError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)  # fmt: skip
_JUDGED = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.CERTIFICATE_POLICIES,
    }
)  # fmt: skip


@frozen
class Shown:
    """What a certificate says: of whom, by whom, its serial in hex, until when, and its SHA-256."""

    subject: str
    issuer: str
    serial: str
    until: datetime
    digest: str


def read_certificates(content: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a file, in DER: PEM with one or several, or one in DER.

    Raises:
        MalformedError: it holds none, or something else.
    """
    with _readable():
        if b"-----BEGIN" in content:
            held = x509.load_pem_x509_certificates(content)
        else:
            held = [x509.load_der_x509_certificate(content)]
    return tuple(each.public_bytes(Encoding.DER) for each in held)


def show_certificate(der: bytes) -> Shown:
    """Return what a certificate says; nothing of it is checked.

    Raises:
        MalformedError: it is none.
    """
    with _readable():
        held = _load(der)
        return Shown(
            held.subject.rfc4514_string(),
            held.issuer.rfc4514_string(),
            f"{held.serial_number:x}",
            held.not_valid_after_utc,
            sha256(der).hexdigest(),
        )


def check_root(der: bytes) -> None:
    """Check that an office may trust this as an authority's root: a CA that issued itself.

    Raises:
        MalformedError, SignatureError: it is none.
    """
    with _readable():
        root = _load(der)
        _check_issuer(root, below=0)
        _check_issued(root, root)


def check_certificates(
    chain: Sequence[bytes],
    root: bytes,
    *,
    suite: str,
    public: Sequence[bytes],
    moment: datetime,
) -> Shown:
    """Check a key's chain, the key's own certificate first, up to a root; returns what that one says.

    Raises:
        MalformedError: a certificate is none, is of another key, may not issue, or does not hold then.
        SignatureError: one was not issued by the next.
        UnavailableError: SM2 cannot be judged here.
    """
    if not 0 < len(chain) <= MAX_CERTIFICATES:
        raise _bad(f"1 to {MAX_CERTIFICATES} of them", str(len(chain)))
    with _readable():
        held = [*(_load(each) for each in chain), _load(root)]
        if _subject_key(held[0]) != _expected_key(suite, public):
            raise _bad("one over this very key", "one over another")
        for each in held:
            _check_moment(each, moment)
            _check_critical(each)
        _check_signs(held[0])
        for below, (child, issuer) in enumerate(pairwise(held)):
            _check_issuer(issuer, below=below)
            _check_issued(child, issuer)
    return show_certificate(chain[0])


def _expected_key(suite: str, public: Sequence[bytes]) -> bytes:
    heads = {ED25519: _ED25519_HEAD, HYBRID: _ED25519_HEAD, SM2_SM3: sm2.SPKI_HEAD}
    if suite not in heads:
        raise _bad("a suite that certificates are made for", suite)
    return heads[suite] + public[0]


def _load(der: bytes) -> x509.Certificate:
    if len(der) > MAX_BYTES:
        raise _bad(f"at most {MAX_BYTES} bytes", str(len(der)))
    held = x509.load_der_x509_certificate(der)
    # A bit string begins with how many of its last bits do not count. The reader takes any number where
    # those bits happen to be nought: a second spelling of the same signature (X.690 11.2.2).
    if not der.endswith(b"\x00" + held.signature):
        raise _bad("a signature of whole bytes", "one with bits that do not count")
    return held


def _check_moment(held: x509.Certificate, moment: datetime) -> None:
    since, until = held.not_valid_before_utc, held.not_valid_after_utc
    if not since <= moment <= until:
        raise _bad(
            f"one that holds at {moment:%Y-%m-%d}", f"{since:%Y-%m-%d} to {until:%Y-%m-%d}"
        )


def _check_critical(held: x509.Certificate) -> None:
    for each in held.extensions:
        if each.critical and each.oid not in _JUDGED:
            raise _bad("no critical extension that is not judged", each.oid.dotted_string)


def _check_signs(held: x509.Certificate) -> None:
    for each in held.extensions:
        usage = each.value
        if isinstance(usage, x509.KeyUsage) and not (
            usage.digital_signature or usage.content_commitment
        ):
            raise _bad("one whose key may sign", "another key usage")


def _check_issuer(held: x509.Certificate, *, below: int) -> None:
    """Hold if a certificate may issue others, with so many CAs between it and the key."""
    values = [each.value for each in held.extensions]
    basic = [each for each in values if isinstance(each, x509.BasicConstraints)]
    if not basic or not basic[0].ca:
        raise _bad("an issuer that is a CA", held.subject.rfc4514_string()[:80])
    allowed = basic[0].path_length
    if allowed is not None and allowed < below:
        raise _bad(f"at most {allowed} CAs below it", str(below))
    if any(isinstance(each, x509.KeyUsage) and not each.key_cert_sign for each in values):
        raise _bad("an issuer whose key may sign certificates", "another key usage")


def _check_issued(child: x509.Certificate, issuer: x509.Certificate) -> None:
    what = f"{WHAT} {child.serial_number:x}"
    if child.issuer != issuer.subject:
        raise SignatureError(what, "it names another issuer than the one shown")
    if child.signature_algorithm_oid.dotted_string == _SM2_SIGNATURE:
        if not libcrypto.holds(
            _subject_key(issuer), child.tbs_certificate_bytes, child.signature
        ):
            raise SignatureError(what, "its issuer's SM2 signature does not hold")
        return
    try:
        child.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise SignatureError(what, f"its issuer's signature does not hold {error}") from error


def _subject_key(held: x509.Certificate) -> bytes:
    """Return the SubjectPublicKeyInfo as it stands, SM2's included, which no library here reads.

    It is the seventh member of TBSCertificate (RFC 5280 §4.1), the version `[0]` counted.
    """
    members = list(_members(held.tbs_certificate_bytes))
    optional = 1 if members[0][0] == 0xA0 else 0
    return members[5 + optional]


def _members(der: bytes) -> Iterator[bytes]:
    """Yield the members of a SEQUENCE that a parser has accepted before, each whole."""
    place, stop = _content(der, 0)
    while place < stop:
        _, after = _content(der, place)
        yield der[place:after]
        place = after


def _content(der: bytes, place: int) -> tuple[int, int]:
    """Return where the content of the value at a place begins and ends."""
    length, begin = der[place + 1], place + 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(der[place + 2 : begin])
    return begin, begin + length


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise _bad("an X.509 certificate, in PEM or DER", str(error)[:80]) from error


def _bad(expected: str, found: str) -> MalformedError:
    return MalformedError(WHAT, expected=expected, found=found)
