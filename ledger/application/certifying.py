"""A key's certificates, held against the roots that the office trusts (`ledger.keys.certificate`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ledger.errors import LedgerError, MalformedError
from ledger.keys.certificate import Shown, check_certificates
from ledger.log.spelling import parse_base64
from ledger.records.office import Office

WHAT = "certificate"


class Certified(Protocol):
    """A key as proposed or enrolled, with what was shown for it."""

    @property
    def suite(self) -> str:
        """Its suite."""

    @property
    def public(self) -> tuple[str, ...]:
        """Its public components, base64."""

    @property
    def authority(self) -> str:
        """The authority named."""

    @property
    def certificates(self) -> tuple[str, ...]:
        """Its certificate and those above it, base64 of DER."""


def check_shown(key: Certified, office: Office, *, moment: datetime) -> Shown:
    """Check what was shown for a key by the root of the authority named; returns what it says.

    Raises:
        MalformedError, SignatureError: it does not hold at that moment, or the authority is not trusted.
        UnavailableError: SM2 cannot be judged here.
    """
    roots = dict(office.authorities)
    if key.authority not in roots:
        raise MalformedError(
            WHAT,
            expected="one by an authority that the office trusts",
            found=repr(key.authority),
        )
    return check_certificates(
        _raw(key.certificates), parse_base64(roots[key.authority], WHAT),
        suite=key.suite, public=_raw(key.public), moment=moment,
    )  # fmt: skip


def find_authority(
    chain: Sequence[bytes],
    office: Office,
    *,
    suite: str,
    public: Sequence[bytes],
    moment: datetime,
) -> str:
    """Return the first trusted authority whose root a chain leads to.

    Raises:
        MalformedError, SignatureError: as the last one tried says; none is trusted.
    """
    refused: LedgerError = MalformedError(
        WHAT,
        expected="an authority that the office trusts ('qifeng key trust-authority')",
        found="none",
    )
    for name, root in office.authorities:
        try:
            check_certificates(
                chain, parse_base64(root, WHAT), suite=suite, public=public, moment=moment
            )
        except LedgerError as error:
            refused = error
        else:
            return name
    raise refused


def _raw(told: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(parse_base64(each, WHAT) for each in told)
