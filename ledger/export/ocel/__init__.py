"""OCEL 2.0: a period of the ledger as an object-centric event log, for tools that mine processes.

What our things become:

* an event is an OCEL event. Its id is `<record>:<version>`, its type the Chinese term and our kind
  without the schema's version (`会签 fund.countersigned`), its time when it happened: the moment it
  tells; else the day it tells, from midnight in the office, where that is not the day it was
  recorded on; else when it was recorded. All times are UTC;
* its attributes are the plain fields of its body (texts, whole numbers, money in fen, days as text,
  yes and no; what is empty is left out), and `act`, `actor`, `basis`, `index` and `recorded_at` from
  the seal and the log;
* a record is an object. Its type is its family (`经费事项 fund`), its attributes are `label`, what
  people call it, and the plain fields of its state, those of what it is made of behind that name
  (`claim_amount_fen`): as they were when an exported event first touched it, then each change by
  one of its own exported events. Only records that an exported event touches are there;
* an event is related to its own record (`record`), to the officer who acted (`actor`) and whom they
  acted for (`principal`), and to each record that a field of its body names, by that field's name
  (`budget`, `series`, `item`…). A record is related to the records that its events' fields name, by
  the same names. What names no record of this ledger is an attribute and no relation. An event is
  related to an object once, by the first of these that holds, for a common reader keeps but one
  qualifier of a pair;
* a field that is called like one of the words above is exported as `body_<name>`.

**SQLite**: tables `event`, `object`, `event_map_type`, `object_map_type`, `event_object`,
`object_object`, and `event_<map>`, `object_<map>` for each type that occurs, where map is an ASCII name
(`FundCountersigned`, `Fund`). Times are `2022-03-01 01:02:03.000004`; an object's first row has the
time `1970-01-01 00:00:00`, no changed field and every attribute; then one row a change.

**JSON**: `{"objectTypes":[…],"eventTypes":[…],"objects":[…],"events":[…]}`, an object or event a line,
made from the same tables. Times are `2022-03-01T01:02:03.000004Z`.

Events stand in the order of the log, objects in the order of their names; nothing tells of the clock:
the same ledger, asked the same, gives the same bytes.
"""

from __future__ import annotations

from ledger.export.ocel.kinds import event_types, object_types
from ledger.export.ocel.reading import Scope, happened_at
from ledger.export.ocel.tables import Counts
from ledger.export.ocel.writing import FORMATS, write_ocel

__all__ = [
    "FORMATS",
    "Counts",
    "Scope",
    "event_types",
    "happened_at",
    "object_types",
    "write_ocel",
]
