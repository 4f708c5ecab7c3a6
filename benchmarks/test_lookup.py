"""How soon a trail, a register's row, a rule's status and a proof are told, as the log grows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from benchmarks.offices import BenchOffice
from benchmarks.report import Row, at_most
from benchmarks.sides import measure
from ledger.act import MAX_EVENTS
from ledger.audit.trail import trail
from ledger.log.tree import prove_inclusion
from projections.answer import Question, answer
from projections.runner import FilePlace, Runner
from projections.views import VIEWS

QUERY_SECONDS = 0.050
PROOF_SECONDS = 0.005
REPLAY_SECONDS = 15
ROUNDS = 15


@pytest.fixture
def office(office_of, size) -> BenchOffice:
    """A ledger of that size."""
    return office_of(size, MAX_EVENTS)


@pytest.fixture
def runner(office) -> Iterator[Runner]:
    """Its views, as they stand at its end."""
    place = FilePlace(office.folder)
    views = Runner(office.store, place, VIEWS)
    views.follow()
    yield views
    place.close()


def test_trail(benchmark, publish, office, size):
    """Who did what to one record, in words."""
    record = _middle(office, "document")

    _publish_query(
        benchmark, publish, office, f"trail of a document, {size:,} events",
        lambda _: trail(office.store, record),
    )  # fmt: skip


def test_register_row(benchmark, publish, office, runner, size):
    """One document as the register has it."""
    where = (("record", _middle(office, "document")),)

    _publish_query(
        benchmark, publish, office, f"number of a document in the register, {size:,} events",
        lambda _: answer(runner, Question("document_register", where=where)),
    )  # fmt: skip


def test_rule_status(benchmark, publish, office, runner, size):
    """Whether one rule is in force."""
    where = (("rule", _middle(office, "rule")),)

    _publish_query(
        benchmark, publish, office, f"status of a rule, {size:,} events",
        lambda _: answer(runner, Question("regulation_status", "status", where=where)),
    )  # fmt: skip


def test_rule_status_as_of_a_day(benchmark, publish, office, runner, size):
    """Whether one rule was in force on a day."""
    where = (("rule", _middle(office, "rule")),)
    asked = Question("regulation_status", "status", as_of=date(2022, 6, 30), where=where)

    _publish_query(
        benchmark, publish, office, f"status of a rule as of a day, {size:,} events",
        lambda _: answer(runner, asked),
    )  # fmt: skip


def test_what_was_known(benchmark, publish, office, runner, size):
    """The view that listens to most, as it was known one event ago: replayed."""
    index = office.size // 2
    asked = Question("queue", known_at=str(office.size - 2), where=(("family", "none"),))

    sides = measure(
        benchmark,
        lambda _: answer(runner, asked),
        lambda _: office.store.event_at(index),
        rounds=2,
    )

    publish(
        Row(
            f"queue as it was known, {size:,} events",
            f"{sides.ours:.1f} s",
            floor=f"< {REPLAY_SECONDS} s at a million",
            met=at_most(sides.ours, REPLAY_SECONDS, noise=sides.spread),
        )
    )


def test_proof(benchmark, publish, office, size):
    """That one entry stands in the log."""
    index, end = office.size // 3, office.size

    sides = measure(
        benchmark,
        lambda _: prove_inclusion(index, end, office.store.read_hashes),
        lambda _: office.store.event_at(index),
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"inclusion proof, {size:,} events",
            f"{sides.ours * 1000:.2f} ms",
            f"{sides.baseline * 1000:.2f} ms, reading that row alone",
            sides.ratio,
            sides.noise,
            "< 5 ms",
            met=at_most(sides.ours, PROOF_SECONDS, noise=sides.spread),
        )
    )


def _publish_query(benchmark, publish, office, what, ask):
    index = office.size // 2
    sides = measure(benchmark, ask, lambda _: office.store.event_at(index), rounds=ROUNDS)
    publish(
        Row(
            what,
            f"{sides.ours * 1000:.1f} ms",
            f"{sides.baseline * 1000:.2f} ms, reading one row alone",
            sides.ratio,
            sides.noise,
            "< 50 ms",
            met=at_most(sides.ours, QUERY_SECONDS, noise=sides.spread),
        )
    )


def _middle(office: BenchOffice, family: str) -> str:
    records = office.records[family]
    return records[len(records) // 2]
