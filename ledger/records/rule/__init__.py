"""Rules 制度 as records: what happens to them, what may, and what was in force when.

`events` tells what happens, `state` where a rule stands, `judged` what may come next, `family` the
verbs. From the events alone `facts` and `versions` reckon which texts there were, `time` and `ending`
what held on any day, `edges` what hangs on what, `duties` what has to be done.
"""

from __future__ import annotations

from ledger.records.rule.duties import Duty, duties
from ledger.records.rule.edges import Edge, edges
from ledger.records.rule.family import FAMILY
from ledger.records.rule.time import Span, spans, status_on
from ledger.records.rule.versions import Layer, Version, texts

__all__ = [
    "FAMILY",
    "Duty",
    "Edge",
    "Layer",
    "Span",
    "Version",
    "duties",
    "edges",
    "spans",
    "status_on",
    "texts",
]
