"""Disclosures as RFC 9901 has them, and sealed so that one compartment opens them at one place."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.common import SDJWTCommon
from sd_jwt.verifier import SDJWTVerifier

from ledger import canonical
from ledger.errors import MalformedError, ProofError, UnavailableError
from ledger.keys.hpke import ReadingKey, seal_for
from ledger.store.disclosures import (
    Place,
    SealedDisclosure,
    disclosure_digest,
    format_disclosure,
    format_sealed,
    open_disclosure,
    parse_disclosure,
    parse_sealed,
    seal_disclosures,
)

KEY = ReadingKey(bytes(range(32)))
PLACE = Place("county.example/office/00", "fund/01", "compartment/fund", 1)
SALT = "_26bc4LT-ac6q2KI6cBW5es"
RFC_DISCLOSURE = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
OURS = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsInBheWVlIiwi546L6IqzIl0"


@pytest.mark.parametrize(
    ("disclosure", "digest"),
    [
        (RFC_DISCLOSURE, "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"),
        (OURS, "BMU41DQuiKZDPxRciqEHKo9EeJb43J8RBCLoEj6eq1A"),
    ],
)
def test_digests_are_those_of_the_rfc_and_of_the_stock_package(disclosure, digest):
    """RFC 9901's own vector, and ours, hash as the RFC and `sd-jwt` say."""
    stock = SDJWTCommon("compact")

    assert disclosure_digest(disclosure) == digest
    assert stock._b64hash(disclosure.encode()) == digest


def test_a_disclosure_is_written_as_the_page_says_and_read_back():
    """The worked example of the format."""
    assert format_disclosure(SALT, "payee", "王芳") == OURS
    assert parse_disclosure(OURS) == (SALT, "payee", "王芳")


@pytest.mark.parametrize(
    "wrong", ["", "A", "é", "WyJhIl0", RFC_DISCLOSURE, "e30", "!!", "WzEsMiwzXQ"]
)
def test_what_is_no_disclosure_of_ours_is_refused_without_being_shown(wrong):
    """Other spellings are refused, and the error repeats nothing of them."""
    with pytest.raises(MalformedError) as refused:
        parse_disclosure(wrong)

    assert "Möbius" not in str(refused.value)


def test_the_stock_package_puts_our_texts_back_into_our_body():
    """A verifier of `sd-jwt`, given our disclosures, reads the body with its private fields."""
    disclosure = format_disclosure(SALT, "payee_personal", "身份证 110101…")
    body = {"title": "差旅", "private": {"_sd": [disclosure_digest(disclosure)]}}
    issuer = JWK.generate(kty="EC", crv="P-256")
    signed = JWS(json.dumps(body))
    signed.add_signature(issuer, alg="ES256", protected='{"alg":"ES256"}')
    presented = f"{signed.serialize(compact=True)}~{disclosure}~"

    told = SDJWTVerifier(presented, lambda *_: issuer).get_verified_payload()

    assert told == {"title": "差旅", "private": {"payee_personal": "身份证 110101…"}}


def test_what_is_sealed_is_opened_by_its_compartment():
    """Name and text come back, sorted by digest, with a salt for each."""
    sealed = seal_disclosures({"contents": "电文", "other": "别的"}, PLACE, KEY.public)

    opened = dict(
        open_disclosure(each.digest, parse_sealed(each.sealed), PLACE, KEY) for each in sealed
    )

    assert opened == {"contents": "电文", "other": "别的"}
    assert [each.digest for each in sealed] == sorted(each.digest for each in sealed)


def test_equal_texts_have_unequal_digests():
    """What can be guessed cannot be looked up: each has a salt of its own."""
    digests = {seal_disclosures({"a": "同意"}, PLACE, KEY.public)[0].digest for _ in range(5)}

    assert len(digests) == 5


@pytest.mark.parametrize(
    "place",
    [
        Place("other.example/office/00", "fund/01", "compartment/fund", 1),
        Place("county.example/office/00", "fund/02", "compartment/fund", 1),
        Place("county.example/office/00", "fund/01", "compartment/fund", 2),
    ],
)
def test_pasted_elsewhere_it_does_not_open(place):
    """Another ledger, record or key of the compartment opens nothing."""
    (sealed,) = seal_disclosures({"a": "同意"}, PLACE, KEY.public)

    with pytest.raises(UnavailableError):
        open_disclosure(sealed.digest, parse_sealed(sealed.sealed), place, KEY)


def test_under_another_digest_it_does_not_open():
    """A text is never shown as that of another field."""
    one, other = seal_disclosures({"a": "同意", "b": "不同意"}, PLACE, KEY.public)

    with pytest.raises(ProofError, match="changed"):
        open_disclosure(one.digest, parse_sealed(other.sealed), PLACE, KEY)


def test_no_byte_of_a_sealed_disclosure_can_be_changed():
    """Every change is refused as malformed, or does not open."""
    (sealed,) = seal_disclosures({"a": "同意"}, PLACE, KEY.public)
    changed = [
        sealed.sealed[:at] + bytes([sealed.sealed[at] ^ 1]) + sealed.sealed[at + 1 :]
        for at in range(0, len(sealed.sealed), 3)
    ]

    for each in changed:
        with pytest.raises((MalformedError, UnavailableError, ProofError)):
            opened_as_it_says(sealed.digest, each)


@pytest.mark.parametrize(
    "changed",
    [
        {"compartment": 7},
        {"generation": "1"},
        {"data_key": "AAAA"},
        {"nonce": "AAAA"},
        {"sealed": "not base64"},
        {"more": "than that"},
    ],
)
def test_what_is_no_sealed_disclosure_is_refused(changed):
    """Members of another type or length, or too many."""
    (sealed,) = seal_disclosures({"a": "同意"}, PLACE, KEY.public)
    told = json.loads(sealed.sealed) | changed

    with pytest.raises(MalformedError, match="sealed disclosure"):
        parse_sealed(canonical.encode(told))


def test_a_text_sealed_under_a_digest_that_is_not_its_own_is_refused():
    """Whoever sealed it lied about what it is: it is not shown."""
    data_key, nonce = bytes(32), bytes(12)
    header = {
        "compartment": PLACE.compartment, "digest": "A" * 43, "generation": PLACE.generation,
        "ledger": PLACE.ledger, "record": PLACE.record,
    }  # fmt: skip
    info = {key: told for key, told in header.items() if key != "digest"}
    info["purpose"] = "qifeng.data-key/1"
    lie = SealedDisclosure(
        PLACE.compartment,
        PLACE.generation,
        seal_for(KEY.public, data_key, info=canonical.encode(info)),
        nonce,
        AESGCM(data_key).encrypt(nonce, OURS.encode(), canonical.encode(header)),
    )

    with pytest.raises(ProofError, match="not the one of its digest"):
        open_disclosure("A" * 43, lie, PLACE, KEY)


def opened_as_it_says(digest: str, row: bytes) -> tuple[str, str]:
    """Open a row with the compartment and generation that it tells itself."""
    told = parse_sealed(row)
    place = replace(PLACE, compartment=told.compartment, generation=told.generation)
    return open_disclosure(digest, told, place, KEY)


def test_a_sealed_disclosure_is_canonical_and_tells_nothing():
    """One spelling, and nothing of the text or its field."""
    (sealed,) = seal_disclosures({"contents": "SECRET-TEXT"}, PLACE, KEY.public)

    told = json.loads(sealed.sealed)

    assert format_sealed(parse_sealed(sealed.sealed)) == sealed.sealed
    assert sorted(told) == ["compartment", "data_key", "generation", "nonce", "sealed"]
    assert b"SECRET-TEXT" not in base64.b64decode(told["sealed"]) + sealed.sealed
    assert hashlib.sha256(b"SECRET-TEXT").hexdigest() not in sealed.sealed.decode()
