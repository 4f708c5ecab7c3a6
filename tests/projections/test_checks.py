"""`verify` holds the views against a replay, and names each row that is otherwise."""

from __future__ import annotations

from dataclasses import replace

from ledger.records.rule import events as told
from projections import checks
from projections.checks import check_views
from projections.runner import FilePlace, Runner
from projections.views import VIEWS
from tests.office import make_office
from tests.projections.histories import History


def built(tmp_path):
    """A log with one rule, and its views."""
    history = History()
    history.tell(("rule/1", told.Planned(title="公务接待管理办法")))
    place = FilePlace(tmp_path)
    runner = Runner(history.store, place, VIEWS)
    runner.follow()
    return history, place, runner


def findings(place, store):
    """Return all findings."""
    return [each for _, found in check_views(place, store) for each in found]


def test_views_as_folded_have_no_findings(tmp_path):
    """Rows are counted, and nothing is found."""
    history, place, _ = built(tmp_path)

    looked_at = dict(
        zip([each.name for each in VIEWS], check_views(place, history.store), strict=True)
    )

    assert looked_at["regulation_status"] == (1, [])
    assert looked_at["queue"] == (1, [])


def test_views_that_were_never_built_have_nothing_to_check(tmp_path):
    """No view, no row, no finding."""
    assert list(check_views(FilePlace(tmp_path), make_office().store)) == []


def test_an_edited_row_is_named(tmp_path):
    """The finding names view, table, key, column, and both values."""
    history, place, _ = built(tmp_path)
    database = place.current(VIEWS)
    with database.writing() as wire:
        wire.run("UPDATE regulations SET title = '另一办法'")

    (found,) = findings(place, history.store)

    assert (found.code, found.damage) == ("view.rows", "view drifted")
    assert found.record == "view regulations rule/1"
    assert "title is '另一办法', expected '公务接待管理办法'" in found.message


def test_a_row_too_many_and_a_row_too_few_are_named(tmp_path):
    """Rows that no event gives, and rows that are gone, are told apart."""
    history, place, _ = built(tmp_path)
    database = place.current(VIEWS)
    with database.writing() as wire:
        wire.run("UPDATE queue SET n = 2")

    found = {each.record: each.message for each in findings(place, history.store)}

    assert "is missing" in found["view queue rule/1/1"]
    assert "no event gives" in found["view queue rule/1/2"]


def test_a_view_beyond_the_log_is_a_finding(tmp_path):
    """A log cut behind its views is told by position, and not compared."""
    _, place, _ = built(tmp_path)
    shorter = History().store

    codes = {each.code for each in findings(place, shorter)}

    assert codes == {"view.position"}


def test_a_parked_record_is_a_finding(tmp_path, monkeypatch):
    """What a view left out is told with the index from which it did."""
    history = History()
    broken = tuple(each if each.name != "queue" else _failing(each) for each in VIEWS)
    monkeypatch.setattr(checks, "VIEWS", broken)
    index = history.tell(("rule/1", told.Planned(title="公务接待管理办法")))
    place = FilePlace(tmp_path)
    Runner(history.store, place, broken).follow()

    (found,) = findings(place, history.store)

    assert (found.code, found.index, found.record) == ("view.parked", index, "rule/1")


def _failing(projection):
    """The view, failing over every record."""

    def fail(touched, _):
        raise KeyError(touched.record)

    return replace(projection, settle=fail)
