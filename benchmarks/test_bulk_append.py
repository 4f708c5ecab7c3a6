"""How fast decided events become durable, 256 an act, beside unsigned rows and unsigned events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.offices import ACTS_AT_ONCE, BenchOffice, make_bench_office
from benchmarks.others.unsigned import UnsignedLedger
from benchmarks.raw import RawTable
from benchmarks.report import Row, at_least
from benchmarks.sides import measure
from ledger.act import MAX_EVENTS, SealedAct
from ledger.application.acting import Command, Request
from ledger.application.deciding import Deciding, Desk
from ledger.application.ledger import decided_rows, new_salt, seal_act
from ledger.application.mapper import Told
from ledger.family import AS_FOUND

EVENTS = MAX_EVENTS * ACTS_AT_ONCE * 2

Decided = tuple[Deciding, list[tuple[Command, tuple[Told, ...]]]]


@pytest.fixture
def office(tmp_path) -> Iterator[BenchOffice]:
    """A ledger that holds its founding alone."""
    made = make_bench_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def steps(office, workload):
    """What is to be taken in, for ever."""
    return office.steps(workload)


def test_decided_events_beside_rows(benchmark, publish, office, steps, tmp_path):
    """Sealing and appending what is decided and written out, beside `executemany`."""
    raw = RawTable(tmp_path / "raw.db")

    def prepare():
        return decide(office, steps, EVENTS), raw.rows(EVENTS)

    sides = measure(
        benchmark, lambda decided: append(office, decided), raw.commit_many, prepare=prepare
    )
    raw.close()

    publish(
        Row(
            "bulk append of decided events, 256 an act",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} rows/s, executemany, 1000 a commit",
            sides.ratio,
            sides.noise,
            "≥ 0.5",
            "≥ 0.6",
            at_least(sides.ratio, 0.5, 0.6, noise=sides.noise),
        )
    )


def test_whole_import_beside_the_unsigned_application(
    benchmark, publish, office, steps, tmp_path
):
    """From requests to durable acts, deciding included, beside eventsourcing's own `save`."""
    unsigned = UnsignedLedger(tmp_path / "unsigned.db")

    def prepare():
        return office.requests(steps, EVENTS, per_act=MAX_EVENTS), unsigned.items(EVENTS)

    def act(requests):
        for start in range(0, len(requests), ACTS_AT_ONCE):
            office.ledger.act_all(office.acting, requests[start : start + ACTS_AT_ONCE])

    def save(items):
        unsigned.save(items, at_once=MAX_EVENTS * ACTS_AT_ONCE)

    sides = measure(benchmark, act, save, prepare=prepare)
    unsigned.close()

    publish(
        Row(
            "bulk append from requests, 256 an act: decide, judge, write out, seal, append",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} events/s, eventsourcing unsigned, save alone",
            sides.ratio,
            sides.noise,
        )
    )


def test_decided_events_beside_the_unsigned_application(
    benchmark, publish, office, steps, tmp_path
):
    """What the budget says: faster with signatures than the library's application without."""
    unsigned = UnsignedLedger(tmp_path / "unsigned.db")

    def prepare():
        return decide(office, steps, EVENTS), unsigned.items(EVENTS)

    def save(items):
        unsigned.save(items, at_once=MAX_EVENTS * ACTS_AT_ONCE)

    sides = measure(benchmark, lambda decided: append(office, decided), save, prepare=prepare)
    unsigned.close()

    publish(
        Row(
            "the same, beside the library's own application",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} events/s, eventsourcing unsigned",
            sides.ratio,
            sides.noise,
            "≥ 1",
            met=at_least(sides.ratio, 1, noise=sides.noise),
        )
    )


def decide(office: BenchOffice, steps, count: int) -> Decided:
    """Return the next events, decided and written out, act by act."""
    ledger = office.ledger
    deciding = Deciding(
        Desk(ledger.folded, new_salt, ledger.families),
        actor=office.acting.officer, on_behalf_of=None, basis=AS_FOUND, now=office.clock(),
    )  # fmt: skip
    requests = office.requests(steps, count, per_act=MAX_EVENTS)
    actor = office.acting.officer
    return deciding, [
        (each.command(actor), deciding.take(_changes(deciding, each))) for each in requests
    ]


def append(office: BenchOffice, decided: Decided) -> None:
    """Seal what is decided and append it, sixteen acts a transaction."""
    deciding, acts = decided
    for start in range(0, len(acts), ACTS_AT_ONCE):
        head = office.store.head()
        some = acts[start : start + ACTS_AT_ONCE]
        sealed: list[SealedAct] = []
        for command, told in some:
            deciding.begin_act()
            sealed.append(
                seal_act(office.acting, deciding, command=command, told=told, head=head)
            )
        rows = decided_rows([each for _, told in some for each in told])
        office.store.insert_events(rows, acts=sealed, clock=office.clock)


def _changes(deciding: Deciding, request: Request):
    return [
        change
        for step in request.steps
        for change in step.verb.decide(deciding, step.record, step.draft)
    ]
