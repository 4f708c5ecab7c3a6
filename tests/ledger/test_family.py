"""Events and their parts as values: equal by class and fields, hashable, shown whole, never changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from ledger.body import fields_of
from ledger.family import Happened, Part, event, part, shared, term
from ledger.records import FAMILIES
from tests.ledger.records.make_vectors import sample

EVENTS = [kind for family in FAMILIES for kind in family.events]


@shared
class Dated(Happened):
    """A base with a field of its own."""

    day: int = term("日", "day", default=1)


@event("toy.begun/1", "开始", "begun")
class Begun(Dated):
    """Something began."""

    note: str = term("说明", "note", default="")


@event("toy.ended/1", "结束", "ended")
class Ended(Dated):
    """Something ended."""

    note: str = term("说明", "note", default="")


@part
class Leg(Part):
    """A leg."""

    place: str = term("地点", "place")


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.KIND)
def test_events_are_equal_by_their_fields(kind):
    """Two with the same fields are one value; one other field makes another."""
    made, again = sample(kind), sample(kind)

    assert (made, hash(made), repr(made)) == (again, hash(again), repr(again))
    for field in fields_of(kind):
        assert replace(made, **{field.name: object()}) != made


def test_no_field_of_a_base_is_forgotten():
    """A base that is declared by itself does not decide what is compared."""
    assert Begun(day=1, note="甲") != Begun(day=1, note="乙")
    assert Begun(day=1, note="甲") != Begun(day=2, note="甲")
    assert Begun(day=1, note="甲") == Begun(day=1, note="甲")


def test_another_class_is_another_event():
    """The same fields of another kind are something else, and so is no event at all."""
    assert Begun(note="甲") != Ended(note="甲")
    assert Begun(note="甲") != "甲"
    assert len({Begun(note="甲"), Begun(note="甲"), Ended(note="甲")}) == 2


def test_a_value_shows_itself_and_cannot_be_changed():
    """What is printed could be typed in; what happened stays as it happened."""
    leg = Leg(place="城关镇")

    assert repr(leg) == "Leg(place='城关镇')"
    with pytest.raises(FrozenInstanceError):
        leg.place = "新集镇"
