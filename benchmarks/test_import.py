"""Taking in a register of real reimbursements, beside reading the same file and no more."""

from __future__ import annotations

import csv
import gzip

from benchmarks.offices import make_bench_office
from benchmarks.report import Row
from benchmarks.sides import measure
from ledger.commands.load import read_register
from ledger.importing.mapping import load_mapping
from ledger.importing.taking import take
from tests.needs import REPOSITORY, shared

ROUNDS = 3
REGISTER = "bpi2020-domestic-declarations.csv.gz"


def test_a_real_register(benchmark, publish, tmp_path):
    """Read, map, group, decide, seal and append 55,628 rows, into a new ledger each round."""
    path = shared("data", REGISTER)
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "bpi2020.toml")
    folders = (tmp_path / str(n) for n in range(ROUNDS + 1))
    taken: list[int] = []

    def ours(office):
        reading = read_register(path, mapping)
        taken.append(take(office.ledger, office.acting, reading.source, reading.mapped).events)
        office.close()

    def baseline(_):
        with gzip.open(path, "rt", encoding="utf-8") as text:
            return sum(1 for _ in csv.DictReader(text))

    def prepare():
        folder = next(folders)
        folder.mkdir()
        return make_bench_office(folder), None

    sides = measure(benchmark, ours, baseline, prepare=prepare, rounds=ROUNDS)

    assert set(taken) == {55_493}
    publish(
        Row(
            "import of a real register, 55,628 rows of reimbursements",
            f"{taken[0] / sides.ours:,.0f} events/s",
            f"{sides.baseline:.2f} s, reading the file alone",
            sides.ratio,
            sides.noise,
        )
    )
