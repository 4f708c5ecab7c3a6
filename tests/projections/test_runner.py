"""The runner follows, rebuilds beside and switches, parks, compares, and looks at the past."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import NotFoundError, UnavailableError
from projections.runner import FilePlace, Runner, ScratchPlace
from projections.runner import runner as running
from projections.runner.places import POINTER
from tests.office import make_busy_office, make_office
from tests.projections.toys import FOLDED, PEOPLE, POSTS, SETTLED, TIMES, TOYS, stubborn

TABLES = (PEOPLE, TIMES, POSTS)


def rows_of(runner, *tables):
    """Return all rows of the tables."""
    with runner.reading() as reading:
        return {table.name: list(reading.find(table)) for table in tables or TABLES}


def by_name(runner):
    """Return the people's rows by name."""
    return {row["name"]: row for row in rows_of(runner, PEOPLE)["people"]}


def test_following_takes_all_that_happened(place, office):
    """After following, a view has taken every event and says so."""
    runner = Runner(office.store, place, TOYS)

    taken = runner.follow()

    size = office.store.head().size
    assert taken == 2 * size or taken == size
    assert {each.position for each in runner.standing().values()} == {size}
    assert {name: row["posts"] for name, row in by_name(runner).items()} == {
        "甲": 1, "乙": 2, "丙": 2, "丁": 1
    }  # fmt: skip


def test_a_view_that_was_never_followed_has_taken_nothing(place, office):
    """Lag is what the log holds beyond a view, all of it before the first following."""
    runner = Runner(office.store, place, TOYS)

    standing = runner.standing()["folded"]

    assert (standing.position, standing.lag) == (0, office.store.head().size)
    with pytest.raises(UnavailableError, match="never built"), runner.reading():
        pass


def test_a_view_that_was_never_built_is_told_from_an_empty_one(kept_place, office):
    """Nobody takes nothing for no rows: neither before the first following, nor of a view that is new since."""

    def told_of(name):
        runner = Runner(office.store, kept_place, TOYS)
        return runner.count(name), runner.parked(name), list(runner.compare(name))

    assert told_of("settled") == (None, [], [])
    Runner(office.store, kept_place, (FOLDED,)).follow()

    assert told_of("settled") == (None, [], [])
    assert Runner(office.store, kept_place, (FOLDED,)).count("folded") > 4


def test_following_goes_on_where_it_stood(place, office):
    """What is new is taken, and nothing twice."""
    runner = Runner(office.store, place, TOYS)
    runner.follow()
    before = office.store.head().size

    office.enrol("戊", "文书")

    assert runner.follow() == office.store.head().size - before
    assert runner.follow() == 0
    assert by_name(runner)["戊"]["posts"] == 1


def test_what_is_mostly_new_is_folded_anew(tmp_path, office, monkeypatch):
    """Views that are far behind a long log are rebuilt beside, which is quicker than following on."""
    runner = Runner(office.store, FilePlace(tmp_path), TOYS, jobs=1)
    runner.follow(8)
    size = office.store.head().size

    monkeypatch.setattr(running, "CREW_EVENTS", 5)

    assert runner.follow() == size
    assert [path.name for path in tmp_path.glob("*.db")] == ["views-2.db"]
    office.enrol("戊", "文书")
    assert runner.follow() == office.store.head().size - size
    assert [path.name for path in tmp_path.glob("*.db")] == ["views-2.db"]


def test_following_reads_what_another_process_wrote(kept_place, office):
    """A runner opened anew goes on from the stored rows, and not from nothing."""
    Runner(office.store, kept_place, TOYS).follow()
    record = office.record_of("丙")
    office.act("甲", ("officer.propose-post", record, {"post": "保管员"}))
    office.act("乙", ("officer.give-post", record, {"post": "保管员"}))

    other = Runner(office.store, kept_place, TOYS)
    other.follow()

    assert by_name(other)["丙"]["posts"] == 3
    posts = [row["post"] for row in rows_of(other, POSTS)["posts"] if row["record"] == record]
    assert posts == sorted(["文书", "登记员", "保管员"])


def test_views_rebuilt_are_the_views_followed(kept_place, office):
    """Folding anew gives the same rows as folding on."""
    runner = Runner(office.store, kept_place, TOYS)
    runner.follow(10)
    runner.follow()
    followed = rows_of(runner)

    runner.rebuild()

    assert rows_of(runner) == followed


def test_one_view_is_rebuilt_and_the_others_are_kept(kept_place, office):
    """Rebuilding one view takes over the rows and positions of the others as they are."""
    runner = Runner(office.store, kept_place, TOYS)
    runner.follow()
    followed = rows_of(runner)

    taken = runner.rebuild("settled")

    assert taken == office.store.head().size
    assert rows_of(runner) == followed
    assert runner.follow() == 0


def test_a_view_of_another_version_is_rebuilt(kept_place, office):
    """A changed fold gets fresh rows by itself; the other view is left alone."""
    Runner(office.store, kept_place, TOYS).follow()
    changed = replace(FOLDED, version=2, apply=lambda _recorded, _rows: None)

    runner = Runner(office.store, kept_place, (changed, SETTLED))
    runner.follow()

    rows = rows_of(runner)
    assert rows["people"] == []
    assert len(rows["posts"]) == 6


def test_a_view_that_is_new_is_built_beside_the_old_ones(kept_place, office):
    """A view added by a new release appears at the next following."""
    Runner(office.store, kept_place, (FOLDED,)).follow()

    runner = Runner(office.store, kept_place, TOYS)
    runner.follow()

    assert len(rows_of(runner)["posts"]) == 6


def test_a_name_of_no_view_is_refused(place, office):
    """Whoever asks for an unknown view is told which there are."""
    with pytest.raises(NotFoundError, match="views are: folded, settled"):
        Runner(office.store, place, TOYS).rebuild("nothing")


@pytest.mark.parametrize("stops", [(), (8, 20)])
def test_a_failing_record_is_parked_and_the_rest_goes_on(place, office, stops):
    """What the failing event changed is undone, later ones are left out, others are folded."""
    runner = Runner(office.store, place, stubborn("丙"))
    for stop in stops:
        runner.follow(stop)
    runner.follow()

    people = by_name(runner)
    posts = list(rows_of(runner, POSTS)["posts"])
    assert people["丙"]["posts"] == 1
    assert people["丁"]["posts"] == 1
    assert [row["post"] for row in posts if row["record"] == office.record_of("丙")] == ["文书"]
    for name in ("folded", "settled"):
        (parked,) = runner.parked(name)
        assert parked.record == office.record_of("丙")
        assert parked.error == "ValueError: too many posts"
        assert office.store.event_at(parked.index).kind == "officer.post_given/1"
        assert runner.standing()[name].parked == 1


def test_a_parked_record_stays_parked_when_following_goes_on(kept_place, office):
    """A record that failed is not folded further from the middle of its history."""
    runner = Runner(office.store, kept_place, stubborn("丙"))
    runner.follow()
    record = office.record_of("丙")
    office.act("甲", ("officer.propose-post", record, {"post": "保管员"}))

    runner.follow()

    assert by_name(runner)["丙"]["posts"] == 1
    assert len(runner.parked("folded")) == 1


def test_a_row_that_does_not_fit_its_table_parks(place, office):
    """A fold that puts a wrong column or type stops at its record and breaks no table."""

    def wrong(recorded, rows):
        rows.put(PEOPLE, {"record": recorded.record, "posts": "many"})

    runner = Runner(office.store, place, (replace(FOLDED, apply=wrong),))
    runner.follow()

    assert rows_of(runner, PEOPLE)["people"] == []
    assert "column posts is int" in runner.parked("folded")[0].error


def edit(place, statement):
    """Change a stored row of the people behind the runner's back."""
    database = place.current(TOYS)
    with database.writing() as wire:
        wire.run(statement.format(people=database.schema.name_of(PEOPLE)))


def test_comparing_finds_nothing_in_views_as_folded(place, office):
    """A view that nobody touched is what a fresh replay gives."""
    runner = Runner(office.store, place, TOYS)
    runner.follow(20)

    assert [list(runner.compare(each.name)) for each in TOYS] == [[], []]


def test_comparing_finds_every_row_that_was_edited(kept_place, office):
    """A changed, a missing and an added row are each found, by table and key."""
    runner = Runner(office.store, kept_place, TOYS)
    runner.follow()
    first, second = (row["record"] for row in rows_of(runner, PEOPLE)["people"][:2])
    edit(kept_place, f"UPDATE {{people}} SET posts = 9 WHERE record = '{first}'")
    edit(kept_place, f"DELETE FROM {{people}} WHERE record = '{second}'")
    edit(kept_place, "INSERT INTO {people} (record, name) VALUES ('officer/X', '某')")

    found = {each.key: each for each in runner.compare("folded")}

    assert set(found) == {(first,), (second,), ("officer/X",)}
    assert found[first,].stored["posts"] == 9
    assert found[first,].replayed["posts"] == 1
    assert found[second,].stored is None
    assert found["officer/X",].replayed is None


def test_what_was_known_is_a_ledger_cut_there(place):
    """A view of the past equals the view of a log that ends there."""
    office = make_office()
    cut = office.store.head().size
    young = Runner(office.store, ScratchPlace(), TOYS)
    young.follow()
    then = rows_of(young, PEOPLE, TIMES)
    office.enrol("丙", "文书")

    runner = Runner(office.store, place, TOYS)
    runner.follow()
    with runner.known_at("folded", cut) as (reading, standing):
        known = {table.name: list(reading.find(table)) for table in (PEOPLE, TIMES)}

    assert known == then
    assert (standing.position, standing.lag) == (cut, office.store.head().size - cut)


def test_views_beyond_the_log_are_refused(kept_place, office):
    """A log that was cut or restored behind its views is told, and not followed over."""
    Runner(office.store, kept_place, TOYS).follow()
    shorter = make_office().store

    with pytest.raises(UnavailableError, match="it was cut or restored"):
        Runner(shorter, kept_place, TOYS).follow()


def test_a_crash_before_the_switch_leaves_the_old_views(tmp_path, office, monkeypatch):
    """Whoever dies while building beside has changed nothing; the next rebuild sweeps up."""
    runner = Runner(office.store, FilePlace(tmp_path), TOYS)
    runner.follow()
    followed = rows_of(runner)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FilePlace, "switch", die)
        with pytest.raises(KeyboardInterrupt):
            runner.rebuild()
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["views-1.db", "views-2.db"]
    assert rows_of(runner) == followed

    runner.rebuild()

    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["views-3.db"]
    assert rows_of(runner) == followed


def test_a_full_disk_at_the_switch_leaves_the_old_views(tmp_path, office, monkeypatch):
    """It is told with the system's reason; who reads goes on reading what was there."""
    runner = Runner(office.store, FilePlace(tmp_path), TOYS)
    runner.follow()
    followed = rows_of(runner)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(UnavailableError, match=r"views-2\.db.*No space left"):
            runner.rebuild()

    assert rows_of(runner) == followed
    runner.rebuild()
    assert rows_of(runner) == followed


def test_a_place_that_cannot_be_read_or_written_is_told(tmp_path, office):
    """A folder that is not there, and a pointer of other bytes than a name."""
    with pytest.raises(UnavailableError, match=r"views-1\.db.*No such file"):
        FilePlace(tmp_path / "nowhere").begin(TOYS)

    Runner(office.store, FilePlace(tmp_path), TOYS).follow()
    (tmp_path / POINTER).write_bytes(b"\xff\xfe")

    with pytest.raises(UnavailableError, match="utf-8"):
        Runner(office.store, FilePlace(tmp_path), TOYS).standing()


def test_a_set_built_earlier_never_replaces_a_later_one(kept_place, office):
    """Of two rebuilds at once, the one begun later stays in use."""
    runner = Runner(office.store, kept_place, TOYS)
    runner.follow()
    slow = kept_place.begin(TOYS)
    runner.rebuild()

    assert kept_place.switch(slow) is False
    assert len(rows_of(runner)["people"]) == 4


def test_a_batch_that_fails_is_as_if_it_had_not_begun(kept_place, office, monkeypatch):
    """Rows and position are written in one transaction: all of them or none."""
    runner = Runner(office.store, kept_place, TOYS)
    runner.follow(20)
    before, standing = rows_of(runner), runner.standing()
    database = kept_place.current(TOYS)
    move = database.tracking.move

    def die(wire, positions):
        move(wire, positions)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(database.tracking, "move", die)
        with pytest.raises(KeyboardInterrupt):
            runner.follow()

    assert rows_of(runner) == before
    assert runner.standing() == standing


@settings(max_examples=15)
@given(stops=st.lists(st.integers(0, 40), max_size=5), batch=st.integers(1, 30))
def test_however_it_is_cut_the_views_are_the_same(stops, batch):
    """Rebuild equals follow, whatever was taken at once (a law)."""
    office = make_busy_office()
    whole = Runner(office.store, ScratchPlace(), TOYS)
    whole.follow()

    pieces = Runner(office.store, ScratchPlace(), TOYS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(running, "BATCH_EVENTS", batch)
        for stop in [*sorted(stops), None]:
            pieces.follow(stop)

    assert rows_of(pieces) == rows_of(whole)
