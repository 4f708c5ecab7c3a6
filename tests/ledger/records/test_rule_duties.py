"""What has to be done about a rule, from when on, and when it is done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.records.rule import events as told
from ledger.records.rule.duties import DEFAULT_PERIODS, duties
from ledger.records.timetable import AMEND, CARRY_OUT, STEPS

D1 = date(2020, 1, 1)
D2 = date(2021, 1, 1)
D3 = date(2022, 1, 1)
D4 = date(2023, 1, 1)
D5 = date(2024, 1, 1)

ADOPTED = told.Adopted(occurred_on=D1, title="办法")
TO_FILE = told.Published(occurred_on=D2, files_to="市委办")
FILED = told.Filed(occurred_on=D3, to="市委办")
FLAGGED = told.Confirmed(occurred_on=D3, needs_amendment=True, amend_by=D5)


def answered(answer: str) -> told.FilingAnswered:
    """What the organ above said on D3."""
    return told.FilingAnswered(occurred_on=D3, answer=answer, note="说明")


# (what, the step asked about, what happened, its duties: since, done, due as told)
CASES: list[tuple[str, str, tuple[Any, ...], list[tuple[Any, ...]]]] = [
    ("no organ to file with", "报备", (ADOPTED, told.Published(occurred_on=D2)), []),
    ("not filed", "报备", (ADOPTED, TO_FILE), [(D2, None, None)]),
    ("filed", "报备", (ADOPTED, TO_FILE, FILED), [(D2, D3, None)]),
    ("abolished before it was filed", "报备", (ADOPTED, TO_FILE, told.Abolished(occurred_on=D4)),
     [(D2, D4, None)]),
    ("revoked, so there is nothing to file", "报备", (ADOPTED, TO_FILE, told.Revoked(occurred_on=D4)), []),
    ("more is asked for", "补充备案", (ADOPTED, TO_FILE, FILED, answered("补充材料")), [(D3, None, None)]),
    ("and sent", "补充备案",
     (ADOPTED, TO_FILE, FILED, answered("补充材料"), told.Filed(occurred_on=D4, to="市委办")), [(D3, D4, None)]),
    ("to be put right", "纠正反馈", (ADOPTED, TO_FILE, FILED, answered("建议纠正")), [(D3, None, None)]),
    ("and told that it was", "纠正反馈",
     (ADOPTED, TO_FILE, FILED, answered("建议纠正"), told.FilingAnswered(occurred_on=D4, answer="纠正反馈")),
     [(D3, D4, None)]),
    ("passed", "纠正反馈", (ADOPTED, TO_FILE, FILED, answered("审查通过")), []),
    ("a last day", "到期评估", (ADOPTED, told.Published(occurred_on=D2, valid_until=D5)), [(D2, date(2024, 1, 2), D5)]),
    ("moved in time", "到期评估",
     (ADOPTED, told.Published(occurred_on=D2, valid_until=D4), told.Extended(occurred_on=D3, valid_until=D5)),
     [(D2, D3, D4), (D3, date(2024, 1, 2), D5)]),
    ("moved too late, twice", "到期评估",
     (ADOPTED, told.Published(occurred_on=D2, valid_until=D3), told.Extended(occurred_on=D4, valid_until=D5),
      told.Extended(occurred_on=D5, valid_until=date(2030, 1, 1))),
     [(D2, date(2022, 1, 2), D3)]),
    ("on trial without a last day", "试行期满", (ADOPTED, told.Published(occurred_on=D2, trial=True)),
     [(D2, None, None)]),
    ("on trial, then changed", "试行期满",
     (ADOPTED, told.Published(occurred_on=D2, trial=True), told.Amended(occurred_on=D4)), [(D2, D4, None)]),
    ("on trial until a last day", "试行期满",
     (ADOPTED, told.Published(occurred_on=D2, trial=True, valid_until=D5)), []),
    ("ordered to be changed", "落实修改", (ADOPTED, TO_FILE, FLAGGED), [(D3, None, D5)]),
    ("and changed", "落实修改", (ADOPTED, TO_FILE, FLAGGED, told.Amended(occurred_on=D4)), [(D3, D4, D5)]),
    ("confirmed without more", "落实修改", (ADOPTED, TO_FILE, told.Confirmed(occurred_on=D3)), []),
    ("in force", "定期清理", (ADOPTED, TO_FILE), [(D2, None, None)]),
    ("changed, then confirmed", "定期清理",
     (ADOPTED, TO_FILE, told.Amended(occurred_on=D3), told.Confirmed(occurred_on=D4)),
     [(D2, D3, None), (D3, D4, None), (D4, None, None)]),
    ("only planned", "定期清理", (told.Planned(occurred_on=D1, title="x"),), []),
]  # fmt: skip


@pytest.mark.parametrize(("what", "step", "happened", "expected"), CASES)
def test_a_duty_stands_until_it_is_done(
    what: str, step: str, happened: Any, expected: Any
) -> None:
    """Each history has these duties of that step."""
    found = duties(happened)

    assert [
        (each.since, each.done, each.due) for each in found if each.step == step
    ] == expected, what


def test_history_told_twice_makes_no_duty_twice() -> None:
    """Published on one day by two tellings, it is filed once."""
    again = told.Published(occurred_on=D2, files_to="市委办", told_by=D5)
    happened = (ADOPTED, TO_FILE, again, FILED)

    found = duties(happened)

    assert [
        (each.since, each.done)
        for each in found
        if each.step == "报备" and each.done != each.since
    ] == [(D2, D3)]


def test_every_step_but_what_was_ordered_has_a_period_by_default() -> None:
    """Where the office sets nothing, the law's period applies, with its source."""
    assert {period.step for period in DEFAULT_PERIODS} == set(STEPS) - {AMEND, CARRY_OUT}
    assert all(period.citation for period in DEFAULT_PERIODS)
