"""Registers taken in: whole, in order, with their rows, never twice, and on after a crash."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from ledger.act import open_seal
from ledger.application.ledger import Ledger
from ledger.application.mapper import open_event
from ledger.audit.verify import verify
from ledger.errors import MalformedError, RefusedError, UnavailableError, UsageError
from ledger.family import AS_FOUND
from ledger.importing import taking
from ledger.importing.mapper import MappedEvent
from ledger.importing.mapping import parse_mapping
from ledger.importing.taking import (
    Source,
    Telling,
    build,
    group,
    judge,
    record_id,
    refuse_breaches,
    take,
)
from ledger.records import incoming, rule
from ledger.rules import Breach
from tests.office import FOUNDER, make_office, pin_of

MAP = parse_mapping(
    b'map = 1\nfamily = "rule"\nrecord = "t"\n[[event]]\nkind = "rule.noted/1"\n'
    b'[event.fields]\ntitle = {column = "t"}\n',
    name="m.toml",
)
SOURCE = Source("r.csv", "", "ab" * 32, MAP)
NOTED = rule.FAMILY.name + ".noted/1"


def told(title, row, **more):
    """Return one mapped event, as a map would."""
    fields = {"title": title, "source_line": f"line {row}"}
    return MappedEvent(NOTED, (title,), fields, row, **more)


def rows(records, each=1):
    """Return the events of a generated register: `each` events for every record."""
    return [told(f"制度{n}", n * each + k + 2) for n in range(records) for k in range(each)]


def rows_of(store):
    """Return every event's row, in the order of the log."""
    return [store.event_at(index) for index in range(store.head().size)]


def acts_of(store):
    """Return the events of every act that took something in, as (record, kind), in order."""
    acts = {}
    for row in rows_of(store):
        acts.setdefault(row.act, []).append((row.record, row.kind))
    return [each for each in acts.values() if each[-1][1].startswith("intake.")]


def check_whole(office):
    """Assert that the office's ledger verifies."""
    verdict = verify(office.store, pin=pin_of(office), jobs=1)
    assert (verdict.verdict, verdict.findings, verdict.unfinished) == ("intact", (), "")


@pytest.fixture
def office():
    """Give a ledger in memory."""
    return make_office()


@pytest.fixture
def failing_after(monkeypatch):
    """Make the store fail after so many transactions of one act each."""
    monkeypatch.setattr(taking, "ACTS_AT_ONCE", 1)
    whole = Ledger.act_all

    def fail(count):
        calls = []

        def act_all(self, acting, requests):
            if len(calls) == count:
                monkeypatch.setattr(Ledger, "act_all", whole)
                raise UnavailableError("store", "the power failed")
            calls.append(requests)
            return whole(self, acting, requests)

        monkeypatch.setattr(Ledger, "act_all", act_all)

    return fail


def test_a_register_is_taken_whole(office):
    """Every record, every event, in its order; the intake counts them and is finished."""
    outcome = take(office.ledger, office.people[FOUNDER], SOURCE, rows(700, each=2))

    assert (outcome.records, outcome.events, outcome.records_known) == (700, 1400, 0)
    state = office.ledger.state(SOURCE.record)
    assert (state.records, state.events, state.finished) == (700, 1400, True)
    record = f"rule/{record_id(office.ledger.origin, 'rule', ('制度5',))}"
    assert [
        open_event(row.event, office.ledger.kinds)[1].source_line
        for row in office.store.history(record)
    ] == ["line 12", "line 13"]
    check_whole(office)


def test_every_act_names_the_row_of_each_of_its_events(office):
    """Provenance stands in the act itself: as many rows as events, in their order."""
    take(office.ledger, office.people[FOUNDER], SOURCE, rows(300))

    named = []
    for act in acts_of(office.store)[1:-1]:
        assert len(act) <= 256
        assert act[-1] == (SOURCE.record, "intake.taken/1")
        named.append(len(act) - 1)
    told_rows = [
        open_event(row.event, office.ledger.kinds)[1].rows
        for row in office.store.history(SOURCE.record)
        if row.kind == "intake.taken/1"
    ]
    assert [len(each) for each in told_rows] == named
    assert [n for each in told_rows for n in each] == list(range(2, 302))


def test_what_is_taken_in_is_as_found_and_speaks_for_nobody(office):
    """The importer's seal says that it was in the file; the basis says no more."""
    take(office.ledger, office.people[FOUNDER], SOURCE, rows(3))

    bases = set()
    for row in rows_of(office.store):
        if row.record.startswith(("rule/", "intake/")):
            bases.add(open_seal(office.store.seal(row.act).envelope).act.basis)
    assert bases == {AS_FOUND}


def test_a_record_of_600_events_is_three_acts_in_one_transaction(office, monkeypatch):
    """More than fits one act: all of its acts are recorded, or none."""
    batches = []
    whole = Ledger.act_all
    monkeypatch.setattr(
        Ledger,
        "act_all",
        lambda self, acting, requests: (
            batches.append(len(requests)) or whole(self, acting, requests)
        ),
    )

    take(office.ledger, office.people[FOUNDER], SOURCE, [told("长篇", n) for n in range(600)])

    assert batches == [1, 4]
    assert [len(act) for act in acts_of(office.store)] == [1, 256, 256, 91, 1]
    check_whole(office)


@pytest.mark.parametrize("count", range(6))
def test_after_a_crash_taking_goes_on_where_it_stopped(office, failing_after, count):
    """Before, between and after each transaction: nothing is lost, nothing told twice."""
    events = rows(600)
    failing_after(count)
    crashed = False
    try:
        take(office.ledger, office.people[FOUNDER], SOURCE, events)
    except UnavailableError:
        crashed = True
        check_whole(office)
        held = office.ledger.state(SOURCE.record).records
        outcome = take(office.ledger, office.people[FOUNDER], SOURCE, events)
        assert outcome.resumed_at == held

    assert crashed == (count < 5)
    assert len(office.store.records("rule", limit=10_000)) == 600
    assert office.ledger.state(SOURCE.record).events == 600
    check_whole(office)


def test_a_long_record_is_never_half_taken(office, failing_after):
    """The power fails within a record of three acts: none of it stands, and all of it comes."""
    events = [*rows(10), *(told("长篇", n) for n in range(100, 700))]
    failing_after(2)
    with pytest.raises(UnavailableError):
        take(office.ledger, office.people[FOUNDER], SOURCE, events)
    lengths = Counter(
        len(office.store.history(record)) for record in office.store.records("rule", limit=99)
    )
    assert set(lengths) <= {1}

    take(office.ledger, office.people[FOUNDER], SOURCE, events)

    long = f"rule/{record_id(office.ledger.origin, 'rule', ('长篇',))}"
    assert len(office.store.history(long)) == 600
    check_whole(office)


def test_a_file_is_taken_once(office):
    """Its digest names the intake, so no second taking can begin."""
    take(office.ledger, office.people[FOUNDER], SOURCE, rows(3))
    size = office.store.head().size

    with pytest.raises(UsageError, match=r"r\.csv was taken in already"):
        take(office.ledger, office.people[FOUNDER], SOURCE, rows(3))

    assert office.store.head().size == size


def test_another_map_does_not_go_on(office, failing_after):
    """What was begun with one map is finished with it."""
    failing_after(2)
    with pytest.raises(UnavailableError):
        take(office.ledger, office.people[FOUNDER], SOURCE, rows(600))
    other = Source("r.csv", "", SOURCE.file_digest, parse_mapping(
        b'map = 1\nfamily = "rule"\nrecord = "t"\n[[event]]\nkind = "rule.noted/1"\n'
        b'[event.fields]\ntitle = {column = "u"}\n', name="m.toml",
    ))  # fmt: skip

    with pytest.raises(UsageError, match="begun with another map"):
        take(office.ledger, office.people[FOUNDER], other, rows(600))


def test_records_that_are_known_are_passed_over_and_counted(office):
    """Next month's register brings its new records; the old ones are not told again."""
    take(office.ledger, office.people[FOUNDER], SOURCE, rows(5))
    later = Source("r2.csv", "", "cd" * 32, MAP)

    outcome = take(office.ledger, office.people[FOUNDER], later, rows(8))

    assert (outcome.records, outcome.records_known, outcome.events) == (8, 5, 3)
    assert len(office.store.records("rule", limit=100)) == 8
    check_whole(office)


def test_two_sheets_of_one_file_are_two_intakes(office):
    """Each sheet is taken on its own."""
    for sheet in ("一月", "二 月"):
        source = Source("r.xlsx", sheet, "ef" * 32, MAP)
        take(office.ledger, office.people[FOUNDER], source, [told(f"制度 {sheet}", 2)])

    assert len(office.store.records("intake", limit=9)) == 2


def test_an_empty_register_is_taken_and_finished(office):
    """No rows is an answer too, and it is not asked again."""
    outcome = take(office.ledger, office.people[FOUNDER], SOURCE, [])

    assert (outcome.records, outcome.events) == (0, 0)
    assert office.ledger.state(SOURCE.record).finished


def test_progress_ends_at_the_end(office, monkeypatch):
    """Whoever watches sees how far it is, and that it is done."""
    monkeypatch.setattr(taking, "ACTS_AT_ONCE", 1)
    seen = []

    take(
        office.ledger, office.people[FOUNDER], SOURCE, rows(600),
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip

    assert seen == sorted(seen)
    assert seen[-1] == (600, 600)


def test_events_stand_in_the_map_s_order_and_what_is_told_again_is_left_out():
    """Sorted within a record; `once` tells which lines tell the same."""
    events = [
        told("甲", 2, order=(date(2023, 5, 2),), once=("a",)),
        told("乙", 3, order=(date(2023, 5, 1),), once=("b",)),
        told("甲", 4, order=(date(2023, 5, 1),), once=("c",)),
        told("甲", 5, order=(date(2023, 5, 3),), once=("a",)),
    ]

    groups, again = group(events)

    assert [[each.row for each in one] for one in groups] == [[4, 2], [3]]
    assert again == 1


def test_the_same_key_in_another_ledger_is_another_record():
    """An id derived from a business key says nothing outside its ledger."""
    ids = {
        record_id(origin, family, key)
        for origin in ("a", "b")
        for family in ("rule", "fund")
        for key in (("x",), ("y",), ("x", "y"), ("xy",))
    }

    assert len(ids) == 16


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": "甲", "colour": "red"}, "unknown ['colour']"),
        ({}, "missing"),
        ({"due": 7, "title": "甲"}, "day"),
    ],
)
def test_fields_that_do_not_fit_are_told(given, said):
    """Unknown, missing, or of another type."""
    with pytest.raises(MalformedError) as stopped:
        build(next(each for each in rule.FAMILY.events if each.KIND == "rule.planned/1"), given)

    assert said in str(stopped.value)


@pytest.mark.parametrize(("cell", "told_as"), [("办公室", ("办公室",)), ("", ())])
def test_a_cell_may_tell_a_list(cell, told_as):
    """Where an event has a list of names, a cell gives the one it holds; an empty cell gives none."""
    kind = next(each for each in incoming.FAMILY.events if each.KIND == "incoming.assigned/1")

    happened = build(kind, {"lead": "财务科", "units": cell, "occurred_on": date(2023, 5, 2)})

    assert happened.units == told_as


@pytest.mark.parametrize(("letters", "fits"), [(63_000, True), (65_000, False)])
def test_the_longest_text_that_an_event_holds_is_taken(office, letters, fits):
    """Its bytes decide, not four for each letter; one that no event can hold is told by its row."""
    event = told("x" * letters, 7)
    before = office.store.head().size

    if fits:
        assert take(office.ledger, office.people[FOUNDER], SOURCE, [event]).events == 1
        return
    with pytest.raises(MalformedError, match="row 7: expected an event of at most 64000 bytes"):
        take(office.ledger, office.people[FOUNDER], SOURCE, [event])
    assert office.store.head().size == before


def test_a_map_of_an_unknown_kind_opens_nothing(office):
    """Before anything is written."""
    size = office.store.head().size

    with pytest.raises(MalformedError, match="one that this version knows"):
        take(office.ledger, office.people[FOUNDER], SOURCE,
             [MappedEvent("rule.invented/1", ("a",), {}, 2)])  # fmt: skip

    assert office.store.head().size == size


def test_breaches_of_today_s_rules_are_named_by_row(office):
    """`judge` writes nothing; the first breach refuses, with its row and how many more."""
    size = office.store.head().size
    kind = "rule.published/1"
    events = [
        MappedEvent(kind, (t,), {"title": t, "source_line": "x"}, n)
        for n, t in ((2, "甲"), (3, "乙"))
    ]
    found = list(judge(office.ledger, office.people[FOUNDER], SOURCE, events))

    assert office.store.head().size == size
    assert [telling.row for telling, _ in found] == [2, 3]
    with pytest.raises(RefusedError, match=r"row 2: .* 1 more\)"):
        refuse_breaches(found)
    refuse_breaches([])


def test_an_event_log_s_provenance_is_trace_and_place(office):
    """Beside the running numbers, each act names where in the log its events stand."""
    events = [
        told("甲", 1, place="1/1"),
        told("甲", 2, place="1/2"),
        told("乙", 3, place="2/1"),
    ]

    take(office.ledger, office.people[FOUNDER], SOURCE, events)

    taken = open_event(office.store.history(SOURCE.record)[1].event, office.ledger.kinds)[1]
    assert (taken.rows, taken.places) == ((1, 2, 3), ("1/1", "1/2", "2/1"))
    with pytest.raises(RefusedError, match="trace 1, event 2: "):
        refuse_breaches([(Telling("rule/x", taken, 2, "1/2"), Breach("G2", "c", "m", 0, "r"))])
