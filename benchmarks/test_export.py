"""How fast a bundle of everything is written and checked, beside copying and hashing its files; and in how much memory."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from benchmarks.alone import told_by
from benchmarks.offices import FAMILIES, BenchOffice
from benchmarks.others import bytes_under
from benchmarks.report import GOAL, UNDER, Row
from benchmarks.sides import measure
from ledger.act import MAX_EVENTS
from ledger.export.check import check_bundle
from ledger.export.checked import Trust
from ledger.export.draft import unseen
from ledger.export.order import Order, begin, make
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted

EVENTS = 20_000
GROWTH = 4
MAX_MIB = 250
FLAT = 1.25
ROUNDS = 3

PROGRAM = """
import json, sys
from pathlib import Path
from benchmarks.alone import own_peak_mib
from benchmarks.offices import reopened
from benchmarks.test_export import write
if __name__ == "__main__":
    write(reopened(Path(sys.argv[1])), Path(sys.argv[2]))
    print(json.dumps(own_peak_mib()))
"""


@pytest.fixture
def office(office_of) -> BenchOffice:
    """A ledger of many events."""
    return office_of(EVENTS, MAX_EVENTS)


def test_writing_a_bundle(benchmark, publish, office, tmp_path):
    """Entries, seals, proofs, tables and pages, beside copying the same files and hashing them."""
    places = (tmp_path / str(n) for n in range(ROUNDS + 1))
    whole = tmp_path / "whole"
    write(office, whole)

    def prepare():
        place = next(places)
        return place, place.with_name(f"{place.name}-copied")

    sides = measure(
        benchmark,
        lambda out: write(office, out),
        lambda out: copy(whole, out),
        prepare=prepare,
        rounds=ROUNDS,
    )

    publish(
        Row(
            f"export of a bundle ({EVENTS:,} events, {megabytes(whole)} MB)",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} events/s, its files copied and hashed",
            sides.ratio,
            sides.noise,
        )
    )


def test_checking_a_bundle(benchmark, publish, office, tmp_path):
    """Every file, entry, proof and signature, beside hashing the files."""
    whole = tmp_path / "whole"
    write(office, whole)
    trust = Trust(office.log_key.verifier, office.pin.founding, "argument")

    def ours(_):
        assert check_bundle(whole, trust).findings == []

    sides = measure(benchmark, ours, lambda _: hashed(whole), rounds=ROUNDS)

    publish(
        Row(
            f"check of that bundle ({EVENTS:,} events)",
            f"{EVENTS / sides.ours:,.0f} events/s",
            f"{EVENTS / sides.baseline:,.0f} events/s, its files hashed",
            sides.ratio,
            sides.noise,
        )
    )


def test_peak_memory_of_an_export(benchmark, publish, office_of, request, tmp_path):
    """A process of its own writes each bundle; what it took is asked of the system."""
    small = 250_000 if request.config.getoption("--million") else EVENTS
    program = tmp_path / "export_alone.py"
    program.write_text(PROGRAM)
    offices = [office_of(size, MAX_EVENTS) for size in (small, small * GROWTH)]

    low, high = benchmark.pedantic(
        lambda: [peak_mib(program, office, tmp_path / str(office.size)) for office in offices],
        rounds=1,
    )

    publish(
        Row(
            f"an export's peak memory at {small * GROWTH:,} events",
            f"{high:.0f} MiB",
            f"{low:.0f} MiB at {small:,} events",
            high / low,
            floor=f"flat, < {MAX_MIB} MiB",
            met=GOAL if high < MAX_MIB and high <= low * FLAT else UNDER,
        )
    )


def write(office: BenchOffice, out: Path) -> None:
    """Write a bundle of all records."""
    order = Order(wanted=Wanted(families=FAMILIES), size=office.size, recipient="某县审计局")
    with begin(office.ledger, order, out, unseen) as draft:
        make(office.ledger, order, draft, parts=PARTS, key=office.log_key)
        draft.finish()


def copy(whole: Path, out: Path) -> None:
    """Copy a bundle's files and hash the copies."""
    shutil.copytree(whole, out)
    hashed(out)


def hashed(folder: Path) -> None:
    """Hash every file by both of a bundle's algorithms."""
    for path in folder.rglob("*"):
        if path.is_file():
            for name in ("sha256", "sha512"):
                with path.open("rb") as file:
                    hashlib.file_digest(file, name)


def megabytes(folder: Path) -> int:
    """Return how large a folder's files are."""
    return bytes_under(folder) // 1_000_000


def peak_mib(program: Path, office: BenchOffice, out: Path) -> float:
    """Return the peak of a process that writes a bundle, in MiB."""
    return float(told_by(program, str(office.folder), str(out)))
