"""Signatures with a time in them: by the log itself, and by witnesses."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from ledger.errors import KeyNotTrustedError, LedgerError, MalformedError, SignatureError
from ledger.keys import mldsa
from ledger.keys.logkey import LogKey, format_verifier
from ledger.keys.signer import SeedSigner
from ledger.log import note
from ledger.log.checkpoint import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    sign_checkpoint,
)
from ledger.log.cosignature import (
    MAX_TIME,
    format_timed,
    parse_timed,
    subtree_message,
    v1_message,
)
from ledger.log.speaker import head_signers, log_verifier, log_verifiers, witness_verifier
from tests.ledger.log import parts
from tests.ledger.log.parts import CHECKPOINT, LOG_SEED, LOG_VKEY, ORIGIN, VECTORS, WITNESS_VKEY

ROOT = bytes.fromhex("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")
HEAD = Checkpoint(ORIGIN, 7, ROOT)
NOW = 1_700_000_000
KEY = LogKey(ORIGIN, SeedSigner(LOG_SEED), bytes(range(0x60, 0x80)))
BOTH = log_verifiers(KEY.verifier, KEY.verifier_ml_dsa)
SIGNED = (VECTORS / "checkpoint-of-both-keys.note").read_bytes()
PQ_SEED = bytes(range(0x40, 0x60))
PQ = mldsa.PrivateKey(mldsa.ML_DSA_44, PQ_SEED)
PQ_NAME = "witness.archive.example/pq1"
PQ_VKEY = format_verifier(PQ_NAME, PQ.public, kind=b"\x06")


def pq_signer(seconds: int) -> note.Signer:
    """The post-quantum witness, at a time."""
    key = note.parse_vkey(PQ_VKEY)

    def sign(text: bytes) -> bytes:
        del text
        message = subtree_message(HEAD, PQ_NAME, seconds)
        return format_timed(seconds, PQ.sign(message))

    return note.Signer(key.name, key.key_id, key.kind, sign)


def opened(encoded: bytes, *verifiers: note.Verifier) -> Checkpoint:
    """The head a note says."""
    return open_checkpoint(encoded, ORIGIN, verifiers)


def test_the_worked_message_is_the_published_one() -> None:
    """123 bytes, to the digest, and the key ID of the published cosigner."""
    message = subtree_message(HEAD, PQ_NAME, NOW)

    assert len(message) == 70 + len(PQ_NAME) + len(ORIGIN) == 123
    assert message.hex().startswith("737562747265652f76310a001b7769746e")
    assert hashlib.sha256(message).hexdigest() == (
        "a57a8829f807b7aa1c199532362ebaffffa4cafa6cad61fee739a1721e925a47"
    )
    assert note.parse_vkey(PQ_VKEY).key_id.hex() == "efb0bb0d"
    assert hashlib.sha256(PQ.public).hexdigest() == (
        "6c1c65071979225a139b3ec84688e2688ec30fabe8cc510cb688bc435f2d3cb9"
    )


def test_the_worked_v1_message_is_what_the_witness_signed() -> None:
    """Type 04 covers the whole text, behind the time."""
    text = note.parse_note(CHECKPOINT).text.encode()

    assert v1_message(text, NOW) == parts.cosigned(NOW, text)


def test_the_worked_checkpoint_of_both_keys_opens() -> None:
    """Both halves of the log's key verify the vector."""
    assert opened(SIGNED, *BOTH) == HEAD


def test_both_halves_sign_and_either_alone_opens() -> None:
    """Who has pinned one half checks that one; who has pinned both checks both."""
    encoded = sign_checkpoint(HEAD, head_signers(KEY, NOW))

    assert [len(each.signature) for each in note.parse_note(encoded).signatures] == [64, 2428]
    for known in ([BOTH[0]], [BOTH[1]], BOTH):
        assert opened(encoded, *known) == HEAD


def test_a_stock_reader_sees_the_same_ed25519_line() -> None:
    """The first line is the one of the log's Ed25519 key alone, to the byte."""
    alone = sign_checkpoint(HEAD, head_signers(LogKey(ORIGIN, SeedSigner(LOG_SEED)), NOW))

    assert sign_checkpoint(HEAD, head_signers(KEY, NOW)).startswith(alone)
    assert opened(alone, log_verifier(LOG_VKEY)) == HEAD


@pytest.mark.parametrize("missing", [0, 1])
def test_a_pinned_half_that_did_not_sign_is_missed(missing: int) -> None:
    """Nobody strips the stronger signature: a reader who pinned both wants both."""
    whole = note.parse_note(SIGNED)
    stripped = note.format_note(
        replace(
            whole, signatures=tuple(s for n, s in enumerate(whole.signatures) if n != missing)
        )
    )

    with pytest.raises(KeyNotTrustedError, match="its signature is missing"):
        opened(stripped, *BOTH)


@pytest.mark.slow
def test_every_one_byte_change_of_a_head_of_both_keys_is_refused() -> None:
    """No byte of the note can be another, for a reader who pinned both halves.

    Of the 3,200 letters in the middle of the second signature the next test changes each.
    """
    exact = [parts.exact_verifier(v, SIGNED) for v in (KEY.verifier, KEY.verifier_ml_dsa)]
    middle = SIGNED.rindex(b" ") + 20
    for place in (*range(middle), *range(len(SIGNED) - 20, len(SIGNED))):
        for value in set(range(256)) - {SIGNED[place]}:
            with pytest.raises(LedgerError):
                opened(SIGNED[:place] + bytes([value]) + SIGNED[place + 1 :], *exact)


def test_one_bit_changes_are_refused_by_true_verifiers() -> None:
    """The same with the keys themselves, one bit in each byte."""
    for place in range(len(SIGNED)):
        changed = SIGNED[:place] + bytes([SIGNED[place] ^ 1]) + SIGNED[place + 1 :]
        with pytest.raises(LedgerError):
            opened(changed, *BOTH)


def test_every_truncation_of_a_head_of_both_keys_is_refused() -> None:
    """A cut note is none, or lacks a half."""
    for end in range(len(SIGNED)):
        with pytest.raises(LedgerError):
            opened(SIGNED[:end], *BOTH)


def test_another_head_under_the_same_signature_is_refused() -> None:
    """The ML-DSA-44 half alone binds origin, size and root."""
    lines = SIGNED.partition(b"\n\n")[2]
    for other in (replace(HEAD, size=8), replace(HEAD, root=bytes(32))):
        with pytest.raises(SignatureError):
            opened(format_checkpoint(other).encode() + b"\n" + lines, BOTH[1])


@pytest.mark.parametrize("length", [2427, 2429, 64])
def test_a_signature_of_another_length_than_its_type_is_refused(length: int) -> None:
    """FORMATS §9, 8: for the log's second half as for its first."""
    whole = note.parse_note(SIGNED)
    lines = (whole.signatures[0], replace(whole.signatures[1], signature=bytes(length)))

    with pytest.raises(SignatureError, match=f"expected 2428 bytes, found {length}"):
        opened(note.format_note(replace(whole, signatures=lines)), *BOTH)


def test_a_time_above_the_limit_is_refused() -> None:
    """2^63 - 1 seconds are a time, one more is none."""
    assert parse_timed(format_timed(MAX_TIME, b"s"), "w") == (MAX_TIME, b"s")
    with pytest.raises(SignatureError, match="above 2\\^63 - 1"):
        parse_timed(format_timed(MAX_TIME + 1, b"s"), "w")


@pytest.mark.parametrize("vkey", [WITNESS_VKEY, PQ_VKEY])
@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        (0, "its time is 0"),
        (NOW + 61, "61 s ahead of now"),
        (2**63, "above 2\\^63 - 1"),
    ],
)
def test_a_witness_statement_without_a_time_is_refused(
    vkey: str, seconds: int, reason: str
) -> None:
    """FORMATS §9, 14: time 0, above the limit, or later than now and the skew allowed."""
    known = witness_verifier(vkey, now_seconds=NOW, skew_seconds=60)
    pq = vkey == PQ_VKEY
    signer = pq_signer(seconds) if pq else parts.signer(vkey, parts.WITNESS_SEED, seconds)
    encoded = note.sign_note(format_checkpoint(HEAD), [parts.LOG_SIGNER, signer])

    with pytest.raises(SignatureError, match=reason):
        opened(encoded, BOTH[0], known)


@pytest.mark.parametrize("vkey", [WITNESS_VKEY, PQ_VKEY])
@pytest.mark.parametrize("seconds", [1, NOW, NOW + 60])
def test_a_witness_statement_holds_up_to_the_skew(vkey: str, seconds: int) -> None:
    """Any time from 1 to now and the skew allowed is a statement."""
    known = witness_verifier(vkey, now_seconds=NOW, skew_seconds=60)
    pq = vkey == PQ_VKEY
    signer = pq_signer(seconds) if pq else parts.signer(vkey, parts.WITNESS_SEED, seconds)
    encoded = note.sign_note(format_checkpoint(HEAD), [parts.LOG_SIGNER, signer])

    assert len(note.open_note(encoded, [BOTH[0], known]).verified) == 2


def test_a_log_s_ed25519_key_is_no_witness() -> None:
    """FORMATS §9, 13: a key of type 01 makes no witness statement."""
    with pytest.raises(MalformedError, match="a key of type 04, 06"):
        witness_verifier(LOG_VKEY, now_seconds=NOW, skew_seconds=0)


@pytest.mark.parametrize("name", ["", "n" * 256])
def test_a_name_that_one_byte_cannot_count_is_refused(name: str) -> None:
    """Cosigner and origin have 1 to 255 bytes."""
    with pytest.raises(MalformedError, match="1 to 255 bytes"):
        subtree_message(HEAD, name, NOW)
    with pytest.raises(MalformedError, match="1 to 255 bytes"):
        subtree_message(replace(HEAD, origin=name), PQ_NAME, NOW)
