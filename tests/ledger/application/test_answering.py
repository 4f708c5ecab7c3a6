"""Many items in one act: each judged by itself, one refused spoils no other, asked again it is one act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.act import open_seal
from ledger.application.acting import ALL, EACH, Request
from ledger.application.ledger import Ledger
from ledger.application.mapper import open_event
from ledger.audit.verify import verify
from ledger.errors import OutcomeUnknownError, RefusedError, UsageError
from tests.office import Office, pin_of
from tests.treasury import approve_line, make_treasury, sign, submit


def room_of(count: int, *, upto: int, each_fen: int = 100, line_fen: int = 100_000) -> Any:
    """An office with that many items of one line, each signed so far."""
    office = make_treasury()
    line = approve_line(office, "办公费", line_fen)
    items = [submit(office, line, each_fen, title=f"办公用品{n}") for n in range(count)]
    for item in items:
        sign(office, item, upto=upto)
    return office, items


def asking(office: Office, items: list[str], judged: str = EACH) -> Request:
    """Return the request to countersign these items in one act."""
    request = office.request([("fund.countersign", item, {}) for item in items])
    return replace(request, judged=judged)


def levels_of(office: Office, items: list[str]) -> list[int]:
    """Return how many levels have signed each item."""
    return [len(office.ledger.state(item).signatures) for item in items]


def test_thirty_items_are_signed_in_one_act_each_by_its_own_digest():
    """R16: one seal over thirty signatures; no item is covered by another's."""
    office, items = room_of(30, upto=3)

    done = office.ledger.act(office.people["刘"], asking(office, items))

    signed = [open_event(row.event, office.ledger.kinds)[1]
              for row in office.store.events(done.first_index, done.first_index + done.count)]  # fmt: skip
    assert [each.item_digest for each in signed] == [
        office.ledger.state(item).item_digest for item in items
    ]
    assert len({each.item_digest for each in signed}) == done.count == 30
    assert levels_of(office, items) == [4] * 30
    assert verify(office.store, pin=pin_of(office)).verdict == "intact"


def test_one_refusal_does_not_spoil_the_rest():
    """Those refused are named with code and reason; the rest stand in one act, and rest on no more."""
    office, items = room_of(3, upto=3)
    early = submit(office, "budget/2022-办公费", 100, title="太早")
    asked = [items[0], early, *items[1:]]

    done = office.ledger.act(office.people["刘"], asking(office, asked))

    assert [(each.record, each.code) for each in done.refused] == [
        (early, "R3"),
        (early, "R5"),
    ]
    assert levels_of(office, asked) == [4, 0, 4, 4]
    reads = {
        record for record, _ in open_seal(office.store.find_act(done.act).envelope).act.reads
    }
    assert early not in reads
    assert verify(office.store, pin=pin_of(office)).verdict == "intact"


def test_all_or_nothing_records_nothing_and_names_each():
    """Where asked, one refused refuses all; every reason is told at once."""
    office, items = room_of(2, upto=3)
    early = [submit(office, "budget/2022-办公费", 100, title=f"太早{n}") for n in range(2)]
    size = office.store.head().size

    with pytest.raises(RefusedError) as refused:
        office.ledger.act(office.people["刘"], asking(office, [*items, *early], ALL))

    assert {each.record for each in refused.value.reasons} == set(early)
    assert "and 1 more" in str(refused.value)
    assert office.store.head().size == size


def test_where_every_item_is_refused_there_is_no_act():
    """Nothing to record is a refusal, whatever was asked."""
    office, items = room_of(2, upto=2)

    with pytest.raises(RefusedError) as refused:
        office.ledger.act(office.people["刘"], asking(office, items))

    assert [each.code for each in refused.value.reasons] == ["R5", "R5"]


def test_items_of_one_act_share_what_is_left_of_a_line():
    """Each is judged on what the ones before it left: the line is never overdrawn by all together."""
    office, items = room_of(4, upto=2, each_fen=300, line_fen=1_000)

    done = office.ledger.act(office.people["孙"], asking(office, items))

    assert levels_of(office, items) == [3, 3, 3, 2]
    assert [(each.record, each.code) for each in done.refused] == [(items[3], "R9")]
    assert office.ledger.state("budget/2022-办公费").left_fen == 100


def test_an_act_asked_for_again_is_recorded_once_and_tells_the_same():
    """The act's id is kept: what was signed, and what was left out, is told again."""
    office, items = room_of(3, upto=3)
    early = submit(office, "budget/2022-办公费", 100, title="太早")
    request = asking(office, [*items, early])
    first = office.ledger.act(office.people["刘"], request)
    size = office.store.head().size

    again = Ledger(office.store, clock=office.clock).act(office.people["刘"], request)

    assert (again.act, again.first_index, again.count) == (first.act, first.first_index, 3)
    assert list(again.changes) == list(first.changes)
    assert [(each.record, each.code) for each in again.refused] == [(early, "")]
    assert office.store.head().size == size


def test_a_lost_acknowledgement_still_tells_what_was_refused(monkeypatch):
    """The commit's answer is lost: the act is found, and the reasons are those it was decided by."""
    office, items = room_of(2, upto=3)
    early = submit(office, "budget/2022-办公费", 100, title="太早")
    insert = office.store.insert_events

    def insert_and_lose(*args: Any, **kwargs: Any) -> Any:
        insert(*args, **kwargs)
        raise OutcomeUnknownError("store", "the line broke")

    monkeypatch.setattr(office.store, "insert_events", insert_and_lose)
    done = office.ledger.act(office.people["刘"], asking(office, [*items, early]))

    assert [(each.record, each.code) for each in done.refused] == [
        (early, "R3"),
        (early, "R5"),
    ]
    assert levels_of(office, items) == [4, 4]


def test_a_lost_race_is_decided_again_for_each_item(monkeypatch):
    """An item that another returned meanwhile is refused; the others are signed all the same."""
    office, items = room_of(3, upto=3)
    insert = office.store.insert_events
    rivals = [lambda: office.act("赵", ("fund.reject", items[1], {"reason": "账号有误"}))]

    def insert_after_rival(*args: Any, **kwargs: Any) -> Any:
        if rivals:
            monkeypatch.setattr(office.store, "insert_events", insert)
            rivals.pop()()
        return insert(*args, **kwargs)

    monkeypatch.setattr(office.store, "insert_events", insert_after_rival)
    done = office.ledger.act(office.people["刘"], asking(office, items))

    assert {each.record for each in done.refused} == {items[1]}
    assert levels_of(office, items) == [4, 0, 4]


def test_the_way_of_judging_is_part_of_the_request():
    """The same act id for the other way of judging is another request."""
    office, items = room_of(2, upto=3)
    request = asking(office, items)
    who = office.people["刘"].officer

    digests = {replace(request, judged=way).digest(who) for way in (EACH, ALL, "whole")}

    assert len(digests) == 3


def test_more_than_an_act_holds_is_refused_before_anything_is_signed():
    """At most 256 events: the answer says so, and nothing is recorded."""
    office, items = room_of(129, upto=2, each_fen=1)
    size = office.store.head().size

    with pytest.raises(UsageError, match="129 records make 258 events"):
        office.ledger.act(office.people["孙"], asking(office, items))

    assert office.store.head().size == size
