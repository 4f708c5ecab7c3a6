"""Time stamps (RFC 3161): a time-stamping authority says that these bytes existed at a time.

What is stamped is a checkpoint, exactly as stored; a stamp is the authority's whole answer in DER, as
stock tools read it (`openssl ts -verify -data CHECKPOINT -in STAMP -CAfile ROOTS`). It holds if

1. the answer grants a token over the imprint of these bytes (SHA-256, SHA-384 or SHA-512);
2. the token is signed by a certificate that leads to one of the roots given, all of it valid **at the
   time the token tells**, not today (RFC 3161 §2.4.2; FIPS and CA rules end certificates earlier than
   records end);
3. that certificate is for time stamping and for nothing else, critically so (RFC 3161 §2.3).

Before its algorithms or its certificate age, a stamp is *renewed* (RFC 4998 §5.2's idea): a new one is
taken over the old one together with what it was taken over. The bytes renewed are

    u32 length of the old stamp, big-endian ‖ old stamp ‖ bytes the old stamp is over

so that a renewal of a renewal covers all before it. Worked example: a stamp `AB` over `c` is renewed
over `00000002 4142 63`.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ledger.errors import MalformedError, SignatureError
from ledger.frozen import frozen

Roots = Sequence[x509.Certificate]
MAX_BYTES = 64 * 1024
ALGORITHMS = {"sha256": HashAlgorithm.SHA256, "sha512": HashAlgorithm.SHA512}
_IMPRINTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


@frozen
class Stamp:
    """What a stamp tells: when, by whom, under which policy, with which digest, good until when.

    `imprint` is the digest of the stamped bytes in hex; `expires_at` the end of the signing
    certificate, before which the stamp should be renewed. None of it is proven by reading it.
    """

    at: datetime
    authority: str
    policy: str
    algorithm: str
    imprint: str
    expires_at: datetime


def format_request(stamped: bytes, algorithm: str = "sha256") -> bytes:
    """Return a request for a stamp over these bytes (RFC 3161 §2.4.1), the certificate asked for.

    Raises:
        MalformedError: the algorithm is none of ours.
    """
    if algorithm not in ALGORITHMS:
        raise MalformedError(
            "time stamp algorithm", expected=f"one of {', '.join(ALGORITHMS)}", found=algorithm
        )
    builder = TimestampRequestBuilder().data(stamped).hash_algorithm(ALGORITHMS[algorithm])
    return builder.cert_request(cert_request=True).build().as_bytes()


def parse_stamp(encoded: bytes) -> Stamp:
    """Return what a stamp tells, not yet verified.

    Raises:
        MalformedError: not exactly one answer of an authority with its certificate.
    """
    with _reading():
        answer = _decoded(encoded)
        told = answer.tst_info
        leaf = _leaf(answer)
        imprint = told.message_imprint
        return Stamp(
            at=told.gen_time,
            authority=leaf.subject.rfc4514_string(),
            policy=told.policy.dotted_string,
            algorithm=_IMPRINTS[imprint.hash_algorithm.dotted_string],
            imprint=imprint.message.hex(),
            expires_at=leaf.not_valid_after_utc,
        )


def check_stamp(encoded: bytes, stamped: bytes, roots: Roots) -> Stamp:
    """Check a stamp over bytes, against root certificates that the reader trusts.

    Raises:
        MalformedError: it is no stamp.
        SignatureError: it is not over these bytes, not by an authority under these roots, or not by a
            certificate for time stamping that was good at its time.
    """
    stamp = parse_stamp(encoded)
    with _reading():
        answer = _decoded(encoded)
        usage = _leaf(answer).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        try:
            VerifierBuilder(roots=list(roots)).build().verify_message(answer, stamped)
        except VerificationError as error:
            raise SignatureError("time stamp", f"does not hold: {error}") from error
    if list(usage) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise SignatureError("time stamp", "its certificate serves for more than time stamping")
    return stamp


def is_over(stamp: Stamp, content: bytes) -> bool:
    """Tell whether a stamp's imprint is of these bytes; its signature is not judged here."""
    return hashlib.new(stamp.algorithm, content).hexdigest() == stamp.imprint


def renewed_bytes(stamp: bytes, stamped: bytes) -> bytes:
    """Return the bytes that a renewal of a stamp is taken over."""
    return len(stamp).to_bytes(4) + stamp + stamped


def parse_roots(pem: bytes) -> Roots:
    """Return the certificates of a PEM file.

    Raises:
        MalformedError: it holds none.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError as error:
        raise MalformedError(
            "root certificates", expected="certificates in PEM", found="something else"
        ) from error


def _decoded(encoded: bytes) -> TimeStampResponse:
    if len(encoded) > MAX_BYTES:
        raise _malformed(f"{len(encoded)} bytes")
    answer = decode_timestamp_response(encoded)
    if answer.as_bytes() != encoded or answer.status != 0:
        raise _malformed("a refusal, or another spelling of one")
    return answer


def _leaf(answer: TimeStampResponse) -> x509.Certificate:
    """Return the certificate that the token's signer names (RFC 5652 §5.3)."""
    held = [x509.load_der_x509_certificate(each) for each in answer.signed_data.certificates]
    (signer,) = answer.signed_data.signer_infos
    (leaf,) = (
        each
        for each in held
        if (each.issuer, each.serial_number) == (signer.issuer, signer.serial_number)
    )
    return leaf


_UNREADABLE = (
    ValueError, KeyError, TypeError, AttributeError, Warning,
    x509.ExtensionNotFound, x509.InvalidVersion,
)  # fmt: skip


@contextmanager
def _reading() -> Iterator[None]:
    """Tell in our words what the library could not read; its parsers raise whatever they meet."""
    with warnings.catch_warnings():
        # What it warns of, such as a negative serial number, no authority of ours writes.
        warnings.simplefilter("error")
        try:
            yield
        except _UNREADABLE as error:
            raise _malformed("something else") from error


def _malformed(found: str) -> MalformedError:
    return MalformedError(
        "time stamp", expected="an authority's answer that grants one (RFC 3161)", found=found
    )
