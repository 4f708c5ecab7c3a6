"""Incoming documents 收文, from receipt to archive (党政机关公文处理工作条例 Art. 24).

`events` tells what happens, `state` where a document stands, `judged` what may come next, `family`
its verbs. A document is received and counted, registered under the office's own number, checked,
put before a leader, assigned to a lead unit, circulated so that nobody is left out, and answered.
"""

from __future__ import annotations

from ledger.records.incoming.family import BONDS, FAMILY
from ledger.records.incoming.state import Incoming, overdue

__all__ = ["BONDS", "FAMILY", "Incoming", "overdue"]
