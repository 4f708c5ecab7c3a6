"""How fast signatures alone are judged by the house's rule, beside libsodium called for each, on one core."""

from __future__ import annotations

import os

from nacl.bindings import crypto_sign_open
from nacl.signing import SigningKey

from benchmarks.report import Row
from benchmarks.sides import measure
from ledger.keys.batch import verifier, verify_many

SIGNATURES = 10_000


def test_signatures_alone(benchmark, publish):
    """Our tests of A, S and R, and the quickest verifier that is here."""
    key = SigningKey(bytes(32))
    public = bytes(key.verify_key)
    messages = [os.urandom(300) for _ in range(SIGNATURES)]
    items = [(public, message, key.sign(message).signature) for message in messages]
    opened = [signature + message for _, message, signature in items]

    def bare(_):
        for each in opened:
            crypto_sign_open(each, public)

    sides = measure(benchmark, lambda _: verify_many(items), bare)

    assert all(verify_many(items))
    publish(
        Row(
            f"signatures alone, by {verifier()}, one core",
            f"{SIGNATURES / sides.ours:,.0f}/s",
            f"{SIGNATURES / sides.baseline:,.0f}/s, PyNaCl",
            sides.ratio,
            sides.noise,
        )
    )
