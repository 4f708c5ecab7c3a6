"""Consistency proofs in files: two heads of one log, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import KeyNotTrustedError, LedgerError, MalformedError, ProofError
from ledger.log import tree
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.consistency import (
    ConsistencyProof,
    check_consistency_proof,
    format_consistency,
    parse_consistency,
)
from tests.ledger.log.parts import LOG, LOG_SIGNER, ORIGIN, VECTORS, WITNESS

ENCODED = (VECTORS / "consistency-of-3-in-7.consistency").read_bytes()
PROOF = parse_consistency(ENCODED)
LEAVES = [tree.leaf_hash(b"entry %d" % number) for number in range(9)]


def head(size: int, **changed) -> bytes:
    """A signed head of a small log."""
    frontier, _ = tree.append_all(0, (), LEAVES[:size])
    return sign_checkpoint(
        replace(Checkpoint(ORIGIN, size, tree.root(frontier)), **changed), [LOG_SIGNER]
    )


def checked(encoded: bytes) -> tuple[Checkpoint, Checkpoint]:
    """The two heads of a file, if it holds."""
    return check_consistency_proof(parse_consistency(encoded), ORIGIN, [LOG])


def test_the_worked_proof_shows_that_7_continues_3() -> None:
    """Four hashes, there and back."""
    old, new = checked(ENCODED)

    assert (old.size, new.size, len(PROOF.hashes)) == (3, 7, 4)
    assert format_consistency(PROOF) == ENCODED


def test_every_one_byte_change_is_refused() -> None:
    """No byte of the file can be another."""
    for place in range(len(ENCODED)):
        for bit in (1, 4, 32, 128):
            changed = ENCODED[:place] + bytes([ENCODED[place] ^ bit]) + ENCODED[place + 1 :]
            with pytest.raises(LedgerError):
                checked(changed)


def test_every_truncation_is_refused() -> None:
    """A cut file shows nothing."""
    for end in range(len(ENCODED)):
        with pytest.raises(LedgerError):
            checked(ENCODED[:end])


def test_all_heads_of_a_small_log_continue_each_other() -> None:
    """Every pair of sizes from 0 to 9."""
    _, nodes = tree.append_all(0, (), LEAVES)

    def read(places):
        found = [tree.node_place(*place) for place in places]
        return [nodes[index][at : at + 32] for index, at in found]

    for new in range(10):
        for old in range(new + 1):
            hashes = tree.prove_consistency(old, new, read)
            encoded = format_consistency(ConsistencyProof(head(old), head(new), hashes))
            assert [each.size for each in checked(encoded)] == [old, new]


def test_a_head_of_another_past_is_not_continued() -> None:
    """The log's key signed both, and yet the one is no prefix of the other."""
    forked = replace(PROOF, old=head(3))

    with pytest.raises(ProofError, match="size 7 is not shown to continue size 3"):
        checked(format_consistency(forked))


def test_heads_the_wrong_way_round_are_refused() -> None:
    """The older one comes first."""
    with pytest.raises(ProofError, match="is not shown to continue"):
        checked(format_consistency(replace(PROOF, old=PROOF.new, new=PROOF.old)))


def test_who_signed_decides() -> None:
    """Origin and key come from whoever asks."""
    with pytest.raises(ProofError, match="expected origin"):
        check_consistency_proof(PROOF, "other.example", [LOG])
    with pytest.raises(KeyNotTrustedError):
        check_consistency_proof(PROOF, ORIGIN, [WITNESS])


OLD = b"old %d\n" % len(PROOF.old)
HASH = ENCODED.split(b"\n")[2] + b"\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (OLD, b""),
        (OLD, b"old 0\n"),
        (OLD, b"old 99999\n"),
        (OLD, b"old 0%d\n" % len(PROOF.old)),
        (OLD, OLD * 2),
        (HASH, b"YQ==\n"),
        (HASH, HASH * 126),
        (b"\n\n" + ORIGIN.encode(), b"\n\n\n" + ORIGIN.encode()),
        (b"\n\n" + ORIGIN.encode(), b"\n\ntext\n\n" + ORIGIN.encode()),
    ],
)
def test_what_is_no_proof_is_refused(old: bytes, new: bytes) -> None:
    """Each line as it is laid down, and no other."""
    with pytest.raises(MalformedError):
        parse_consistency(ENCODED.replace(old, new, 1))


def test_bytes_without_end_are_refused_unread() -> None:
    """Two checkpoints and a few hashes are not three megabytes."""
    with pytest.raises(MalformedError, match="other bytes"):
        parse_consistency(ENCODED + bytes(3_000_000))


def test_what_no_proof_can_say_is_not_written() -> None:
    """The writer refuses what its reader would not give back."""
    for unsayable in (replace(PROOF, old=b""), replace(PROOF, hashes=(b"short",))):
        with pytest.raises(MalformedError):
            format_consistency(unsayable)
