"""Telegrams 电报: plain ones 明传电报 in full, and cipher or classified ones as opaque stubs.

`events` tells what happens, `state` where a telegram stands, `judged` what may come next, `family`
its verbs, `delays` what was held, mishandled or missed (压误 错办 漏办), reckoned from the moments.
"""

from __future__ import annotations

from ledger.records.telegram.delays import HELD, MISHANDLED, MISSED, Delay, delays
from ledger.records.telegram.family import BONDS, FAMILY
from ledger.records.telegram.state import Telegram

__all__ = [
    "BONDS",
    "FAMILY",
    "HELD",
    "MISHANDLED",
    "MISSED",
    "Delay",
    "Telegram",
    "delays",
]
