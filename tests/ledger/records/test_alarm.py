"""Flag parameters: shipped, adopted, amended parameter by parameter, abolished; what counts on a day."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from ledger.records.alarm import SHIPPED
from ledger.records.alarm.parameters import NAMES, Setting, apply_settings, flaw_of, listed
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

ALARM = "alarm/fund"
JUNE = date(2022, 6, 1)
NEAR = Setting(parameter="near_percent", number=95)
ROUND = Setting(parameter="round_fen", amount_fen=500_000)
AID = Setting(parameter="aid_categories", words=("捐赠",))


def keeper() -> World:
    """An office whose head is about to act."""
    return s.as_(s.office(), "吴")


def adopted(*settings: Setting) -> World:
    """An office that has set these."""
    office = keeper()
    office.when("alarm.adopt", settings=settings)
    return office


def test_without_a_record_the_shipped_values_count():
    """Nobody has to set anything before flags can be asked for, and it is told that it is so."""
    assert keeper().state(ALARM).in_force(s.TODAY) == (SHIPPED, 0)


def test_what_an_amendment_does_not_tell_stays():
    """Each setting counts from its day on, beside those set before it."""
    office = adopted(NEAR)
    office.when("alarm.amend", ALARM, settings=(ROUND,), effective_on=JUNE)
    alarm = office.state(ALARM)

    before, first = alarm.in_force(s.TODAY)
    after, second = alarm.in_force(JUNE)

    assert (before.near_percent, before.round_fen, first) == (95, SHIPPED.round_fen, 1)
    assert (after.near_percent, after.round_fen, second) == (95, 500_000, 2)


def test_from_their_abolition_on_the_shipped_values_count_until_others_are_adopted():
    """Abolished is not forgotten: before the day they count, and they may be set again."""
    office = adopted(NEAR)
    office.when("alarm.abolish", ALARM, from_day=JUNE, reason="新办法")
    alarm = office.state(ALARM)
    assert alarm.in_force(s.TODAY)[0].near_percent == 95
    assert alarm.in_force(JUNE) == (SHIPPED, 0)

    office.when("alarm.adopt", settings=(AID,), effective_on=date(2022, 7, 1))

    assert office.state(ALARM).in_force(date(2022, 7, 1))[0].aid_categories == ("捐赠",)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (Setting(parameter="nearness", number=1), "no parameter"),
        (Setting(parameter="near_percent"), "by its number"),
        (Setting(parameter="near_percent", amount_fen=5), "and by nothing else"),
        (Setting(parameter="round_fen", amount_fen=0), "1 or more"),
        (Setting(parameter="rush_payments", number=0), "1 or more"),
        (Setting(parameter="night_from", number=25), "24 at most"),
        (Setting(parameter="rush_days", number=366), "365 at most"),
        (Setting(parameter="fast_minutes", number=10**9), "1000000 at most"),
        (Setting(parameter="aid_categories", words=("捐赠",), number=3), "and by nothing else"),
    ],
)
def test_a_parameter_is_set_to_what_it_can_be(setting, says):
    """E3: anything else is refused at the door; found in history it sets nothing."""
    assert says in flaw_of(setting)
    assert apply_settings(SHIPPED, [setting]) == SHIPPED
    assert keeper().refused("alarm.adopt", settings=(setting,)) == ["E3"]


def test_words_may_be_set_to_none():
    """Without purchase categories all categories are purchases: that can be set again."""
    bare = Setting(parameter="purchase_categories")

    assert flaw_of(bare) == ""


def test_a_parameter_is_set_once_in_an_act():
    """E3: twice would leave it to chance; an amendment of nothing is none."""
    assert keeper().refused("alarm.adopt", settings=(NEAR, NEAR)) == ["E3"]
    assert adopted(NEAR).refused("alarm.amend", ALARM) == ["E3"]


def test_parameters_are_adopted_then_amended():
    """E1: not twice, and not before."""
    assert adopted().refused("alarm.adopt", settings=(NEAR,)) == ["E1"]
    assert keeper().refused("alarm.abolish", ALARM, from_day=JUNE, reason="x") == ["E1", "E2"]


def test_only_their_keepers_change_them():
    """E2: a handler cannot move the line that he is measured by."""
    office = s.as_(adopted(), "何")

    assert office.refused("alarm.amend", ALARM, settings=(NEAR,)) == ["E2"]


def test_they_never_reach_back():
    """E4: what was flagged yesterday is not made unflagged today."""
    office = adopted()

    back = {"settings": (NEAR,), "effective_on": s.YESTERDAY}
    assert office.refused("alarm.amend", ALARM, **back) == ["E4"]
    assert office.refused("alarm.abolish", ALARM, from_day=s.YESTERDAY, reason="x") == ["E4"]


def test_they_have_one_record_a_family():
    """E5: two records for one family would be two truths."""
    assert keeper().refused("alarm.adopt", "alarm/other") == ["E5", "E5"]


def test_every_parameter_can_be_set_and_is_listed():
    """What flags go by is all there is, each with its words in both tongues."""
    assert tuple(field.name for field in fields(SHIPPED)) == NAMES
    assert [field.name for field, _ in listed(SHIPPED)] == list(NAMES)
    assert all(field.term.zh.startswith("F") and field.term.en for field, _ in listed(SHIPPED))
