"""Views built anew read each record once, here or in worker processes, and stop where evidence is not whole."""

from __future__ import annotations

from contextlib import closing, nullcontext
from dataclasses import astuple, replace
from itertools import chain

import pytest

from ledger.errors import MalformedError, ProofError, UnavailableError
from ledger.records import FAMILIES
from ledger.store.memory import MemoryStore
from projections.folding.acts import Acts, read_acts
from projections.folding.crew import Crew
from projections.folding.settling import Ground, Settled, settle_stretch, stretches
from projections.runner import Runner, ScratchPlace
from projections.runner import runner as running
from tests.office import make_busy_office
from tests.projections.toys import FAMILY_KINDS, FOLDED, POSTS, SETTLED, TOYS, settle

ALL_OFFICERS = ("officer/", "officer0")


def rows_of(runner):
    """Return all rows of the toys' tables."""
    tables = chain.from_iterable(each.tables for each in runner.projections)
    with runner.reading() as reading:
        return {table.name: list(reading.find(table)) for table in tables}


def built(store, jobs=1, views=TOYS):
    """Return the rows and parked records of views built anew, by so many processes."""
    with closing(ScratchPlace()) as place:
        runner = Runner(store, place, views, jobs=jobs)
        runner.rebuild()
        return rows_of(runner), [runner.parked(each.name) for each in views]


def test_workers_fold_what_one_folds(tmp_path, monkeypatch):
    """However many processes settle the records, the rows are the same."""
    store = make_busy_office(str(tmp_path / "ledger.db")).store
    alone = built(store)

    monkeypatch.setattr(running, "CREW_EVENTS", 1)

    assert built(store, jobs=2) == alone
    assert len(alone[0]["posts"]) == 6


def test_what_a_worker_cannot_do_ends_the_build(tmp_path):
    """A store that is not there is told in the worker's own words; one that died is told too."""
    ground = Ground((SETTLED,), Acts(), 9, "+08:00")

    here = lambda _: Settled()  # noqa: E731

    with Crew(str(tmp_path / "no.db"), 2) as crew:
        with pytest.raises(UnavailableError, match=r"no\.db"):
            list(crew.settle(ground, [ALL_OFFICERS], here))
        with pytest.raises(UnavailableError, match="ended early"):
            list(crew.settle(ground, [ALL_OFFICERS] * 9, here))


def test_what_stretches_come_to_is_told_in_their_order(tmp_path):
    """Whoever settles them, the leader or a worker: rows are written in the order of their records."""
    store = make_busy_office(str(tmp_path / "ledger.db")).store
    ground = Ground((SETTLED,), read_acts(store, 9), 9, "+08:00")
    opening = ground.opening(FAMILIES)
    asked = [(name, f"{name}0") for name in store.records("officer")] * 3
    mine = []

    def here(stretch):
        mine.append(stretch)
        return settle_stretch(store, ground, opening, stretch)

    with Crew(store.url, 2) as crew:
        told = list(crew.settle(ground, asked, here))

    assert 0 < len(mine) < len(asked)
    assert told == [here(stretch) for stretch in asked]


class Damaged(MemoryStore):
    """A busy office's log, in which one row reads otherwise."""

    def __init__(self, office, index, **other):
        """Let the event at an index have other members; none of them: it is gone."""
        super().__init__()
        self._rows = office.store._rows
        self.index, self.other = index, other

    def _read(self, rows):
        for row in rows:
            if row[0] != self.index:
                yield row
            elif self.other:
                names = (
                    "index",
                    "record",
                    "version",
                    "kind",
                    "event",
                    "act",
                    "recorded_at",
                    "nodes",
                )
                yield tuple((dict(zip(names, row, strict=True)) | self.other).values())

    def snapshot(self):
        """Return what is read, which is damaged too."""
        return nullcontext(self)

    def record_page(self, after, upto, limit):
        """Return the page as it is damaged."""
        return list(self._read(super().record_page(after, upto, limit)))

    def kind_page(self, kinds, start, stop, *, limit):
        """Return the page as it is damaged."""
        return list(self._read(super().kind_page(kinds, start, stop, limit=limit)))


@pytest.fixture
def given_post(office):
    """The first event by which somebody was given a post."""
    return next(row for row in office.store.events() if row.kind == "officer.post_given/1")


def test_an_event_that_is_no_event_parks_its_record(office, given_post):
    """What happened to the record before stands, in views of both sorts; others go on."""
    rows, parked = built(Damaged(office, given_post.index, event=b"{}"))
    whole, _ = built(office.store)

    for (each,) in parked:
        assert (each.record, each.index) == (given_post.record, given_post.index)
        assert "expected an event of its kind" in each.error
    assert len(rows["posts"]) == len(whole["posts"]) - 1


def test_a_record_whose_event_is_missing_is_not_folded(office, given_post):
    """A gap in the middle of a record ends the build: `verify` names what is wrong."""
    before = office.store.history(given_post.record)[-2]

    with pytest.raises(ProofError, match=f"version {before.version} is missing"):
        built(Damaged(office, before.index), views=(SETTLED,))


def test_a_missing_act_ends_the_build(office):
    """Seals follow each other without a gap, up to the end that is asked for."""
    seals = office.store.seal_page(0, 99, 99)

    with pytest.raises(ProofError, match="an act is missing"):
        Acts().add([seals[0], *seals[2:]])
    with pytest.raises(ProofError, match="an act is missing"):
        read_acts(office.store, office.store.head().size + 1)


@pytest.mark.parametrize("count", [-1, 0, 257, 10**15])
def test_an_act_of_so_many_events_ends_the_build(office, count):
    """Whatever a seal's row says of how many they are, the build ends and takes no memory for them."""
    (seal,) = office.store.seal_page(0, 1, 1)

    with pytest.raises(ProofError, match=f"of {count} events"):
        Acts().add([(seal[0], count, *seal[2:])])


def test_who_acted_is_told_by_the_index(office):
    """Every event of an act finds what its seal says; an envelope that is none is told when asked for."""
    first, second = office.store.seals(0, 5)
    damaged = replace(second, envelope=b"{}")
    acts = Acts()
    acts.add([astuple(first), astuple(damaged)])

    assert [acts.of(index, "x")[0] for index in range(first.count)] == [
        first.actor
    ] * first.count
    with pytest.raises(MalformedError, match="seal of act x"):
        acts.of(first.count, "x")


def test_records_are_settled_in_stretches(office, monkeypatch):
    """Each record stands in one stretch, whatever their length."""
    monkeypatch.setattr("projections.folding.settling.STRETCH", 2)
    names = office.store.records("officer")

    told = list(stretches(office.store, TOYS))

    assert len(told) == len(names) // 2 + 1
    assert [sum(lo <= name < hi for lo, hi in told) for name in names] == [1] * len(names)


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_record_that_fails_at_a_step_is_parked_alone(office, failing):
    """Steps are taken for many records at once; what one fails at is as if it had been alone."""

    def by_steps(touched, rows):
        for step in range(3):
            if step == failing and len(touched.state.posts) > 1:
                raise ValueError("too many posts")
            if step == 2:
                settle(touched, rows)
            else:
                yield

    views = (replace(SETTLED, settle=by_steps),)
    rows, parked = built(office.store, views=views)

    with closing(ScratchPlace()) as place:
        runner = Runner(office.store, place, views, jobs=1)
        runner.follow(1)
        runner.follow()
        with runner.reading() as reading:
            assert list(reading.find(POSTS)) == rows["posts"]
        assert [runner.parked("settled")] == parked
    assert len(parked[0]) == 2


def test_a_family_is_applied_or_settled():
    """A view that would do both with one family is a mistake of ours."""
    with pytest.raises(AssertionError, match="applied or settled"):
        replace(FOLDED, settles=FAMILY_KINDS, settle=settle)
