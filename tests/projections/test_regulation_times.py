"""Both times of a rule as a table: what held on a day D, as the office knew it at K.

Each grid's rows are days of knowing (the end of that day), its columns days asked about; a cell is the
status and the number of the text. Acts are recorded a day apart, the first on 2022-03-02.
"""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.rule import events as rule

RULE = "rule/1"
MADE = (
    rule.Adopted(title="管理办法", occurred_on=date(2020, 1, 10)),
    rule.Published(occurred_on=date(2020, 2, 1), effective_on=date(2020, 3, 1)),
)
ABOLISHED = rule.Abolished(occurred_on=date(2022, 1, 5), effective_on=date(2022, 2, 1))

ABOLITION = """
    D:         2020-01-10  2020-02-01  2020-03-01  2022-01-31  2022-02-01
    2022-03-01 -           -           -           -           -
    2022-03-02 待公布/1     尚未生效/1   现行有效/1   现行有效/1   现行有效/1
    2022-03-03 待公布/1     尚未生效/1   现行有效/1   现行有效/1   废止/1
"""
LAPSE = """
    D:         2020-03-01  2021-12-31  2022-01-01  2022-03-01
    2022-03-02 现行有效/1   现行有效/1   现行有效/1   现行有效/1
    2022-03-03 现行有效/1   现行有效/1   失效/1       失效/1
"""
REVOCATION = """
    D:         2020-01-09  2020-01-10  2020-03-01  2022-01-31  2022-02-01
    2022-03-02 -           待公布/1     现行有效/1   现行有效/1   现行有效/1
    2022-03-03 -           撤销/1       撤销/1       撤销/1       撤销/1
"""
ABOLITION_THEN_REVOCATION = """
    D:         2020-01-10  2020-03-01  2022-01-31  2022-02-01
    2022-03-02 待公布/1     现行有效/1   现行有效/1   现行有效/1
    2022-03-03 待公布/1     现行有效/1   现行有效/1   废止/1
    2022-03-04 撤销/1       撤销/1       撤销/1       撤销/1
"""
LATE_REGISTRATION = """
    D:         2020-03-01  2020-12-31  2021-01-01  2022-02-01
    2022-03-02 现行有效/1   现行有效/1   现行有效/1   现行有效/1
    2022-03-03 现行有效/1   现行有效/1   现行有效/1   废止/1
    2022-03-04 现行有效/1   现行有效/1   现行有效/2   废止/2
"""
ENTRY_CORRECTED = """
    D:         2020-02-01  2020-03-01  2020-05-31  2020-06-01
    2022-03-02 尚未生效/1   现行有效/1   现行有效/1   现行有效/1
    2022-03-03 待公布/1     尚未生效/1   尚未生效/1   现行有效/1
"""
ENTRY_UNDONE = """
    D:         2020-03-01  2022-01-31  2022-02-01  2022-03-01
    2022-03-02 现行有效/1   现行有效/1   现行有效/1   现行有效/1
    2022-03-03 现行有效/1   现行有效/1   废止/1       废止/1
    2022-03-04 现行有效/1   现行有效/1   现行有效/1   现行有效/1
"""
MADE_ANEW = """
    D:         2020-03-01  2022-02-02  2022-02-20  2022-03-01
    2022-03-02 现行有效/1   现行有效/1   现行有效/1   现行有效/1
    2022-03-03 撤销/1       撤销/1       撤销/1       撤销/1
    2022-03-04 撤销/1       待公布/2     现行有效/2   现行有效/2
"""
REVOKED = rule.Revoked(occurred_on=date(2022, 2, 1), by="市委", reason="越权")
LATE = rule.Amended(occurred_on=date(2021, 1, 1))
RIGHT = rule.Corrected(
    action="published", of_day=date(2020, 2, 1), right_day=date(2020, 3, 1),
    effective_on=date(2020, 6, 1), reason="笔误",
)  # fmt: skip
NEVER = rule.Corrected(action="abolished", of_day=date(2022, 1, 5), never=True, reason="误录")
ANEW = (
    rule.Adopted(occurred_on=date(2022, 2, 2)),
    rule.Published(occurred_on=date(2022, 2, 20)),
)
CASES = [
    ("废止", [MADE, (ABOLISHED,)], ABOLITION),
    ("失效", [MADE, (rule.Lapsed(occurred_on=date(2022, 2, 1), effective_on=date(2022, 1, 1)),)], LAPSE),
    ("撤销", [MADE, (REVOKED,)], REVOCATION),
    ("废止, then 撤销", [MADE, (ABOLISHED,), (REVOKED,)], ABOLITION_THEN_REVOCATION),
    ("registered late", [MADE, (ABOLISHED,), (LATE,)], LATE_REGISTRATION),
    ("entry corrected", [MADE, (RIGHT,)], ENTRY_CORRECTED),
    ("entry undone", [MADE, (ABOLISHED,), (NEVER,)], ENTRY_UNDONE),
    ("撤销, then made anew", [MADE, (REVOKED,), ANEW], MADE_ANEW),
]  # fmt: skip


def grid_of(text):
    """Return a written grid: the days asked about, and by day of knowing the cells in their order."""
    head, *lines = (line.split() for line in text.strip().splitlines())
    return [date.fromisoformat(day) for day in head[1:]], {line[0]: line[1:] for line in lines}


def cell(rows):
    """Return an answer as it stands in a grid."""
    return "-" if not rows else f"{rows[0]['status']}/{rows[0]['version']}"


@pytest.mark.parametrize(("what", "acts", "text"), CASES, ids=[case[0] for case in CASES])
def test_what_held_as_it_was_known(history, ask, what, acts, text):
    """Every day asked about, at every day of knowing, has the answer that stands in the grid."""
    for act in acts:
        history.tell(*((RULE, happened) for happened in act))
    days, expected = grid_of(text)

    answers = {
        known: [cell(ask("regulation_status", as_of=day, known_at=known)) for day in days]
        for known in expected
    }

    assert answers == expected, what


def test_what_is_known_now_is_what_was_known_last(history, ask):
    """Without a day of knowing the answer is that of the newest one."""
    for act in (MADE, (ABOLISHED,), (REVOKED,)):
        history.tell(*((RULE, happened) for happened in act))
    days, expected = grid_of(ABOLITION_THEN_REVOCATION)

    answers = [cell(ask("regulation_status", as_of=day)) for day in days]

    assert answers == expected["2022-03-04"]


def test_knowing_may_be_asked_for_by_index(history, ask):
    """An index of the log is a point of knowing too: the last event that was known."""
    history.tell(*((RULE, happened) for happened in MADE))
    index = history.tell((RULE, REVOKED))
    day = date(2021, 1, 1)

    before = ask("regulation_status", as_of=day, known_at=str(index - 1))
    after = ask("regulation_status", as_of=day, known_at=str(index))

    assert (cell(before), cell(after)) == ("现行有效/1", "撤销/1")
