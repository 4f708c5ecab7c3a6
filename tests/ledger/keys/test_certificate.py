"""Certificates: a chain from a key to a root that is trusted, judged at a moment, and what is none."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ledger.errors import LedgerError, MalformedError, SignatureError
from ledger.keys.certificate import (
    MAX_BYTES,
    check_certificates,
    check_root,
    read_certificates,
    show_certificate,
)
from ledger.keys.signer import SeedSigner
from ledger.keys.sm2 import SPKI_HEAD
from ledger.keys.suite import ED25519, HYBRID, READING, SM2_SM3, new_secret
from tests import needs
from tests.ca import NOW, SINCE, UNTIL, Issuer, root, usage

SIGNER = SeedSigner(bytes(range(32)))
(PUBLIC,) = SIGNER.public


@pytest.fixture(scope="module")
def top():
    """The root that is trusted."""
    return root()


@pytest.fixture(scope="module")
def middle(top):
    """A CA beneath it, which may issue certificates over keys and no CAs."""
    return top.ca("签发中心", below=0, usage=usage(signs=False, issues=True))


def judged(chain, top, *, moment=NOW, suite=ED25519, public=(PUBLIC,)):
    """Check a chain."""
    return check_certificates(chain, top.der, suite=suite, public=public, moment=moment)


def test_a_chain_to_the_root_holds(top, middle):
    """Directly, or by a CA between; what the key's certificate says is told."""
    direct = top.over(PUBLIC, usage=usage(signs=True))
    by_two = middle.over(PUBLIC, "周敏")

    assert judged([direct], top).subject == "CN=孙梅"
    told = judged([by_two, middle.der], top)
    assert (told.subject, told.issuer) == ("CN=周敏", "CN=签发中心")
    assert told == show_certificate(by_two)
    assert told.until == UNTIL


def test_of_a_hybrid_key_the_ed25519_half_is_certified(top):
    """No authority certifies the other half yet; the certificate is over the one that it can."""
    hybrid = SeedSigner(new_secret(HYBRID), HYBRID)

    told = judged([top.over(hybrid.public[0])], top, suite=HYBRID, public=hybrid.public)

    assert told.subject == "CN=孙梅"


def test_a_root_with_an_rsa_key_issues_too():
    """As many authorities still do."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    old = root("老根", private=private)

    check_root(old.der)
    assert judged([old.over(PUBLIC)], old).issuer == "CN=老根"


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        (SINCE, True),
        (UNTIL, True),
        (SINCE - timedelta(1), False),
        (UNTIL + timedelta(1), False),
    ],
)
def test_it_holds_within_its_days(top, moment, holds):
    """At the moment asked about, not today."""
    chain = [top.over(PUBLIC)]

    if holds:
        judged(chain, top, moment=moment)
    else:
        with pytest.raises(MalformedError, match="one that holds at"):
            judged(chain, top, moment=moment)


def bad_chains(top, middle):
    """Chains that show nothing, and what is said of each."""
    other, plain = root("别的中心"), top.ca("无签发权", usage=usage(signs=True))
    same_name = root()
    policy = x509.InhibitAnyPolicy(0)
    deep = middle.ca("再下一级")
    expired = top.ca("过期", until=NOW - timedelta(1), since=SINCE)
    return [
        ([], "1 to 4"),
        ([top.over(PUBLIC)] * 5, "1 to 4"),
        ([top.over(SeedSigner(bytes(32)).public[0])], "over this very key"),
        ([other.over(PUBLIC)], "another issuer"),
        ([same_name.over(PUBLIC)], "signature does not hold"),
        ([middle.over(PUBLIC)], "another issuer"),
        ([top.over(PUBLIC, usage=usage(signs=False))], "whose key may sign"),
        ([top.over(PUBLIC, more=policy)], "no critical extension"),
        ([plain.over(PUBLIC), plain.der], "may sign certificates"),
        ([deep.over(PUBLIC), deep.der, middle.der], "at most 0 CAs"),
        ([expired.over(PUBLIC), expired.der], "one that holds at"),
        ([top.over(PUBLIC)[:-1]], "an X.509 certificate"),
        ([b"\x30" * (MAX_BYTES + 1)], f"at most {MAX_BYTES}"),
    ]


def test_what_shows_nothing_is_refused(top, middle):
    """Each in our own words, and never with another exception."""
    for chain, said in bad_chains(top, middle):
        with pytest.raises(LedgerError, match=said):
            judged(chain, top)


def test_a_certificate_over_a_key_issues_nothing(top):
    """A holder of a certificate is no CA, though its key signs well."""
    leaf = x509.load_der_x509_certificate(top.over(PUBLIC, "冒充"))
    held = Issuer(leaf, root().private)

    with pytest.raises(MalformedError, match="issuer that is a CA"):
        judged([held.over(PUBLIC), held.der], top)


def test_every_flipped_bit_is_refused(top):
    """Of the key's certificate: what is signed, how, and by what."""
    good = top.over(PUBLIC)

    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 0x04
        with pytest.raises(LedgerError):
            judged([bytes(bad)], top)


def test_a_signature_has_one_spelling(top):
    """Bits that do not count are refused even where they are nought: the certificate would be another's bytes."""
    good = next(der for der in iter(lambda: top.over(PUBLIC), b"") if not der[-1] & 0x0F)
    place = len(good) - 65
    assert good[place] == 0

    with pytest.raises(MalformedError, match="whole bytes"):
        judged([good[:place] + b"\x04" + good[place + 1 :]], top)


def test_a_root_is_a_ca_that_issued_itself(top, middle):
    """Neither a CA beneath another nor a key's certificate is trusted as a root."""
    check_root(top.der)
    with pytest.raises(SignatureError, match="another issuer"):
        check_root(middle.der)
    with pytest.raises(MalformedError, match="that is a CA"):
        check_root(top.over(PUBLIC))


def test_certificates_are_read_from_pem_and_der(top, middle):
    """One PEM may hold several; DER holds one; anything else is refused."""
    pem = b"".join(each.held.public_bytes(Encoding.PEM) for each in (middle, top))

    assert read_certificates(pem) == (middle.der, top.der)
    assert read_certificates(top.der) == (top.der,)
    for bad in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\n", top.der + b"\0"):
        with pytest.raises(MalformedError):
            read_certificates(bad)


def test_a_key_that_signs_nothing_is_not_certified(top):
    """A reading key has no certificate."""
    with pytest.raises(MalformedError, match="a suite that"):
        judged([top.over(PUBLIC)], top, suite=READING)


def sm2_chain(folder, point):
    """A root and a certificate over an SM2 point, both made by the openssl command."""

    def run(*arguments):
        done = subprocess.run(
            ["openssl", *map(str, arguments)], capture_output=True, cwd=folder, check=False
        )
        assert done.returncode == 0, done.stderr

    (folder / "point.der").write_bytes(SPKI_HEAD + point)
    (folder / "leaf.cnf").write_text("basicConstraints=critical,CA:FALSE\n")
    run("genpkey", "-algorithm", "SM2", "-out", "root.key")
    run("genpkey", "-algorithm", "SM2", "-out", "any.key")
    run("req", "-x509", "-new", "-key", "root.key", "-sm3", "-sigopt", "distid:1234567812345678",
        "-subj", "/CN=SM2 root", "-days", "30", "-outform", "DER", "-out", "root.der")  # fmt: skip
    run("req", "-new", "-key", "any.key", "-sm3", "-sigopt", "distid:1234567812345678",
        "-subj", "/CN=SM2 key", "-out", "leaf.csr")  # fmt: skip
    run("x509", "-req", "-in", "leaf.csr", "-vfyopt", "distid:1234567812345678", "-CA", "root.der",
        "-CAform", "DER", "-CAkey", "root.key", "-sm3", "-sigopt", "distid:1234567812345678",
        "-force_pubkey", "point.der", "-extfile", "leaf.cnf",
        "-days", "20", "-outform", "DER", "-out", "leaf.der")  # fmt: skip
    return (folder / "leaf.der").read_bytes(), (folder / "root.der").read_bytes()


def test_a_chain_of_sm2_over_sm3_holds(tmp_path):
    """As licensed authorities issue them (GM/T 0015), made by the openssl command; a changed one does not."""
    needs.program("openssl", package="openssl")
    signer = SeedSigner(new_secret(SM2_SM3), SM2_SM3)
    leaf, top = sm2_chain(tmp_path, signer.public[0])
    moment = show_certificate(leaf).until - timedelta(days=1)

    check_root(top)
    told = check_certificates([leaf], top, suite=SM2_SM3, public=signer.public, moment=moment)
    assert (told.subject, told.issuer) == ("CN=SM2 key", "CN=SM2 root")
    bad = bytearray(leaf)
    bad[-1] ^= 1
    with pytest.raises(SignatureError):
        check_certificates(
            [bytes(bad)], top, suite=SM2_SM3, public=signer.public, moment=moment
        )
