"""Requests for money 经费事项: four-level sign-off, payment, booking and reversal (DOMAIN §4).

`events` tells what happens, `state` where an item stands, `persons` who is whom, `judged` and
`spending` what may come next, `deciding` what a step brings with it, `family` verbs and bonds.
"""

from __future__ import annotations

from ledger.records.fund.family import BONDS, FAMILY
from ledger.records.fund.state import Fund, Link, Signature, chain, missing_levels

__all__ = ["BONDS", "FAMILY", "Fund", "Link", "Signature", "chain", "missing_levels"]
