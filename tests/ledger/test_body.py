"""Bodies have one spelling, whether they are written by their class or member by member."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from ledger import canonical
from ledger.body import format_body
from ledger.errors import MalformedError
from ledger.family import Happened, Part, event, part, term
from ledger.spelling import encode_body


@part
class Leg(Part):
    """A leg."""

    place: str = term("地点", "place")
    next: Leg | None = term("下一程", "next", default=None)


@event("toy.sent/1", "发出", "sent")
class Sent(Happened):
    """Something with a field of every type."""

    title: str = term("标题", "title", default="通知")
    copies: int = term("份数", "copies", default=3)
    urgent: bool = term("紧急", "urgent", default=False)
    sent_on: date = term("日期", "day", default=date(2022, 3, 1))
    due_on: date | None = term("期限", "due", default=None)
    to: tuple[str, ...] = term("主送", "to", default=())
    first: Leg = term("首程", "first leg", default=Leg(place="机要室"))
    legs: tuple[Leg, ...] = term("各程", "legs", default=())


@event("toy.seen/1", "看到", "seen")
class Seen(Happened):
    """Something that has no field."""


SENT = Sent()

SPELLED = [
    SENT,
    Seen(),
    Sent(title='行一\n行二\t"引"\\', copies=-(2**53) + 1, urgent=True, due_on=date(999, 1, 2)),
    Sent(to=("甲", "乙"), legs=(Leg(place="甲", next=Leg(place="")), Leg(place="%s {}"))),
]


def test_a_field_of_a_type_that_no_body_can_hold_is_a_bug():
    """Whoever declares an event with a float is told so the first time that it is written."""

    @event("toy.weighed/1", "称重", "weighed")
    class Weighed(Happened):
        grams: float = term("克", "grams", default=0.5)

    with pytest.raises(AssertionError, match="no field type of events: <class 'float'>"):
        format_body(Weighed())


@pytest.mark.parametrize("happened", SPELLED)
def test_a_body_is_spelled_as_its_members_are(happened):
    """The quick way and the plain way give the same bytes."""
    assert encode_body(happened) == canonical.encode(format_body(happened))


WRONG = {
    "title": [7, None, "a\x00", "\ud800", "\u202e"],
    "copies": ["7", True, 7.0, 2**53],
    "urgent": [0, "true", None],
    "sent_on": ["2022-03-01", None],
    "due_on": ["2022-03-01", 0],
    "to": ["甲", ["甲"], (7,), ("\x7f", "\x1b")],
    "first": [Leg(place=7), Leg(place="甲", next=Leg(place="\ufeff\x01"))],
    "legs": [(Leg(place=None),), [Leg(place="甲")]],
}


@pytest.mark.parametrize(("name", "wrong"), [(n, w) for n, all_ in WRONG.items() for w in all_])
def test_what_is_of_no_declared_type_is_written_in_neither_way(name, wrong):
    """What the plain way refuses, the quick way refuses with the same error."""
    sent = replace(SENT, **{name: wrong})

    with pytest.raises((TypeError, MalformedError)) as plain:
        canonical.encode(format_body(sent))
    with pytest.raises((TypeError, MalformedError)) as quick:
        encode_body(sent)

    assert (type(quick.value), str(quick.value)) == (type(plain.value), str(plain.value))


def test_every_field_of_the_example_is_tried():
    """A field that is added here is tried too."""
    assert set(WRONG) == {field.name for field in fields(Sent)}
