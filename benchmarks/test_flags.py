"""Every red flag over a register of real reimbursements, beside reading the same file and no more."""

from __future__ import annotations

import csv
import gzip
from datetime import date

from benchmarks.offices import make_bench_office
from benchmarks.report import Row
from benchmarks.sides import measure
from ledger.commands.load import read_register
from ledger.importing.mapping import load_mapping
from ledger.importing.taking import take
from projections.flags import FLAGS, Asked, find_flags, read_evidence
from tests.needs import REPOSITORY, shared
from tests.projections.flags.money import TWO_LEVELS

REGISTER = "bpi2020-domestic-declarations.csv.gz"


def test_all_flags_over_a_real_register(benchmark, publish, tmp_path):
    """Read 55,493 events from SQLite, fold them, and ask every flag under a policy of two levels."""
    path = shared("data", REGISTER)
    office = make_bench_office(tmp_path)
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "bpi2020.toml")
    reading = read_register(path, mapping)
    take(office.ledger, office.acting, reading.source, reading.mapped)
    asked = Asked(utc_offset="+01:00", day=date(2019, 7, 1), terms=TWO_LEVELS)

    def ours(_):
        with office.store.snapshot() as log:
            return list(find_flags(FLAGS, read_evidence(log, asked)))

    def baseline(_):
        with gzip.open(path, "rt", encoding="utf-8") as text:
            return sum(1 for _ in csv.DictReader(text))

    sides = measure(benchmark, ours, baseline, rounds=3)

    assert len(ours(None)) > 3_000
    publish(
        Row(
            f"all {len(FLAGS)} flags over 55,493 events of real reimbursements",
            f"{sides.ours:.1f} s",
            f"{sides.baseline:.2f} s, reading the file alone",
            sides.ratio,
            sides.noise,
        )
    )
    office.close()
