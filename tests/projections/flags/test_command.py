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
