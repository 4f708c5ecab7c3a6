"""Two officers in two processes who sign at once: what each of them is told."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from typing import Any, NamedTuple

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.errors import RefusedError
from ledger.keys.signer import SeedSigner
from ledger.store.open import open_store
from tests.office import START, Office, ScriptedClock, seed_of

DONE = "done"
TOMORROW = START + timedelta(days=1)


class Told(NamedTuple):
    """What an officer was told on trying to sign an item: `done`, or a rule's code and why."""

    name: str
    item: str
    outcome: str
    message: str


def race(office: Office, url: str, items: dict[str, list[str]]) -> list[Told]:
    """Let each officer sign their items in a process of their own, one after another, all in step."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.racing"])
    gate, answers = context.Barrier(len(items)), context.Queue()
    workers = [
        context.Process(
            target=_sign, args=(url, (name, office.record_of(name)), each, gate, answers)
        )
        for name, each in items.items()
    ]
    for worker in workers:
        worker.start()
    told = [answers.get(timeout=120) for each in items.values() for _ in each]
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * len(workers)
    return told


def _sign(url: str, who: tuple[str, str], items: list[str], gate: Any, answers: Any) -> None:
    """Open the store as another program would, and sign each item when the others do."""
    name, record = who
    ledger = Ledger(open_store(url), clock=ScriptedClock(TOMORROW))
    office = Office(
        ledger, ledger.clock, None, {name: Acting(record, SeedSigner(seed_of(name)))}, None
    )
    for item in items:
        gate.wait(timeout=120)
        answers.put(Told(name, item, *_tried(office, name, item)))
    ledger.store.close()


def _tried(office: Office, name: str, item: str) -> tuple[str, str]:
    try:
        office.act(name, ("fund.countersign", item, {}))
    except RefusedError as refused:
        return refused.code, str(refused)
    return DONE, ""
