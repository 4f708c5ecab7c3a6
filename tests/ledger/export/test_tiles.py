"""Writing a tree of tiles: only what is new, whole files, never another log's tree."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ledger.errors import (
    KeyNotTrustedError,
    LedgerError,
    ProofError,
    UnavailableError,
    UsageError,
)
from ledger.export import tiles as writing
from ledger.export.tiles import Head, Written, write_tiles
from ledger.log import tiles, tree
from ledger.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers, log_verifiers
from tests.office import make_busy_office, make_office
from tests.stock.trees import NOW, fill, grow_tree, head_of, write_tree

SIZES = (200, 255, 256, 257, 511, 512, 700, 1030)


def read(folder: Path, tile: tiles.Tile) -> bytes:
    """A tile as a reader gets it: the full one where the partial one has gone."""
    path = folder / tiles.format_path(tile)
    if path.exists():
        return path.read_bytes()
    whole = (folder / tiles.format_path(tile.whole)).read_bytes()
    if tile.kind == tiles.ENTRIES:
        return tiles.format_bundle(tiles.parse_bundle(whole, 256)[: tile.width])
    return whole[: 32 * tile.width]


def checked_size(folder: Path, office) -> int:
    """The size of the tree that stands in a folder, every entry and hash of it looked at."""
    keys = log_verifiers(office.log_key.verifier, office.log_key.verifier_ml_dsa)
    head = open_checkpoint((folder / "checkpoint").read_bytes(), office.ledger.origin, keys)
    entries = [
        entry
        for tile in tiles.tiles_of(tiles.ENTRIES, head.size)
        for entry in tiles.parse_bundle(read(folder, tile), tile.width)
    ]
    hashes = [tree.leaf_hash(entry) for entry in entries]
    assert tree.root(tree.append_all(0, (), hashes)[0]) == head.root
    for level in tiles.levels_of(head.size):
        for tile in tiles.tiles_of(str(level), len(hashes)):
            first = tile.number * 256
            expected = b"".join(hashes[first : first + tile.width])
            assert read(folder, tile) == expected, tile
        groups = [hashes[at : at + 256] for at in range(0, len(hashes) // 256 * 256, 256)]
        hashes = [tree.root(tree.append_all(0, (), group)[0]) for group in groups]
    return head.size


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the checkpoint."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "checkpoint"
    }


def test_a_small_tree_holds_entries_hashes_seals_and_the_head(tmp_path):
    """Three tiles and the checkpoint; each act's envelope in the order of the log."""
    office = make_busy_office()
    folder = write_tree(office, tmp_path)
    size = office.store.head().size

    assert checked_size(folder, office) == size
    sealed = tiles.parse_seals((folder / f"tile/seals/000.p/{size}").read_bytes())
    assert sealed == [each.envelope for each in office.store.seals()]
    assert files_of(folder).keys() == {
        f"tile/{kind}/000.p/{size}" for kind in ("0", "entries", "seals")
    }


def test_a_tree_written_piece_by_piece_is_the_tree_written_at_once(tmp_path):
    """At every size it is whole; at the end both hold the same files, old partial tiles aside."""
    office, folder = make_office(), tmp_path / "grown"
    for size in SIZES:
        fill(office, size)
        grow_tree(office, folder)
        assert checked_size(folder, office) == size

    at_once = files_of(write_tree(office, tmp_path))
    grown = files_of(folder)
    assert at_once.items() <= grown.items()
    assert {name[:11] for name in grown.keys() - at_once.keys()} == {"tile/1/000."}


def test_only_what_is_new_is_written(tmp_path):
    """Full tiles are left as they are, to the inode."""
    office, folder = make_office(), tmp_path / "tree"
    fill(office, 600)
    assert grow_tree(office, folder) == Written(0, 600, 10)
    before = {path: path.stat() for path in folder.rglob("*") if path.is_file()}

    fill(office, 800)
    written = grow_tree(office, folder)

    # Bundle 2 and its seals, two tiles of level 0 and one of level 1, bundle 3 and its seals.
    assert written == Written(600, 800, 7)
    old = [
        folder / f"tile/{kind}/{n}"
        for kind in ("entries", "seals", "0")
        for n in ("000", "001")
    ]
    for path in old:
        assert path.stat().st_ino == before[path].st_ino
        assert path.stat().st_mtime_ns == before[path].st_mtime_ns


def test_partial_tiles_go_when_the_full_one_is_there(tmp_path):
    """Until then they stay, for who holds an older checkpoint."""
    office, folder = make_office(), tmp_path / "tree"
    for size in (100, 200):
        fill(office, size)
        grow_tree(office, folder)
    assert {"tile/entries/000.p/100", "tile/entries/000.p/200"} <= files_of(folder).keys()

    fill(office, 300)
    grow_tree(office, folder)

    assert files_of(folder).keys() == {
        *(
            f"tile/{kind}/{n}"
            for kind in ("0", "entries", "seals")
            for n in ("000", "001.p/44")
        ),
        "tile/1/000.p/1",
    }


def test_partial_tiles_that_somebody_took_away_are_not_missed(tmp_path):
    """Who serves a tree may drop them; the next growth writes what is new and goes on."""
    office, folder = make_office(), tmp_path / "tree"
    fill(office, 100)
    grow_tree(office, folder)
    shutil.rmtree(folder / "tile/entries/000.p")

    fill(office, 300)
    grow_tree(office, folder)

    assert checked_size(folder, office) == 300


def test_a_tree_that_is_up_to_date_gets_the_newest_note(tmp_path):
    """The same head again writes no tile; a note with more signatures takes the old one's place."""
    office, folder = make_office(), tmp_path / "tree"
    grow_tree(office, folder)

    again = head_of(office)

    assert write_tiles(office.store, folder, again) == Written(8, 8, 0)
    assert (folder / "checkpoint").read_bytes() == again.note


@pytest.mark.parametrize("applied", [False, True], ids=["before", "applied, reported failed"])
def test_a_crash_at_any_file_leaves_the_older_tree_or_the_newer(tmp_path, monkeypatch, applied):
    """Whichever file fails, what stands there is whole; and calling again ends the work."""
    office, start = make_office(), tmp_path / "start"
    fill(office, 300)
    grow_tree(office, start)
    fill(office, 600)
    replace = Path.replace
    for fails_at in range(8):
        folder = tmp_path / str(fails_at)
        shutil.copytree(start, folder)
        left = iter([True] * fails_at)

        def failing(draft, target, left=left):
            if next(left, False):
                return replace(draft, target)
            if applied:
                replace(draft, target)
            raise OSError(28, "no space left")

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", failing)
            with pytest.raises(UnavailableError, match="try again"):
                grow_tree(office, folder)

        assert checked_size(folder, office) in (300, 600)
        grow_tree(office, folder)
        assert checked_size(folder, office) == 600
        assert list(folder.glob(".unfinished*")) == []


def test_a_first_writing_that_crashed_is_taken_up_again(tmp_path):
    """Tiles without a checkpoint are what a crash left, and no stranger's."""
    office, folder = make_busy_office(), tmp_path / "tree"
    grow_tree(office, folder)
    (folder / "checkpoint").unlink()
    (folder / ".unfinished-1").write_bytes(b"half")

    grow_tree(office, folder)

    assert checked_size(folder, office) == office.store.head().size
    assert not (folder / ".unfinished-1").exists()


def test_the_tree_of_another_log_is_refused_and_named(tmp_path):
    """Neither mixed nor overwritten."""
    office, folder = make_office(), tmp_path / "tree"
    grow_tree(office, folder)
    before = files_of(folder)
    head = head_of(office)
    other = Head(Checkpoint("other.example/log", 3, head.checkpoint.root), b"", ())

    with pytest.raises(
        UsageError, match=r"the tree of the log county.*, not of other\.example"
    ):
        write_tiles(office.store, folder, other)

    assert files_of(folder) == before


def test_a_tree_ahead_of_the_store_is_refused(tmp_path):
    """A store that was rolled back does not go on over what it once said."""
    office, folder = make_busy_office(), tmp_path / "tree"
    old = head_of(make_office())
    grow_tree(office, folder)
    head = Head(old.checkpoint, old.note, head_of(office).verifiers)

    with pytest.raises(ProofError, match="they run to size 25, this log to 8"):
        write_tiles(office.store, folder, head)


@pytest.mark.parametrize("size", [8, 25, 256, 300])
def test_a_forked_tree_is_refused(tmp_path, size):
    """The same log's key signed another past: nothing is written over it, at any size."""
    honest, forked, folder = make_office(), make_office(), tmp_path / "tree"
    fill(forked, size)
    fill(honest, 300)
    grow_tree(forked, folder)
    before = files_of(folder)

    with pytest.raises(ProofError, match="forked"):
        grow_tree(honest, folder)

    assert files_of(folder) == before


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(tmp_path):
    """A tree under a stranger's signature is not gone on with."""
    office, folder = make_office(), tmp_path / "tree"
    grow_tree(office, folder)
    note = (folder / "checkpoint").read_bytes()
    (folder / "checkpoint").write_bytes(note.rpartition("— ".encode())[0])

    with pytest.raises(KeyNotTrustedError, match="its signature is missing"):
        grow_tree(office, folder)


@pytest.mark.parametrize("name", ["notes.txt", "tile.txt"])
def test_a_folder_with_something_else_in_it_is_refused(tmp_path, name):
    """Nobody's folder becomes a tree by mistake."""
    (tmp_path / name).write_text("mine")

    with pytest.raises(UsageError, match=f"holds {name} and no checkpoint"):
        grow_tree(make_office(), tmp_path)


def test_a_checkpoint_that_is_none_is_refused(tmp_path):
    """What cannot be read is not replaced."""
    (tmp_path / "checkpoint").write_text("a list of guests\n")

    with pytest.raises(UsageError, match="choose another folder"):
        grow_tree(make_office(), tmp_path)


def damaged(office, monkeypatch, what):
    """The office's store, lying about one thing."""
    store = office.store
    rows, seals = list(store.events()), list(store.seals())
    row = rows[10]
    changes = {
        "event": (
            "events",
            [*rows[:10], type(row)(**{**fields(row), "event": row.event + b" "}), *rows[11:]],
        ),
        "missing": ("events", [*rows[:10], *rows[11:]]),
        "seal": ("seals", seals[:-1]),
        "envelope": (
            "seals",
            [type(s)(**{**fields(s), "envelope": s.envelope + b" "}) for s in seals],
        ),
    }
    name, told = changes[what]
    key = "index" if name == "events" else "first_index"

    def lying(start=0, stop=None):
        return iter(
            [
                each
                for each in told
                if start <= getattr(each, key) < (1 << 63 if stop is None else stop)
            ]
        )

    monkeypatch.setattr(store, name, lying)
    return store


def fields(row):
    """A row's members by name."""
    return {name: getattr(row, name) for name in row.__slots__}


@pytest.mark.parametrize("what", ["event", "missing", "seal", "envelope"])
def test_a_damaged_store_writes_no_tree(tmp_path, monkeypatch, what):
    """What does not lead to the signed root never stands under a checkpoint."""
    office, folder = make_busy_office(), tmp_path / "tree"
    head = head_of(office)

    with pytest.raises(LedgerError, match="store"):
        write_tiles(damaged(office, monkeypatch, what), folder, head)

    assert not (folder / "checkpoint").exists()


def test_hashes_that_are_missing_in_the_store_are_named(tmp_path, monkeypatch):
    """The begun tile of a higher level needs what stands before it."""
    office, folder = make_office(), tmp_path / "tree"
    fill(office, 300)
    grow_tree(office, folder)
    fill(office, 600)
    monkeypatch.setattr(office.store, "read_hashes", lambda _: [])

    with pytest.raises(ProofError, match="hashes of level 8 are missing"):
        write_tiles(office.store, folder, head_of(office))


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """A file in the folder's place is no tree."""
    (tmp_path / "file").write_text("")

    with pytest.raises(UnavailableError, match="tiles in"):
        grow_tree(make_office(), tmp_path / "file" / "tree")


def test_two_roots_of_one_size_are_called_a_fork(tmp_path):
    """Two signed heads of one size: the log spoke with two tongues."""
    office, folder = make_office(), tmp_path / "tree"
    grow_tree(office, folder)
    other = Checkpoint(office.ledger.origin, 8, bytes(32))
    note = sign_checkpoint(other, head_signers(office.log_key, NOW))

    with pytest.raises(ProofError, match="two roots were signed for size 8"):
        write_tiles(office.store, folder, Head(other, note, head_of(office).verifiers))


def test_the_module_says_how_long_an_act_is():
    """The seal of an entry begins at most 255 places before it."""
    from ledger.members import MAX_EVENTS

    assert writing.MAX_ACT == MAX_EVENTS
