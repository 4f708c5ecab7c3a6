"""How fast one-event acts become durable, beside one-row commits of sqlite3 on the same disk."""

from __future__ import annotations

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair

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


def test_signed_commit(benchmark, publish, tmp_path):
    """What no signed act can be above: a raw commit of a row that was signed and verified, and no more."""
    signed, raw = RawTable(tmp_path / "signed.db"), RawTable(tmp_path / "raw.db")
    public, secret = crypto_sign_seed_keypair(bytes(32))

    def sign_and_commit(rows):
        for row in rows:
            crypto_sign_open(crypto_sign(row[4], secret), public)
            signed.commit_each([row])

    sides = measure(
        benchmark,
        sign_and_commit,
        raw.commit_each,
        prepare=lambda: (signed.rows(ACTS), raw.rows(ACTS)),
        rounds=ROUNDS,
    )
    signed.close()
    raw.close()

    ours, commit = (side / ACTS * 1e6 for side in (sides.ours, sides.baseline))
    publish(
        Row(
            "raw one-row commits, each row signed and verified before by PyNaCl, nothing else",
            f"{1e6 / ours:,.0f}/s ({ours:.0f} µs)",
            f"{1e6 / commit:,.0f}/s raw one-row commits ({commit:.0f} µs)",
            sides.ratio,
            sides.noise,
        )
    )
