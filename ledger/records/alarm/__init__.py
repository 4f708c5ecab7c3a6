"""Flag parameters 预警参数: from where on something over money is flagged (DOMAIN §4.5).

`parameters` tells what can be set and what is shipped, `family` how the office sets it.
"""

from __future__ import annotations

from ledger.records.alarm.family import BONDS, FAMILY, Alarm
from ledger.records.alarm.parameters import SHIPPED, Parameters

__all__ = ["BONDS", "FAMILY", "SHIPPED", "Alarm", "Parameters"]
