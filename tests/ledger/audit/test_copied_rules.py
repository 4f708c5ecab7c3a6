"""What an event copies from elsewhere is held against that by verify, as it stood there then.

Whoever signs with a program of their own could else let a record's period run out early, give a telegram
more time, or open the steps of a document to themselves: their signature would hold, and so would every
later step, which is judged by what was copied.
"""

from __future__ import annotations

from datetime import date

import pytest

from ledger.application import answering, ledger
from ledger.audit.verify import verify
from ledger.family import AS_FOUND
from ledger.frozen import replace
from ledger.records import custody
from ledger.records.document import events as documents
from ledger.records.schedule import Period
from ledger.records.telegram import events as telegrams
from ledger.records.timetable import Limit
from ledger.rules import Rulebook
from tests.office import make_busy_office, pin_of

CLERK, HEAD = "丙", "丁"
TEN, THIRTY = (Period(name="定期", years=10),), (Period(name="定期", years=30),)


@pytest.fixture
def office():
    """An office with a clerk and a head, a schedule, and a series for documents and one for telegrams."""
    office = make_busy_office()
    for code, family in (("县委发", "document"), ("收电", "telegram")):
        told = {"code": code, "year": 2022, "family": family, "registrars": ("登记员",)}
        office.act(HEAD, ("series.open", "", told))
    table = {
        "code": "文书",
        "periods": TEN,
        "keepers": ("办公室主任",),
        "citation": "县档〔2022〕1号",
    }
    office.act(HEAD, ("schedule.adopt", "", table))
    return office


def file(office):
    """File an officer's record under the class; returns the act."""
    told = {"of": office.record_of(CLERK), "schedule": "schedule/文书", "period": "定期"}
    return office.act(HEAD, ("custody.file", "", {**told, "closed_on": date(2022, 1, 3)}))


def draft(office):
    """Draft a document; returns the act."""
    told = {"title": "关于清理工作的通知", "kind": "通知", "series": "series/县委发〔2022〕"}
    return office.act(CLERK, ("document.draft", "", told))


def register(office):
    """Register a telegram; returns the act."""
    told = {
        "series": "series/收电〔2022〕", "sender": "省委办公厅", "title": "值守", "urgency": "特急",
    }  # fmt: skip
    return office.act(CLERK, ("telegram.register", "", told))


FORGED = [
    (file, custody.Filed, {"ends_on": date(2022, 12, 31)}, "rule.CU10"),
    (draft, documents.Drafted, {"leaders": ("登记员",)}, "rule.D14"),
    (register, telegrams.Registered, {"reviewers": ("登记员",)}, "rule.T13"),
    (register, telegrams.Registered, {"edition": 2}, "rule.T8"),
]


@pytest.mark.parametrize(("do", "kind", "instead", "code"), FORGED)
def test_what_was_copied_otherwise_is_named(office, monkeypatch, do, kind, instead, code):
    """By a program that decides as it likes and refuses nothing, with a good key; at the event it wrote."""
    with monkeypatch.context() as forging:
        forging.setattr(Rulebook, "breaches", lambda *_, **__: [])
        forging.setattr(Rulebook, "guarded", lambda *_, **__: [])
        for module in (answering, ledger):
            forging.setattr(module, "decided", forger(kind, instead))
        done = do(office)

    found = verify(office.store, pin=pin_of(office)).findings

    assert [(each.code, each.index) for each in found] == [(code, done.first_index)]


def test_it_is_held_against_what_stood_then(office):
    """A table that is told anew later changes nothing of what was copied before."""
    for do in (file, draft, register):
        do(office)
    table = {"periods": THIRTY, "citation": "县档〔2023〕2号"}
    office.act(HEAD, ("schedule.amend", "schedule/文书", table))
    limits = {
        "family": "telegram",
        "limits": (Limit(urgency="特急", hours=9),),
        "source": "办法",
    }
    office.act(HEAD, ("timetable.set", "", limits))
    register(office)

    assert verify(office.store, pin=pin_of(office)).verdict == "intact"


def test_a_series_may_be_opened_after_numbers_were_found_in_it(office):
    """Its posts count from where it was opened, wherever in its history that stands."""
    told = {
        "series": "series/来电〔2021〕", "sender": "省委办公厅", "title": "值守", "urgency": "特急",
    }  # fmt: skip
    for _ in range(20):
        for series in ("series/来电〔2021〕", "series/从未开设〔2021〕"):
            found = ("telegram.register", "", {**told, "series": series})
            office.act(CLERK, found, basis=AS_FOUND)
    opened = {"code": "来电", "year": 2021, "family": "telegram", "registrars": ("登记员",)}
    office.act(HEAD, ("series.open", "", opened), basis=AS_FOUND)
    office.act(CLERK, ("telegram.register", "", told), basis=AS_FOUND)

    verdict = verify(office.store, pin=pin_of(office), as_found=True)

    assert verdict.verdict == "intact"
    assert "rule.T13" not in {each.code for each in verdict.as_found}


def forger(kind, instead):
    """Return what decides as the door does, and then tells something else."""

    def decided(deciding, steps):
        return [
            replace(each, event=replace(each.event, **instead))
            if isinstance(each.event, kind)
            else each
            for each in true(deciding, steps)
        ]

    true = answering.decided
    return decided
