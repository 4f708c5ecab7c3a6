"""`qifeng audit flags`: what it lists, filters, counts and refuses."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from click.testing import CliRunner

from ledger.commands.session import Session
from ledger.errors import NotFoundError, UsageError
from ledger.records.alarm.family import Adopted as Alarms
from ledger.records.alarm.parameters import Setting
from ledger.records.policy import Adopted
from ledger.store.open import open_store
from projections.commands.audit import audit
from tests.projections.flags.money import LEVELS, Money, at, by, paid, signed, submitted, whole


@pytest.fixture
def ask(tmp_path):
    """Ask `audit flags`: fund/A paid unsigned, fund/B found so, fund/C signed by its payee."""
    url = str(tmp_path / "ledger.db")
    money = Money(open_store(url, create=True))
    money.tell(
        ("policy/SIGN", Adopted(code="sign", name="会签制度", levels=LEVELS, budget_level=2))
    )
    money.item("A", submitted(), signed("经办人", at(1, 2)), paid(4, **by("赵")))
    money.item("B", submitted(2, terms=None, basis=""), signed("财务审核", at(2, 2)), paid(5))
    money.item("C", *whole(3, payee="孙"))
    session = Session(home=tmp_path, config=tmp_path, store_url=url)

    def asked(*arguments):
        return CliRunner().invoke(
            audit, ["flags", *arguments], obj=session, catch_exceptions=False
        )

    def raising(*arguments):
        return CliRunner().invoke(audit, ["flags", *arguments], obj=session).exception

    asked.raising = raising
    asked.money = money
    return asked


def _flagged(told):
    return [(line["code"], line["record"]) for line in json.loads(told.stdout)["lines"]]


def test_flags_are_listed_with_totals_aside_and_exit_0(ask):
    """The answer stands on stdout, totals by level on stderr; to find something is no failure."""
    told = ask("--code", "F01", "--code", "f03", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(told.stdout)))

    assert told.exit_code == 0
    assert [(row["code"], row["record"]) for row in rows] == [
        ("F01", "fund/A"),
        ("F03", "fund/C"),
    ]
    assert "    财务审核: 1\n    分管领导: 1\n" in told.stderr
    assert told.stderr.endswith("2 flagged, 2 shown\n")


def test_a_policy_named_judges_what_tells_no_terms(ask):
    """History is held against the policy by names of levels; the answer says which version."""
    told = ask("--code", "F01", "--policy", "SIGN", "--json")

    answer = json.loads(told.stdout)

    assert _flagged(told) == [("F01", "fund/A"), ("F01", "fund/B")]
    assert (answer["policy"], answer["policy_version"]) == ("policy/SIGN", 1)
    assert answer["totals"]["F01"] == {
        "rows": 2, "about": {"财务审核": 1, "分管领导": 2, "经办人": 1},
    }  # fmt: skip


def test_only_what_an_officer_took_part_in(ask):
    """赵 paid one item; nobody else's are shown."""
    told = ask("--code", "F01", "--code", "F03", "--officer", "赵", "--json")

    assert _flagged(told) == [("F01", "fund/A")]


def test_only_one_severity(ask):
    """Whatever is not high is left out."""
    severities = {
        line["severity"]
        for line in json.loads(ask("--severity", "high", "--json").stdout)["lines"]
    }

    assert severities == {"high"}


def test_as_things_stood_on_a_day(ask):
    """On 3 March nothing had been paid yet."""
    told = ask("--code", "F01", "--as-of", date(2022, 3, 3).isoformat(), "--json")

    assert _flagged(told) == []


def test_the_limit_shortens_the_list_and_not_the_count(ask):
    """All are counted, one is shown."""
    told = ask("--code", "F01", "--policy", "SIGN", "--limit", "1", "--json")

    assert len(_flagged(told)) == 1
    assert json.loads(told.stdout)["found"] == 2


def test_what_is_not_understood_is_refused(ask):
    """An unknown policy, a day that is none."""
    assert isinstance(ask.raising("--policy", "policy/NONE"), NotFoundError)
    assert isinstance(ask.raising("--as-of", "soon"), UsageError)
    assert ask("--code", "F99").exit_code == 2


def _asked(ask, *arguments):
    return json.loads(ask(*arguments, "--json").stdout)


def test_filters_leave_out_rows_and_not_what_is_counted(ask):
    """By supplier, line, item and period; a line and an item are named as anywhere else."""
    whole_answer = _asked(ask, "--policy", "SIGN")

    assert all("fund/A" in line["items"] for line in _asked(ask, "--item", "fund/A")["lines"])
    assert {line["record"] for line in _asked(ask, "--supplier", "金桥办公用品店")["lines"]} <= {
        "fund/A", "fund/B",
    }  # fmt: skip
    assert all(
        "budget/2022-办公费" in line["lines"]
        for line in _asked(ask, "--budget", "2022-办公费")["lines"]
    )
    for period in ("2022-03", "2022-03-01..2022-03-04", "2021"):
        told = _asked(ask, "--policy", "SIGN", "--period", period)
        days = {line["day"] for line in told["lines"]}
        assert told["items"] == whole_answer["items"]
        assert days <= {line["day"] for line in whole_answer["lines"]}
    assert days == set()


def test_as_it_was_known_at_an_index(ask):
    """When the log ended with the first item, nobody knew of the others."""
    told = _asked(ask, "--policy", "SIGN", "--code", "F01", "--known-at", "5")

    assert (told["position"], told["items"]) == (6, 1)
    assert [line["record"] for line in told["lines"]] == ["fund/A"]
    assert isinstance(ask.raising("--known-at", "1", "--policy", "SIGN"), NotFoundError)


def test_it_is_said_that_the_shipped_parameters_apply(ask):
    """Nothing was set: the answer says so, on both streams."""
    told = ask("--json")

    assert json.loads(told.stdout)["parameters"] == "shipped"
    assert "parameters: as shipped" in told.stderr


def test_the_office_s_own_parameters_apply_and_are_named(ask):
    """From the day they count on; the version is told."""
    ask.money.tell(
        ("alarm/fund", Alarms(settings=(Setting(parameter="round_fen", amount_fen=1),)))
    )

    told = ask("--code", "F13", "--json")

    answer = json.loads(told.stdout)
    assert (answer["parameters"], answer["parameters_version"]) == ("alarm/fund", 1)
    assert "parameters: alarm/fund version 1" in told.stderr
    assert len(answer["lines"]) == 3


def test_csv_tells_all_that_a_row_concerns(ask):
    """For a spreadsheet: officers, suppliers, lines and items stand in columns of their own."""
    told = ask("--code", "F03", "--format", "csv")

    (row,) = csv.DictReader(io.StringIO(told.stdout))

    assert (row["officers"], row["items"], row["lines"]) == (
        "何、孙",
        "fund/C",
        "budget/2022-办公费",
    )
    assert row["suppliers"] == "孙"


def test_the_table_names_a_few_events_and_says_how_many_there_are(ask):
    """A burst of many signatures is not a page of numbers."""
    for place in range(15):
        ask.money.item(f"D{place:02d}", submitted(6), signed("财务审核", at(7, 1, 0, place)))

    told = ask("--code", "F14")

    assert "(15)" in told.stdout


def test_a_person_that_history_names_is_found_by_that_name(ask):
    """No officer is enrolled here: the name is all there is."""
    assert [
        line["record"] for line in _asked(ask, "--code", "F03", "--officer", "何")["lines"]
    ] == ["fund/C"]
    assert _asked(ask, "--code", "F03", "--officer", "某人")["lines"] == []
