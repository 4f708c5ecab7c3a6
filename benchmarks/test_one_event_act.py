"""How fast one-event acts become durable, beside one-row commits of sqlite3 on the same disk."""

from __future__ import annotations

from benchmarks.raw import RawTable
from benchmarks.report import Row, at_least
from benchmarks.sides import measure
from tests.office import FOUNDER, make_office

ACTS = 200
ROUNDS = 15
CLOCK = ("office.correct-clock", "office/main", {"reason": "校时"})


def test_one_event_act(benchmark, publish, tmp_path):
    """A real verb through the one way in: decided, judged, signed, checked, appended, on the disk."""
    office = make_office(str(tmp_path / "ledger.db"))
    raw = RawTable(tmp_path / "raw.db")
    acting = office.people[FOUNDER]

    def prepare():
        return [office.request([CLOCK]) for _ in range(ACTS)], raw.rows(ACTS)

    def act(requests):
        for request in requests:
            office.ledger.act(acting, request)

    sides = measure(benchmark, act, raw.commit_each, prepare=prepare, rounds=ROUNDS)
    raw.close()
    office.store.close()

    publish(
        Row(
            "one-event act, durable, SQLite",
            f"{ACTS / sides.ours:,.0f}/s ({sides.ours / ACTS * 1e6:.0f} µs)",
            f"{ACTS / sides.baseline:,.0f}/s raw one-row commits",
            sides.ratio,
            sides.noise,
            "≥ 0.35",
            "≥ 0.5",
            at_least(sides.ratio, 0.35, 0.5, noise=sides.noise),
        )
    )
