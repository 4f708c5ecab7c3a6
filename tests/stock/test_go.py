"""Go's x/mod `note` and `tlog` audit our trees entry by entry, and refuse what was changed."""

from __future__ import annotations

import shutil

import pytest

from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.consistency import ConsistencyProof, format_consistency
from ledger.log.note import Signature, parse_note
from ledger.log.speaker import witness_signers
from ledger.log.tree import prove_consistency
from ledger.log.witness import cosigned_note
from tests.ledger.export.proven import entry_proof, evidence_of
from tests.office import make_busy_office
from tests.stock.trees import big_office, fill, flip, grow_tree, head_of, write_tree

SIZE = 70_000
# One file of every kind that the audit of seventy thousand entries reads.
READ = (
    "checkpoint",
    "tile/entries/000",
    "tile/entries/150",
    "tile/entries/273.p/112",
    "tile/0/000",
    "tile/0/272",
    "tile/0/273.p/112",
    "tile/1/000",
    "tile/1/001.p/17",
    "tile/2/000.p/1",
)


@pytest.mark.slow
def test_every_entry_of_a_log_of_70_000_is_audited_and_a_changed_byte_refused(
    auditor, tmp_path
):
    """One changed bit in an entry bundle, a hash tile of any level or the checkpoint is found."""
    office = big_office(tmp_path, SIZE)
    vkey, tree = office.log_key.verifier, write_tree(office, tmp_path)

    assert office.store.head().size == SIZE
    assert auditor("tree", vkey, tree) == ""
    for name in READ:
        for place in (0, (tree / name).stat().st_size // 2):
            flip(tree / name, place)
            refused = auditor("tree", vkey, tree)
            flip(tree / name, place)
            # Of the note's middle the ML-DSA-44 line is not Go's to judge.
            assert refused.startswith("refused: ") or (name, place > 0) == ("checkpoint", True)
    assert auditor("tree", vkey, tree) == ""


def test_a_small_tree_is_audited(auditor, busy):
    """Every entry of a log that fits one partial tile."""
    office, tree = busy

    assert auditor("tree", office.log_key.verifier, tree) == ""


def test_a_head_that_witnesses_cosigned_is_the_same_head_to_go(auditor, busy, tmp_path):
    """Lines of witnesses under a checkpoint are left alone by who does not know them."""
    office, tree = busy
    shutil.copytree(tree, tmp_path / "tree")
    path = tmp_path / "tree" / "checkpoint"
    witness = LogKey("witness.archive.example/w1", SeedSigner(b"1" * 32), b"2" * 32)
    text = parse_note(path.read_bytes()).text.encode()
    lines = [
        Signature(each.name, each.key_id, each.sign(text))
        for each in witness_signers(witness, 1_700_000_000)
    ]
    path.write_bytes(cosigned_note(path.read_bytes(), lines))

    assert auditor("tree", office.log_key.verifier, tmp_path / "tree") == ""


def test_changed_bytes_anywhere_in_a_small_tree_are_refused(auditor, busy, tmp_path):
    """Bit by bit through entries, hashes, and the checkpoint up to its Ed25519 signature."""
    office, tree = busy
    shutil.copytree(tree, tmp_path / "tree")
    size = office.store.head().size
    signed = (tree / "checkpoint").read_bytes()
    lengths = {
        f"tile/entries/000.p/{size}": (tree / f"tile/entries/000.p/{size}").stat().st_size,
        f"tile/0/000.p/{size}": 32 * size,
        "checkpoint": signed.rindex("— ".encode()),
    }

    accepted = []
    for name, length in lengths.items():
        for place in range(0, length, 61):
            flip(tmp_path / "tree" / name, place)
            if not auditor("tree", office.log_key.verifier, tmp_path / "tree"):
                accepted.append((name, place))
            flip(tmp_path / "tree" / name, place)

    assert accepted == []


def test_another_log_s_key_is_refused(auditor, busy):
    """A tree is audited under the key that one was given, not under the one it brings."""
    other = "county.example/office/00+1c361bc7+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"

    assert "no verifiable signatures" in auditor("tree", other, busy[1])


@pytest.mark.slow
def test_a_tree_that_grows_is_audited_at_every_size(auditor, tmp_path):
    """Across the edges of tiles and levels, written a piece at a time."""
    office, tree = big_office(tmp_path, 200), tmp_path / "tree"
    for size in (200, 255, 256, 257, 511, 512, 700, 1024):
        fill(office, size)
        grow_tree(office, tree)

        assert auditor("tree", office.log_key.verifier, tree) == ""


# --- proofs ---------------------------------------------------------------------------------------


def changed(path, content, place):
    """A file with one bit changed."""
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    return path


def test_a_proof_is_checked_by_go_with_the_entry_it_carries(auditor, busy, tmp_path):
    """Our proof is a tlog-proof like any other; the entry is taken from it, or from a file."""
    office, _ = busy
    vkey, proof = office.log_key.verifier, tmp_path / "proof"
    for index in range(office.store.head().size):
        encoded = entry_proof(office, index)
        proof.write_bytes(encoded)
        assert auditor("proof", vkey, proof) == ""
    (entry,) = [each.encoded for each in evidence_of(encoded).entries if each.index == index]
    (tmp_path / "entry").write_bytes(entry)

    assert auditor("proof", vkey, proof, tmp_path / "entry") == ""
    assert "refused" in auditor("proof", vkey, proof, changed(tmp_path / "entry", entry, 50))
    assert "refused" in auditor(
        "proof", vkey, changed(proof, encoded, encoded.index(b"index") + 12)
    )


def test_a_log_s_growth_is_checked_by_go(auditor, tmp_path):
    """One file: two checkpoints, and the hashes between them."""
    office = make_busy_office()
    old = head_of(office)
    fill(office, 300)
    new = head_of(office)
    hashes = prove_consistency(old.checkpoint.size, 300, office.store.read_hashes)
    encoded = format_consistency(ConsistencyProof(old.note, new.note, tuple(hashes)))
    (tmp_path / "growth").write_bytes(encoded)

    assert auditor("growth", office.log_key.verifier, tmp_path / "growth") == ""
    for place in (30, 60, encoded.index(b"county") + 60):
        assert "refused" in auditor(
            "growth", office.log_key.verifier, changed(tmp_path / "growth", encoded, place)
        )
