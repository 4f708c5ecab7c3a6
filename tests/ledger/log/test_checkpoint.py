"""Checkpoints: the log's head as signed, and every head that is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import KeyNotTrustedError, LedgerError, MalformedError, ProofError
from ledger.log import note, tree
from ledger.log.checkpoint import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from tests.ledger.log import parts
from tests.ledger.log.parts import CHECKPOINT, LOG, LOG_SIGNER, ORIGIN, VECTORS, WITNESS

ROOT = bytes.fromhex("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")
HEAD = Checkpoint(ORIGIN, 7, ROOT)
WITNESS_START = CHECKPOINT.rindex(b"\n", 0, -1) + 1
ML_DSA = note.Verifier(ORIGIN, b"mldsa"[:4], note.ML_DSA_44_COSIGNATURE, lambda _, __: None)
ML_DSA_SIGNER = note.Signer(ORIGIN, ML_DSA.key_id, ML_DSA.kind, lambda _: bytes(2428))


def test_worked_checkpoint_opens() -> None:
    """The worked checkpoint says origin, size and root of the worked log."""
    assert open_checkpoint(CHECKPOINT, ORIGIN, [LOG]) == HEAD
    assert open_checkpoint(CHECKPOINT, ORIGIN, [WITNESS, LOG]) == HEAD


def test_worked_checkpoint_is_what_the_log_key_signs() -> None:
    """The log's key signs the worked head to the same bytes, the witness's line aside."""
    assert sign_checkpoint(HEAD, [LOG_SIGNER]) == CHECKPOINT[:WITNESS_START]


def test_every_one_byte_change_outside_the_witness_line_is_refused() -> None:
    """No byte of the head or of the log's line can be another, the witness known or not."""
    exact = parts.exact_verifier(parts.LOG_VKEY, CHECKPOINT)
    for place in range(WITNESS_START):
        for value in set(range(256)) - {CHECKPOINT[place]}:
            changed = CHECKPOINT[:place] + bytes([value]) + CHECKPOINT[place + 1 :]
            with pytest.raises(LedgerError):
                open_checkpoint(changed, ORIGIN, [exact, WITNESS])


def test_every_truncation_is_refused() -> None:
    """A checkpoint cut anywhere but after the log's whole line does not open."""
    for end in set(range(len(CHECKPOINT))) - {WITNESS_START}:
        with pytest.raises(LedgerError):
            open_checkpoint(CHECKPOINT[:end], ORIGIN, [LOG])


REFUSED = {
    "04-size-empty": (MalformedError, "3 or more lines, none empty"),
    "04-size-full-width-digit": (MalformedError, "decimal number"),
    "04-size-leading-zero": (MalformedError, "decimal number below 2\\^64, found '07'"),
    "04-size-negative": (MalformedError, "decimal number"),
    "04-size-plus": (MalformedError, "decimal number"),
    "04-size-space": (MalformedError, "decimal number"),
    "04-size-two-to-the-64": (MalformedError, "below 2\\^64"),
    "04-size-underscore": (MalformedError, "decimal number"),
    "05-root-of-31-bytes": (MalformedError, "32 bytes, found 31"),
    "05-root-of-33-bytes": (MalformedError, "32 bytes, found 33"),
    "05-root-url-safe": (MalformedError, "checkpoint root: expected base64"),
    "05-root-with-pad-bits": (MalformedError, "canonical base64"),
    "05-root-without-padding": (MalformedError, "checkpoint root: expected base64"),
    "06-origin-empty": (MalformedError, "none empty"),
    "06-origin-of-another-log": (ProofError, "expected origin ledger.office.example/main"),
    "06-size-0-with-another-root": (ProofError, "size 0 has the empty root"),
    "07-empty-extension-line": (MalformedError, "none empty"),
    "07-two-lines-only": (MalformedError, "3 or more lines"),
    "13-witness-only": (KeyNotTrustedError, "a log key must stand beside it"),
}


@pytest.mark.parametrize(("name", "refusal"), REFUSED.items(), ids=REFUSED)
def test_refused_checkpoint(name: str, refusal: tuple[type[Exception], str]) -> None:
    """Each rule of refusal has a checkpoint, signed by the log's key, that breaks it alone."""
    encoded = (VECTORS / "refused" / f"{name}.note").read_bytes()

    note.open_note(encoded, [LOG, WITNESS])
    with pytest.raises(refusal[0], match=refusal[1]):
        open_checkpoint(encoded, ORIGIN, [LOG, WITNESS])


def test_every_refused_vector_is_tried() -> None:
    """No refused vector lies about untested."""
    from tests.ledger.log.test_note import REFUSED as REFUSED_NOTES

    names = {path.stem for path in (VECTORS / "refused").iterdir()}

    assert names == REFUSED.keys() | REFUSED_NOTES.keys()


def test_checkpoint_of_another_origin_is_refused() -> None:
    """Whoever asks for one log is not given another's head, though its key is known."""
    with pytest.raises(ProofError, match=r"expected origin other\.example"):
        open_checkpoint(CHECKPOINT, "other.example", [LOG])


def test_extension_lines_are_read_and_reported() -> None:
    """Another log's extension lines are verified and shown."""
    encoded = (VECTORS / "checkpoint-with-extension.note").read_bytes()

    opened = open_checkpoint(encoded, ORIGIN, [LOG])

    assert opened == replace(HEAD, extensions=("扩展 extension",))


def test_extension_lines_are_never_written() -> None:
    """We do not sign a head with extension lines."""
    with pytest.raises(MalformedError, match="no extension line"):
        sign_checkpoint(replace(HEAD, extensions=("more",)), [LOG_SIGNER])


def test_extension_lines_need_a_signature_that_covers_them() -> None:
    """An ML-DSA-44 signature, which leaves extension lines out, does not vouch for them."""
    text = format_checkpoint(replace(HEAD, extensions=("more",)))
    encoded = note.sign_note(text, [ML_DSA_SIGNER, LOG_SIGNER])

    assert open_checkpoint(encoded, ORIGIN, [ML_DSA, LOG]).extensions == ("more",)
    with pytest.raises(KeyNotTrustedError):
        open_checkpoint(encoded, ORIGIN, [ML_DSA])


def test_a_head_may_be_signed_by_both_keys_of_the_log() -> None:
    """Either key of the log opens a checkpoint signed with both."""
    encoded = sign_checkpoint(HEAD, [LOG_SIGNER, ML_DSA_SIGNER])

    for known in ([LOG], [ML_DSA], [LOG, ML_DSA]):
        assert open_checkpoint(encoded, ORIGIN, known) == HEAD


def test_a_witness_named_like_the_log_is_no_log_key() -> None:
    """A cosignature does not make a head, whatever name it bears."""
    key = replace(note.parse_vkey(parts.WITNESS_VKEY), name=ORIGIN)
    vkey = note.format_vkey(key)
    encoded = note.sign_note(format_checkpoint(HEAD), [parts.signer(vkey, parts.WITNESS_SEED)])

    with pytest.raises(KeyNotTrustedError, match="does not speak for the log"):
        open_checkpoint(encoded, ORIGIN, [parts.verifier(vkey), LOG])


@pytest.mark.parametrize(
    "stranger", [parts.WITNESS_SIGNER, replace(LOG_SIGNER, name="ledger.office.example/side")]
)
def test_only_the_log_signs_its_head(stranger: note.Signer) -> None:
    """A signer of another name or use is refused before it signs."""
    with pytest.raises(KeyNotTrustedError, match="no key of the log"):
        sign_checkpoint(HEAD, [stranger])


@pytest.mark.parametrize(
    "unsayable",
    [
        replace(HEAD, origin=""),
        replace(HEAD, origin="two\nlines"),
        replace(HEAD, size=-1),
        replace(HEAD, size=2**64),
        replace(HEAD, root=ROOT[:31]),
        replace(HEAD, extensions=("",)),
        replace(HEAD, extensions=("two\nlines",)),
    ],
)
def test_what_no_checkpoint_can_say_is_not_written(unsayable: Checkpoint) -> None:
    """The writer refuses what its reader would not give back."""
    with pytest.raises(MalformedError):
        format_checkpoint(unsayable)


def test_no_head_without_signer() -> None:
    """A head that nobody signs is no checkpoint."""
    with pytest.raises(MalformedError):
        sign_checkpoint(HEAD, [])


def test_an_origin_that_is_no_key_name_is_not_signed() -> None:
    """The origin is the name of the log's key, so it holds no space."""
    named = replace(LOG_SIGNER, name="two words")

    with pytest.raises(MalformedError, match="a name without space"):
        sign_checkpoint(replace(HEAD, origin="two words"), [named])


def test_size_0_is_signed_with_the_empty_root_only() -> None:
    """The empty log has one root."""
    empty = Checkpoint(ORIGIN, 0, tree.EMPTY_ROOT)

    assert open_checkpoint(sign_checkpoint(empty, [LOG_SIGNER]), ORIGIN, [LOG]) == empty
    with pytest.raises(ProofError, match="empty root"):
        sign_checkpoint(replace(empty, root=ROOT), [LOG_SIGNER])


LINES = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\n"), min_size=1, max_size=40
)


@given(
    st.builds(
        Checkpoint,
        LINES,
        st.integers(0, 2**64 - 1),
        st.binary(min_size=32, max_size=32),
        st.lists(LINES, max_size=3).map(tuple),
    )
)
def test_what_is_written_is_read_back(written: Checkpoint) -> None:
    """Every checkpoint is read back as it was."""
    assert parse_checkpoint(format_checkpoint(written)) == written
