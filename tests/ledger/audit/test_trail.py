"""Trails, searches and registers: who did what, told from evidence in words a person reads."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from ledger.audit import search as searching
from ledger.audit.register import numbers
from ledger.audit.search import Query, acts, officer_acts, search
from ledger.audit.trail import trail
from ledger.audit.words import text_of, yuan
from ledger.errors import NotFoundError, UsageError
from ledger.family import AS_FOUND, Attachment, Term
from tests.office import FOUNDER, START, make_busy_office

SERIES = "series/县委发〔2022〕"


@pytest.fixture
def office():
    """A busy office with a series of numbers, found with a gap and a double, one void."""
    office = make_busy_office()
    opened = {"code": "县委发", "year": 2022, "family": "document"}
    office.act("丁", ("series.open", "", opened))
    found = [
        ("series.find", SERIES, {"n": n, "occurred_on": date(2022, 1, day)})
        for n, day in ((1, 5), (2, 6), (5, 7), (5, 8))
    ]
    office.act("丁", *found, basis=AS_FOUND)
    return office


def test_a_trail_tells_every_event_of_a_record(office):
    """Who, in which post, what, when: one line an event, by version."""
    lines = trail(office.store, office.record_of("丙"))

    assert [each.version for each in lines] == [1, 2, 3, 4]
    assert [each.who.name for each in lines] == ["甲", "乙", "甲", "乙"]
    assert lines[1].who.posts == ("安全保密员", "系统管理员")
    assert lines[0].words == "拟登记：姓名 丙；岗位 文书；提出人 甲"
    assert lines[3].words == "任岗：岗位 登记员"
    assert {each.who.grade for each in lines} == {"技术签名"}


def test_a_trail_ends_where_it_is_told_to(office):
    """With an index, what came later is left out."""
    lines = trail(office.store, office.record_of("丙"), upto_index=16)

    assert [each.index for each in lines] == [8, 10, 16]


def test_a_trail_names_act_seal_and_time(office):
    """Each line names the evidence it rests on, ready for JSON."""
    (line, *_) = trail(office.store, SERIES)

    told = json.loads(json.dumps(line.as_json()))

    seal = office.store.seal(told["act"])
    assert (told["seal"], told["index"], told["key"]) == (seal.digest, 25, seal.key)
    assert (told["basis"], told["signed_at"]) == ("direct", seal.at)


def test_a_trail_tells_when_it_happened_apart_from_when_it_was_recorded(office):
    """Old history keeps its own day."""
    lines = trail(office.store, SERIES)

    assert [each.occurred for each in lines[1:3]] == ["2022-01-05", "2022-01-06"]
    assert all(each.recorded_at.startswith("2022-03-01") for each in lines)


def test_the_founding_tells_its_founder(office):
    """The founder acts in the post that the founding gives them."""
    (line, *_) = trail(office.store, "office/main")

    assert (line.who.name, line.who.posts) == (FOUNDER, ("系统管理员",))


def test_a_delegate_is_told_with_their_principal():
    """An act for another names both, and the delegated post alone."""
    office = make_busy_office()
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=9)}
    given = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act("丁", ("officer.delegate", office.record_of("丁"), given))
    opened = {"code": "县委发", "year": 2022, "family": "document"}
    office.act("丙", ("series.open", "", opened), on_behalf_of="丁")

    (line,) = trail(office.store, SERIES)

    assert (line.who.name, line.who.on_behalf_of_name) == ("丙", "丁")
    assert line.who.posts == ("办公室主任",)


def test_a_record_without_events_is_not_found(office):
    """A trail of nothing is a refusal, not an empty answer."""
    with pytest.raises(NotFoundError):
        trail(office.store, "series/无〔2022〕")


@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        (Query(kind="officer.delegation_given"), [18]),
        (Query(kind="officer.delegation_given/1"), [18]),
        (Query(family="series"), [25, 26, 27, 28, 29]),
        (Query(family="series", text="县委发"), [25, 26, 27, 28, 29]),
        (Query(text="县委发", kind="series.opened"), [25]),
        (Query(where=(("n", ">=", 2),)), [27, 28, 29]),
        (Query(where=(("n", ">=", "2"), ("n", "<", "5"))), [27]),
        (Query(where=(("n", "!=", 5),)), [26, 27]),
        (Query(where=(("post", "~", "登记"),)), [16, 17]),
        (Query(where=(("n", ">", "many"),)), []),
        (Query(occurred=("2022-01-06", "2022-01-07")), [27, 28]),
        (Query(recorded=("2022-03-01T01:00:26", "2022-03-01T01:00:30")), [16, 17]),
        (Query(recorded=("2030", "")), []),
    ],
)
def test_a_search_finds_what_fits(office, query, indexes):
    """Each condition narrows the search; hits come by index."""
    assert [each.index for each in search(office.store, query)] == indexes


def test_a_search_by_officer_finds_what_they_signed(office):
    """The officer is who signed, whomever the event is about."""
    found = search(office.store, Query(officer=office.record_of("丁")))

    assert [each.index for each in found] == [18, 24, 25, 26, 27, 28, 29]


def test_a_search_reads_no_further_than_it_is_asked(office, monkeypatch):
    """What was recorded later than the last moment asked for is not read."""
    monkeypatch.setattr(searching, "PAGE", 4)
    pages = []
    read = office.store.event_page
    monkeypatch.setattr(
        office.store, "event_page", lambda *where: pages.append(where[0]) or read(*where)
    )
    until = office.store.event_at(5).recorded_at

    found = search(office.store, Query(recorded=("", until)))

    assert [each.index for each in found] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert [each for each in pages if each % 4 == 0] == [0, 4, 8]


def test_a_search_leaves_out_what_cannot_be_read(office, monkeypatch):
    """`verify` names it; all else is told, and the search comes to its end."""
    sound = [each.index for each in search(office.store, Query())]
    told = [each.index for each in acts(office.store)]
    read = office.store.seal_page

    def spoiled(*where):
        return [
            (*row[:4], b"{}", *row[5:]) if row[0] == 18 else tuple(row) for row in read(*where)
        ]

    monkeypatch.setattr(office.store, "seal_page", spoiled)

    assert [each.index for each in search(office.store, Query())] == sound[:18] + sound[19:]
    assert [each.index for each in acts(office.store)] == [n for n in told if n != 18]


def test_a_search_of_a_log_cut_short_comes_to_its_end(office, monkeypatch):
    """The head says a size that no events are there for."""
    read = office.store.event_page
    monkeypatch.setattr(
        office.store, "event_page", lambda lo, hi, limit: read(lo, min(hi, 20), limit)
    )

    assert [each.index for each in search(office.store, Query())] == list(range(20))


def test_a_trail_without_its_seal_is_refused(office, monkeypatch):
    """Nobody is told of an act that nobody is seen to have signed; `verify` says where."""
    monkeypatch.setattr(office.store, "seal", lambda _: None)

    with pytest.raises(NotFoundError, match=r"seal of act .*: not found; run 'qifeng verify'"):
        trail(office.store, SERIES)


def test_an_unknown_operator_is_refused(office):
    """A condition that cannot be judged is wrong usage."""
    with pytest.raises(UsageError):
        search(office.store, Query(where=(("n", "like", 5),)))


def test_acts_are_told_with_all_they_did(office):
    """Every act stands once, with its events' records and kinds."""
    told = list(acts(office.store))

    assert sum(each.count for each in told) == office.store.head().size
    assert told[0].what[0] == ("office/main", "office.founded/1")
    assert json.dumps([each.as_json() for each in told])


def test_an_officer_s_acts_are_theirs_alone(office):
    """Only acts that the officer signed."""
    told = officer_acts(office.store, office.record_of("丁"))

    assert [(each.index, each.count) for each in told] == [(18, 1), (24, 1), (25, 1), (26, 4)]


def test_a_register_tells_gaps_and_doubles(office):
    """Numbers found, missing and doubled stand in one list, in order."""
    told = [(each.n, each.until, each.state) for each in numbers(office.store, SERIES)]

    assert told == [
        (1, 1, "found"), (2, 2, "found"), (3, 4, "missing"), (5, 5, "found"), (5, 5, "double"),
    ]  # fmt: skip


def test_a_register_tells_voids(office):
    """A void number stays in the register, with its reason."""
    office.act("丁", ("series.void", SERIES, {"n": 2, "reason": "误编"}))

    line = numbers(office.store, SERIES)[1]

    assert (line.text, line.state, line.reason) == ("县委发〔2022〕2号", "void", "误编")
    assert line.as_json()["zh"] == "作废"


def test_a_register_outlives_its_series(office):
    """A series that ended has the numbers that it had."""
    before = numbers(office.store, SERIES)
    office.act("丁", ("series.close", SERIES, {"reason": "机构撤并"}))

    assert numbers(office.store, SERIES) == before


def test_a_series_that_is_not_there_is_not_found(office):
    """A register of nothing is a refusal."""
    with pytest.raises(NotFoundError):
        numbers(office.store, "series/无〔2022〕")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("amount_fen", 123450, "1,234.50 元"),
        ("amount_fen", -5, "-0.05 元"),
        ("n", 123450, "123450"),
        ("alone", True, "是"),
        ("on", date(2022, 3, 1), "2022-03-01"),
        ("posts", ("文书", "登记员"), "文书、登记员"),
        (
            "scan",
            Attachment(name="a.pdf", size_bytes=2048, digest="0" * 64),
            "a.pdf（2,048 字节）",
        ),
        ("reason", "", ""),
        ("reason", None, ""),
        ("officer", "officer/A", "王主任"),
    ],
)
def test_values_are_written_as_an_office_writes_them(name, value, text):
    """Amounts in yuan, days as days, names for records, nothing for nothing."""
    assert text_of(name, value, Term("", ""), {"officer/A": "王主任"}.get) == text


def test_amounts_are_written_with_their_cents():
    """Every fen is shown."""
    assert [yuan(fen) for fen in (0, 1, 100, 100000001)] == [
        "0.00 元", "0.01 元", "1.00 元", "1,000,000.01 元",
    ]  # fmt: skip
