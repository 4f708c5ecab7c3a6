"""A tree looked at in spans: the same is found however it is cut, and whoever looks."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from ledger.canonical import ZERO_DIGEST
from ledger.errors import UnavailableError
from ledger.export.checked import Checked, Trust
from ledger.export.spans.folder import TreeFolder
from ledger.export.spans.ground import learned, survey
from ledger.export.spans.hands import ALONE
from ledger.export.spans.heights import Heights
from ledger.export.spans.processes import Processes
from ledger.export.spans.reaching import Histories, Reach, Stretch, hold_acts
from ledger.export.spans.span import check_span
from ledger.export.trees import SPAN, TreeCheck, spans
from ledger.log import tiles
from tests.ledger.export.proven import trust_of
from tests.office import make_office
from tests.stock.trees import fill, flip

SIZE = 900
# What is done to a tree: the tile's path, and how.
DAMAGE = {
    "an entry": ("tile/entries/001", lambda path: flip(path, 4000)),
    "an entry's length": ("tile/entries/001", lambda path: flip(path, 0)),
    "a bundle gone": ("tile/entries/001", lambda path: path.unlink()),
    "a seal": ("tile/seals/001", lambda path: flip(path, 900)),
    "seals cut": ("tile/seals/000", lambda path: path.write_bytes(path.read_bytes()[:-9])),
    "seals gone": ("tile/seals/001", lambda path: path.unlink()),
    "a leaf": ("tile/0/002", lambda path: flip(path, 99)),
    "leaves gone": ("tile/0/002", lambda path: path.unlink()),
    "a node": ("tile/1/000.p/3", lambda path: flip(path, 40)),
    "nodes gone": ("tile/1/000.p/3", lambda path: path.unlink()),
}


@pytest.fixture(scope="module")
def office():
    """Nine hundred entries in acts of up to 256, which stand across the edges of bundles."""
    office = make_office()
    fill(office, 300)
    office.enrol("后来", "文书")
    fill(office, SIZE)
    return office


def found(folder, trust, *, width=tiles.WIDTH, hands=ALONE):
    """What is found in spans of one bundle each, unless told otherwise."""
    checking = TreeCheck(folder, trust, width=width)
    checking.run(hands)
    return checking.checked


def test_a_sound_tree_holds_in_spans_of_a_bundle(office, sound):
    """Acts and histories that reach over every edge are held together."""
    whole, cut = found(sound, trust_of(office), width=SPAN), found(sound, trust_of(office))

    assert (whole.findings, cut.findings) == ([], [])
    assert (cut.entries, cut.acts) == (whole.entries, whole.acts) == (SIZE, office_acts(office))


def office_acts(office):
    """How many acts the office's store has."""
    return len(list(office.store.seals()))


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named_alike_however_the_tree_is_cut(office, copy, what):
    """Code, place and words are the same, in the same order, and the damaged file is among them."""
    path, damage = DAMAGE[what]
    damage(copy / path)
    first = tiles.parse_path(path).number * tiles.WIDTH

    whole = found(copy, trust_of(office), width=SPAN).findings

    assert found(copy, trust_of(office)).findings == whole != []
    near = [
        each
        for each in whole
        if each.record == path or first <= (each.index or 0) < first + tiles.WIDTH
    ]
    assert near


def test_what_follows_a_missing_bundle_is_still_looked_at(office, copy):
    """The bundle is named once; a later damage is named too, and no entry behind the gap is blamed for it."""
    (copy / "tile/entries/001").unlink()
    flip(copy / "tile/0/002", 5)

    told = [(each.code, each.record) for each in found(copy, trust_of(office)).findings]

    assert told == [
        ("tree.file", "tile/entries/001"),
        ("tree.hashes", "tile/0/002"),
    ]


def test_an_act_that_is_not_whole_is_found(sound, office):
    """A checkpoint signed in the middle of an act leaves some of its events out."""
    ground = ground_of(sound, office)

    report = check_span(replace(ground, size=768), 256, 768)

    assert [(each.code, each.damage) for each in report.findings] == [("tree.seal", "deleted")]
    assert "events of its act are not where they belong" in report.findings[0].message


def ground_of(folder, office):
    """What the spans of a tree are checked against."""
    seen = []

    class Watching:
        def run(self, work, ground, asked):
            seen.append(ground)
            return ALONE.run(work, ground, asked)

    TreeCheck(folder, trust_of(office)).run(Watching())
    return seen[-1]


def test_the_glance_finds_who_signs(sound, office):
    """Keys and officers enrolled late in the log are known to every span, the first included."""
    ground = ground_of(sound, office)

    glance = survey(ground, 0, 256) + survey(ground, 256, SIZE)

    assert glance == ground.governing
    assert len(learned(glance).ring.lives) == len(office.people)


def test_a_worker_who_sees_another_tree_looks_at_nothing(copy, office):
    """Its files are not what is meant: that is no finding, and no answer."""
    ground = ground_of(copy, office)
    flip(copy / "checkpoint", 3)

    with pytest.raises(UnavailableError, match="another checkpoint is there"):
        check_span(ground, 0, 256)


def test_another_program_s_report_is_not_taken(sound, office):
    """Whoever runs other checks than ours has not made ours."""

    class Elsewhere:
        def run(self, work, ground, asked):
            return ALONE.run(work, replace(ground, program="qifeng 0.0.1"), asked)

    with pytest.raises(UnavailableError, match=r"runs qifeng 0\.0\.1, not qifeng"):
        TreeCheck(sound, trust_of(office)).run(Elsewhere())


def held(begun, reached):
    """What is found where these acts reach over the edge at 512."""
    told = []
    hold_acts(begun, reached, 512, lambda *each: told.append(each[:2]))
    return told


def test_acts_over_an_edge_are_whole_and_at_one_place():
    """As many events on both sides as were signed, and the same first index by both."""
    ours, theirs = Reach(500, 12, 20), Reach(500, 8, 20)

    assert held({"a": ours}, {"a": theirs}) == []
    assert held({"a": ours}, {"a": replace(theirs, here=7)}) == [("seal", "deleted")]
    assert held({"a": ours}, {"a": replace(theirs, first=499)}) == [("seal", "reordered")]
    assert held({"a": ours}, {}) == [("seal", "reordered")]
    assert held({}, {"a": theirs}) == [("seal", "reordered")]


def follow(*stretches):
    """What is found in stretches of one record, each (version, prev) to (version, digest); None is a gap."""
    told = []
    histories = Histories(lambda *each: told.append(each[2]))
    for stretch in stretches:
        if stretch is None:
            histories.gap()
        else:
            (version, prev), end = stretch
            histories.take(Stretch({"rule/1": (version, prev, 7)}, {"rule/1": end}))
    return told


def test_histories_go_on_over_the_edge():
    """By version and by digest; over a gap only forwards."""
    one, two = "1" * 64, "2" * 64
    begun = ((1, ZERO_DIGEST), (3, one))

    assert follow(begun, ((4, one), (4, two))) == []
    assert follow(begun, ((4, two), (4, two))) == ["version 4 does not follow 3"]
    assert follow(begun, ((5, one), (5, two))) == ["version 5 does not follow 3"]
    assert follow(((2, ZERO_DIGEST), (2, one))) == ["version 2 does not follow 0"]
    assert follow(begun, None, ((6, two), (6, two)), ((7, two), (7, one))) == []
    assert follow(begun, None, ((2, two), (2, two))) == ["version 2 does not follow 3"]


def test_spans_cover_the_tree():
    """Each entry once, in order; the last as far as it goes."""
    assert list(spans(600, 256)) == [(0, 256), (256, 512), (512, 600)]
    assert list(spans(0, 256)) == []


def end_process(*_):
    """Die, as a worker that the system kills does."""
    os._exit(9)


def fail_here(ground, *_):
    """Find no tree."""
    return replace(ground, head="").open()


def test_worker_processes_find_the_same_or_end_the_run(office, copy):
    """In the same order too; one that fails, or dies, never counts as having found nothing."""
    ground = ground_of(copy, office)
    flip(copy / "tile/entries/001", 4000)
    with Processes(2) as hands:
        told = found(copy, trust_of(office), hands=hands)
        with pytest.raises(UnavailableError, match="another checkpoint"):
            list(hands.run(fail_here, ground, [(0, 256)]))
        with pytest.raises(UnavailableError, match="ended early"):
            list(hands.run(end_process, ground, [(0, 256)]))

    assert told.findings == found(copy, trust_of(office)).findings != []


def test_no_pin_and_no_founding_bundle_leave_no_key_to_go_by(copy):
    """Then nothing vouches for anything, and that is found."""
    (copy / "tile/entries/000").unlink()

    told = {each.code for each in found(copy, None).findings}

    assert {"tree.file", "tree.founding", "tree.checkpoint"} <= told
    assert found(copy, Trust("", "", "argument")).findings != []


def test_hash_tiles_above_full_ones_are_looked_for(tmp_path):
    """256 full bundles fill a tile of level 1, whose hash begins one of level 2."""
    checked = Checked(root="0" * 64)
    heights = Heights(TreeFolder(tmp_path), 65_536, checked)

    heights.take([bytes(32)] * 256, ())
    heights.finish()

    assert [(each.code, each.record) for each in checked.findings] == [
        ("tree.file", "tile/1/000"),
        ("tree.file", "tile/2/000.p/1"),
        ("tree.root", ""),
    ]
