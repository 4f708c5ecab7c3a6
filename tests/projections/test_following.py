"""Views that follow a log which is damaged: a record is parked, or nothing more is taken, and nothing is guessed."""

from __future__ import annotations

from contextlib import closing, nullcontext
from dataclasses import replace

import pytest

from ledger.errors import ProofError
from ledger.store.memory import MemoryStore
from projections.runner import Runner, ScratchPlace
from tests.projections.toys import PEOPLE, POSTS, TOYS


class Damaged(MemoryStore):
    """A log in which one event reads otherwise, or is gone, and the last seals may be gone."""

    def __init__(self, office, index, *, seals=None, **other):
        """Let the event at an index have other members; none of them: it is gone."""
        super().__init__()
        self._rows = office.store._rows
        self.index, self.kept, self.other = index, seals, other

    def snapshot(self):
        """Return what is read, which is damaged too."""
        return nullcontext(self)

    def events(self, start=0, stop=None):
        """Yield the events as they are damaged."""
        return iter([*self._read(super().events(start, stop))])

    def history(self, record, upto_index=None):
        """Return a history as it is damaged."""
        return [*self._read(super().history(record, upto_index))]

    def seals(self, start=0, stop=None):
        """Yield the seals that are kept."""
        return (each for each in super().seals(start, stop) if each.first_index != self.kept)

    def _read(self, rows):
        for row in rows:
            if row.index != self.index:
                yield row
            elif self.other:
                yield replace(row, **self.other)


@pytest.fixture
def given_post(office):
    """The first event by which somebody was given a post."""
    return next(row for row in office.store.events() if row.kind == "officer.post_given/1")


@pytest.fixture
def followed(office):
    """Follow the office's log up to an index, then a damaged one; returns the runner."""
    with closing(ScratchPlace()) as place:

        def follow(upto, damaged):
            Runner(office.store, place, TOYS).follow(upto)
            runner = Runner(damaged, place, TOYS)
            runner.follow()
            return runner

        yield follow


def parked(runner):
    """What each view has stopped listening to: (record, index)."""
    return {
        (each.record, each.index)
        for name in ("folded", "settled")
        for each in runner.parked(name)
    }


def posts_of(runner, record):
    """The posts of an officer, as listed and as counted."""
    with runner.reading() as reading:
        listed = [row["post"] for row in reading.find(POSTS) if row["record"] == record]
        (counted,) = [row["posts"] for row in reading.find(PEOPLE) if row["record"] == record]
    return listed, counted


@pytest.mark.parametrize("before", [0, 9], ids=["at its first news", "after others"])
def test_an_event_that_is_no_event_parks_its_record(office, given_post, followed, before):
    """What happened to the record before stands in every view, whether it came in the same batch or earlier."""
    upto = given_post.index - before

    runner = followed(upto, Damaged(office, given_post.index, event=b"{}"))

    assert parked(runner) == {(given_post.record, given_post.index)}
    assert posts_of(runner, given_post.record) == (["文书"], 1)
    assert {each.position for each in runner.standing().values()} == {office.store.head().size}


def test_a_history_that_cannot_be_read_any_more_parks_its_record(office, given_post, followed):
    """An older event went bad since: what is folded event by event goes on, what asks for the whole does not."""
    enrolled = office.store.history(given_post.record)[0]

    runner = followed(given_post.index, Damaged(office, enrolled.index, event=b"{}"))

    assert runner.parked("folded") == []
    assert [(each.record, each.index) for each in runner.parked("settled")] == [
        (given_post.record, given_post.index)
    ]
    assert posts_of(runner, given_post.record) == (["文书"], 2)


@pytest.mark.parametrize("gone", [False, True], ids=["of another act", "gone"])
def test_an_event_that_no_seal_covers_is_not_taken(office, given_post, followed, gone):
    """The batch is left: `verify` names what is wrong, and views stand where they stood."""
    if gone:
        damaged, said = Damaged(office, office.store.head().size - 1), "an act is not whole"
    else:
        damaged = Damaged(office, given_post.index, act="01FXOTHER")
        said = f"index {given_post.index}: its seal is another act's"

    with pytest.raises(ProofError, match=said):
        followed(8, damaged)


def test_a_log_whose_last_act_is_missing_is_not_taken(office, followed):
    """Seals end before the events do."""
    last = list(office.store.seals())[-1]

    with pytest.raises(ProofError, match="an act is missing"):
        followed(8, Damaged(office, -1, seals=last.first_index))
