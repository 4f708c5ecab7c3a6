"""Proof of possession: for this key, this ledger and this officer only."""

from __future__ import annotations

import hashlib

import pytest

from ledger.errors import MalformedError, SignatureError
from ledger.keys.possession import check_possession, format_possession, prove_possession
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import new_secret

SIGNER = SeedSigner(bytes(32))
OTHER = SeedSigner(bytes(31) + b"\x01")
LEDGER = "county.example/office/00"
OFFICER = "officer/01HM0000000000000000000000"


def check(signer, proof, ledger=LEDGER, officer=OFFICER):
    """Check a proof for a signer's public key."""
    check_possession(signer.suite, signer.public, ledger=ledger, officer=officer, proof=proof)


def test_the_worked_example_is_made_and_accepted(vector):
    """The bytes to sign and the proof are the vector's."""
    case = vector("possession")
    signer = SeedSigner(bytes.fromhex(case["seed"]))

    signed = format_possession(signer.key_id, ledger=case["ledger"], officer=case["officer"])
    proof = prove_possession(signer, ledger=case["ledger"], officer=case["officer"])

    check(signer, proof, case["ledger"], case["officer"])
    assert signed.decode() == case["signed"]
    assert (len(signed), hashlib.sha256(signed).hexdigest()) == (case["size"], case["sha256"])
    assert [signature.hex() for signature in proof] == case["proof"]


def test_a_proof_serves_nothing_else():
    """Another key, ledger or officer, or another number of signatures, is refused."""
    proof = prove_possession(SIGNER, ledger=LEDGER, officer=OFFICER)

    for signer, given, ledger, officer in (
        (OTHER, proof, LEDGER, OFFICER),
        (SIGNER, proof, LEDGER + "0", OFFICER),
        (SIGNER, proof, LEDGER, "officer/01HM0000000000000000000001"),
        (SIGNER, (), LEDGER, OFFICER),
        (SIGNER, proof * 2, LEDGER, OFFICER),
        (SIGNER, SIGNER.sign(b"qifeng.enrol/1"), LEDGER, OFFICER),
    ):
        with pytest.raises(SignatureError, match=r"^proof of possession of key [0-9a-f]{12}…"):
            check(signer, given, ledger, officer)


def test_an_unsound_key_is_refused_before_its_proof():
    """A point of small order cannot be enrolled, whatever it comes with."""
    with pytest.raises(MalformedError, match="small order"):
        check_possession(
            "ed25519", (bytes(32),), ledger=LEDGER, officer=OFFICER, proof=(bytes(64),)
        )


@pytest.mark.parametrize("suite", ["ed25519+ml-dsa-65", "sm2-sm3"])
def test_a_key_of_another_suite_proves_possession_too(suite):
    """By every signature that its suite demands, and for no other officer."""
    signer = SeedSigner(new_secret(suite), suite)
    proof = prove_possession(signer, ledger=LEDGER, officer=OFFICER)

    check_possession(suite, signer.public, ledger=LEDGER, officer=OFFICER, proof=proof)

    with pytest.raises(SignatureError, match="proof of possession"):
        check_possession(
            suite, signer.public, ledger=LEDGER, officer=OFFICER + "1", proof=proof
        )
    with pytest.raises(SignatureError, match="proof of possession"):
        check_possession(suite, signer.public, ledger=LEDGER, officer=OFFICER, proof=proof[:-1])
