"""Official numbers 发文字号: how a document's number is written and read.

An official number is `机关代字〔年份〕顺序号号`: a code of 1 to 20 Chinese characters or Latin letters, a year
of four digits in U+3014 and U+3015, a number without leading zero (GB/T 9704-2012 §7.2.5). The part
before the number names its series. Worked example: `县委发〔2023〕57号` is number 57 of `县委发〔2023〕`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ledger.errors import MalformedError

FIRST_YEAR = 1900

# Plain text until they are first used: what holds Chinese takes milliseconds to be compiled.
_CODE = r"[\u4e00-\u9fffA-Za-z]{1,20}\Z"
_NUMBER = r"\s*(?P<code>[\u4e00-\u9fffA-Za-z]{1,20})[〔\[(](?P<year>[0-9]{4})[〕\])](?P<n>[1-9][0-9]{0,8})号?\s*\Z"


def key(code: str, year: int) -> str:
    """Return a series' natural key: `县委发〔2023〕`; Latin letters in capitals.

    Raises:
        MalformedError: no 机关代字 of 1 to 20 Chinese characters or letters, or no year.
    """
    named = series_named(code, year)
    if not named:
        raise MalformedError(
            "series", expected="a 机关代字 and a year", found=f"{code[:20]} {year}"
        )
    return named


def series_named(code: str, year: int) -> str:
    """Return a series' natural key, or ``""`` where code and year make none."""
    code = unicodedata.normalize("NFC", code)
    if not re.match(_CODE, code) or not FIRST_YEAR <= year <= 9999:
        return ""
    return f"{code.upper()}〔{year}〕"


def format_number(code: str, year: int, n: int) -> str:
    """Return an official number."""
    return f"{code}〔{year}〕{n}号"


def parse_number(text: str) -> tuple[str, int] | None:
    """Return the series' key and the number of an official number, or None where it is none.

    Square and round brackets of either width are taken for 〔〕, and 号 may be left out.
    """
    matched = re.match(_NUMBER, unicodedata.normalize("NFKC", text))
    if matched is None:
        return None
    named = series_named(matched["code"], int(matched["year"]))
    return (named, int(matched["n"])) if named else None


def names_number(text: str, told: Any) -> bool:
    """Tell whether a text is the official number that an event's `series` and `n` make.

    An event without a series was found without one: its number may be written in any form.
    """
    if not told.series:
        return True
    return parse_number(text) == (told.series.removeprefix("series/"), told.n)
