"""One cell's text as a value: days, moments, amounts, numbers, terms, official numbers.

Each parser takes the whole cell (white space around it apart) and either knows exactly what it
says or refuses; nothing is guessed. Full-width digits, signs and spaces are read as their
half-width twins. The forms are those of registers in Chinese offices (DOMAIN §1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal, TypeVar

from ledger.clock import parse_offset
from ledger.errors import MalformedError

Rounding = Literal["refuse", "half-even"]
Term = TypeVar("Term")

MAX_INTEGER = 2**53

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xFFE5: "¥",
}
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

_DAY = re.compile(r"([12][0-9]{3})([-/.])([0-9]{1,2})\2([0-9]{1,2})\Z")
_COMPACT_DAY = re.compile(r"([12][0-9]{3})()([0-9]{2})([0-9]{2})\Z")
_SPELT_DAY = re.compile(r"([12][0-9]{3})\s*年()\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日\Z")
_CHINESE_DAY = re.compile(
    "([一二][〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月"
    "([一二三四五六七八九十]{1,3})日\\Z"
)
_CHINESE_DIGITS = {digit: str(n) for n, digit in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
}
_CHINESE_SMALL = re.compile("(?:([二三]?)(十))?([一二三四五六七八九]?)\\Z")
_SERIAL = re.compile(r"[1-9][0-9]{0,6}\Z")
# Serial 60 is 29 February 1900, a day that never was; from 61 on serials count true days.
_SERIAL_ORIGIN = date(1899, 12, 30)
_SERIALS = range(61, 2_958_466)

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_OFFSET = r"Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9]"
_MOMENT = re.compile(rf"(.{{6,24}}?)(?:T|\s{{1,3}})({_CLOCK})({_OFFSET})?\Z")

_AMOUNT = re.compile(
    r"(-?)(?:¥|RMB|CNY|人民币)?\s?(-?)"
    r"((?:[0-9]{1,3}(?:,[0-9]{3})+)|[0-9]{1,16})(?:\.([0-9]{1,20}))?"
    r"\s?(万|亿)?(?:[元圆]整?)?\Z"
)
_FEN = {None: 100, "万": 100 * 10**4, "亿": 100 * 10**8}
_INTEGER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,16})\Z")

_OFFICIAL_NUMBER = re.compile(
    r"(?P<series>[\u4e00-\u9fffA-Za-z]{1,20}〔[0-9]{4}〕)(?P<n>[1-9][0-9]{0,8})号\Z"
)
_BRACKETS = str.maketrans("[(【〖「（［", "〔" * 7, "") | str.maketrans(
    "])】〗」）］", "〕" * 7, ""
)


def _half_width(text: str) -> str:
    return text.strip() if text.isascii() else text.translate(_HALF_WIDTH).strip()


def _shown(text: str) -> str:
    return repr(text[:40]) if text.strip() else "nothing"


def normal(text: str) -> str:
    """Return a text as names and values are compared: trimmed, and in Unicode form NFC."""
    return unicodedata.normalize("NFC", text.strip())


def parse_text(text: str) -> str:
    r"""Return the text, trimmed, lines ended by `\n`; otherwise as it was given.

    Raises:
        MalformedError: control characters, or marks that reverse the direction of what is shown.
    """
    kept = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    unfit = unfit_character(kept)
    if unfit:
        raise MalformedError("text", expected="text without control characters", found=unfit)
    return kept


def unfit_character(text: str) -> str:
    """Name the first character that no record may hold (see `ledger.canonical`), or nothing."""
    unfit = _UNFIT.search(text)
    return f"the character U+{ord(unfit[0]):04X}" if unfit else ""


def parse_day(text: str, *, serials: bool = False) -> date:
    """Return the day of a text.

    `2023-05-08`, `2023/5/8`, `2023.5.8`, `20230508`, `2023年5月8日`, `二〇二三年五月八日`; only with
    `serials` also a spreadsheet's day number of the 1900 system (`45054`).

    Raises:
        MalformedError: another form, or a day that is not in the calendar.
    """
    plain = _half_width(text)
    try:
        for form in (_DAY, _SPELT_DAY, _COMPACT_DAY):
            if matched := form.match(plain):
                return date(int(matched[1]), int(matched[3]), int(matched[4]))
        if matched := _CHINESE_DAY.match(plain):
            year = "".join(_CHINESE_DIGITS[digit] for digit in matched[1])
            return date(int(year), _chinese_small(matched[2]), _chinese_small(matched[3]))
        if serials and _SERIAL.match(plain) and int(plain) in _SERIALS:
            return _SERIAL_ORIGIN + timedelta(days=int(plain))
    except ValueError as error:
        raise MalformedError(
            "day", expected="a day of the calendar", found=_shown(text)
        ) from error
    raise MalformedError(
        "day", expected="such as 2023-05-08 or 2023年5月8日", found=_shown(text)
    )


def _chinese_small(text: str) -> int:
    """Return 1 to 39 written in Chinese; 0, which is no day, for anything else."""
    matched = _CHINESE_SMALL.match(text)
    if not matched:
        return 0
    tens = int(_CHINESE_DIGITS[matched[1]]) if matched[1] else bool(matched[2])
    return 10 * tens + (int(_CHINESE_DIGITS[matched[3]]) if matched[3] else 0)


def parse_moment(text: str, *, zone: timezone | None = None) -> datetime:
    """Return the moment of a text, in UTC: a day as `parse_day` reads it, `T` or a space, a time.

    `2017-01-09T09:49:50.000+01:00`, `2023-05-08 10:30`; `zone` counts where no offset is given.

    Raises:
        MalformedError: another form, no such moment, or neither offset nor `zone`.
    """
    matched = _MOMENT.match(_half_width(text))
    if not matched:
        expected = "such as 2023-05-08T10:30:00+08:00"
        raise MalformedError("moment", expected=expected, found=_shown(text))
    day = parse_day(matched[1])
    clock = time.fromisoformat(matched[2])
    if matched[3] is None and zone is None:
        raise MalformedError("moment", expected="an offset such as +08:00", found=_shown(text))
    return datetime.combine(day, clock, _offset(matched[3]) or zone).astimezone(UTC)


def _offset(text: str | None) -> timezone | None:
    if text is None or text == "Z":
        return UTC if text else None
    return parse_offset(text)


def parse_amount_fen(text: str, *, rounding: Rounding = "refuse") -> int:
    """Return an amount of yuan in fen (or of another currency in hundredths).

    `1,234.50`, `￥1234.5`, `1234元`, `3.5万元`, `12万`, `-5.00`. What is finer than a fen is refused
    or, with `half-even`, rounded to the nearest fen, and to the even one from the middle.

    Raises:
        MalformedError: another form (1.2E3 too), finer than a fen, or 2^53 fen and more.
    """
    matched = _AMOUNT.match(_half_width(text))
    if not matched or (matched[1] and matched[2]):
        expected = "such as 1234.50, ￥1,234.50 or 3.5万元"
        raise MalformedError("amount", expected=expected, found=_shown(text))
    decimals = matched[4] or ""
    numerator = int(matched[3].replace(",", "") + decimals) * _FEN[matched[5]]
    denominator = int("1" + "0" * len(decimals))
    fen, rest = divmod(numerator, denominator)
    if rest and rounding == "refuse":
        raise MalformedError("amount", expected="whole fen", found=_shown(text))
    if 2 * rest + fen % 2 > denominator:
        fen += 1
    if fen >= MAX_INTEGER:
        raise MalformedError("amount", expected="less than 2^53 fen", found=_shown(text))
    return -fen if matched[1] or matched[2] else fen


def parse_integer(text: str) -> int:
    """Return a whole number, `1,234` and `-5` included.

    Raises:
        MalformedError: anything else, decimals too, or an amount of 2^53 and more.
    """
    plain = _half_width(text)
    if not _INTEGER.match(plain) or abs(int(plain.replace(",", ""))) >= MAX_INTEGER:
        raise MalformedError("number", expected="a whole number below 2^53", found=_shown(text))
    return int(plain.replace(",", ""))


def parse_term(text: str, terms: Mapping[str, Term]) -> Term:
    """Return what a term stands for, by a table whose keys are trimmed and in form NFC.

    Raises:
        MalformedError: the term is not in the table.
    """
    term = normal(text)
    if term not in terms:
        known = ", ".join(list(terms)[:8])
        raise MalformedError("term", expected=f"one of {known}", found=_shown(text))
    return terms[term]


def parse_official_number(text: str, *, normalise: bool = False) -> tuple[str, int]:
    """Return series and number of a 发文字号: `县委发〔2023〕5号` is (`县委发〔2023〕`, 5).

    With `normalise`, other brackets are read as 〔〕, full-width digits as digits, and spaces are
    dropped; without, such a number is refused (DOMAIN §1, GB/T 9704-2012).

    Raises:
        MalformedError: another form.
    """
    plain = text.strip()
    loose = re.sub(r"\s", "", text.translate(_BRACKETS).translate(_HALF_WIDTH))
    matched = _OFFICIAL_NUMBER.match(loose if normalise else plain)
    if matched:
        return matched["series"], int(matched["n"])
    hint = " (brackets or spaces differ)" if _OFFICIAL_NUMBER.match(loose) else ""
    expected = "such as 县委发〔2023〕5号"
    raise MalformedError("official number", expected=expected, found=_shown(text) + hint)
