"""The log's key speaks as C2SP signed notes want it."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.keys import ed25519, mldsa
from ledger.keys.logkey import LogKey, check_log_name, format_verifier, note_key_id
from ledger.keys.signer import SeedSigner


def test_the_worked_example_names_and_signs(vector):
    """Name and seed give the verifier key and the signature of the vector."""
    case = vector("log-key")
    log_key = LogKey(case["name"], SeedSigner(bytes.fromhex(case["seed"])))

    signature = log_key.sign(case["text"].encode())

    ed25519.verify(log_key.public, case["text"].encode(), signature)
    assert log_key.verifier == case["verifier"]
    assert signature.hex() == case["signature"]


def test_the_published_example_has_its_verifier_key(vector):
    """The specification's own key gets its id and verifier key, and its signature holds."""
    case = vector("signed-note-example")
    public = bytes.fromhex(case["public"])

    ed25519.verify(public, case["text"].encode(), bytes.fromhex(case["signature"]))

    assert format_verifier(case["name"], public) == case["verifier"]
    assert note_key_id(case["name"], public).hex() == case["verifier"].split("+")[1]


def test_the_second_half_has_the_vector_s_verifier_key(vector):
    """A second seed gives a second verifier key under the same name; the first is as before."""
    case = vector("log-key-of-two")
    first, second = (bytes.fromhex(seed) for seed in case["seeds"])
    log_key = LogKey(case["name"], SeedSigner(first), second)

    assert (log_key.verifier, log_key.verifier_ml_dsa) == (
        case["verifier"],
        case["verifier_ml_dsa"],
    )
    assert log_key.verifier_ml_dsa.startswith(case["ml_dsa_begins"])
    mldsa.verify(mldsa.ML_DSA_44, log_key.public_ml_dsa, b"m", log_key.sign_ml_dsa(b"m"))


def test_a_log_key_of_earlier_days_has_no_second_half():
    """It goes on signing with Ed25519, and says so."""
    log_key = LogKey("log.example", SeedSigner(bytes(32)))

    assert (log_key.verifier_ml_dsa, log_key.public_ml_dsa) == ("", b"")


def test_a_name_has_at_most_255_bytes():
    """ML-DSA-44 signs the name behind one byte of length."""
    check_log_name("县" * 85)
    with pytest.raises(MalformedError, match="at most 255 bytes"):
        check_log_name("县" * 85 + "a")


@pytest.mark.parametrize(
    "name", ["", "a+b", "a b", "a\n", "a\u3000b", "a\u00a0b", "a\x00", "\t"]
)
def test_a_name_that_would_not_fit_a_note_is_refused(name):
    """Empty names, white space of any script, controls and + are refused."""
    with pytest.raises(MalformedError, match="log name"):
        LogKey(name, SeedSigner(bytes(32)))


def test_a_chinese_name_is_a_name():
    """An origin may be written in characters."""
    check_log_name("县委办.example/台账")


def test_a_log_key_shows_its_verifier_only():
    """Its repr is what a reader pins."""
    log_key = LogKey("log.example", SeedSigner(bytes(32)))

    assert repr(log_key) == f"LogKey({log_key.verifier})"
    assert log_key.verifier.startswith(f"log.example+{log_key.note_key_id.hex()}+")
