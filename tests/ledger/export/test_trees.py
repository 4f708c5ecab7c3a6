"""Checking a tree of tiles with no store: sound ones at every size, and every change of a byte."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError, UnavailableError
from ledger.export.trees import check_tree, tree_head
from ledger.log import tiles
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.note import parse_note
from tests.ledger.export.proven import codes, trust_of
from tests.office import SECOND, make_busy_office, make_office
from tests.stock.trees import fill, flip, grow_tree, head_of, write_tree


@pytest.fixture(scope="module")
def office():
    """A small office; nobody here adds to it."""
    return make_busy_office()


def found(folder, office):
    """The codes that are found in a tree by the office's pin."""
    return codes(check_tree(folder, trust_of(office)))


def test_a_sound_tree_holds_by_the_pin(office, sound):
    """All entries, all acts, and what is not shown."""
    checked = check_tree(sound, trust_of(office))
    size = office.store.head().size

    assert checked.findings == []
    assert (checked.entries, checked.acts) == (size, len(list(office.store.seals())))
    assert checked.shown.startswith(f"all {size} entries of the log county.example/office")
    assert (checked.scope, checked.pin) == ("tree", "argument")
    assert "business rules" in checked.not_checked


def test_a_tree_that_grew_holds_at_every_size(tmp_path):
    """Across the edges of tiles and levels, and acts that reach into the next bundle."""
    office, folder = make_office(), tmp_path / "tree"
    for size in (255, 256, 257, 600, 1100):
        fill(office, size)
        grow_tree(office, folder)
        assert found(folder, office) == set(), size


def test_an_older_checkpoint_is_checked_by_the_full_tiles(tmp_path):
    """Whoever kept an older head finds all of it, where partial tiles have gone."""
    office, folder = make_office(), tmp_path / "tree"
    fill(office, 200)
    old = head_of(office)
    office.enrol("后来", "文书")
    fill(office, 600)
    grow_tree(office, folder)
    (folder / "checkpoint").write_bytes(old.note)

    checked = check_tree(folder, trust_of(office))

    assert (checked.findings, checked.size, checked.entries) == ([], 200, 200)


def test_without_a_pin_the_tree_vouches_for_itself(sound):
    """It holds, and proves less."""
    checked = check_tree(sound, None)

    assert (checked.findings, checked.pin) == ([], "tree")


def test_another_pin_is_a_fork(sound, office):
    """The twin of the office has the same log key, and another founding act."""
    assert found(sound, make_busy_office()) == {"tree.pin", "tree.founding"}
    assert tree_head(sound).origin == office.ledger.origin


@pytest.mark.parametrize("kind", ["entries", "seals", "0"])
def test_changed_bytes_are_found(office, copy, kind):
    """Bit by bit through bundle, seals and hashes."""
    (path,) = (copy / "tile" / kind).glob("000.p/*")
    for place in range(0, path.stat().st_size, 197):
        flip(path, place)
        assert found(copy, office) != set(), place
        flip(path, place)

    assert found(copy, office) == set()


def test_changed_bytes_of_the_checkpoint_are_found(office, copy):
    """What is no checkpoint is told at once; what is one must be signed by both halves of the key."""
    path = copy / "checkpoint"
    for place in range(0, path.stat().st_size, 43):
        flip(path, place)
        try:
            assert found(copy, office) != set(), place
        except MalformedError:
            continue
        finally:
            flip(path, place)


@pytest.mark.parametrize("kind", ["entries", "seals", "0"])
def test_a_missing_file_is_named(office, copy, kind):
    """Which one, by its path in the tree."""
    (path,) = (copy / "tile" / kind).glob("000.p/*")
    path.unlink()

    checked = check_tree(copy, trust_of(office))

    (missing,) = [each for each in checked.findings if each.code == "tree.file"]
    assert missing.record == f"tile/{kind}/000.p/{path.name}"


def test_a_cut_file_is_found(office, copy):
    """Every kind of tile, cut in the middle."""
    for kind in ("entries", "seals", "0"):
        (path,) = (copy / "tile" / kind).glob("000.p/*")
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        assert found(copy, office) != set()
        path.write_bytes(whole)


def test_seals_left_out_or_added_are_found(office, copy):
    """Each entry's seal is there, and no other."""
    (path,) = (copy / "tile" / "seals").glob("000.p/*")
    envelopes = tiles.parse_seals(path.read_bytes())
    twin = [each.envelope for each in make_busy_office().store.seals()]
    for told in (envelopes[1:], envelopes[:-1], [*envelopes, twin[3]]):
        path.write_bytes(tiles.format_seals(told))
        assert "tree.seal" in found(copy, office)


def test_entries_in_another_order_are_found(office, copy):
    """They lead to another root, and histories do not follow."""
    (path,) = (copy / "tile" / "entries").glob("000.p/*")
    entries = tiles.parse_bundle(path.read_bytes(), int(path.name))
    path.write_bytes(tiles.format_bundle([*entries[:3], *entries[:2:-1]]))

    assert {"tree.root", "tree.hashes", "tree.chain"} <= found(copy, office)


def test_a_tree_rewritten_by_who_holds_the_log_key_is_found(office, tmp_path):
    """All hashes fit, the checkpoint is signed: the officers' signatures are missing."""
    other = make_busy_office()
    folder = write_tree(other, tmp_path)
    (path,) = (folder / "tile" / "seals").glob("000.p/*")
    path.write_bytes(tiles.format_seals([each.envelope for each in office.store.seals()]))

    assert "tree.seal" in found(folder, other)


def test_a_stolen_key_s_acts_are_found(tmp_path):
    """From the index on that the revocation names, though it was recorded later."""
    office = make_busy_office()
    spare = office.enrol_key("丙", "丙的另一把密钥")
    key = f"key/{spare.signer.key_id}"
    done = office.act(spare, ("key.propose-revocation", key, {"reason": "遗失"}))
    again = {"reason": "被盗", "compromised_since": done.first_index}
    office.act("丁", ("key.propose-revocation", key, again))
    office.act(SECOND, ("key.revoke", key, {}))

    assert found(write_tree(office, tmp_path), office) == {"tree.key"}


def test_a_folder_without_a_checkpoint_is_no_tree(tmp_path):
    """Nothing to check it by, and that is said."""
    with pytest.raises(UnavailableError, match="file checkpoint"):
        check_tree(tmp_path, None)


def test_the_head_of_a_tree_is_what_its_checkpoint_says(sound):
    """Origin, size and root, as signed."""
    note = (sound / "checkpoint").read_bytes()

    assert tree_head(sound) == parse_checkpoint(parse_note(note).text)
