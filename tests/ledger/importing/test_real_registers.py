"""Real registers, as found, go through the maps that the project ships."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from ledger.importing.mapper import MappedEvent, map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.report import dry_run
from ledger.importing.table import read_table

HOUSE = Path(__file__).resolve().parents[3]
MAPS = HOUSE / "examples" / "maps"
REGISTERS = HOUSE.parent / "shared" / "data"


def register(name: str) -> Path:
    """Give a real register, or skip where it is absent."""
    path = REGISTERS / name
    if not path.is_file():
        pytest.skip(f"real register {name} is not here")
    return path


@pytest.fixture(scope="module")
def reimbursements():
    """Give all that 55,628 rows of real reimbursements tell."""
    path = register("bpi2020-domestic-declarations.csv.gz")
    mapping = load_mapping(MAPS / "bpi2020.toml")
    return list(map_table(mapping, read_table(path)))


def test_reimbursements_have_no_problem_and_every_activity(reimbursements):
    """Each kind and level has exactly the count that the data set's description gives."""
    assert all(isinstance(event, MappedEvent) for event in reimbursements)
    assert Counter(
        (event.kind, event.fields.get("level_name")) for event in reimbursements
    ) == {
        ("fund.submitted/1", None): 11_371,
        ("fund.countersigned/1", "final"): 9_999,
        ("fund.countersigned/1", "administration"): 8_061,
        ("fund.countersigned/1", "budget-owner"): 2_747,
        ("fund.countersigned/1", "pre-approver"): 685,
        ("fund.rejected/1", "handler"): 1_350,
        ("fund.rejected/1", "administration"): 936,
        ("fund.rejected/1", "final"): 286,
        ("fund.rejected/1", "unknown"): 89,
        ("fund.rejected/1", "pre-approver"): 86,
        ("fund.rejected/1", "budget-owner"): 57,
        ("fund.payment_requested/1", None): 9_914,
        ("fund.paid/1", None): 9_912,
    }


def test_reimbursements_paid_add_up_to_the_cent(reimbursements):
    """Amounts are rounded half to even, one by one, as an independent reading does it."""
    with gzip.open(register("bpi2020-domestic-declarations.csv.gz"), "rt") as text:
        expected = {
            row["case_id"]: round(float(row["amount"]) * 100)
            for row in csv.DictReader(text)
            if row["activity"] == "Payment Handled"
        }

    paid = {
        event.key[0]: event.fields["amount_fen"]
        for event in reimbursements
        if event.kind == "fund.paid/1"
    }

    assert paid == expected


def test_reimbursements_never_go_backwards_within_a_record(reimbursements):
    """The map's order is of moments, so that summer and winter offsets do not mislead."""
    last = {}

    for event in reimbursements:
        assert event.order >= last.get(event.key, event.order)
        last[event.key] = event.order


def test_dry_run_of_reimbursements_shows_what_tells_no_event():
    """135 declarations were only saved; nothing else is left out, and no row stands twice."""
    path = register("bpi2020-domestic-declarations.csv.gz")

    outcome = dry_run(load_mapping(MAPS / "bpi2020.toml"), read_table(path))

    assert (outcome.rows_read, outcome.rows_mapped, outcome.problem_count) == (
        55_628,
        55_493,
        0,
    )
    assert outcome.unmatched == {"activity": {"Declaration SAVED by EMPLOYEE": 135}}
    assert (outcome.equal_count, outcome.told_again) == (0, 0)


def test_dry_run_of_real_rules_keeps_every_telling():
    """3,215 dated actions become rule events; a title's later texts tell theirs again, and are kept."""
    path = register("real-rules-actions.csv")

    outcome = dry_run(load_mapping(MAPS / "real-rules.toml"), read_table(path))

    assert (outcome.rows_read, outcome.rows_mapped, outcome.problem_count) == (3_215, 3_215, 0)
    assert outcome.events == {
        "rule.adopted/1": 1_003,
        "rule.published/1": 784,
        "rule.commenced/1": 462,
        "rule.amended/1": 452 + 397,
        "rule.approved/1": 91,
        "rule.noted/1": 26,
    }
    assert outcome.unmatched == {}
    assert outcome.told_again == 0
