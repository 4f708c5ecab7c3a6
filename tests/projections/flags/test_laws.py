"""Laws of all flags: they look at any history whatever, and what they say of it has its proof."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.records import alarm, budget, fund, officer, rectification, statement
from projections.flags import FLAGS, SEVERITIES, Asked, find_flags, read_evidence
from tests.ledger.records.histories import DAYS, any_event
from tests.projections.flags.money import terms
from tests.projections.histories import History

RECORDS = {
    "fund/A": fund.FAMILY, "fund/B": fund.FAMILY, "budget/b": budget.FAMILY,
    "officer/a": officer.FAMILY, "statement/s": statement.FAMILY,
    "rectification/r": rectification.FAMILY, "alarm/fund": alarm.FAMILY,
}  # fmt: skip
TOLD = st.lists(
    st.one_of([
        st.tuples(st.just(record), any_event(family.events)) for record, family in RECORDS.items()
    ]),
    min_size=1, max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=TOLD, day=DAYS, judged=st.sampled_from([None, terms(collective_above_fen=1)]))
def test_flags_look_at_any_history(told, day, judged):
    """As found, in any order, on any day: no flag raises, and each row names events that are there."""
    history = History()
    history.tell_all(told)

    asked = Asked(utc_offset="+08:00", day=day, terms=judged)
    rows = list(find_flags(FLAGS, read_evidence(history.store, asked)))

    size = history.store.head().size
    for row in rows:
        assert row.severity in SEVERITIES
        assert row.message
        assert row.indexes
        assert all(0 < index < size for index in row.indexes)
        assert row.record


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=TOLD, day=DAYS)
def test_flags_of_a_part_of_the_log_are_those_of_a_log_that_ends_there(told, day):
    """What was known at an index is what a log of that size says: later events change nothing of it."""
    history, shorter = History(), History()
    history.tell_all(told, per_act=1)
    half = told[: len(told) // 2]
    shorter.tell_all(half, per_act=1)
    size = shorter.store.head().size

    known = read_evidence(history.store, Asked(utc_offset="+08:00", day=day, size=size))
    then = read_evidence(shorter.store, Asked(utc_offset="+08:00", day=day))

    assert list(find_flags(FLAGS, known)) == list(find_flags(FLAGS, then))
