"""The exported log says what the ledger says: events, objects, relations, times, and no more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ledger.application.mapper import open_event
from ledger.errors import UsageError
from ledger.export.ocel import Scope, happened_at, write_ocel
from ledger.family import family_of
from ledger.records import FAMILIES
from ledger.records.document.events import Printed
from ledger.records.fund.events import Paid
from tests.ledger.export.ocel_room import CASHIER, CLAIMED, POLICY, make_exporting, query
from tests.projections.histories import History, reimbursements

RECORDED = "2022-03-02T16:30:00.000005Z"  # 00:30 on 3 March in the office


@pytest.fixture
def exporting(tmp_path):
    """Give an office whose item went from submission to payment."""
    return make_exporting(tmp_path)


def relations(told):
    """Return an event's or object's relations as a set of (object, qualifier)."""
    return {(each["objectId"], each["qualifier"]) for each in told["relationships"]}


def attributes(told):
    """Return an event's attributes by name."""
    return {each["name"]: each["value"] for each in told["attributes"]}


def history(told, name):
    """Return (time, value) of one attribute of an object, in order."""
    return [
        (each["time"], each["value"]) for each in told["attributes"] if each["name"] == name
    ]


# --- events -----------------------------------------------------------------------------------


def test_every_event_of_the_ledger_is_an_event_of_the_log(exporting):
    """In the order of the log, each under its record and version, each kind a type."""
    log = exporting.read()

    rows = list(exporting.office.store.events())
    assert list(log["events"]) == [f"{row.record}:{row.version}" for row in rows]
    assert [each["type"].rpartition(" ")[2] for each in log["events"].values()] == [
        row.kind.partition("/")[0] for row in rows
    ]
    assert {each["name"] for each in log["eventTypes"]} == {
        each["type"] for each in log["events"].values()
    }


def test_an_event_says_what_its_body_seal_and_place_say(exporting):
    """Plain fields, money in fen, days as text; who acted, in which act, on what basis, where."""
    log = exporting.read()

    row = exporting.office.store.history(exporting.item)[0]
    submitted = log["events"][f"{exporting.item}:1"]
    told = attributes(submitted)
    assert submitted["type"] == "申报 fund.submitted"
    assert submitted["time"] == row.recorded_at
    assert (told["title"], told["amount_fen"], told["business_on"]) == (
        "办公用品",
        115_280,
        "2022-02-28",
    )
    assert (told["act"], told["index"], told["basis"]) == (row.act, row.index, "direct")
    assert (told["actor"], told["recorded_at"]) == (
        exporting.office.record_of("何"),
        row.recorded_at,
    )
    assert (told["emergency"], told["body_basis"]) == (False, "direct")
    assert not told.keys() & {"payee_account", "invoices", "terms"}  # empty, or not plain


def test_an_event_is_related_to_all_it_touches_once(exporting):
    """Its record, its officer, whom they act for, and whatever its fields name."""
    log = exporting.read()

    events, record_of = log["events"], exporting.office.record_of
    assert relations(events[f"{exporting.item}:1"]) == {
        (exporting.item, "record"), (record_of("何"), "actor"), (exporting.line, "budget"),
        (POLICY, "policy"), (CLAIMED, "newly_claimed"),
    }  # fmt: skip
    by_delegate = events[f"{exporting.item}:5"]
    assert relations(by_delegate) >= {
        (record_of("赵"), "actor"),
        (record_of("刘"), "principal"),
    }
    for event in events.values():
        ids = [each["objectId"] for each in event["relationships"]]
        assert len(set(ids)) == len(ids)


def test_a_field_that_is_called_as_we_call_a_relation_is_told_apart(exporting):
    """A number's `record` is not the series' own record."""
    office = exporting.office
    opened = {"code": "县委办发", "year": 2022, "family": "document", "registrars": ("会计",),
              "reviewers": ("出纳",), "leaders": ("分管领导",), "approvers": ("财务负责人",)}  # fmt: skip
    office.act("郑", ("series.open", "series/县委办发〔2022〕", opened))
    draft = {"title": "通知", "kind": "通知", "series": "series/县委办发〔2022〕"}
    document = office.act("王", ("document.draft", "", draft)).changes[0].record
    for who, verb in (
        (CASHIER, "review"),
        ("刘", "issue"),
        (CASHIER, "recheck"),
        ("周", "number"),
    ):
        office.act(who, (f"document.{verb}", document, {}))

    log = exporting.read(families={"series", "document"})

    allocated = log["events"]["series/县委办发〔2022〕:2"]
    assert relations(allocated) >= {
        ("series/县委办发〔2022〕", "record"),
        (document, "body_record"),
    }
    assert relations(log["objects"][document]) >= {("series/县委办发〔2022〕", "series")}


@pytest.mark.parametrize(
    ("happened", "moment"),
    [
        (Paid(amount_fen=1), "2022-03-02T16:30:00.000005+00:00"),
        (Paid(amount_fen=1, occurred_at="2021-12-31T23:00:00.000000Z"), "2021-12-31T23:00:00+00:00"),
        (Paid(amount_fen=1, occurred_at="2022-03-01"), "2022-02-28T16:00:00+00:00"),
        (Paid(amount_fen=1, occurred_at="去年"), "2022-03-02T16:30:00.000005+00:00"),
        (Printed(place="x", copies=1, occurred_on=date(2022, 3, 3)), "2022-03-02T16:30:00.000005+00:00"),
        (Printed(place="x", copies=1, occurred_on=date(2022, 3, 2)), "2022-03-01T16:00:00+00:00"),
    ],
)  # fmt: skip
def test_an_event_s_time_is_when_it_happened(happened, moment):
    """The moment or day it tells; where that is the office's day of recording, the exact time."""
    assert happened_at(happened, RECORDED, "+08:00").isoformat() == moment


# --- periods and families ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "versions"),
    [
        ((None, None), [1, 2, 3, 4, 5, 6]),
        ((date(2022, 3, 2), date(2022, 3, 2)), [2, 3, 4, 5]),
        ((date(2022, 3, 2), None), [2, 3, 4, 5, 6]),
        ((None, date(2022, 3, 1)), [1]),
    ],
)
def test_a_period_has_both_its_days(exporting, days, versions):
    """Events of the first and the last day are in it, those before and after are not."""
    log = exporting.read(families={"fund"}, from_day=days[0], until_day=days[1])

    assert list(log["events"]) == [f"{exporting.item}:{n}" for n in versions]


def test_days_are_the_office_s():
    """Half past midnight in the office is another day in Greenwich."""
    scope = Scope(frozenset(), date(2022, 3, 3), date(2022, 3, 3), "+08:00")

    assert scope.counts(datetime(2022, 3, 2, 16, tzinfo=UTC))
    assert not scope.counts(datetime(2022, 3, 2, 15, 59, tzinfo=UTC))
    assert not scope.counts(datetime(2022, 3, 3, 16, tzinfo=UTC))


def test_only_what_the_period_s_events_touch_is_there(exporting):
    """Of other families the records that are named, and nothing that is not."""
    log = exporting.read(families={"fund"}, until_day=date(2022, 3, 1))

    assert {family_of(event) for event in log["events"]} == {"fund"}
    assert log["objects"].keys() == {
        exporting.item, exporting.line, POLICY, CLAIMED, exporting.office.record_of("何")
    }  # fmt: skip


def test_nothing_to_export_is_said_and_writes_nothing(exporting):
    """An empty log would be taken for an empty office."""
    with pytest.raises(UsageError, match="no event of these families and days"):
        exporting.write(from_day=date(2030, 1, 1))

    assert list(exporting.folder.iterdir()) == []


def test_every_event_of_an_export_reads_back_as_the_ledger_has_it(exporting):
    """Each plain field, value by value, of every event in the ledger."""
    log = exporting.read()

    for row in exporting.office.store.events():
        event, _ = open_event(row.event, exporting.office.ledger.kinds)
        told = attributes(log["events"][f"{row.record}:{row.version}"])
        for name, value in event.body.items():
            shown = told.get(f"body_{name}" if f"body_{name}" in told else name)
            assert shown == (
                value if value != "" and not isinstance(value, list | dict) else None
            )


@pytest.mark.slow
def test_real_reimbursements_are_exported_by_the_year_in_which_they_happened(tmp_path):
    """55,493 real events, all recorded in a few days: 2017 as a plain script counts it."""
    history, told = History(), list(reimbursements())
    history.tell_all(told)
    zone = timezone(timedelta(hours=8))
    years = Counter(
        datetime.fromisoformat(happened.occurred_at).astimezone(zone).year
        for _, happened in told
    )

    scope = Scope(frozenset({"fund"}), date(2017, 1, 1), date(2017, 12, 31))
    log = tmp_path / "2017.sqlite"
    counts = write_ocel(history.store, log, scope, families=FAMILIES, form="sqlite")

    assert counts.events == years[2017] < years[2018]
    assert query(
        log,
        "SELECT count(*) FROM event_FundPaid WHERE ocel_time < '2017-01-01'",
    ) == [(0,)]


# --- objects ----------------------------------------------------------------------------------


def test_an_object_has_its_first_values_and_its_changes(exporting):
    """As it was after the first event that touched it; then what changed, when it happened."""
    log = exporting.read()

    item = log["objects"][exporting.item]
    times = [each.recorded_at for each in exporting.office.store.history(exporting.item)]
    first = "1970-01-01T00:00:00Z"
    assert item["type"] == "经费事项 fund"
    assert history(item, "claim_title") == [(first, "办公用品")]
    assert history(item, "claim_amount_fen") == [(first, 115_280)]
    assert next(when for when, _ in history(item, "stage")) == first
    assert history(item, "reserved_fen") == [(first, 0), (times[3], 115_280), (times[5], 0)]
    assert history(item, "spent_fen") == [(first, 0), (times[5], 115_280)]


def test_objects_are_bound_to_what_their_events_named(exporting):
    """An item to its budget line, its policy and its invoice; an invoice to its item."""
    log = exporting.read()

    item, invoice = log["objects"][exporting.item], log["objects"][CLAIMED]
    assert relations(item) >= {
        (exporting.line, "budget"), (POLICY, "policy"), (CLAIMED, "newly_claimed")
    }  # fmt: skip
    assert relations(invoice) == {(exporting.item, "item")}


def test_a_record_begun_behind_the_event_that_names_it_is_told_as_it_began(exporting):
    """The invoice is claimed later in the same act; its number is known all the same."""
    log = exporting.read(families={"fund"})

    assert history(log["objects"][CLAIMED], "number") == [("1970-01-01T00:00:00Z", "10000037")]


def test_a_record_of_another_family_is_as_it_was_when_first_named(exporting):
    """The line as at submission; its own events, not exported, change nothing."""
    log = exporting.read(families={"fund"})

    line = log["objects"][exporting.line]
    assert history(line, "approved_fen") == [("1970-01-01T00:00:00Z", 1_000_000)]
    assert history(line, "spent_fen") == [("1970-01-01T00:00:00Z", 0)]


def test_what_happened_outside_of_the_period_is_in_no_change(exporting):
    """The item is paid after the period: it is not known as paid."""
    log = exporting.read(
        families={"fund"}, from_day=date(2022, 3, 2), until_day=date(2022, 3, 4)
    )

    item = log["objects"][exporting.item]
    assert [value for _, value in history(item, "spent_fen")] == [0]
    assert [value for _, value in history(item, "reserved_fen")] == [0, 115_280]


def test_what_becomes_empty_is_a_change_too(exporting):
    """A value that goes is told as empty, and what comes later began as empty."""
    office = exporting.office
    other = office.act("何", ("fund.submit", "", {
        "title": "差旅", "category": "办公费", "amount_fen": 100, "payee": "何", "budget": exporting.line,
        "policy": POLICY, "business_on": date(2022, 3, 1)})).changes[0].record  # fmt: skip
    office.act("何", ("fund.countersign", other, {}))
    office.act("冯", ("fund.reject", other, {"reason": "请补材料"}))

    log = exporting.read(families={"fund"})
    exporting.write("log.sqlite", families={"fund"})

    reasons = [value for _, value in history(log["objects"][other], "reason")]
    assert reasons == ["", "请补材料"]
    stored = query(
        exporting.folder / "log.sqlite",
        f"SELECT reason FROM object_Fund WHERE ocel_id = '{other}'"
        " AND (ocel_changed_field IS NULL OR ocel_changed_field = 'reason')",
    )
    assert stored == [(None,), ("请补材料",)]


def test_names_of_nobody_are_no_relations(tmp_path):
    """What only looks like a record's name, or names one that is not here, stays an attribute."""
    history = History()
    history.tell(
        (
            "fund/1",
            replace(Paid(amount_fen=1), bank_ref="fund/2", post="invoice/", signer="x/y"),
        )
    )
    history.tell(("fund/3", Paid(amount_fen=1, bank_ref="fund/1")))
    exporting = make_exporting(tmp_path)
    exporting.office.ledger.store = history.store

    log = exporting.read(families={"fund"})

    assert relations(log["events"]["fund/1:1"]) == {("fund/1", "record")}
    assert relations(log["events"]["fund/3:1"]) == {
        ("fund/3", "record"),
        ("fund/1", "bank_ref"),
    }
    assert attributes(log["events"]["fund/1:1"])["bank_ref"] == "fund/2"
