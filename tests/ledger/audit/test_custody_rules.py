"""What a record's custody copies from its schedule is held against it by verify, as it stood then."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.audit.verify import verify
from ledger.records.schedule import Period, Schedule
from tests.office import FOUNDER, make_office, pin_of

CLERK = "丙"
PERIODS = (Period(name="定期10年", years=10),)
AMENDED = (Period(name="定期10年", years=30),)
TABLE = {
    "code": "文书",
    "periods": PERIODS,
    "keepers": ("档案员",),
    "citation": "县档〔2022〕1号",
}


@pytest.fixture
def office():
    """An office with an archivist, and a schedule."""
    office = make_office()
    office.enrol(CLERK, "档案员")
    office.act(CLERK, ("schedule.adopt", "schedule/文书", TABLE))
    return office


def file(office, of=FOUNDER):
    """File somebody's record under the class; returns where that stands."""
    told = {"of": office.record_of(of), "schedule": "schedule/文书", "period": "定期10年"}
    return office.act(CLERK, ("custody.file", "", {**told, "closed_on": date(2022, 1, 3)}))


def test_a_record_filed_to_run_out_early_is_named(office, monkeypatch):
    """By who keeps it, with a program of their own: the signature holds, the rule does not."""
    with monkeypatch.context() as forging:
        forging.setattr(Schedule, "ends_on", lambda *_: date(2022, 1, 4))
        done = file(office)

    found = verify(office.store, pin=pin_of(office)).findings

    assert [(each.code, each.index) for each in found] == [("rule.CU10", done.first_index)]


def test_the_schedule_counts_as_it_stood(office):
    """An amendment changes nothing of what was filed before it."""
    file(office)
    told = {"periods": AMENDED, "citation": "县档〔2023〕2号"}
    office.act(CLERK, ("schedule.amend", "schedule/文书", told))
    file(office, CLERK)

    assert verify(office.store, pin=pin_of(office)).verdict == "intact"
