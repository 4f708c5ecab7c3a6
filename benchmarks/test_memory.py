"""How much memory verifying takes at its peak, at two sizes: it must not grow with the log."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path

from benchmarks.alone import told_by
from benchmarks.offices import BenchOffice
from benchmarks.report import GOAL, UNDER, Row
from ledger.act import MAX_EVENTS

SMALL = 50_000
GROWTH = 4
MAX_MIB = 250
FLAT = 1.1

PROGRAM = """
import json, resource, sys
from benchmarks.alone import own_peak_mib
from ledger.audit.verdict import Pin
from ledger.audit.verify import verify
from ledger.store.open import open_store
if __name__ == "__main__":
    store = open_store(sys.argv[1])
    verdict = verify(store, pin=Pin(*json.loads(sys.argv[2])))
    store.close()
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps([verdict.verdict, own_peak_mib(), worker]))
"""


def test_peak_memory_of_verify(benchmark, publish, office_of, request, tmp_path):
    """A process of its own verifies each; what it and its largest worker took is asked of the system."""
    small = 1_000_000 if request.config.getoption("--million") else SMALL
    program = tmp_path / "verify_alone.py"
    program.write_text(PROGRAM)
    offices = [office_of(size, MAX_EVENTS) for size in (small, small * GROWTH)]

    found = benchmark.pedantic(
        lambda: [peak_mib(program, office) for office in offices], rounds=1
    )

    (low, low_worker), (high, high_worker) = found
    publish(
        Row(
            f"verify's peak memory at {small * GROWTH:,} events",
            f"{high:.0f} MiB, largest worker {high_worker:.0f} MiB",
            f"{low:.0f} and {low_worker:.0f} MiB at {small:,} events",
            high / low,
            floor=f"flat, < {MAX_MIB} MiB",
            met=GOAL if max(high, high_worker) < MAX_MIB and high <= low * FLAT else UNDER,
        )
    )


def peak_mib(program: Path, office: BenchOffice) -> tuple[float, float]:
    """Return the peak of the verifying process and of its largest worker, in MiB."""
    pin = json.dumps(astuple(office.pin))
    verdict, alone, worker = told_by(program, office.store.url, pin)
    assert verdict == "intact"
    return alone, worker
