"""How fast all views are rebuilt, and how soon they have caught up with one more act."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from benchmarks.offices import BenchOffice
from benchmarks.report import Row, at_least, at_most
from benchmarks.sides import measure
from ledger.act import MAX_EVENTS
from projections.runner import FilePlace, Runner
from projections.views import VIEWS

EVENTS = 200_000
BUDGET = 50_000
GOAL = 100_000
CATCH_UP_SECONDS = 0.020
CATCH_UP_GOAL = 0.010


@pytest.fixture
def office(office_of) -> BenchOffice:
    """A ledger of many events."""
    return office_of(EVENTS, MAX_EVENTS)


@pytest.fixture
def runner(office, tmp_path) -> Iterator[Runner]:
    """Its views, in a folder of their own."""
    place = FilePlace(tmp_path)
    yield Runner(office.store, place, VIEWS)
    place.close()


def test_rebuild_of_all_views(benchmark, publish, office, runner):
    """Every view folded anew and switched, beside reading the rows and nothing else."""
    size = office.size

    sides = measure(
        benchmark, lambda _: runner.rebuild(), lambda _: scan(office, size), rounds=3
    )

    rate = size / sides.ours
    publish(
        Row(
            f"rebuild of all {len(VIEWS)} views ({size:,} events)",
            f"{rate:,.0f} events/s",
            f"{size / sides.baseline:,.0f} rows/s, ordered scan by sqlite3",
            sides.ratio,
            sides.noise,
            f"≥ {BUDGET:,} events/s",
            f"≥ {GOAL:,} events/s",
            at_least(rate, BUDGET, GOAL, noise=rate * sides.spread / sides.ours),
        )
    )


def test_catching_up_after_one_act(benchmark, publish, office, runner, workload):
    """One act more, and every view tells of it."""
    runner.follow()
    steps = office.steps(workload)

    def one_more():
        office.ledger.act_all(office.acting, office.requests(steps, 1, per_act=1))
        return None, None

    sides = measure(
        benchmark,
        lambda _: runner.follow(),
        lambda _: office.store.head(),
        prepare=one_more,
        rounds=20,
    )

    publish(
        Row(
            "catch-up of all views after one act",
            f"{sides.ours * 1000:.1f} ms",
            floor="< 20 ms",
            goal="< 10 ms",
            met=at_most(sides.ours, CATCH_UP_SECONDS, CATCH_UP_GOAL, noise=sides.spread),
        )
    )


def scan(office: BenchOffice, size: int) -> None:
    """Read every event's row in order."""
    connection = sqlite3.connect(office.folder / "ledger.db")
    rows = connection.execute(
        'SELECT "index", record, version, kind, event FROM events ORDER BY "index"'
    )
    assert sum(1 for _ in rows) == size
    connection.close()
