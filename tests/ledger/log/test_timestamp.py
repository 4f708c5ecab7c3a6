"""Time stamps: made by a stock authority, checked by us and by the stock command alike."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError, SignatureError
from ledger.log.timestamp import (
    check_stamp,
    format_request,
    is_over,
    parse_roots,
    parse_stamp,
    renewed_bytes,
)
from tests.tsa import make_authority

STAMPED = b"county.example/office\n7\n3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=\n"
QUERY = format_request(STAMPED)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority whose root is trusted."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def roots(authority):
    """Its root."""
    return parse_roots(authority.roots.read_bytes())


@pytest.fixture(scope="module")
def stamp(authority):
    """A stamp over the bytes above."""
    return authority.answer(QUERY)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_stamp_holds_over_its_bytes_and_no_other(authority, roots, algorithm):
    """What the authority answers holds here and by the stock command; over other bytes by neither."""
    stamp = authority.answer(format_request(STAMPED, algorithm))

    told = check_stamp(stamp, STAMPED, roots)

    assert (told.algorithm, told.authority, told.policy) == (
        algorithm,
        "CN=Time Stamps",
        "1.2.3.4.1",
    )
    assert told.at < told.expires_at
    assert is_over(told, STAMPED)
    assert authority.accepts(stamp, STAMPED)
    assert not authority.accepts(stamp, STAMPED + b"\n")
    with pytest.raises(SignatureError, match="does not hold"):
        check_stamp(stamp, STAMPED + b"\n", roots)


def test_a_renewal_covers_all_below_it(authority, roots, stamp):
    """A stamp over the old stamp and its bytes; the length in front keeps the two apart."""
    renewed = renewed_bytes(stamp, STAMPED)

    second = authority.answer(format_request(renewed, "sha512"))

    assert check_stamp(second, renewed, roots).algorithm == "sha512"
    assert renewed_bytes(b"AB", b"c") == bytes.fromhex("00000002414263")
    assert renewed_bytes(b"A", b"Bc") != renewed_bytes(b"AB", b"c")


def test_another_root_is_not_trusted(tmp_path, stamp):
    """A stamp by an authority under no root that the reader trusts proves nothing."""
    other = parse_roots(make_authority(tmp_path / "other").roots.read_bytes())

    with pytest.raises(SignatureError, match="does not hold"):
        check_stamp(stamp, STAMPED, other)


def test_a_certificate_for_more_than_time_stamping_is_refused(tmp_path):
    """RFC 3161 §2.3: for time stamping, critically, and for nothing else; the stock authority itself holds to it."""
    mixed = make_authority(tmp_path / "mixed", usage="critical,timeStamping,codeSigning")

    with pytest.raises(AssertionError):
        mixed.answer(QUERY)


def test_a_certificate_for_a_use_that_stock_tools_do_not_know_is_refused(tmp_path):
    """They look at the uses they know: a further one of a vendor passes there, and not here."""
    authority = make_authority(tmp_path, usage="critical,timeStamping,1.3.6.1.4.1.311.10.3.12")
    stamp, roots = authority.answer(QUERY), parse_roots(authority.roots.read_bytes())

    assert authority.accepts(stamp, STAMPED)
    with pytest.raises(SignatureError, match="serves for more than time stamping"):
        check_stamp(stamp, STAMPED, roots)


def test_a_changed_stamp_is_refused_or_says_the_same(stamp, roots):
    """Changed bytes are refused, but for the few that no signature covers and that tell nothing."""
    told = check_stamp(stamp, STAMPED, roots)
    survived = 0
    for n in range(len(stamp)):
        changed = stamp[:n] + bytes([stamp[n] ^ 1]) + stamp[n + 1 :]
        try:
            assert check_stamp(changed, STAMPED, roots) == told
        except (MalformedError, SignatureError):
            continue
        survived += 1

    assert survived < 16


def test_a_cut_stamp_is_refused(stamp):
    """No part of a stamp is one, nor is one with more behind it."""
    for cut in (*range(len(stamp)),):
        with pytest.raises(MalformedError):
            parse_stamp(stamp[:cut])
    for spoilt in (stamp + b"\0", bytes(70_000), b""):
        with pytest.raises(MalformedError, match="time stamp"):
            parse_stamp(spoilt)


def test_a_refusal_is_no_stamp(tmp_path):
    """An authority that does not take the digest answers, and grants nothing."""
    authority = make_authority(tmp_path / "strict")
    configuration = authority.folder / "tsa.cnf"
    configuration.write_text(configuration.read_text().replace("sha256, sha512", "sha256"))

    with pytest.raises(MalformedError, match="grants one"):
        parse_stamp(authority.answer(format_request(STAMPED, "sha512")))


def test_other_words_are_refused():
    """An algorithm that is none of ours, and roots that are no certificates."""
    with pytest.raises(MalformedError, match="one of sha256, sha512"):
        format_request(STAMPED, "md5")
    with pytest.raises(MalformedError, match="certificates in PEM"):
        parse_roots(b"no certificate")
