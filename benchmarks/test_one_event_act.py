"""How fast one-event acts become durable, beside one-row commits of sqlite3 on the same disk."""

from __future__ import annotations

from benchmarks.raw import RawTable
from benchmarks.report import Row, at_least
from benchmarks.sides import measure
from tests.office import FOUNDER, make_office

ACTS = 200
ROUNDS = 15
FLOOR = 0.35
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

    ours, commit = (side / ACTS * 1e6 for side in (sides.ours, sides.baseline))
    # What we compute is the same on every disk: where a commit takes longer, it weighs less.
    enough = FLOOR * (ours - commit) / (1 - FLOOR)
    publish(
        Row(
            "one-event act, durable, SQLite",
            f"{1e6 / ours:,.0f}/s ({ours:.0f} µs)",
            f"{1e6 / commit:,.0f}/s raw one-row commits ({commit:.0f} µs; at the floor with {enough:.0f} µs)",
            sides.ratio,
            sides.noise,
            f"≥ {FLOOR}",
            "≥ 0.5",
            at_least(sides.ratio, FLOOR, 0.5, noise=sides.noise),
        )
    )
