"""Views are asked as they are, as of a day, or as they were known; what cannot be asked is refused."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from ledger.errors import MalformedError, NotFoundError, UsageError
from ledger.records.fund import events as fund
from ledger.records.rule import events as rule
from projections.answer import Question, answer, find_size
from projections.runner import Runner, ScratchPlace
from projections.views import VIEWS
from tests.projections.histories import History


@pytest.fixture
def history():
    """Three rules planned: at indexes 1 to 3, on 2022-03-02, -03 and -04 at 09:00 office time."""
    history = History()
    for n in (1, 2, 3):
        history.tell((f"rule/{n}", rule.Planned(title=f"第{n}项")))
    return history


@pytest.fixture
def runner(history):
    """Views of it, followed."""
    with closing(ScratchPlace()) as place:
        runner = Runner(history.store, place, VIEWS)
        runner.follow()
        yield runner


def test_an_answer_says_where_it_stands(history, runner):
    """Position, lag and parked come with every answer."""
    history.tell(("rule/4", rule.Planned(title="第4项")))

    told = answer(runner, Question("queue"))

    assert (told.position, told.lag, told.parked) == (4, 1, 0)
    assert (told.zh, told.part) == ("待办", "queue")
    assert len(told.rows) == 3


@pytest.mark.parametrize(
    ("known_at", "known"),
    [
        ("0", 0),
        ("1", 1),
        ("3", 3),
        ("2022-02-28", 0),
        ("2022-03-02", 1),
        ("2022-03-03", 2),
        ("2022-03-03T08:59:59", 1),
        ("2022-03-03T09:00:00", 2),
        ("2022-03-03T01:00:00Z", 2),
        ("2030-01-01", 3),
    ],
)
def test_what_was_known_ends_at_an_index_a_day_or_a_time(runner, known_at, known):
    """An index is the last one known; a day means until its end in the office's zone."""
    told = answer(runner, Question("queue", known_at=known_at))

    assert len(told.rows) == known
    assert told.position + told.lag == 4


def test_an_index_beyond_the_log_is_refused(history):
    """What is not recorded cannot have been known."""
    with pytest.raises(UsageError, match="the log has 4 events; name one below 4"):
        find_size(history.store, "4", "+08:00")


@pytest.mark.parametrize("known_at", ["yesterday", "2022-02-30", "-1", "²"])
def test_a_time_that_is_none_is_refused(runner, known_at):
    """Neither an index nor a day nor a time: wrong input, not an empty answer."""
    with pytest.raises((MalformedError, UsageError)):
        answer(runner, Question("queue", known_at=known_at))


def test_a_view_without_days_refuses_as_of_and_names_known_at(runner):
    """Only regulation_status and fund_oversight keep days; the refusal says what to ask instead."""
    for view in ("queue", "document_register", "number_register", "telegram_register"):
        with pytest.raises(UsageError, match="--known-at 2022-03-03"):
            answer(runner, Question(view, as_of=date(2022, 3, 3)))


def test_a_part_without_days_names_the_parts_that_have_them(runner):
    """Within a view that keeps days, the refusal names where."""
    part = "regulation_edges"

    with pytest.raises(UsageError, match="status, in_force, changes, due, dangling can"):
        answer(runner, Question("regulation_status", part=part, as_of=date(2022, 3, 3)))


def test_a_part_that_tells_of_no_stretch_of_days_names_the_one_that_does(runner):
    """What changed after a day is asked of one part alone."""
    since = date(2022, 3, 3)

    with pytest.raises(UsageError, match=r"part status: tells of no stretch.*changes does"):
        answer(runner, Question("regulation_status", since=since))
    with pytest.raises(UsageError, match="of this view no part does"):
        answer(runner, Question("queue", since=since))


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question("queue", part="nothing"), "parts are: queue"),
        (Question("queue", where=(("colour", "red"),)), "columns are: record"),
    ],
)
def test_unknown_parts_and_columns_name_the_known_ones(runner, question, says):
    """A slip of the pen is answered with what there is."""
    with pytest.raises(UsageError, match=says):
        answer(runner, question)


def test_an_unknown_view_is_refused(runner):
    """Views have names."""
    with pytest.raises(NotFoundError):
        answer(runner, Question("nothing"))


@pytest.mark.parametrize(
    ("view", "column", "value", "count"),
    [
        ("queue", "title", "第2项", 1),
        ("queue", "标题", "第2项", 1),
        ("queue", "since", "2", 1),
        ("queue", "since_on", "2022-03-03", 1),
        ("regulation_status", "needs_amendment", "否", 0),
    ],
)
def test_rows_are_narrowed_by_a_column_of_any_kind(runner, view, column, value, count):
    """Text, numbers, days and yes or no; by the column's name or its heading."""
    assert len(answer(runner, Question(view, where=((column, value),))).rows) == count


@pytest.mark.parametrize(
    ("view", "column", "value"),
    [
        ("queue", "since", "two"),
        ("queue", "since_on", "3 March"),
        ("regulation_status", "assumed", "maybe"),
    ],
)
def test_a_value_of_another_kind_is_refused(runner, view, column, value):
    """A number is a number, a day a day."""
    with pytest.raises(MalformedError, match=column):
        answer(runner, Question(view, where=((column, value),)))


def test_a_view_of_nothing_answers_with_nothing():
    """An office that was only just founded has empty views, not broken ones."""
    shipped = {"flag_parameters"}  # what flags go by is told before anything has happened
    with closing(ScratchPlace()) as place:
        runner = Runner(History().store, place, VIEWS)
        runner.follow()

        told = {
            part.name
            for view in VIEWS
            for part in (*view.parts, *view.tables)
            if answer(runner, Question(view.name, part=part.name)).rows
        }

    assert told == shipped


def test_what_counts_later_was_not_there_before(history, runner):
    """`as_of` and `known_at` are two axes: an item dated back is there as of then, known only now."""
    told = fund.Submitted(amount_fen=1, occurred_at="2021-05-01")
    index = history.tell(("fund/1", told))
    runner.follow()

    as_of = answer(runner, Question("fund_oversight", as_of=date(2021, 6, 1)))
    known = answer(
        runner, Question("fund_oversight", as_of=date(2021, 6, 1), known_at=str(index - 1))
    )

    assert (len(as_of.rows), len(known.rows)) == (1, 0)


def test_today_is_the_offices_day(history, runner):
    """Without a day, what counts is what counts today where the office is."""
    history.tell(("rule/1", rule.Adopted(title="t", occurred_on=date(2022, 3, 10))))
    runner.follow()
    eve = datetime.fromisoformat("2022-03-09T15:59:00+00:00")

    before = answer(runner, Question("regulation_status"), clock=lambda: eve)
    after = answer(
        runner, Question("regulation_status"), clock=lambda: eve + timedelta(minutes=2)
    )

    assert (len(before.rows), len(after.rows)) == (0, 1)
