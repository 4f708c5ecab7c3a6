"""Tiles: paths, hash tiles, entry bundles and seal tiles, to the byte."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.log import tiles, tree
from ledger.log.tiles import Tile, format_path, parse_path
from tests.ledger.log.parts import VECTORS

CASE = json.loads((VECTORS / "tiles-of-size-7.json").read_text())
ENTRIES = [bytes.fromhex(entry) for entry in CASE["entries"]]
KINDS = st.one_of(st.integers(0, 63).map(str), st.sampled_from(["entries", "seals"]))
TILES = st.builds(Tile, KINDS, st.integers(0, 2**56), st.integers(1, 256))


def test_the_worked_bundle_and_tile_are_the_published_ones() -> None:
    """Seven entries, there and back; their hash tile to the digest."""
    bundle = bytes.fromhex(CASE["bundle"])
    hashes = [tree.leaf_hash(entry) for entry in ENTRIES]

    assert tiles.format_bundle(ENTRIES) == bundle
    assert tiles.parse_bundle(bundle, 7) == ENTRIES
    assert hashlib.sha256(tiles.format_hashes(hashes)).hexdigest() == CASE["tile_sha256"]
    assert tiles.parse_hashes(tiles.format_hashes(hashes), 7) == hashes


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile("0", 0), "tile/0/000"),
        (Tile("0", 455_667), "tile/0/x455/667"),
        (Tile("entries", 1_234_067), "tile/entries/x001/x234/067"),
        (Tile("2", 123_456_789, 65), "tile/2/x123/x456/789.p/65"),
        (Tile("63", 999), "tile/63/999"),
        (Tile("seals", 1_000, 1), "tile/seals/x001/000.p/1"),
    ],
)
def test_published_paths(tile: Tile, path: str) -> None:
    """The examples of the specification, and the edges of the groups."""
    assert format_path(tile) == path
    assert parse_path(path) == tile


@given(TILES)
def test_every_path_is_read_back(tile: Tile) -> None:
    """A tile has one path, and the path one tile."""
    assert parse_path(format_path(tile)) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "tile/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000",
        "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/300",
        "tile/0/000.p", "tile/0/000/", "/tile/0/000", "tile/0/x000/001", "tile/0/001/x002",
        "tile/0/x1/000", "tile/data/000", "tile/0/０００", "tile/0/000\n", "tile/0/000.p/1/2",
    ],
)  # fmt: skip
def test_what_is_no_path_is_refused(path: str) -> None:
    """Other spellings, widths and levels than those of the layout."""
    with pytest.raises(MalformedError, match="tile path"):
        parse_path(path)


def test_the_tiles_of_a_log_of_70_000() -> None:
    """273 full and one of 112 on level 0; one full and one of 17; one of 1."""
    expected = {0: (273, 112), 1: (1, 17), 2: (0, 1)}
    assert list(tiles.levels_of(70_000)) == [0, 1, 2]
    for level, (full, rest) in expected.items():
        found = list(tiles.tiles_of(str(level), tiles.hashes_at(70_000, level)))
        assert found == [
            *(Tile(str(level), n) for n in range(full)),
            Tile(str(level), full, rest),
        ]


def test_a_full_tile_has_its_root_one_level_up() -> None:
    """At size 256 level 1 begins; below it does not; the empty log has no tile."""
    assert [list(tiles.levels_of(n)) for n in (0, 1, 255, 256, 65_535, 65_536)] == [
        [], [0], [0], [0, 1], [0, 1], [0, 1, 2],
    ]  # fmt: skip
    assert list(tiles.tiles_of("0", 0)) == []
    assert list(tiles.tiles_of("1", tiles.hashes_at(256, 1))) == [Tile("1", 0, 1)]


def test_only_the_tiles_from_an_item_on_are_asked_for() -> None:
    """The tile in which the first new item stands is the first."""
    assert list(tiles.tiles_of("entries", 600, 256)) == [
        Tile("entries", 1),
        Tile("entries", 2, 88),
    ]
    assert list(tiles.tiles_of("entries", 600, 599)) == [Tile("entries", 2, 88)]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_bundles_and_seal_tiles_are_read_back(items: list[bytes]) -> None:
    """Whatever is counted in comes out the same."""
    assert tiles.parse_bundle(tiles.format_bundle(items), len(items)) == items
    assert tiles.parse_seals(tiles.format_seals(items)) == items


def test_every_truncation_of_a_bundle_is_refused() -> None:
    """Fewer entries, or half of one, are no bundle of this width."""
    bundle = tiles.format_bundle(ENTRIES)
    for end in range(len(bundle)):
        with pytest.raises(MalformedError, match="entry bundle"):
            tiles.parse_bundle(bundle[:end], 7)
    with pytest.raises(MalformedError, match="entry bundle"):
        tiles.parse_bundle(bundle + b"\0\0", 7)


def test_a_seal_tile_cut_within_an_envelope_is_refused() -> None:
    """It ends where an envelope ends."""
    sealed = tiles.format_seals([b"first", b"second"])
    for end in set(range(len(sealed))) - {0, 9}:
        with pytest.raises(MalformedError, match="seal tile"):
            tiles.parse_seals(sealed[:end])


@pytest.mark.parametrize("length", [0, 31, 33, 7 * 32 - 1, 8 * 32])
def test_a_hash_tile_of_another_length_is_refused(length: int) -> None:
    """32 bytes for each hash that the size demands."""
    with pytest.raises(MalformedError, match="hash tile: expected 224 bytes"):
        tiles.parse_hashes(bytes(length), 7)


def test_an_entry_that_two_bytes_cannot_count_is_not_written() -> None:
    """65,535 bytes are the most."""
    assert len(tiles.format_bundle([bytes(65_535)])) == 65_537
    with pytest.raises(MalformedError, match="at most 65535 bytes"):
        tiles.format_bundle([bytes(65_536)])
