"""The figures of docs/scale.md: what an event costs in a store, as tiles, as Parquet, and a witness its answer."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from distributed import LocalCluster

from benchmarks.machine import describe
from benchmarks.offices import BenchOffice, Workload, learn_workload, make_bench_office
from benchmarks.others import bytes_under
from ledger.audit.verify import verify
from ledger.export.parquet.folder import Office, write_parquet
from ledger.export.spans.cluster import Cluster
from ledger.export.spans.ground import Ground
from ledger.export.tiles import Head, write_tiles
from ledger.export.trees import TreeCheck
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log import tree
from ledger.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers, log_verifiers, witness_signers
from ledger.log.witness import Request, answer_request, format_answer, format_request
from ledger.store.backup import copy_database
from projections.runner import FilePlace, Runner
from projections.views import VIEWS
from tests.office import ORIGIN, seed_of

SIZES = {1: 8_000, 256: 40_000}
NOW = 1_700_000_000
TASKS = 400


def measure_all(folder: Path) -> dict[str, object]:
    """Return all figures, and the machine they are of."""
    workload = learn_workload()
    figures: dict[str, object] = {
        "machine": describe(folder),
        **_witness(),
        "task_ms": _task_ms(),
    }
    for per_act, size in SIZES.items():
        place = folder / f"{per_act}"
        place.mkdir()
        figures[f"{per_act}"] = {"events": size, **_office(place, workload, size, per_act)}
    return figures


def _office(folder: Path, workload: Workload, size: int, per_act: int) -> dict[str, float]:
    office = make_bench_office(folder)
    took = {"append_us": _took(lambda: office.grow(workload, size, per_act=per_act))}
    head = office.store.head()
    signed = _signed(office, head.size, head.root)
    took["write_tiles_us"] = _took(lambda: write_tiles(office.store, folder / "tree", signed))
    took["tiles_us"] = min(_took(TreeCheck(folder / "tree", None).run) for _ in range(3))
    took["verify_us"] = min(
        _took(lambda: verify(office.store, pin=office.pin, jobs=1)) for _ in range(3)
    )
    took["rebuild_us"] = _took(lambda: _rebuild(office, folder))
    took["write_parquet_us"] = _took(
        lambda: write_parquet(office.store, folder / "parquet", Office("office", "+08:00"))
    )
    took["copy_us"] = _took(lambda: copy_database(folder / "ledger.db", folder / "copy.db"))
    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        copy.execute("VACUUM")
    sizes = {
        "store_bytes": (folder / "copy.db").stat().st_size,
        "tree_bytes": bytes_under(folder / "tree"),
        "parquet_bytes": bytes_under(folder / "parquet"),
    }
    office.close()
    return {
        **{name: round(seconds / size * 1e6, 2) for name, seconds in took.items()},
        **{name: round(count / size, 1) for name, count in sizes.items()},
    }


def _signed(office: BenchOffice, size: int, root: bytes) -> Head:
    checkpoint = Checkpoint(office.pin.origin, size, root)
    note = sign_checkpoint(checkpoint, head_signers(office.log_key, NOW)[:1])
    return Head(checkpoint, note, log_verifiers(office.log_key.verifier))


def _rebuild(office: BenchOffice, folder: Path) -> None:
    with closing(FilePlace(folder)) as place:
        Runner(office.store, place, VIEWS).follow()


def _task_ms() -> float:
    """What a task costs beside its work: what scheduler and client take for empty ones, both in this process."""
    ground = Ground("", "", 0, None)  # type: ignore[arg-type]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local,
        Cluster(local.scheduler_address) as cluster,
    ):
        list(cluster.run(nothing, ground, [(0, 0)] * 20))
        took = _took(lambda: list(cluster.run(nothing, ground, [(0, 0)] * TASKS)))
        return round(took / TASKS * 1e3, 2)


def nothing(*_: object) -> None:
    """Do nothing."""


def _witness() -> dict[str, float]:
    """What a request to a witness weighs, its answer, and what answering takes, for a log that grew by a day."""
    key, witness = (
        LogKey(name, SeedSigner(seed_of(name)), seed_of(f"{name}, second half"))
        for name in (ORIGIN, "witness.example/w")
    )
    size = 500_000
    leaves = [tree.leaf_hash(b"%d" % number) for number in range(size)]
    _, strings = tree.append_all(0, (), leaves)

    def read(places: object) -> list[bytes]:
        found = [tree.node_place(*place) for place in places]  # type: ignore[attr-defined]
        return [strings[index][at : at + 32] for index, at in found]

    old = size - 57
    heads = {at: Checkpoint(ORIGIN, at, tree.root_at(at, read)) for at in (old, size)}
    note = sign_checkpoint(heads[size], head_signers(key, NOW))
    proof = tuple(tree.prove_consistency(old, size, read))
    request = format_request(Request(old, proof, note))
    verifiers = log_verifiers(key.verifier, key.verifier_ml_dsa)
    open_checkpoint(note, ORIGIN, verifiers)
    signers = witness_signers(witness, NOW)

    def ask():
        return answer_request(
            request, known=lambda _: verifiers, last=lambda _: heads[old], signers=signers
        )

    took = statistics.median(_took(ask) for _ in range(31))
    return {
        "request_bytes": len(request),
        "answer_bytes": len(format_answer(ask().answer)),
        "cosign_ms": round(took * 1e3, 2),
    }


def _took(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
