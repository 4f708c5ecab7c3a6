"""What a user would pick instead, doing the same work in the same run, beside ours."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

from benchmarks.offices import ACTS_AT_ONCE, make_bench_office
from benchmarks.others import (
    AT_ONCE,
    ONE_BY_ONE,
    Did,
    Other,
    audit_table,
    bytes_under,
    git,
    installed,
    library,
)
from benchmarks.report import Table
from ledger.act import MAX_EVENTS
from ledger.audit.verify import verify

ROUNDS = 3
HEADINGS = ("what", "one by one, durable", "many at once", "looked at again", "bytes each", "what it shows of a change")  # fmt: skip
OTHERS = (
    Other("a table with audit triggers (sqlite3)", "nothing: who can write can write both tables", audit_table.work),
    Other("eventsourcing, unsigned (SQLite)", "nothing", library.work),
    Other("git, commits signed by SSH", "any change; signed by who committed; no rules, no views", git.work),
    Other(f"{installed.PYMERKLE} (PyPI)", "any change, to who keeps a root; nobody signs", installed.pymerkle),
    Other(f"{installed.HYPERCORE} (npm; not flushed to the disk)", "any change; one key signs for all", installed.hypercore),
)  # fmt: skip


def test_the_same_work_by_others(benchmark, report, workload, tmp_path):
    """Three rounds of each in turn; ours decides, judges, signs and verifies every event."""
    ours = Other(
        "Qifeng (SQLite)",
        "any change; signed by each officer; rules, views, proofs",
        lambda folder: _ours(folder, workload),
    )
    found: dict[str, list[Did] | str] = {}

    def round_of_all():
        for number in range(ROUNDS):
            for other in (ours, *OTHERS):
                _take(found, other, tmp_path / f"{number}" / other.name.partition(" ")[0])

    benchmark.pedantic(round_of_all, rounds=1)

    rows = [_row(other, found[other.name]) for other in (ours, *OTHERS)]
    report.tables.append(Table("others", HEADINGS, rows))


def _take(found: dict[str, list[Did] | str], other: Other, folder: Path) -> None:
    folder.mkdir(parents=True)
    done = found.setdefault(other.name, [])
    if isinstance(done, str):
        return
    try:
        done.append(other.work(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        found[other.name] = f"not measured: {type(error).__name__}"


def _row(other: Other, found: list[Did] | str) -> Sequence[str]:
    if isinstance(found, str):
        return (other.name, found, "—", "—", "—", other.shows)
    medians = [
        None if None in each else statistics.median(each)
        for each in zip(*map(astuple, found), strict=True)
    ]
    rates = ["—" if each is None else f"{each:,.0f}/s" for each in medians[:3]]
    return (other.name, *rates, f"{medians[3]:,.0f}", other.shows)


def _ours(folder: Path, workload) -> Did:
    office = make_bench_office(folder)
    steps = office.steps(workload)
    single = office.requests(steps, ONE_BY_ONE, per_act=1)
    many = office.requests(steps, AT_ONCE, per_act=MAX_EVENTS)
    started = time.perf_counter()
    for request in single:
        office.ledger.act(office.acting, request)
    one = time.perf_counter()
    for start in range(0, len(many), ACTS_AT_ONCE):
        office.ledger.act_all(office.acting, many[start : start + ACTS_AT_ONCE])
    bulk = time.perf_counter()
    verdict = verify(office.store, pin=office.pin)
    looked = time.perf_counter()
    assert verdict.verdict == "intact"
    size = office.size
    office.close()
    return Did(
        ONE_BY_ONE / (one - started), AT_ONCE / (bulk - one), size / (looked - bulk),
        bytes_under(folder) / size,
    )  # fmt: skip
