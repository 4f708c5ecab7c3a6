"""A ledger with money in it, and OCEL logs exported from it, for the tests of the export."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.export.ocel import Counts, Scope, write_ocel
from ledger.records import FAMILIES
from tests.ledger.records.spending import CLAIMED, INVOICE, POLICY
from tests.office import Office
from tests.treasury import CASHIER, approve_line, make_treasury, pay, sign, submit

ALL = frozenset(family.name for family in FAMILIES)


@dataclass
class Exporting:
    """An office, the item and line in it, and where its logs go."""

    office: Office
    folder: Path
    line: str = ""
    item: str = ""

    def write(self, name: str = "log.json", **asked: Any) -> Counts:
        """Export a log; `families` and days as `Scope` takes them."""
        asked.setdefault("families", ALL)
        asked["families"] = frozenset(asked["families"])
        form = "json" if name.endswith(".json") else "sqlite"
        store = self.office.store
        return write_ocel(
            store, self.folder / name, Scope(**asked), families=FAMILIES, form=form
        )

    def read(self, name: str = "log.json", **asked: Any) -> dict[str, Any]:
        """Export a log as JSON and return it, its events and objects by their ids."""
        self.write(name, **asked)
        told = json.loads((self.folder / name).read_text(encoding="utf-8"))
        for what in ("events", "objects"):
            told[what] = {each["id"]: each for each in told[what]}
        return told


def make_exporting(folder: Path, url: str | None = None) -> Exporting:
    """Let an item with an invoice be submitted on 1 March, signed on the 2nd and paid on the 5th.

    The leader's signature is given by a delegate.
    """
    office = make_treasury(url)
    line = approve_line(office, "办公费", 1_000_000)
    item = submit(office, line, INVOICE.amount_fen, invoices=(INVOICE,))
    office.clock.at(datetime(2022, 3, 2, 2, tzinfo=UTC))
    sign(office, item, upto=3)
    days = {
        "from_day": office.clock.now.date(),
        "until_day": office.clock.now.date() + timedelta(9),
    }
    given = {"delegate": office.record_of("赵"), "post": "分管领导", **days}
    office.act("刘", ("officer.delegate", office.record_of("刘"), given))
    office.act("赵", ("fund.countersign", item, {}), on_behalf_of="刘")
    office.clock.at(datetime(2022, 3, 5, 2, tzinfo=UTC))
    pay(office, item, INVOICE.amount_fen)
    return Exporting(office, folder, line, item)


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return what a statement finds in a SQLite file."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(sql))


__all__ = [
    "ALL",
    "CASHIER",
    "CLAIMED",
    "POLICY",
    "Exporting",
    "make_exporting",
    "query",
]
