"""Views and flags as files of a bundle: what its records are about, and no record outside it."""

from __future__ import annotations

import csv

import pytest

from ledger.export.check import check_bundle
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from ledger.family import AS_FOUND
from projections.handed import ELSEWHERE, handed_parts
from projections.runner import Runner, ScratchPlace
from projections.views import VIEWS
from tests.ledger.export.bundled import export, trust_of
from tests.ledger.export.proven import series
from tests.treasury import approve_line, make_treasury, submit

SERIES = "series/县委发〔2022〕"


def number(office, title):
    """Draft and number a document as found; returns it."""
    drafted = {"title": title, "kind": "通知", "series": SERIES}
    record = office.act("吴", ("document.draft", "", drafted), basis=AS_FOUND).changes[0].record
    office.act("吴", ("document.number", record, {"series": SERIES}), basis=AS_FOUND)
    return record


@pytest.fixture(scope="module")
def office():
    """A treasury with two items that nobody signs for months, and two numbered documents."""
    office = make_treasury()
    office.line = approve_line(office, "印刷费", 100_000)
    office.items = [submit(office, office.line, amount) for amount in (60_000, 70_000)]
    office.act("吴", ("series.open", "", series(2022)), basis=AS_FOUND)
    office.documents = [number(office, title) for title in ("通知甲", "通知乙")]
    office.clock.at(office.clock.now.replace(month=6))
    return office


def handed(office, out, **wanted):
    """Export with views and flags; returns the folder."""
    runner = Runner(office.store, ScratchPlace(), VIEWS)
    runner.follow()
    export(office, out, parts=(*PARTS, *handed_parts(runner)), wanted=Wanted(**wanted))
    assert check_bundle(out, trust_of(office)).findings == []
    return out


def table(folder, name):
    """The rows of a table."""
    with (folder / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_register_is_whole_and_names_no_record_that_is_not_here(office, tmp_path):
    """One document is asked for: its series' numbers are all there, the other's record is not."""
    folder = handed(office, tmp_path / "b", records=(office.documents[0],))

    rows = table(folder, "registers/number_register-numbers.csv")

    assert [row["number"] for row in rows] == ["县委发〔2022〕1号", "县委发〔2022〕2号"]
    assert [row["record"] for row in rows] == [office.documents[0], ELSEWHERE]
    assert table(folder, "registers/number_register-continuity.csv")[0]["count"] == "2"
    assert {row["title"] for row in table(folder, "views/document_register-documents.csv")} == {
        "通知甲"
    }


def test_views_of_other_families_are_left_out(office, tmp_path):
    """Whoever asks for documents is shown no money, and no red flags."""
    folder = handed(office, tmp_path / "b", families=("document",))

    assert not list((folder / "data/views").glob("fund*"))
    assert table(folder, "flags.csv")[0]["code"] == "（无 none）"


def test_flags_go_in_where_all_that_they_name_is_here(office, tmp_path):
    """Of two items both flags; of one alone, nothing of the other."""
    both = handed(office, tmp_path / "both", families=("fund",))
    one = handed(office, tmp_path / "one", records=(office.items[0],))

    assert {row["record"] for row in table(both, "views/fund_oversight-items.csv")} == set(
        office.items
    )
    assert {row["record"] for row in table(one, "views/fund_oversight-items.csv")} == {
        office.items[0]
    }
    everything = "".join(
        each.read_text(encoding="utf-8") for each in one.rglob("*") if each.is_file()
    )
    assert office.items[1] not in everything
    assert [(row["code"], row["record"]) for row in table(one, "flags.csv")] == [
        ("F15", office.items[0])
    ]
    assert {row["record"] for row in table(both, "flags.csv")} == set(office.items)
