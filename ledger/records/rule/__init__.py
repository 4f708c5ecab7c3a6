"""Rules 制度 as records: what happens to them, what may, and what was in force when.

`events` tells what happens, `state` where a rule stands, `judged` what may come next, `family` the
verbs; `versions`, `time` and `edges` reckon from the events alone what held on any day, and what
hangs on what.
"""

from __future__ import annotations

from ledger.records.rule.edges import Edge, edges
from ledger.records.rule.family import FAMILY
from ledger.records.rule.time import Span, spans, status_on
from ledger.records.rule.versions import Version, texts

__all__ = ["FAMILY", "Edge", "Span", "Version", "edges", "spans", "status_on", "texts"]
