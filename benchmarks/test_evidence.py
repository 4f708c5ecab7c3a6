"""How fast the evidence alone is verified: bytes, seals, log and keys, beside its signatures alone.

No rule is replayed: this is what the budget names. `test_verify` measures all.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any, Self

import pytest
from nacl.bindings import crypto_sign_open

from benchmarks.offices import BenchOffice
from benchmarks.report import Publish, Row
from benchmarks.sides import measure
from ledger.act import MAX_EVENTS, open_seal
from ledger.audit.verify import verify

EVENTS = 20_000
ROUNDS = 3
EVIDENCE = ("event", "seal", "log", "key")

VERIFY, END = "verify", "end"

Signed = tuple[bytes, bytes]
OfficeOf = Callable[[int, int], BenchOffice]


@pytest.fixture
def single(office_of: OfficeOf) -> BenchOffice:
    """A ledger of one event an act."""
    return office_of(EVENTS, 1)


@pytest.fixture
def bare(single: BenchOffice) -> Iterator[Bare]:
    """Its signatures, in processes that wait for the word: the baseline pays for no start."""
    with Bare(signatures(single), os.cpu_count() or 1) as crew:
        yield crew


def test_evidence_one_event_an_act(
    benchmark: Any, publish: Publish, single: BenchOffice, bare: Bare
) -> None:
    """Every act's bytes, seal, place and key, beside as many bare verifications."""
    count = single.store.head().size

    sides = measure(
        benchmark, lambda _: verify_evidence(single), lambda _: bare.verify(), rounds=ROUNDS
    )

    publish(
        Row(
            f"verify evidence, one event an act ({count:,} events)",
            f"{count / sides.ours:,.0f} events/s",
            f"{bare.count / sides.baseline:,.0f}/s bare PyNaCl Ed25519, all cores",
            sides.ratio,
            "≥ 0.8",
            sides.ratio >= 0.8,
        )
    )


def test_evidence_256_events_an_act(
    benchmark: Any, publish: Publish, office_of: OfficeOf, single: BenchOffice
) -> None:
    """The same with 256 events under each signature, beside one event an act."""
    office = office_of(EVENTS, MAX_EVENTS)

    sides = measure(
        benchmark,
        lambda _: verify_evidence(office),
        lambda _: verify_evidence(single),
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"verify evidence, 256 events an act ({EVENTS:,} events)",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} events/s, one event an act",
            sides.ratio,
            "≥ 10",
            sides.ratio >= 10,
        )
    )


def verify_evidence(office: BenchOffice) -> None:
    """Verify the evidence, on all cores, and hold that nothing was found."""
    verdict = verify(office.store, pin=office.pin, only=EVIDENCE)
    assert verdict.verdict == "intact", verdict.findings[:3]


def signatures(office: BenchOffice) -> list[Signed]:
    """Return each act's signed message, as PyNaCl takes it, and the key it is signed with."""
    public = office.acting.signer.public[0]
    return [
        (seal.signatures[0] + seal.signed, public)
        for seal in (open_seal(row.envelope) for row in office.store.seals())
    ]


class Bare:
    """Processes, one a core, each holding its share of the signatures before time is taken."""

    def __init__(self, signed: Sequence[Signed], cores: int) -> None:
        self.count = len(signed)
        context = multiprocessing.get_context("spawn")
        self._ends = []
        self._workers = []
        for at in range(cores):
            end, far_end = context.Pipe()
            worker = context.Process(target=verify_when_told, args=(far_end,), daemon=True)
            worker.start()
            end.send(signed[at::cores])
            self._ends.append(end)
            self._workers.append(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            end.send(END)
        for worker in self._workers:
            worker.join()

    def verify(self) -> None:
        """Verify every signature once, and nothing else."""
        for end in self._ends:
            end.send(VERIFY)
        assert sum(end.recv() for end in self._ends) == self.count


def verify_when_told(end: Connection) -> None:
    """Take in a share; verify it whenever told, and say how many there were; leave at the end."""
    signed = end.recv()
    while end.recv() == VERIFY:
        for message, public in signed:
            crypto_sign_open(message, public)
        end.send(len(signed))
