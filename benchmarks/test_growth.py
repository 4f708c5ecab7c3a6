"""How the cost of each thing grows with the log: a table, and a plot of the same, beside the page."""

from __future__ import annotations

import math
import shutil
import sqlite3
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from benchmarks.offices import ACTS_AT_ONCE, BenchOffice
from benchmarks.plot import draw
from benchmarks.report import Report, Table
from benchmarks.sides import seconds_of
from benchmarks.test_bulk_append import append, decide
from benchmarks.test_memory import PROGRAM, peak_mib
from benchmarks.test_verify import verify_all, verify_bytes
from ledger.act import MAX_EVENTS
from ledger.audit.outside import Outside
from ledger.audit.trail import trail
from ledger.audit.verify import verify
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers
from ledger.log.tree import prove_inclusion
from projections.runner import FilePlace, Runner
from projections.views import VIEWS

ROUNDS = 3
NEW = 10
ACTS = 200
BULK = MAX_EVENTS * ACTS_AT_ONCE
UNITS = {
    "append, 256 an act": "µs an event",
    "one-event act": "µs",
    "inclusion proof": "µs",
    "trail of a document": "µs",
    "verify events, seals, log and keys": "µs an event",
    "verify all": "µs an event",
    f"verify --from, {NEW} new acts": "ms",
    "rebuild of all views": "µs an event",
    "storage, evidence": "bytes an event",
    "verify's peak memory": "MiB",
}


@pytest.fixture(scope="module")
def grown() -> Iterator[dict[int, dict[str, float]]]:
    """What each size came to."""
    return {}


def test_growth(benchmark, report, office_of, size, grown, tmp_path):
    """Each thing three times at this size; the median is kept."""
    office = office_of(size, MAX_EVENTS)

    grown[size] = benchmark.pedantic(lambda: costs(office, size, tmp_path), rounds=1)

    _publish(report, grown)


def costs(office: BenchOffice, size: int, folder: Path) -> dict[str, float]:
    """Return what everything costs at a size, in the units of `UNITS`."""
    program = folder / "verify_alone.py"
    program.write_text(PROGRAM)
    at_rest = folder / "at-rest.db"
    with sqlite3.connect(office.folder / "ledger.db") as source:
        source.execute("VACUUM INTO ?", (f"{at_rest}",))
    stored = at_rest.stat().st_size / office.size
    at_rest.unlink()
    note = _head_of(office)
    steps = office.steps(office.workload)
    taken = [
        stored,
        peak_mib(program, office)[0],
        _median(lambda: verify_bytes(office)) / office.size * 1e6,
        _median(lambda: verify_all(office), _rounds(office)) / office.size * 1e6,
        _rebuild(office, folder) / office.size * 1e6,
        _median(lambda: prove_inclusion(size // 3, size, office.store.read_hashes), 15) * 1e6,
        _median(lambda: trail(office.store, _middle(office)), 15) * 1e6,
    ]
    names = (
        "storage, evidence", "verify's peak memory", "verify events, seals, log and keys", "verify all",
        "rebuild of all views", "inclusion proof", "trail of a document",
    )  # fmt: skip
    _acts(office, steps, NEW)
    since = Outside(since=("head", note))
    told = dict(zip(names, taken, strict=True))
    told[f"verify --from, {NEW} new acts"] = 1e3 * _median(
        lambda: verify(office.store, pin=office.pin, outside=since)
    )
    # The first acts after so much reading fill the database's own cache again: the median passes them over.
    told["one-event act"] = _acts(office, steps, ACTS) * 1e6
    told["append, 256 an act"] = _bulk(office, steps) / BULK * 1e6
    return {name: told[name] for name in UNITS}


def _head_of(office: BenchOffice) -> bytes:
    head = office.store.head()
    told = Checkpoint(office.pin.origin, head.size, head.root)
    return sign_checkpoint(told, head_signers(office.log_key, 1))


def _acts(office: BenchOffice, steps, count: int) -> float:
    requests = iter(office.requests(steps, count, per_act=1))
    return _median(lambda: office.ledger.act(office.acting, next(requests)), count)


def _bulk(office: BenchOffice, steps) -> float:
    took = []
    for _ in range(ROUNDS):
        # What is decided goes on with what was appended before it.
        decided = decide(office, steps, BULK)
        took.append(seconds_of(partial(append, office, decided)))
    return statistics.median(took)


def _rebuild(office: BenchOffice, folder: Path) -> float:
    place = FilePlace(folder / "views")
    (folder / "views").mkdir()
    runner = Runner(office.store, place, VIEWS)
    took = _median(runner.rebuild, _rounds(office))
    place.close()
    shutil.rmtree(folder / "views")
    return took


def _rounds(office: BenchOffice) -> int:
    """Return how often what takes minutes at a million events is done."""
    return 1 if office.size > 500_000 else ROUNDS


def _middle(office: BenchOffice) -> str:
    records = office.records["document"]
    return records[len(records) // 2]


def _median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    return statistics.median(seconds_of(work) for _ in range(rounds))


def _publish(report: Report, grown: dict[int, dict[str, float]]) -> None:
    sizes = sorted(grown)
    headings = ("what", *(f"{size:,} events" for size in sizes), "grows as")
    rows = [
        (
            f"{name}, {unit}",
            *(_shown(grown[size][name]) for size in sizes),
            _exponent(grown, name),
        )
        for name, unit in UNITS.items()
    ]
    report.tables[:] = [each for each in report.tables if each.name != "growth"]
    report.tables.append(Table("growth", headings, rows))
    report.figures["growth"] = {str(size): grown[size] for size in sizes}
    report.plots["growth"] = draw(grown, list(UNITS))


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _exponent(grown: dict[int, dict[str, float]], name: str) -> str:
    """Return the power of the size as which the cost grows, from the smallest size to the largest."""
    low, high = min(grown), max(grown)
    if low == high:
        return "—"
    power = math.log(grown[high][name] / grown[low][name]) / math.log(high / low)
    return f"n^{power:.2f}"
