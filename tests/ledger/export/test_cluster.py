"""Dask's workers look at a tree: real processes, one of them killed on the way, and what they find is the same."""

from __future__ import annotations

import os
import shutil
import signal
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest
from distributed import KilledWorker, LocalCluster

from ledger.errors import UnavailableError
from ledger.export.spans.cluster import Cluster
from ledger.export.trees import TreeCheck
from tests.ledger.export.proven import trust_of
from tests.office import make_office
from tests.stock.trees import fill, flip, write_tree

WIDTH = 256


@pytest.fixture(scope="module")
def office():
    """Two thousand entries: eight spans."""
    office = make_office()
    fill(office, 2000)
    return office


@pytest.fixture(scope="module")
def sound(office, tmp_path_factory):
    """Its tree, not to be changed."""
    return write_tree(office, tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield cluster


@pytest.fixture
def workers(cluster):
    """They, as the command has them."""
    with Cluster(cluster.scheduler_address, patience_seconds=20) as workers:
        yield workers


def ground_of(folder, office):
    """What the spans of a tree are checked against, with no key known yet."""
    return TreeCheck(folder, trust_of(office)).ground()


def test_a_worker_killed_on_the_way_changes_nothing(office, sound, tmp_path, cluster, workers):
    """Its spans are looked at by the other: every entry, and the damaged tile by the same name and words."""
    shutil.copytree(sound, tmp_path / "tree")
    flip(tmp_path / "tree/tile/entries/006", 4000)
    alone, spread = (TreeCheck(tmp_path / "tree", trust_of(office), width=WIDTH) for _ in "ab")
    victims = [each.pid for each in list(cluster.workers.values())[:1]]

    def kill(*_):
        while victims:
            os.kill(victims.pop(), signal.SIGKILL)

    alone.run()
    spread.run(workers, kill)

    assert not victims
    assert spread.checked == alone.checked
    assert "tile/0/006" in {each.record for each in spread.checked.findings}


def fail_here(ground, *_):
    """Find no tree."""
    return replace(ground, head="").open()


def lose_program(*_):
    """Be a worker on which nothing is installed."""
    raise ModuleNotFoundError("No module named 'ledger'")


@pytest.mark.parametrize(
    ("work", "message"),
    [(fail_here, "another checkpoint is there"), (lose_program, "has no such program")],
)
def test_what_no_worker_can_do_ends_the_run(office, sound, workers, work, message):
    """It is tried again, and never counts as having found nothing."""
    with pytest.raises(UnavailableError, match=message):
        list(workers.run(work, ground_of(sound, office), [(0, WIDTH)]))


class Coming:
    """A task's result that comes only after some errors."""

    def __init__(self, *errors):
        self.errors = list(errors)

    def result(self, *, timeout):
        if self.errors:
            raise self.errors.pop(0)
        return timeout


def lose(*_):
    """Be a scheduler that has gone."""
    raise OSError("connection lost")


def test_who_is_slow_is_waited_for_and_who_is_lost_is_not(workers, monkeypatch):
    """As long as there are workers; without workers or scheduler the run ends."""
    assert workers._result(Coming(TimeoutError(), TimeoutError())) == 20
    for error, message in (
        (KilledWorker.__new__(KilledWorker), "every worker that was given it was lost"),
        (CancelledError(), "the scheduler was lost"),
    ):
        with pytest.raises(UnavailableError, match=message):
            workers._result(Coming(error))
    with monkeypatch.context() as patch:
        patch.setattr(workers._client, "nthreads", lose)
        with pytest.raises(UnavailableError, match="no worker is left"):
            workers._result(Coming(TimeoutError()))


def test_a_cluster_without_workers_ends_the_run(office, sound):
    """Nobody is waited for for ever."""
    with (
        LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as empty,
        Cluster(empty.scheduler_address, patience_seconds=0.3) as nobody,
        pytest.raises(UnavailableError, match="no worker is left"),
    ):
        TreeCheck(sound, trust_of(office)).run(nobody)


def test_a_scheduler_that_does_not_answer_is_named():
    """By its address."""
    with pytest.raises(UnavailableError, match=r"Dask scheduler tcp://127\.0\.0\.1:1"):
        Cluster("tcp://127.0.0.1:1", patience_seconds=0.2)
