"""Real registers, taken in whole: rule histories and reimbursements as they were found."""

from __future__ import annotations

from itertools import islice

import pytest

from ledger.application.mapper import open_event
from ledger.audit.verify import verify
from ledger.body import format_body
from ledger.commands.load import read_register
from ledger.importing.mapping import load_mapping
from ledger.importing.taking import (
    build,
    group,
    record_id,
    take,
)
from tests.eventlog import declarations, write_log
from tests.needs import REPOSITORY, shared
from tests.office import FOUNDER, make_office, pin_of


def check_whole(office):
    """Assert that the office's ledger verifies."""
    verdict = verify(office.store, pin=pin_of(office), jobs=1)
    assert (verdict.verdict, verdict.findings, verdict.unfinished) == ("intact", (), "")


# --- real registers ---------------------------------------------------------------------------


def taken(tmp_path_factory, register, map_name):
    """Take a real register into SQLite; returns the office, what was read, and the outcome."""
    return taken_from(tmp_path_factory, shared("data", register), map_name)


def taken_from(tmp_path_factory, register, map_name):
    """Take the register in a file into SQLite."""
    office = make_office(str(tmp_path_factory.mktemp("real") / "ledger.db"))
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / map_name)
    reading = read_register(register, mapping)
    assert reading.report.problem_count == 0
    outcome = take(office.ledger, office.people[FOUNDER], reading.source, reading.mapped)
    return office, reading, outcome


@pytest.fixture(scope="module")
def real_rules(tmp_path_factory):
    """Give 3,215 dated actions of real rules, taken in once."""
    return taken(tmp_path_factory, "real-rules-actions.csv", "real-rules.toml")


@pytest.fixture(scope="module")
def reimbursements(tmp_path_factory):
    """Give 55,628 rows of real reimbursements, taken in once."""
    return taken(tmp_path_factory, "bpi2020-domestic-declarations.csv.gz", "bpi2020.toml")


@pytest.mark.slow
def test_3215_real_actions_become_rule_histories(real_rules):
    """1,310 rules, each event as its row told it, intact in SQLite."""
    office, reading, outcome = real_rules

    assert (outcome.records, outcome.events, outcome.told_again) == (1_310, 3_215, 0)
    assert len(office.store.records("rule", limit=10_000)) == 1_310
    verdict = verify(office.store, pin=pin_of(office))
    assert (verdict.verdict, verdict.findings) == ("intact", ())
    _same_as_mapped(office, reading, "rule")


@pytest.mark.slow
def test_55628_real_rows_become_fund_histories(reimbursements):
    """10,357 items less those only saved: each event as its row told it, intact in SQLite."""
    office, reading, outcome = reimbursements

    assert (reading.report.rows_read, outcome.events, outcome.told_again) == (55_628, 55_493, 0)
    assert outcome.records == len(office.store.records("fund", limit=20_000)) == 10_223
    verdict = verify(office.store, pin=pin_of(office))
    assert (verdict.verdict, verdict.findings) == ("intact", ())
    _same_as_mapped(office, reading, "fund")


@pytest.mark.slow
def test_the_same_reimbursements_as_an_event_log_become_the_same_histories(
    reimbursements, tmp_path_factory
):
    """Every fifth, written out as XES and taken in by traces: the same events in the same order."""
    register = shared("data", "bpi2020-domestic-declarations.csv.gz")
    log = tmp_path_factory.mktemp("log") / "declarations.xes.gz"
    some = list(islice(declarations(register), 0, None, 5))
    write_log(log, some)

    office, reading, outcome = taken_from(tmp_path_factory, log, "bpi2020-xes.toml")

    told = histories(office)
    assert reading.report.rows_read == sum(len(events) for _, events in some) > 10_000
    assert outcome.records == len(told) > 2_000
    assert told == histories(reimbursements[0], told)
    check_whole(office)


def histories(office, items=None):
    """Return the bodies of every event of these items, or of all, by item."""
    kinds = office.ledger.kinds
    return {
        record: [
            format_body(open_event(row.event, kinds)[1]) for row in office.store.history(record)
        ]
        for record in items or office.store.records("fund", limit=20_000)
    }


def _same_as_mapped(office, reading, family):
    """Hold every stored event against the row that told it."""
    kinds = office.ledger.kinds
    groups, _ = group(reading.mapped)
    for events in groups:
        record = f"{family}/{record_id(office.ledger.origin, family, events[0].key)}"
        stored = [open_event(row.event, kinds)[1] for row in office.store.history(record)]
        wanted = [build(kinds[each.kind], each.fields) for each in events]
        assert [format_body(each) for each in stored] == [format_body(each) for each in wanted]
