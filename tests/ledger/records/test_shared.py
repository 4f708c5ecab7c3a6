"""What families share: marks, moments, posts; and that a state can be told of any history."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.body import fields_of
from ledger.family import AS_FOUND, Attachment, Family, Part
from ledger.records import FAMILIES
from ledger.records.document.events import TextChanged
from ledger.records.marks import CODE, has_mark, marked_fields
from ledger.records.moments import is_month, moment, read_moment
from ledger.records.posts import out_of_post
from tests.ledger.records.world import World

TEXT = st.sampled_from(
    ["", "甲", "会签", "审核", "全程", "送阅", "2022-03-01T01:00:00.000000Z", "收"]
)


@pytest.mark.parametrize(
    "text",
    [
        "机密★1年",
        "关于某事的报告（秘密★）",
        "绝 密 ★ 30年",
        "秘密",
        "通知\n  机密  \n正文",
        "【绝密】",
        "秘密级",
        "密级：机密",
        "密级:秘密5年",
        "机密\r\n正文",
    ],
)
def test_a_mark_is_seen(text):
    """A level with its star, alone on a line, or named as the level."""
    assert has_mark(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "关于加强保密工作的通知",
        "关于开展机密级计算机检查的通知",
        "秘密信访件办理规定",
        "不得记载绝密事项",
        "重点★项目",
        "密级：无",
    ],
)
def test_a_text_with_the_word_is_no_mark(text):
    """Offices write about secrecy every day: that is no secret."""
    assert not has_mark(text)


def test_no_other_character_is_a_form_of_the_one_that_every_mark_has():
    """So a text without it needs not be put into another form to see that it carries no mark."""
    forms = [
        chr(point)
        for point in range(sys.maxunicode + 1)
        if "密" in unicodedata.normalize("NFKC", chr(point))
    ]

    assert forms == ["密"]


def test_a_mark_is_found_in_parts_too():
    """A scan's file name is a text like any other."""
    scan = Attachment(name="秘密★1年.pdf", size_bytes=1, digest="0" * 64)

    assert marked_fields(TextChanged(reason="改", attachments=(scan,))) == ("attachments",)


def test_moments_are_written_in_utc():
    """With an offset, with Z, or by the office's clock: one spelling is stored."""
    facts = World()

    assert moment(facts, "2022-03-01T09:30:00+08:00") == "2022-03-01T01:30:00.000000Z"
    assert moment(facts, "2022-03-01 09:30") == "2022-03-01T01:30:00.000000Z"
    assert moment(facts, "2022-03-01T01:30:00.000000Z") == "2022-03-01T01:30:00.000000Z"
    assert read_moment("2022-03-01") is None


@pytest.mark.parametrize(
    ("text", "says"), [("2022-02", True), ("2022-13", False), ("2022-2", False)]
)
def test_a_month_is_a_month(text, says):
    """Twelve a year, with two digits."""
    assert is_month(text) is says


def test_a_post_must_be_open_to_the_step_and_held():
    """One without the other is told in words."""
    facts = World().by("officer/A", "文书")

    assert out_of_post(facts, "文书", ("文书",)) is None
    assert "open to" in (out_of_post(facts, "文书", ("领导",)) or "")
    assert "does not hold" in (out_of_post(facts, "领导", ("领导",)) or "")


def test_an_undated_history_stays_undated():
    """What is entered as found gets no day of today's."""
    world = World(basis=AS_FOUND)

    changes, _ = world.attempt(
        "document.print", "document/" + "7" * 26, place="印刷厂", copies=3
    )

    assert changes[0].event.occurred_on is None


def value_of(kind):
    """A strategy for a field's type."""
    arguments = getattr(kind, "__args__", ())
    if type(None) in arguments:
        return st.none() | value_of(next(each for each in arguments if each is not type(None)))
    if getattr(kind, "__origin__", None) is tuple:
        return st.lists(value_of(arguments[0]), max_size=2).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Part):
        return event_of(kind)
    plain = {
        str: TEXT,
        bool: st.booleans(),
        int: st.integers(-3, 9),
        date: st.dates(date(2021, 1, 1), date(2023, 1, 1)),
    }
    return plain[kind]


def event_of(cls):
    """A strategy for any value of an event or part."""
    return st.fixed_dictionaries(
        {field.name: value_of(field.kind) for field in fields_of(cls)}
    ).map(lambda told: cls(**told))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_order_of_its_events_gives_a_state(family: Family, data):
    """History entered as found comes in any order: no fold, title, queue or rule raises over it."""
    events = st.one_of([event_of(cls) for cls in family.events])
    world = World()
    state = family.initial

    for happened in data.draw(st.lists(events, max_size=8)):
        for rule in family.rules:
            if isinstance(happened, rule.kinds):
                assert isinstance(rule.broken(state, happened, world), str | None)
        state = family.evolve(state, happened)
        assert isinstance(family.title(state), str)
        assert isinstance(family.waits(state) if family.waits else (), tuple)


def test_a_rule_s_code_names_one_rule():
    """A finding `rule.CU5` means one thing. R codes are the sign-off's, wherever kept; S1 is every family's guard."""
    families: dict[str, set[str]] = {}
    for family in FAMILIES:
        for rule in family.rules:
            families.setdefault(rule.code, set()).add(family.name)

    doubled = {
        code: names
        for code, names in families.items()
        if len(names) > 1 and not code.startswith("R") and code != CODE
    }

    assert doubled == {}
