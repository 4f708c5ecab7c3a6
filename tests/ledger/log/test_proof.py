"""Proofs to carry away: the worked one, all of a small log's, and those that show nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import KeyNotTrustedError, LedgerError, MalformedError, ProofError
from ledger.log import tree
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.proof import MAX_PROOF_BYTES, Proof, check_proof, format_proof, parse_proof
from tests.ledger.log import parts
from tests.ledger.log.parts import LOG, LOG_SIGNER, ORIGIN, VECTORS, WITNESS

ENCODED = (VECTORS / "inclusion-of-5-in-7.tlog-proof").read_bytes()
PROOF = parse_proof(ENCODED)
ENTRY = bytes.fromhex("40414243")
EXACT = parts.exact_verifier(parts.LOG_VKEY, PROOF.checkpoint)
HEAD_END = ENCODED.index(b"\n\n")


def test_worked_proof_shows_entry_5_in_7() -> None:
    """The worked proof is checked with the log's key alone, and written back the same."""
    checkpoint = check_proof(PROOF, ENTRY, origin=ORIGIN, verifiers=[LOG])

    assert (PROOF.index, checkpoint.size) == (5, 7)
    assert format_proof(PROOF) == ENCODED


def test_every_one_byte_change_is_refused() -> None:
    """No byte of a proof can be another: not of its head, not of its checkpoint."""
    for place in range(len(ENCODED)):
        for value in set(range(256)) - {ENCODED[place]}:
            changed = ENCODED[:place] + bytes([value]) + ENCODED[place + 1 :]
            with pytest.raises(LedgerError):
                check_proof(parse_proof(changed), ENTRY, origin=ORIGIN, verifiers=[EXACT])


def test_every_truncation_is_refused() -> None:
    """Part of a proof is no proof."""
    for end in range(len(ENCODED)):
        with pytest.raises(LedgerError):
            check_proof(parse_proof(ENCODED[:end]), ENTRY, origin=ORIGIN, verifiers=[EXACT])


def test_another_entry_is_not_shown() -> None:
    """The proof of one entry shows no other."""
    with pytest.raises(ProofError, match="root: expected ddb89be4"):
        check_proof(PROOF, b"another", origin=ORIGIN, verifiers=[LOG])


def test_another_index_is_not_shown() -> None:
    """The proof of an entry at one index shows it at no other."""
    for index in set(range(7)) - {5}:
        with pytest.raises(ProofError):
            check_proof(replace(PROOF, index=index), ENTRY, origin=ORIGIN, verifiers=[LOG])


def test_another_log_or_key_is_not_trusted() -> None:
    """Origin and key come from whoever asks, never from the proof."""
    with pytest.raises(ProofError, match=r"expected origin other\.example"):
        check_proof(PROOF, ENTRY, origin="other.example", verifiers=[LOG])
    with pytest.raises(KeyNotTrustedError):
        check_proof(PROOF, ENTRY, origin=ORIGIN, verifiers=[WITNESS])


def test_every_entry_of_a_small_log_is_shown() -> None:
    """All proofs of a log of 1 to 9 entries are written, read and checked."""
    entries = [b"entry %d" % number for number in range(9)]
    hashes = [tree.leaf_hash(entry) for entry in entries]
    _, node_strings = tree.append_all(0, (), hashes)

    def read(places):
        found = [tree.node_place(*place) for place in places]
        return [node_strings[index][offset : offset + 32] for index, offset in found]

    for size in range(1, 10):
        head = sign_checkpoint(Checkpoint(ORIGIN, size, tree.root_at(size, read)), [LOG_SIGNER])
        for index, entry in enumerate(entries[:size]):
            written = Proof(index, tree.prove_inclusion(index, size, read), head)
            proof = parse_proof(format_proof(written))

            assert check_proof(proof, entry, origin=ORIGIN, verifiers=[LOG]).size == size


def test_extra_bytes_are_carried_and_prove_nothing() -> None:
    """What stands in the extra line comes back as it was; the proof holds without it."""
    proof = parse_proof(format_proof(replace(PROOF, extra=b"\x00 anything")))

    assert proof.extra == b"\x00 anything"
    assert check_proof(proof, ENTRY, origin=ORIGIN, verifiers=[LOG]).size == 7


def test_a_cosigned_checkpoint_is_carried_verbatim() -> None:
    """The witness's line stays under the checkpoint, byte by byte."""
    proof = parse_proof(format_proof(replace(PROOF, checkpoint=parts.CHECKPOINT)))

    assert proof.checkpoint == parts.CHECKPOINT
    assert check_proof(proof, ENTRY, origin=ORIGIN, verifiers=[LOG, WITNESS]).size == 7


HASH_LINE = ENCODED.split(b"\n")[2] + b"\n"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"index 5", b"index 7", "below the size 7, found 7"),
        (b"index 5", b"index 05", "decimal number"),
        (b"index 5", b"index 18446744073709551616", "below 2\\^64"),
        (b"index 5", b"Index 5", "index"),
        (b"index 5\n", b"", "index"),
        (b"@v1", b"@v2", "c2sp.org/tlog-proof@v1"),
        (b"c2sp", "ｃ2sp".encode(), "expected ASCII"),
        (b"index 5\n", b"extra \nindex 5\n", "no line, or some bytes"),
        (b"index 5\n", b"extra YQ\nindex 5\n", "proof extra: expected base64"),
        (b"index 5\n", b"extra YQ==\nextra YQ==\nindex 5\n", "index"),
        (b"index 5\n", b"index 5\nextra YQ==\n", "proof hash: expected base64"),
        (HASH_LINE, HASH_LINE * 2, "at most 3 hashes, found 4"),
        (HASH_LINE, b"YQ==\n", "32 bytes, found 1"),
        (HASH_LINE, HASH_LINE.replace(b"\n", b"\r\n"), "base64"),
        (b"\n\n" + ORIGIN.encode(), b"\n\n\n" + ORIGIN.encode(), "none empty"),
        (b"\n\n" + ORIGIN.encode(), b"\n\ntext\n\n" + ORIGIN.encode(), "none empty"),
        (b"\n\n" + ORIGIN.encode(), b"\ntext\n\n" + ORIGIN.encode(), "proof hash"),
        (b"\n\n" + ORIGIN.encode(), b"\n" + ORIGIN.encode(), "expected"),
    ],
)
def test_refused_proof(old: bytes, new: bytes, reason: str) -> None:
    """Each rule of refusal has a proof, else in order, that breaks it."""
    with pytest.raises(MalformedError, match=reason):
        parse_proof(ENCODED.replace(old, new, 1))


def test_text_between_proof_and_checkpoint_is_refused() -> None:
    """A line slipped in before the origin is read as another origin, and refused."""
    slipped = ENCODED[: HEAD_END + 2] + b"text\n" + ENCODED[HEAD_END + 2 :]

    with pytest.raises(MalformedError):
        parse_proof(slipped)


def test_fewer_hashes_are_refused() -> None:
    """A proof that stops below the root shows nothing."""
    with pytest.raises(ProofError, match="fewer hashes"):
        check_proof(
            replace(PROOF, hashes=PROOF.hashes[:2]), ENTRY, origin=ORIGIN, verifiers=[LOG]
        )


def test_a_proof_in_the_empty_log_is_refused() -> None:
    """The empty log holds no entry."""
    empty = sign_checkpoint(Checkpoint(ORIGIN, 0, tree.EMPTY_ROOT), [LOG_SIGNER])

    with pytest.raises(MalformedError, match="below the size 0"):
        format_proof(Proof(0, (), empty))


def test_bytes_without_end_are_refused_unread() -> None:
    """More than sixteen million bytes are no proof."""
    with pytest.raises(MalformedError, match="empty line and a checkpoint"):
        parse_proof(ENCODED + bytes(MAX_PROOF_BYTES))


@pytest.mark.parametrize(
    "unsayable",
    [
        replace(PROOF, index=-1),
        replace(PROOF, hashes=(b"short",)),
        replace(PROOF, extra=b""),
        replace(PROOF, checkpoint=b""),
    ],
)
def test_what_no_proof_can_say_is_not_written(unsayable: Proof) -> None:
    """The writer refuses what its reader would not give back."""
    with pytest.raises(MalformedError):
        format_proof(unsayable)
