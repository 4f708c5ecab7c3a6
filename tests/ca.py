"""A certification authority of our own: a root, one beneath it, and certificates over keys of any suite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=3650), NOW + timedelta(days=3650)


@dataclass(frozen=True)
class Issuer:
    """A CA: its certificate and the key that it signs with."""

    held: x509.Certificate
    private: Any

    @property
    def der(self) -> bytes:
        """Its certificate."""
        return self.held.public_bytes(Encoding.DER)

    def ca(self, name: str, **how: Any) -> Issuer:
        """Return a CA beneath this one."""
        private = ec.generate_private_key(ec.SECP256R1())
        return Issuer(_made(name, private.public_key(), self, ca=True, **how), private)

    def over(self, public: bytes, name: str = "孙梅", **how: Any) -> bytes:
        """Return a certificate over an Ed25519 key, in DER."""
        key = Ed25519PublicKey.from_public_bytes(public)
        return _made(name, key, self, **how).public_bytes(Encoding.DER)

    def write(self, path: Path) -> Path:
        """Write its certificate as PEM."""
        path.write_bytes(self.held.public_bytes(Encoding.PEM))
        return path


def root(name: str = "某省电子认证中心", **how: Any) -> Issuer:
    """Return a root that issued itself."""
    private = how.pop("private", None) or Ed25519PrivateKey.generate()
    return Issuer(_made(name, private.public_key(), private, ca=True, **how), private)


def _made(
    name: str,
    public: Any,
    issuer: Any,
    *,
    ca: bool = False,
    since: datetime = SINCE,
    until: datetime = UNTIL,
    below: int | None = None,
    usage: x509.KeyUsage | None = None,
    more: x509.ExtensionType | None = None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.private if isinstance(issuer, Issuer) else issuer
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.held.subject if isinstance(issuer, Issuer) else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=below), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    if more is not None:
        builder = builder.add_extension(more, critical=True)
    plain = isinstance(signer, Ed25519PrivateKey)
    return builder.sign(signer, None if plain else hashes.SHA256())


def usage(*, signs: bool, issues: bool = False) -> x509.KeyUsage:
    """Return a key usage that says no more than these."""
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=not signs and not issues, key_cert_sign=issues,
        crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
