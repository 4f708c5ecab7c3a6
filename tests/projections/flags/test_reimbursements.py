"""The flags over 55,493 events of real reimbursements find what a plain script counts in the CSV."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from ledger.importing.mapper import map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.table import read_table
from ledger.importing.taking import build, group
from ledger.records.fund import FAMILY
from ledger.store.memory import MemoryStore
from projections.flags import FLAGS, Asked, Evidence, find_flags, read_evidence
from tests.needs import REPOSITORY, shared
from tests.projections.flags import counting
from tests.projections.flags.money import DECIDED_ABOVE, TWO_LEVELS
from tests.projections.histories import History

DATA = ("data", "bpi2020-domestic-declarations.csv.gz")
KINDS = {kind.KIND: kind for kind in FAMILY.events}
TODAY = date(2019, 7, 1)


@pytest.fixture(scope="module")
def log() -> MemoryStore:
    """The reimbursements as found, through the map that we ship."""
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "bpi2020.toml")
    groups, _ = group(list(map_table(mapping, read_table(shared(*DATA)))))
    history = History()
    history.tell_all(
        (f"fund/{one.key[0]}", build(KINDS[one.kind], one.fields))
        for each in groups
        for one in each
    )
    return history.store


@pytest.fixture(scope="module")
def evidence(log) -> Evidence:
    """The log as flags see it, held against a policy of two levels, with shipped parameters."""
    return read_evidence(log, Asked(utc_offset="+01:00", day=TODAY, terms=TWO_LEVELS))


@pytest.fixture(scope="module")
def cases() -> dict[str, counting.Case]:
    """The same file as the plain script reads it."""
    return counting.read(shared(*DATA))


def _rows(evidence, code):
    return list(find_flags([flag for flag in FLAGS if flag.code == code], evidence))


def _about(evidence, code):
    return Counter(name for row in _rows(evidence, code) for name in row.about)


def test_paid_unsigned_as_the_script_counts(evidence, cases):
    """F01: 2,123 were paid without the administration level, 2 without a final approval."""
    counted = counting.unsigned(cases)

    missing = _about(evidence, "F01")

    assert (missing["administration"], missing["final"]) == (2_123, 2)
    assert counted == {
        counting.ADMINISTRATION: 2_123, counting.FINAL: 2, "rows": len(_rows(evidence, "F01")),
    }  # fmt: skip


def test_out_of_order_as_the_script_counts(evidence, cases):
    """F02: whoever signed, signed in the order of the levels."""
    assert len(_rows(evidence, "F02")) == counting.out_of_order(cases)


def test_just_under_a_threshold_as_the_script_counts(evidence, cases):
    """F06: no more than would fall so near it anyway; with a norm of nothing, each is told."""
    found, below = counting.near(cases, DECIDED_ABOVE)
    strict = replace(evidence, parameters=replace(evidence.parameters, near_norm_percent=0))

    assert 0 < found * 10 <= below
    assert _rows(evidence, "F06") == []
    assert len(_rows(strict, "F06")) == found


def test_doubles_as_the_script_counts(evidence, cases):
    """F07: equal amounts within three days, all of them candidates and no more."""
    rows = _rows(evidence, "F07")

    assert {row.severity for row in rows} == {"low"}
    assert len(rows) == counting.doubles(cases) > 200


def test_undecided_as_the_script_counts(evidence, cases):
    """F09: nobody met on any of them."""
    assert len(_rows(evidence, "F09")) == counting.undecided(cases, DECIDED_ABOVE) > 0


def test_after_the_fact_as_the_script_counts(evidence, cases):
    """F10: signed after the payment."""
    assert len(_rows(evidence, "F10")) == counting.signed_late(cases)


@pytest.mark.parametrize("percent", [200, 105])
def test_the_year_s_end_as_the_script_counts(evidence, cases, percent):
    """F11: for each year, the endings that took too much of it; none took twice its share."""
    set_so = replace(evidence.parameters, rush_percent=percent)
    rows = _rows(replace(evidence, parameters=set_so), "F11")

    found = {int(row.title[-4:]): set(row.about) for row in rows}

    assert found == counting.rushes(cases, percent)
    assert bool(found) == (percent < 200)


def test_far_out_as_the_script_counts(evidence, cases):
    """F13: more than ten times the median of 41.52; none is a round ten thousand."""
    assert _about(evidence, "F13") == {"outlier": counting.outliers(cases)}


def test_fast_and_nightly_as_the_script_counts(evidence, cases):
    """F14: within ten minutes, or at night; of bursts nothing is known where nobody is named."""
    assert _about(evidence, "F14") == {
        "fast": counting.fast(cases), "night": counting.nightly(cases),
    }  # fmt: skip


def test_waiting_as_the_script_counts(evidence, cases):
    """F15: levels that had it for more than 30 days; nothing waits any more."""
    had, has = counting.slow(cases, TODAY)

    told = _about(evidence, "F15")

    assert (told["waited"], told["waiting"]) == (had, has) == (99, 0)


def test_as_of_a_day_the_flags_are_what_the_script_counts_up_to_it(log):
    """F01, F14 and F15 as of the end of May 2018: what happened later is not there yet."""
    day = date(2018, 5, 31)
    cases = counting.read(shared(*DATA), until=day)
    had, has = counting.slow(cases, day)

    asked = Asked(utc_offset="+01:00", day=day, until=day, terms=TWO_LEVELS)
    evidence = read_evidence(log, asked)
    told = _about(evidence, "F15")

    assert len(_rows(evidence, "F01")) == counting.unsigned(cases)["rows"]
    assert _about(evidence, "F14")["night"] == counting.nightly(cases)
    assert (told["waited"], told["waiting"]) == (had, has)
    assert has > 0


def test_who_is_not_named_is_not_accused(evidence):
    """Staff, payees, budgets and accounts are masked in this file: flags over them find nothing."""
    codes = (
        "F03", "F04", "F05", "F08", "F12", "F16", "F17", "F18", "F19", "F20", "F21", "F22",
    )  # fmt: skip

    assert {code: _rows(evidence, code) for code in codes} == {code: [] for code in codes}


def test_an_item_paid_unsigned_has_one_row_with_its_payment(log, evidence):
    """One row an item, however many levels are missing; the last event named is the payment."""
    rows = _rows(evidence, "F01")

    kinds = {log.event_at(row.indexes[-1]).kind for row in rows}

    assert len({row.record for row in rows}) == len(rows)
    assert kinds == {"fund.paid/1"}


def test_history_is_judged_by_no_policy_unless_one_is_named(evidence):
    """Nobody knows which policy held then: nothing is missing of a chain that nobody told."""
    unnamed = replace(
        evidence, items=tuple(replace(each, judged=None) for each in evidence.items)
    )

    codes = {row.code for row in find_flags(FLAGS, unnamed)}

    assert not codes & {"F01", "F02", "F05", "F06", "F08", "F09"}
