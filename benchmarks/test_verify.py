"""How fast a whole ledger is verified, beside bare Ed25519 verification on all cores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from nacl.bindings import crypto_sign_open

from benchmarks.offices import BenchOffice
from benchmarks.report import Row
from benchmarks.sides import measure
from ledger.act import MAX_EVENTS, open_seal
from ledger.audit.verify import verify

EVENTS = 50_000
ROUNDS = 3

Signed = tuple[bytes, bytes]


def test_verify_one_event_an_act(benchmark, publish, office_of):
    """Bytes, seals, log, keys, histories and rules of every act, beside its signatures alone."""
    office = office_of(EVENTS, 1)
    signed = [
        (seal.signatures[0] + seal.signed, office.acting.signer.public[0])
        for seal in (open_seal(row.envelope) for row in office.store.seals())
    ]

    sides = measure(
        benchmark,
        lambda _: verify_whole(office),
        lambda _: verify_bare(signed),
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"verify all, one event an act ({EVENTS:,} events)",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f}/s bare PyNaCl Ed25519, all cores",
            sides.ratio,
            "≥ 0.8",
            sides.ratio >= 0.8,
        )
    )


def test_verify_256_events_an_act(benchmark, publish, office_of):
    """The same with 256 events under each signature, beside one event an act."""
    office, single = office_of(EVENTS, MAX_EVENTS), office_of(EVENTS, 1)

    sides = measure(
        benchmark,
        lambda _: verify_whole(office),
        lambda _: verify_whole(single),
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"verify all, 256 events an act ({EVENTS:,} events)",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} events/s, one event an act",
            sides.ratio,
            "≥ 10",
            sides.ratio >= 10,
        )
    )


def verify_whole(office: BenchOffice) -> None:
    """Verify everything, on all cores, and hold that it is intact."""
    verdict = verify(office.store, pin=office.pin)
    assert verdict.verdict == "intact", verdict.findings[:3]


def verify_bare(signed: Sequence[Signed]) -> None:
    """Verify the signatures and nothing else; libsodium lets the other threads run."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        for _ in pool.map(_verify_some, [signed[at::cores] for at in range(cores)]):
            pass


def _verify_some(signed: Sequence[Signed]) -> None:
    for message, public in signed:
        crypto_sign_open(message, public)
