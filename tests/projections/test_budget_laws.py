"""Laws of the budget, over whatever officers try: to the fen, at every index, in every place it is told."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.application.mapper import kinds_of, open_event
from ledger.audit.verify import verify
from ledger.family import family_of
from ledger.records import FAMILIES
from ledger.records.budget import FAMILY
from projections.answer import Question, answer
from projections.runner import Runner, ScratchPlace
from projections.views import fund_oversight
from projections.views.fund_oversight.lines import LINES, MOVED, total
from tests.ledger.records.histories import any_event
from tests.office import pin_of
from tests.projections.histories import History
from tests.projections.spenders import TRIES, Play, Sums, played

KINDS = kinds_of(FAMILIES)
BY_NAME = {family.name: family for family in FAMILIES}
VIEW = "fund_oversight"
LINE = "budget/2022-办公费"


class Folded:
    """Every record's state, folded from evidence event by event."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}

    def add(self, row: Any) -> None:
        """Fold one event of the log."""
        family = BY_NAME[family_of(row.record)]
        before = self.states.get(row.record, family.initial)
        self.states[row.record] = family.evolve(before, open_event(row.event, KINDS)[1])

    def of(self, family: str) -> dict[str, Any]:
        """Return the states of a family's records."""
        return {name: state for name, state in self.states.items() if family_of(name) == family}


def hold_line(row: dict[str, Any], state: Any, told: Counter[str]) -> None:
    """Hold if the view, the state and the plain sums of a line say the same, and it adds up."""
    expected = {
        "approved_fen": told["approved"] + told["revised"],
        "assigned_fen": told["assigned"],
        "broken_down_fen": told["broken_down"],
        "adjusted_fen": told["adjusted_in"] - told["adjusted_out"],
        "reserved_fen": told["reserved"] - told["released"] - told["spent"],
        "spent_fen": told["spent"],
        "restored_fen": told["restored"],
        "net_fen": told["spent"] - told["restored"],
    }
    given = expected["approved_fen"] + expected["assigned_fen"] + expected["adjusted_fen"]
    used = expected["broken_down_fen"] + expected["reserved_fen"] + expected["spent_fen"]
    expected |= {
        "budget_fen": given - expected["broken_down_fen"],
        "left_fen": given + expected["restored_fen"] - used,
    }
    assert {name: row[name] for name in expected} == expected
    assert {name: getattr(state, name) for name in expected} == expected
    assert (row["closed"], row["year"], row["code"]) == (state.closed, state.year, state.code)
    assert min(state.left_fen, state.reserved_fen, state.budget_fen) >= 0


def hold_as_folded(row: dict[str, Any], state: Any) -> None:
    """Hold if the view has what the family folds, of whatever was found."""
    names = [column.name for column in LINES.columns if hasattr(state, column.name)]
    names.remove("purposes")
    assert [row[name] or None for name in names] == [
        getattr(state, name) or None for name in names
    ]


def hold_office(lines: dict[str, Any], items: dict[str, Any], sums: Sums) -> None:
    """Hold if, between acts, lines and items and the whole office say the same."""
    for record, line in lines.items():
        its = [item for item in items.values() if item.claim.budget == record]
        held = sums.items.get(record, Counter())
        assert line.reserved_fen == held["reserved"] == sum(item.reserved_fen for item in its)
        assert (line.spent_fen, line.restored_fen) == (held["spent"], held["restored"])
        assert line.net_fen == sum(item.spent_fen for item in its)
        assert dict(line.reservations) == {
            name: item.reserved_fen
            for name, item in sorted(items.items())
            if item.claim.budget == record and item.reserved_fen
        }
        # Children and what is unassigned make up the whole.
        assert line.broken_down_fen == sums.parts[record]
        parts = [each for each in lines.values() if each.parent == record]
        assert line.broken_down_fen == sum(each.assigned_fen for each in parts)

    def total(name: str) -> int:
        return sum(getattr(line, name) for line in lines.values())

    assert total("adjusted_fen") == 0
    assert total("approved_fen") + total("restored_fen") == (
        total("reserved_fen") + total("spent_fen") + total("left_fen")
    )


def hold_at_every_index(play: Play, runner: Runner) -> tuple[Folded, Sums]:
    """Follow the log event by event, and hold all laws of one line at each, those of all between acts."""
    folded, sums = Folded(), Sums()
    store = play.office.store
    rows = list(store.events())
    for index, row in enumerate(rows):
        folded.add(row)
        sums.add(row)
        if index < play.begins - 1:
            continue
        runner.follow(index + 1)
        told = {each["line"]: each for each in asked(runner, "budget")}
        lines = folded.of("budget")
        assert told.keys() == lines.keys()
        for record, state in lines.items():
            hold_line(told[record], state, sums.lines[record])
        if index + 1 == len(rows) or rows[index + 1].act != row.act:
            hold_office(lines, folded.of("fund"), sums)
    return folded, sums


def asked(runner: Runner, part: str, as_of: date | None = None) -> list[dict[str, Any]]:
    """Return a part's rows, far enough in time that nothing lies ahead."""
    question = Question(VIEW, part=part, as_of=as_of or date(2030, 1, 1))
    return list(answer(runner, question).rows)


def hold_periods(runner: Runner, sums: Sums) -> None:
    """Hold if periods of lines are what items paid in them, and make up the lines, on any day too."""
    months = asked(runner, "budget_months")
    for word in ("spent", "restored"):
        told = Counter(
            {(row["line"], row["period"], word): row[f"{word}_fen"] for row in months}
        )
        expected = Counter({key: fen for key, fen in sums.months.items() if key[2] == word})
        assert +told == +expected
        for _, month, _ in expected:
            ends = date(int(month[:4]), int(month[5:]), 28) + timedelta(days=4)
            stood = asked(runner, "budget", ends - timedelta(days=ends.day))
            by_then = {key: fen for key, fen in expected.items() if key[1] <= month}
            assert sum(row[f"{word}_fen"] for row in stood) == sum(by_then.values())
    paid = Counter[str]()
    for (_, month, word), fen in sums.months.items():
        paid[month] += fen if word == "paid" else 0
    by_month = Counter[str]()
    for row in months:
        by_month[row["period"]] += row["spent_fen"]
    assert +by_month == +paid
    lines = {row["line"]: row for row in asked(runner, "budget")}
    for part in ("budget_months", "budget_quarters"):
        for name in (
            "approved_fen",
            "adjusted_fen",
            "reserved_fen",
            "spent_fen",
            "restored_fen",
        ):
            summed = Counter[str]()
            for row in asked(runner, part):
                summed[row["line"]] += row[name]
            assert +summed == +Counter({line: row[name] for line, row in lines.items()})


def hold_outlays(runner: Runner) -> None:
    """Hold if heads are the sums of their lines, and these stand as in the budget or outside it."""
    lines = {row["line"]: row for row in asked(runner, "budget")}
    by_line = asked(runner, "outlays_lines")
    names = ("budget_fen", "reserved_fen", "spent_fen", "restored_fen", "net_fen", "left_fen")
    for row in by_line:
        if not row["outside"]:
            whole = lines[row["line"]]
            assert [row[name] for name in names] == [whole[name] for name in names]
    for head in asked(runner, "outlays"):
        its = [row for row in by_line if row["head"] == head["head"]]
        assert [head[name] for name in names] == [
            sum(row[name] for row in its) for name in names
        ]
        for part in ("outlays_months", "outlays_quarters"):
            moved = [row for row in asked(runner, part) if row["head"] == head["head"]]
            assert sum(row["spent_fen"] for row in moved) == head["spent_fen"]
            assert sum(row["restored_fen"] for row in moved) == head["restored_fen"]


@given(st.lists(any_event(FAMILY.events), min_size=1, max_size=12))
@settings(max_examples=60)
def test_whatever_was_found_the_view_has_what_the_family_folds(happened):
    """History in any order, dated on any day: the same amounts, to the fen, and days that sum to them."""
    history, state = History(), FAMILY.initial
    history.tell_all((LINE, each) for each in happened)
    for each in happened:
        state = FAMILY.evolve(state, each)
    with closing(ScratchPlace()) as place:
        runner = Runner(history.store, place, (fund_oversight.PROJECTION,))
        runner.follow()

        (row,) = answer(runner, Question(VIEW, part="budget")).rows
        days = answer(runner, Question(VIEW, part="budget_days")).rows

    hold_as_folded(row, state)
    assert {name: row[name] for name in MOVED} == total(days)


@given(TRIES)
@settings(max_examples=20)
def test_whatever_officers_try_the_budget_adds_up_at_every_index(tries):
    """Approved + adjusted + restored = reserved + spent + left, of each line and of the office.

    Items, parts, months, heads and the view say the same, and the whole verifies.
    """
    play = played(tries)
    with closing(ScratchPlace()) as place:
        runner = Runner(play.office.store, place, (fund_oversight.PROJECTION,))

        _, sums = hold_at_every_index(play, runner)

        hold_periods(runner, sums)
        hold_outlays(runner)
    assert verify(play.office.store, pin=pin_of(play.office)).findings == ()
    for verb in play.done:
        event(verb)
