"""Ledgers to measure on: the records of the demo year, taken in as found, over and over.

Real shapes in real proportions: documents, telegrams, funds and rules, each with its whole history,
some 430 bytes an event. Every copy of a record has a name of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from ledger.application.acting import Acting, Request, Step
from ledger.application.founding import Founding, found
from ledger.application.ledger import Ledger
from ledger.application.mapper import open_event
from ledger.audit.verdict import Pin
from ledger.clock import new_id
from ledger.family import AS_FOUND, Happened, Verb, family_of, simply
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.store.contract import LogStore
from ledger.store.memory import MemoryStore
from ledger.store.open import open_store
from projections.demo.cast import FOUNDER, at, enrol_cast
from projections.demo.plan import plan_year
from projections.demo.schedule import ScriptedClock, play
from tests.office import ORIGIN, seed_of

FAMILIES = ("document", "telegram", "fund", "rule")
TAKE = Verb("take", "导入", "Take in as found.", Happened, simply)
ACTS_AT_ONCE = 16
EVENTS_AT_ONCE = 4096
A_MOMENT = timedelta(milliseconds=1)

Workload = Sequence[tuple[str, Happened]]


@dataclass
class BenchOffice:
    """A ledger on the disk with one officer, who takes in what others did."""

    folder: Path
    ledger: Ledger
    acting: Acting
    pin: Pin
    clock: ScriptedClock
    log_key: LogKey
    workload: Workload = ()
    records: dict[str, list[str]] = field(default_factory=dict)

    @property
    def store(self) -> LogStore:
        """The ledger's store."""
        return self.ledger.store

    @property
    def size(self) -> int:
        """How many events there are."""
        return self.store.head().size

    def steps(self, workload: Workload) -> Iterator[Step]:
        """Yield the workload's events for ever, each time round on fresh records."""
        while True:
            names: dict[str, str] = {}
            for record, happened in workload:
                if record not in names:
                    # Time passes, so that names follow each other as they do in an office, and in the baseline.
                    self.clock.moment += A_MOMENT
                    family = family_of(record)
                    names[record] = f"{family}/{new_id(self.clock())}"
                    self.records.setdefault(family, []).append(names[record])
                yield Step(TAKE, names[record], happened)

    def requests(self, steps: Iterator[Step], count: int, *, per_act: int) -> list[Request]:
        """Return requests of acts over the next `count` steps."""
        return [
            Request(new_id(self.clock()), tuple(itertools.islice(steps, size)), AS_FOUND)
            for size in _sizes(count, per_act)
        ]

    def grow(self, workload: Workload, size: int, *, per_act: int) -> None:
        """Append until there are `size` events."""
        self.workload = workload
        steps = self.steps(workload)
        left = size - self.size
        for count in _sizes(left, EVENTS_AT_ONCE):
            self.ledger.act_all(self.acting, self.requests(steps, count, per_act=per_act))

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()


def learn_workload() -> Workload:
    """Return what happened to the records of the demo year, in the order it happened."""
    clock = ScriptedClock(at("2022-01-04", 7))
    ledger, founder, *_ = _founded(MemoryStore(), clock)
    cast = enrol_cast(ledger, clock, founder, lambda name: SeedSigner(seed_of(name)))
    play(ledger, clock, cast=cast, plan=plan_year())
    return [
        (row.record, _as_found(open_event(row.event, ledger.kinds)[1]))
        for row in ledger.store.events()
        if family_of(row.record) in FAMILIES
    ]


def _as_found(happened: Any) -> Happened:
    """Return an event as history tells it: nobody did it here.

    It moves no money here (R17), no file is with it, and no series gives it posts (D14).
    """
    done = {each: _NOTHING[each] for each in _NOTHING if getattr(happened, each, None)}
    told: Happened = replace(happened, **done) if done else happened
    return told


_NOTHING: dict[str, Any] = {
    "basis": "", "newly_claimed": (), "reserves_fen": 0, "releases_fen": 0, "spends_fen": 0,
    "restores_fen": 0, "draws_fen": 0, "gives_back_fen": 0, "attachments": (),
    "registrars": (), "reviewers": (), "leaders": (),
}  # fmt: skip


def make_bench_office(folder: Path) -> BenchOffice:
    """Found a ledger in a folder."""
    clock = ScriptedClock(at("2023-01-03", 8))
    store = open_store(str(folder / "ledger.db"), create=True)
    ledger, acting, pin, log_key = _founded(store, clock)
    return BenchOffice(folder, ledger, acting, pin, clock, log_key)


def reopened(folder: Path) -> BenchOffice:
    """Return the ledger of a folder, to be read: nobody acts in it."""
    clock = ScriptedClock(at("2023-12-29", 8))
    ledger = Ledger(open_store(str(folder / "ledger.db")), clock=clock)
    founder = next(iter(ledger.store.records("officer", limit=1)))
    first = next(ledger.store.seals(0, 1)).digest
    pin = Pin(ORIGIN, _log_key().verifier, first, "argument")
    acting = Acting(founder, SeedSigner(seed_of(FOUNDER)))
    return BenchOffice(folder, ledger, acting, pin, clock, _log_key())


def _log_key() -> LogKey:
    return LogKey(ORIGIN, SeedSigner(seed_of("log")))


def _founded(store: LogStore, clock: ScriptedClock) -> tuple[Ledger, Acting, Pin, LogKey]:
    ledger = Ledger(store, clock=clock)
    log_key = _log_key()
    founding = Founding("某县委办公室", ORIGIN, "+08:00", log_key.verifier, FOUNDER)
    acting, done = found(ledger, founding, SeedSigner(seed_of(FOUNDER)))
    return ledger, acting, Pin(ORIGIN, log_key.verifier, done.seal, "argument"), log_key


def _sizes(count: int, at_once: int) -> Iterator[int]:
    for start in range(0, count, at_once):
        yield min(at_once, count - start)
