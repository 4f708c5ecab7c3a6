"""Natural keys 自然键: how a name that people chose becomes part of a record's name."""

from __future__ import annotations

import re
import unicodedata

from ledger.errors import MalformedError

# Plain text until it is first used: what holds Chinese takes milliseconds to be compiled.
_KEY = r"[0-9A-Z\u4e00-\u9fff][0-9A-Z\u4e00-\u9fff._-]{0,59}\Z"


def natural(text: str) -> str:
    """Return a chosen name as it stands in a record's name, or ``""`` where it makes none.

    Full-width forms become half-width, Latin letters capitals; 1 to 60 letters, digits, Chinese
    characters, and `.`, `_` or `-` after the first.
    """
    spelled = unicodedata.normalize("NFKC", text).strip().upper()
    return spelled if re.match(_KEY, spelled) else ""


def must_be_natural(what: str, text: str) -> str:
    """Return a chosen name as it stands in a record's name.

    Raises:
        MalformedError: it makes none.
    """
    spelled = natural(text)
    if not spelled:
        raise MalformedError(
            what, expected="letters, digits or Chinese, no blanks", found=text[:40]
        )
    return spelled
