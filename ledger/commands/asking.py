"""A witness asked over HTTP: what it answers, or one clear reason why it does not."""

from __future__ import annotations

import urllib.error
import urllib.request
from http import HTTPStatus
from http.client import HTTPException

from ledger.errors import UnavailableError
from ledger.log.note import MAX_BYTES

SCHEMES = ("http://", "https://")
TIMEOUT_SECONDS = 30


def ask_over_http(url: str, who: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Return the status and the first megabyte that a witness answers; a body is posted to it.

    Raises:
        UnavailableError: it cannot be reached, speaks no HTTP, or says that it cannot answer now.
    """
    if not url.startswith(SCHEMES):
        raise UnavailableError(
            who, "has no http:// or https:// address", todo="mend your policy"
        )
    try:
        status, answer = _answered(urllib.request.Request(url, body))  # noqa: S310 -- held above
    except (OSError, ValueError, HTTPException) as error:
        raise UnavailableError(who, str(error)) from error
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UnavailableError(who, f"answered {status}")
    return status, answer


def _answered(asked: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as told:  # noqa: S310 -- as above
            return told.status, told.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read(MAX_BYTES + 1)
