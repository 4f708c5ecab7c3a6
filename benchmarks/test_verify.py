"""How fast a whole ledger is verified, beside bare Ed25519 verification on all cores."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256

from nacl.bindings import crypto_sign_open

from benchmarks.offices import BenchOffice
from benchmarks.report import FLOOR, GOAL, Row, at_least
from benchmarks.sides import measure
from ledger.act import MAX_EVENTS, open_seal
from ledger.audit.verify import verify

EVENTS = 50_000
MANY = 200_000
MANY_GOAL = 300_000
ROUNDS = 3
BUDGETED = ("event", "seal", "log", "key")

Signed = tuple[bytes, bytes]


def test_verify_one_event_an_act(benchmark, publish, office_of):
    """What the budget names of every act, beside its signatures alone."""
    office = office_of(EVENTS, 1)
    signed = [
        (seal.signatures[0] + seal.signed, office.acting.signer.public[0])
        for seal in (open_seal(row.envelope) for row in office.store.seals())
    ]

    sides = measure(
        benchmark,
        lambda _: verify_bytes(office),
        lambda _: verify_bare(signed),
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"verify event, seal, log, key; one event an act ({EVENTS:,} events)",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f}/s bare PyNaCl Ed25519, all cores",
            sides.ratio,
            sides.noise,
            "≥ 0.8",
            "≥ 0.9",
            at_least(sides.ratio, 0.8, 0.9, noise=sides.noise),
        )
    )


def test_verify_256_events_an_act(benchmark, publish, office_of):
    """The same with 256 events under each signature, beside one event an act."""
    office, single = office_of(MANY, MAX_EVENTS), office_of(EVENTS, 1)

    sides = measure(
        benchmark,
        lambda _: verify_bytes(office),
        lambda _: verify_bytes(single),
        rounds=ROUNDS,
    )

    ratio, rate = sides.ratio * MANY / EVENTS, MANY / sides.ours
    reached = at_least(ratio, 10, noise=sides.noise * MANY / EVENTS)
    publish(
        Row(
            f"verify event, seal, log, key; 256 events an act ({MANY:,} events)",
            f"{rate:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} events/s, one event an act",
            ratio,
            sides.noise * MANY / EVENTS,
            "≥ 10",
            f"≥ {MANY_GOAL:,} events/s",
            GOAL if rate >= MANY_GOAL else reached if reached != GOAL else FLOOR,
        )
    )


def test_verify_everything(benchmark, publish, office_of):
    """What `qifeng verify` does for evidence: the rules replayed too, in a second pass."""
    office = office_of(MANY, MAX_EVENTS)

    sides = measure(
        benchmark,
        lambda _: verify_all(office),
        lambda _: verify_bytes(office),
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"verify all, rules replayed, 256 events an act ({MANY:,} events)",
            f"{MANY / sides.ours:,.0f} events/s",
            f"{MANY / sides.baseline:,.0f} events/s, event, seal, log, key",
            sides.ratio,
            sides.noise,
        )
    )


def test_verify_by_one_core(benchmark, publish, office_of):
    """One process, beside one that reads each row and hashes it as often as its proof needs, and no more."""
    office = office_of(MANY, MAX_EVENTS)

    sides = measure(
        benchmark,
        lambda _: verify_bytes(office, jobs=1),
        lambda _: read_and_hash(office),
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"verify event, seal, log, key by one core; 256 events an act ({MANY:,} events)",
            f"{MANY / sides.ours:,.0f} events/s",
            f"{MANY / sides.baseline:,.0f} rows/s, read and hashed three times, nothing else",
            sides.ratio,
            sides.noise,
        )
    )


def read_and_hash(office: BenchOffice) -> None:
    """Read every event, and hash it as an event, as a leaf, and two hashes as a node."""
    columns = '"index", record, version, kind, event, nodes'
    with closing(sqlite3.connect(office.folder / "ledger.db")) as connection:
        rows = connection.execute(f'SELECT {columns} FROM events ORDER BY "index"')
        while some := rows.fetchmany(MAX_EVENTS):
            for *_, event, nodes in some:
                sha256(event).hexdigest()
                sha256(event).digest()
                sha256(nodes[:64]).digest()


def verify_all(office: BenchOffice) -> None:
    """Verify everything, rules replayed, on all cores."""
    verdict = verify(office.store, pin=office.pin)
    assert verdict.verdict == "intact", verdict.findings[:3]


def verify_bytes(office: BenchOffice, jobs: int | None = None) -> None:
    """Verify what the budget names, on all cores unless told: events, seals, the log and keys."""
    verdict = verify(office.store, pin=office.pin, only=BUDGETED, jobs=jobs)
    assert not verdict.findings
    assert not verdict.unfinished


def verify_bare(signed: Sequence[Signed]) -> None:
    """Verify the signatures and nothing else; libsodium lets the other threads run."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        for _ in pool.map(_verify_some, [signed[at::cores] for at in range(cores)]):
            pass


def _verify_some(signed: Sequence[Signed]) -> None:
    for message, public in signed:
        crypto_sign_open(message, public)
