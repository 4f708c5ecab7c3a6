"""Logs of what is said to have happened, for tests of views: sealed, but signed by nobody."""

from __future__ import annotations

import csv
import gzip
import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from ledger import canonical
from ledger.act import Event, format_event
from ledger.body import format_body
from ledger.clock import format_time
from ledger.family import AS_FOUND, DIRECT, Happened
from ledger.records.fund import events as fund
from ledger.records.office import OFFICE, Founded
from ledger.store.memory import MemoryStore
from tests.needs import REPOSITORY, missing
from tests.sealing import START, seal_events, stored

Told = tuple[str, Happened]
FOUNDED = Founded(name="县委办公室", origin="o", utc_offset="+08:00", log_key="k")


class History:
    """A log that things are told to; each call of `tell` is an act, a day after the last."""

    def __init__(self, store: Any = None) -> None:
        """Begin with the founding of an office, at +08:00."""
        self.store = store or MemoryStore()
        self.moment = START - timedelta(days=1)
        self._last: dict[str, tuple[int, str]] = {}
        self._salts = itertools.count()
        self.tell((OFFICE, FOUNDED))

    def tell(self, *told: Told, basis: str = DIRECT, actor: str = "officer/A") -> int:
        """Record an act; returns its first index."""
        self.moment += timedelta(days=1)
        head = self.store.head()
        events = [self._event(record, happened) for record, happened in told]
        act = seal_events(
            events, seen=(head.size, head.root), basis=basis, actor=actor,
            act=f"{head.size:026d}",
        )  # fmt: skip
        self.store.insert_events(stored([act]), acts=[act], clock=lambda: self.moment)
        return head.size

    def tell_all(self, told: Iterable[Told], *, per_act: int = 256) -> None:
        """Record as found, in acts of so many events."""
        batch: list[Told] = []
        for each in told:
            batch.append(each)
            if len(batch) == per_act:
                self.tell(*batch, basis=AS_FOUND)
                batch = []
        if batch:
            self.tell(*batch, basis=AS_FOUND)

    def _event(self, record: str, happened: Happened) -> bytes:
        version, prev = self._last.get(record, (0, canonical.ZERO_DIGEST))
        salt = f"{next(self._salts):021d}A"
        event = format_event(
            Event(happened.KIND, record, version + 1, prev, salt, format_body(happened))
        )
        self._last[record] = (version + 1, canonical.digest(event))
        return event


def reimbursements() -> Iterator[Told]:
    """Yield what 55,628 rows of real reimbursements tell, or leave the test where they are not."""
    path = REPOSITORY.parent / "shared" / "data" / "bpi2020-domestic-declarations.csv.gz"
    if not path.is_file():
        missing("the real reimbursements are not here")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            happened = _told(row)
            if happened is not None:
                yield f"fund/{row['case_id']}", happened


def _told(row: dict[str, str]) -> Happened | None:
    activity = row["activity"]
    at = format_time(datetime.fromisoformat(row["timestamp"]))
    fen = int((Decimal(row["amount"]) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))
    if "SUBMITTED" in activity:
        return fund.Submitted(
            amount_fen=fen, number=row["number"], currency="EUR", occurred_at=at
        )
    if "APPROVED" in activity:
        level = "FINAL" if "FINAL" in activity else row["role"]
        return fund.Countersigned(level_name=level, amount_fen=fen, occurred_at=at)
    if "REJECTED" in activity:
        return fund.Rejected(level_name=row["role"], reason="", occurred_at=at)
    if activity == "Request Payment":
        return fund.PaymentRequested(occurred_at=at)
    return fund.Paid(amount_fen=fen, occurred_at=at) if activity == "Payment Handled" else None
