"""The certification authorities 电子认证服务机构 that the office trusts, and until when.

Which roots count is the office's own record: an administrator names the authority, its root
certificate and the licence (商用密码管理条例 Art. 24). Keys enrolled with a certificate stand on it;
those enrolled before the trust ended keep the grade they were given.
"""

from __future__ import annotations

from typing import Protocol

from ledger.family import Context, Happened, event, term


@event("office.authority_trusted/1", "认可认证机构", "authority trusted")
class AuthorityTrusted(Happened):
    """From here on certificates of this authority give keys the grade `certified`."""

    name: str = term("认证机构", "authority")
    certificate: str = term("根证书", "its root certificate, base64 of DER")
    citation: str = term("依据", "its licence, or the document that says so")


@event("office.authority_distrusted/1", "停止认可认证机构", "authority distrusted")
class AuthorityDistrusted(Happened):
    """From here on its certificates give no grade; grades given before stand."""

    name: str = term("认证机构", "authority")
    reason: str = term("原因", "reason")


class Trusting(Protocol):
    """What the office knows of authorities: their names with their roots, base64 of DER."""

    @property
    def authorities(self) -> tuple[tuple[str, str], ...]:
        """Those trusted, in the order in which they were."""


def trusted_once(state: Trusting, happened: AuthorityTrusted, context: Context) -> str | None:
    """Say why an authority cannot be trusted, or None."""
    del context
    if not (happened.name.strip() and happened.certificate and happened.citation.strip()):
        return "it names no authority, no certificate, or no licence"
    if happened.name in dict(state.authorities):
        return f"{happened.name} is trusted already"
    return None


def distrusted_once(
    state: Trusting, happened: AuthorityDistrusted, context: Context
) -> str | None:
    """Say why trust in an authority cannot end, or None."""
    del context
    known = happened.name in dict(state.authorities)
    return None if known else f"{happened.name} is no authority that the office trusts"
