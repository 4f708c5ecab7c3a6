"""Custody: filed, held, appraised, destroyed or handed over; and a hold always wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.family import AS_FOUND, DIRECT, Change
from ledger.records import custody
from ledger.records.custody import APPRAISED, CLEARED, DESTROYED, HANDED_OVER
from ledger.records.schedule import Period
from tests.ledger.records.test_schedule import TABLE
from tests.ledger.records.world import RULEBOOK, World

OF = "document/01HM0000000000000000000000"
KEPT = "custody/DOCUMENT.01HM0000000000000000000000"
KEEPER, ADMINISTRATOR, CLERK = "officer/A", "officer/B", "officer/C"
HOLD = {"of": OF, "matter": "巡察", "citation": "巡察组通知1号"}
APPRAISAL = {
    "of": OF, "opinion": "销毁", "appraisers": (KEEPER, ADMINISTRATOR), "reason": "期满无保存价值",
}  # fmt: skip
CLEAR = custody.clear(OF, "purge/1")
DESTROY = custody.destroy(OF, "purge/1", ("甲", "乙"))


@pytest.fixture
def office():
    """An office with a schedule, an archivist, an administrator and a clerk; it is 2040."""
    office = World(
        actor=KEEPER, day=date(2040, 1, 1),
        posts={KEEPER: {"档案员"}, ADMINISTRATOR: {"系统管理员"}, CLERK: {"经办人"}},
    )  # fmt: skip
    office.when("schedule.adopt", **TABLE)
    return office


def filed(office, period="定期10年", closed_on=date(2022, 5, 1)):
    """File the document under a class."""
    told = {"of": OF, "schedule": "schedule/文书档案", "period": period, "closed_on": closed_on}
    return office.when("custody.file", **told)


def codes(office, change):
    """Return the codes that a change alone breaks, leaving out what binds it to its purge."""
    return [each.code for each in office.judge([change]) if each.code not in ("Y6", "Y7")]


def test_a_record_is_filed_appraised_and_destroyed(office):
    """From its class to the line of the register; the schedule says until when."""
    record = filed(office)
    assert (record, office.state(record).ends_on) == (KEPT, date(2032, 12, 31))

    office.when("custody.appraise", **APPRAISAL)
    stages = [office.state(KEPT).stage]
    for change in (CLEAR, DESTROY):
        assert codes(office, change) == []
        stages.append(office.given(KEPT, change.event).state(KEPT).stage)

    assert stages == [APPRAISED, CLEARED, DESTROYED]


def test_what_is_to_be_kept_longer_is(office):
    """A later day, or for ever."""
    filed(office)
    keep = {**APPRAISAL, "opinion": "续存", "until": date(2050, 12, 31)}

    office.when("custody.appraise", **keep)
    assert office.state(KEPT).ends_on == date(2050, 12, 31)
    assert codes(office, CLEAR) == ["CU6"]
    office.when("custody.appraise", **{**keep, "until": None})
    assert office.state(KEPT).ends_on is None


def test_it_is_handed_over(office):
    """Appraised so, with its list; what is gone is not appraised again."""
    filed(office)
    hand = {"of": OF, "receiver": "县档案馆", "citation": "移交清册1号"}
    assert office.refused("custody.hand-over", **hand) == ["CU3"]

    office.when("custody.appraise", **{**APPRAISAL, "opinion": "移交"})
    office.when("custody.hand-over", **hand)

    assert office.state(KEPT).stage == HANDED_OVER
    assert office.refused("custody.appraise", **APPRAISAL) == ["CU3"]


@pytest.mark.parametrize(
    "instead",
    [
        {"ends_on": date(2023, 12, 31)},
        {"ends_on": None},
        {"keepers": ("经办人",)},
        {"period": "定期1年"},
        {"schedule": "policy/文书档案"},
        {"schedule": "schedule/另一张表"},
    ],
)
@pytest.mark.parametrize("basis", [DIRECT, AS_FOUND])
def test_cu10_its_last_day_is_that_of_its_schedule(office, instead, basis):
    """CU10: nobody files a record so that it runs out early, or is kept by others; nor as found."""
    told = {"of": OF, "schedule": "schedule/文书档案", "period": "定期10年"}
    changes, broken = office.attempt("custody.file", **told, closed_on=date(2022, 5, 1))
    assert broken == []
    office.basis = basis

    forged = Change(KEPT, replace(changes[0].event, **instead))

    assert "CU10" in [each.code for each in RULEBOOK.guarded([forged], context=office)]
    assert "CU10" in codes(office, forged)


def test_an_amended_schedule_counts_from_then_on(office):
    """CU10: what was filed before keeps its day; what is filed after has the new one."""
    filed(office)
    longer = (Period(name="定期10年", years=12),)
    office.when(
        "schedule.amend", "schedule/文书档案", periods=longer, citation="县档〔2023〕2号"
    )

    changes, broken = office.attempt(
        "custody.file", of="fund/1", schedule="schedule/文书档案", period="定期10年",
        closed_on=date(2022, 5, 1),
    )  # fmt: skip

    assert (broken, changes[0].event.ends_on) == ([], date(2034, 12, 31))
    assert office.state(KEPT).ends_on == date(2032, 12, 31)


def test_cu1_it_is_the_custody_of_one_record(office):
    """CU1: another record's step does not stand here."""
    filed(office)

    other = custody.Held(of="fund/2", matter="案件", citation="函1号")

    assert codes(office, Change(KEPT, other)) == ["CU1"]


def test_cu2_those_who_keep_it_act(office):
    """CU2: a clerk files, holds and lifts nothing; an administrator may hold, and not appraise."""
    filed(office)
    office.actor = CLERK
    assert office.refused("custody.hold", **HOLD) == ["CU2"]
    assert office.refused("custody.appraise", **APPRAISAL) == ["CU2"]
    office.actor = ADMINISTRATOR
    office.when("custody.hold", **HOLD)
    assert office.refused("custody.appraise", **APPRAISAL) == ["CU2"]


def test_cu3_steps_stand_in_order(office):
    """CU3: filed once, in a class that there is; only what holds it is lifted."""
    assert office.refused(
        "custody.file", of=OF, schedule="schedule/文书档案", period="定期15年",
        closed_on=date(2022, 5, 1),
    ) == ["CU3"]  # fmt: skip
    filed(office)
    assert office.refused(
        "custody.file", of=OF, schedule="schedule/文书档案", period="永久",
        closed_on=date(2022, 5, 1),
    ) == ["CU3"]  # fmt: skip
    assert office.refused("custody.lift", **HOLD) == ["CU3"]


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("hold", {**HOLD, "matter": " "}),
        ("hold", {**HOLD, "citation": ""}),
        ("appraise", {**APPRAISAL, "appraisers": (KEEPER, KEEPER)}),
        ("appraise", {**APPRAISAL, "reason": " "}),
        ("appraise", {**APPRAISAL, "opinion": "续存", "until": date(2030, 1, 1)}),
    ],
)
def test_cu4_a_step_is_told_whole(office, verb, told):
    """CU4: a matter and its document; two who appraise, and why; longer is later."""
    filed(office)

    assert office.refused(f"custody.{verb}", **told) == ["CU4"]


def test_cu4_a_matter_holds_once_and_what_is_for_ever_is_not_appraised_away(office):
    """CU4: the same matter twice, a permanent record to be destroyed."""
    filed(office, period="永久")
    office.when("custody.hold", **HOLD)

    assert office.refused("custody.hold", **HOLD) == ["CU4"]
    assert office.refused("custody.appraise", **APPRAISAL) == ["CU4"]


@given(st.lists(st.tuples(st.sampled_from(["hold", "lift"]), st.sampled_from("甲乙丙"))))
def test_cu5_a_hold_always_wins(steps):
    """CU5: whatever was held and lifted, nothing is cleared, destroyed or handed over while a matter is open."""
    office = World(
        actor=KEEPER, day=date(2040, 1, 1), posts={KEEPER: {"档案员"}},
    )  # fmt: skip
    office.when("schedule.adopt", **TABLE)
    filed(office)
    office.when("custody.appraise", **APPRAISAL)
    open_matters = set()
    for verb, matter in steps:
        told = {"of": OF, "matter": matter, "citation": "函1号"}
        if (verb == "hold") == (matter not in open_matters):
            office.when(f"custody.{verb}", **told)
            open_matters ^= {matter}

    expected = ["CU5"] if open_matters else []
    assert codes(office, CLEAR) == expected
    assert ("CU5" in codes(office, DESTROY)) is bool(open_matters)


def test_cu5_what_was_never_filed_can_be_held(office):
    """CU5: content of a record under no schedule is held too, and may be purged when nothing holds it."""
    assert codes(office, CLEAR) == []
    office.actor = ADMINISTRATOR
    office.when("custody.hold", **HOLD)

    assert codes(office, CLEAR) == ["CU5"]


@pytest.mark.parametrize(
    ("period", "closed_on", "appraise"),
    [
        ("永久", date(2022, 5, 1), False),
        ("定期30年", date(2022, 5, 1), True),
        ("定期10年", date(2022, 5, 1), False),
    ],
)
def test_cu6_nothing_goes_before_its_time(office, period, closed_on, appraise):
    """CU6: not what is for ever, not a period that runs, not without an appraisal."""
    filed(office, period, closed_on)
    if appraise:
        office.when("custody.appraise", **APPRAISAL)

    assert codes(office, CLEAR) == ["CU6"]


def test_cu7_two_see_it_destroyed(office):
    """CU7: one escort, or the same twice, is not enough."""
    filed(office)
    office.when("custody.appraise", **APPRAISAL)
    office.given(KEPT, CLEAR.event)

    for escorts in ((), ("甲",), ("甲", "甲 ")):
        assert codes(office, custody.destroy(OF, "purge/1", escorts)) == ["CU7"]


def test_cu8_nothing_is_destroyed_before_it_is_cleared(office):
    """CU8: an appraisal destroys nothing by itself."""
    filed(office)
    office.when("custody.appraise", **APPRAISAL)

    assert codes(office, DESTROY) == ["CU8"]


def test_cu9_a_clearance_is_never_entered_as_found(office):
    """CU9: an import excuses no loss."""
    office.basis = AS_FOUND

    assert "CU9" in codes(office, CLEAR)


def test_a_record_whose_name_makes_no_key_is_refused():
    """One clear error."""
    with pytest.raises(MalformedError, match="record in custody"):
        custody.key("series/县委发〔2023〕")
