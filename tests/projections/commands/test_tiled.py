"""`qifeng verify --tiles`: what the command says of a tree, with no ledger at hand."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext

import pytest
from distributed import LocalCluster

from ledger import canonical
from ledger.export.spans.hands import ALONE
from tests.stock.trees import flip


@pytest.fixture
def tree(room):
    """The tree of the room's ledger."""
    assert room("log", "tiles", room.folder / "tree").code == 0
    return room.folder / "tree"


def test_a_sound_tree_holds_by_the_reader_s_pin(room, tree):
    """All that a tree shows was looked at, and what it does not show is named."""
    told = room.say("verify", "--tiles", tree)

    assert (told["verdict"], told["scope"], told["pin"]) == (
        "intact",
        "tiles",
        {"source": "user"},
    )
    assert "rule" in told["not_checked"]
    entries = {each["code"]: each["examined"] for each in told["checks"]}["tree.entry"]
    assert (entries, told["findings"]) == (told["size"], [])
    assert "verdict: nothing found in tiles\n" in room("verify", "--tiles", tree).out


def test_whoever_has_no_pin_is_told_that_it_proves_less(call, tree):
    """The tree's own key vouches for the tree."""
    told = call("verify", "--tiles", tree)

    assert (
        told.code,
        "not independent: the log's key was taken from the tree" in told.out,
    ) == (
        0,
        True,
    )


def test_damage_is_a_finding(room, tree):
    """Exit 1, the tile named, and the same by `check`."""
    (path,) = (tree / "tile/0").glob("000.p/*")
    flip(path, 7)

    told = room("verify", "--tiles", tree, "--json")

    (finding,) = json.loads(told.out)["findings"]
    assert (told.code, finding["code"]) == (1, "tree.hashes")
    assert finding["record"] == f"tile/0/000.p/{path.name}"
    assert json.loads(room("check", tree, "--json").out)["findings"] == [finding]


def test_all_cores_help_where_it_is_worth_it(room, tree, monkeypatch):
    """As many processes as are asked for; they say the same."""
    asked = []
    here = room.say("verify", "--tiles", tree, "--jobs", 2)
    monkeypatch.setattr("projections.commands.tiled.WORTH_WORKERS", 1)
    monkeypatch.setattr(
        "projections.commands.tiled.Processes",
        lambda jobs: asked.append(jobs) or nullcontext(ALONE),
    )

    told = room.say("verify", "--tiles", tree, "--jobs", 2)

    assert asked == [2]
    assert {**told, "seconds": 0} == {**here, "seconds": 0}


def test_dask_s_workers_say_the_same(room, tree, monkeypatch):
    """The same object but for the seconds; where all of them fail, the run is unfinished and says so."""
    with LocalCluster(
        n_workers=1, processes=False, dashboard_address=":0", protocol="tcp"
    ) as cluster:
        address = cluster.scheduler_address
        told = room.say("verify", "--tiles", tree, "--dask", address)
        with monkeypatch.context() as patch:
            patch.setattr("ledger.export.spans.ground.digest", lambda _: "another's")
            failed = room("verify", "--tiles", tree, "--dask", address, "--json")

    here = room.say("verify", "--tiles", tree)
    unfinished = json.loads(failed.out)
    assert {**told, "seconds": 0} == {**here, "seconds": 0}
    assert (failed.code, unfinished["verdict"]) == (3, "unfinished")
    assert "another checkpoint is there" in unfinished["unfinished"]


def test_without_the_extra_it_says_what_to_install(room, tree, monkeypatch):
    """One line, exit 2, nothing else loaded."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr("projections.commands.tiled.find_spec", lambda _: None)

    told = room("verify", "--tiles", tree, "--dask", "tcp://127.0.0.1:1")

    assert (told.code, told.out) == (2, "")
    assert (
        told.err == "error: --dask needs Dask, which is not here; pip install qifeng[scale]\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dask", "tcp://127.0.0.1:1"), "say which with --tiles DIR"),
        (("--tiles", ".", "--only", "seal"), "with --tiles give no more than"),
        (("--tiles", ".", "--dask", "tcp://127.0.0.1:1", "--jobs", "2"), "give no --jobs"),
    ],
)
def test_what_does_not_fit_together_is_refused(room, tree, monkeypatch, arguments, message):
    """Exit 2, and what to do."""
    monkeypatch.chdir(tree)
    told = room("verify", *arguments)

    assert (told.code, told.out) == (2, "")
    assert message in told.err


def test_a_folder_that_holds_no_tree_is_named(room):
    """Exit 3: the checkpoint cannot be read."""
    told = room("verify", "--tiles", room.folder)

    assert (told.code, "file checkpoint" in told.err) == (3, True)


def test_another_office_s_tree_is_no_business_of_the_pin(room, tree):
    """The pin that is named is held against the founding act."""
    other = next((room.folder / "mine").rglob("pin.json"))
    changed = json.loads(other.read_text()) | {"founding": "0" * 64}
    other.write_bytes(canonical.encode(changed))

    told = room("verify", "--tiles", tree, "--pin", other, "--json")

    assert {"tree.pin", "tree.founding"} <= {
        each["code"] for each in json.loads(told.out)["findings"]
    }
