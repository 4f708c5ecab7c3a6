"""What is killed in the middle: each scene works in a folder that was prepared, and says what is done."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger, new_content
from ledger.application.naming import find_officer
from ledger.export.ocel import Scope, write_ocel
from ledger.export.order import begin, make
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.receipt import ReceiptBook
from ledger.records import FAMILIES
from ledger.store import migrating
from ledger.store import open as opening
from ledger.store.open import open_store, upgrade
from projections.runner import FilePlace, Runner
from tests.faults.kills import acknowledge
from tests.ledger.export.bundled import PARTS, export, order_of
from tests.office import ORIGIN, START, Office, ScriptedClock, seed_of
from tests.private import telegram
from tests.projections.toys import TOYS

CLERK = "丙"
LATER = "0002"


def database(folder: Path) -> str:
    """Return the address of a folder's store."""
    return str(folder / "ledger.db")


def at_work(folder: Path, *, day: int = 1) -> Office:
    """Open a folder's ledger as another process would, on a later day, with its clerk, who keeps receipts."""
    clock = ScriptedClock(START + timedelta(days=day))
    ledger = Ledger(open_store(database(folder)), clock=clock)
    log_key = LogKey(ORIGIN, SeedSigner(seed_of("log")), seed_of("log, second half"))
    clerk = Acting(
        find_officer(ledger, CLERK), SeedSigner(seed_of(CLERK)),
        receipts=ReceiptBook(folder / "receipts.jsonl"),
    )  # fmt: skip
    return Office(ledger, clock, None, {CLERK: clerk}, log_key)


def runner_of(folder: Path, office: Office) -> Runner:
    """Return what keeps a folder's views."""
    return Runner(office.store, FilePlace(folder), TOYS)


def append(folder: Path) -> None:
    """Record a telegram with a private text and an attachment."""
    office = at_work(folder)
    done = telegram(office, CLERK, "电文", content=(new_content(b"scan"),))
    acknowledge(folder, done.act)
    office.store.close()


def create(folder: Path) -> None:
    """Make the tables of a new store."""
    open_store(database(folder), create=True).close()
    acknowledge(folder, "created")


def migrate(folder: Path) -> None:
    """Bring a store with evidence to a later revision."""
    be_later(folder)
    upgrade(database(folder))
    acknowledge(folder, "upgraded")


def be_later(folder: Path, put=setattr) -> None:
    """Be a later release, whose migrations lie in the folder."""
    found = SimpleNamespace(submodule_search_locations=[str(folder / "migrations")])
    put(migrating, "find_spec", lambda _: found)
    put(opening, "REVISION", LATER)


def rebuild(folder: Path) -> None:
    """Follow the log with views that are behind, then rebuild them."""
    office = at_work(folder)
    runner = runner_of(folder, office)
    with closing(runner.place):
        runner.follow()
        acknowledge(folder, "followed")
        runner.rebuild()
        acknowledge(folder, "rebuilt")
    office.store.close()


def bundle(folder: Path) -> None:
    """Hand over a record as a folder."""
    _export(folder, "handed")


def half_packed(folder: Path, office: Office) -> None:
    """Write all files of a bundle that is yet to be packed."""
    with begin(office.ledger, order_of(office), folder / "handed.zip", lambda _: None) as draft:
        make(office.ledger, order_of(office), draft, parts=PARTS, key=office.log_key)


def pack(folder: Path) -> None:
    """Go on with that bundle: pack it."""
    _export(folder, "handed.zip")


def mined(folder: Path) -> None:
    """Write an event log for process mining."""
    office = at_work(folder)
    export_log(office, folder / "log.json")
    acknowledge(folder, "exported")
    office.store.close()


def export_log(office: Office, out: Path) -> None:
    """Write the whole log as JSON."""
    scope = Scope(frozenset(office.ledger.families), None, None, "+08:00")
    write_ocel(office.store, out, scope, families=FAMILIES, form="json")


def _export(folder: Path, name: str) -> None:
    office = at_work(folder)
    export(office, folder / name)
    acknowledge(folder, "exported")
    office.store.close()
