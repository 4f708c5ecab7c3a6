"""Number series 发文字号: one counter for each 机关代字 and year, without gap or double.

The record is `series/县委发〔2023〕`. Its state is the last number: a number is allocated in the act
that registers what it numbers, so a lost race skips none. A number that dies is voided and stays
in the register; numbers are never given anew. Next year opens a new series.
"""

from __future__ import annotations

from ledger.records.numbers import format_number, key, parse_number
from ledger.records.series.events import Allocated, Found, Voided
from ledger.records.series.family import FAMILY
from ledger.records.series.numbering import BONDS, bonds, numbered, voided
from ledger.records.series.state import Series, number_of

__all__ = [
    "BONDS",
    "FAMILY",
    "Allocated",
    "Found",
    "Series",
    "Voided",
    "bonds",
    "format_number",
    "key",
    "number_of",
    "numbered",
    "parse_number",
    "voided",
]
