"""Ed25519: the rule of acceptance, whichever library judges."""

from __future__ import annotations

import pickle  # noqa: TID251 - that it is refused is the promise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import MalformedError, SignatureError
from ledger.keys import batch, curve, ed25519

SEED = bytes(range(32))


def by_each_library(openssl, libsodium):
    """Return what each library does, as parameters; libsodium's only where it is installed."""
    missing = pytest.mark.skipif(not ed25519.HAS_LIBSODIUM, reason="PyNaCl is not installed")
    return [
        pytest.param(openssl, id="openssl"),
        pytest.param(libsodium, id="libsodium", marks=missing),
    ]


BACKENDS = by_each_library(ed25519.openssl_holds, ed25519.libsodium_holds)
SIGNING = by_each_library(ed25519.openssl_sign, ed25519.libsodium_sign)


@pytest.fixture(params=BACKENDS)
def backend(request, monkeypatch):
    """Each library in turn does step 4 of the rule."""
    monkeypatch.setattr(ed25519, "library_holds", request.param)


def parts(case):
    """Return the public key, message and signature of a vector."""
    return (
        bytes.fromhex(case["public"]),
        case["message"].encode(),
        bytes.fromhex(case["signature"]),
    )


@pytest.mark.usefixtures("backend")
def test_the_worked_example_holds(vector):
    """The signature of the worked example is made and accepted to the byte."""
    case = vector("ed25519-accept")
    seed = bytes.fromhex(case["seed"])

    ed25519.verify(*parts(case))

    assert ed25519.public_of(seed).hex() == case["public"]
    assert ed25519.sign(seed, case["message"].encode()).hex() == case["signature"]


@pytest.mark.parametrize("library", SIGNING)
def test_every_library_signs_the_worked_example_to_the_byte(vector, library):
    """Which library signs cannot be told from a signature."""
    case = vector("ed25519-accept")

    sign = library(bytes.fromhex(case["seed"]))

    assert sign(case["message"].encode()).hex() == case["signature"]


@pytest.mark.parametrize("library", SIGNING)
def test_what_signs_shows_no_secret_and_is_not_pickled(library):
    """Neither its text nor a pickle of a key gives the seed away."""
    sign = library(SEED)

    assert SEED.hex() not in f"{sign!r}"
    assert repr(SEED)[2:-1] not in f"{sign!r}"
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(ed25519.PrivateKey(SEED))


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_a_key_signs_as_openssl_does(seed, message):
    """Whatever the seed and the message: the same bytes, and they verify."""
    key = ed25519.PrivateKey(seed)

    signature = key.sign(message)

    assert signature == ed25519.openssl_sign(seed)(message)
    ed25519.verify(key.public, message, signature)


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("name", ["ed25519-refuse-s-plus-l", "ed25519-refuse-r-identity"])
def test_what_libraries_disagree_on_is_refused_by_name(vector, name):
    """A second spelling of S and an R of small order are refused, whatever the library says."""
    case = vector(name)

    with pytest.raises(SignatureError, match=case["reason"]):
        ed25519.verify(*parts(case))


@pytest.mark.usefixtures("backend")
def test_every_one_bit_change_of_a_signature_is_refused(vector):
    """No bit of a signature, key or message can be changed."""
    case = parts(vector("ed25519-accept"))

    changed = [
        (*case[:place], bytes(flipped), *case[place + 1 :])
        for place in range(3)
        for flipped in one_bit_changes(case[place])
    ]

    assert len(changed) == 8 * (32 + 6 + 64)
    assert batch.verify_many(changed) == [False] * len(changed)


@pytest.mark.usefixtures("backend")
def test_every_truncation_of_a_signature_is_refused(vector):
    """A signature or key that is too short or too long is refused before any library sees it."""
    public, message, signature = parts(vector("ed25519-accept"))
    wrong = [(public, message, signature[:length]) for length in range(64)]
    wrong += [(public, message, signature + b"\0")]
    wrong += [(public[:length], message, signature) for length in range(32)]

    assert batch.verify_many(wrong) == [False] * len(wrong)


def test_a_refusal_names_its_place_and_size(vector):
    """The refusal begins with the caller's words and says over how many bytes it looked."""
    public, message, signature = parts(vector("ed25519-accept"))

    with pytest.raises(SignatureError, match=r"^act 4711: .*3b6a27bcceb6….*over 7 bytes"):
        ed25519.verify(public, message + b"!", signature, what="act 4711")


def test_many_are_judged_in_their_order(vector):
    """One answer each, in the order of the questions, also for none."""
    good = parts(vector("ed25519-accept"))
    bad = parts(vector("ed25519-refuse-s-plus-l"))

    assert batch.verify_many(iter([good, bad, good])) == [True, False, True]
    assert batch.verify_many([]) == []


def test_the_table_of_small_order_is_complete(vector):
    """The 14 encodings are the vector's, and the canonical ones are all multiples of order 8."""
    table = {bytes.fromhex(text) for text in vector("small-order")["encodings"]}
    generator = curve.parse_point(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    )
    group = {curve.format_point(curve.multiply(factor, generator)) for factor in range(8)}

    assert table == ed25519.SMALL_ORDER
    assert len(table) == 14
    assert group == {encoding for encoding in table if curve.parse_point(encoding)}


def test_no_key_of_small_order_is_enrolled(vector):
    """Each encoding of a point of small order is refused as a public key."""
    for text in vector("small-order")["encodings"]:
        with pytest.raises(MalformedError, match="small order"):
            ed25519.check_public(bytes.fromhex(text))


@pytest.mark.parametrize(
    "name", ["mixed-order", "not-canonical", "off-curve", "short", "small-order"]
)
def test_unsound_keys_are_not_enrolled(vector, name):
    """A public key that verifiers could disagree on is refused, and the refusal says why."""
    case = vector(f"public-refuse-{name}")

    with pytest.raises(MalformedError, match=case["refused"]):
        ed25519.check_public(bytes.fromhex(case["public"]))


def test_a_sound_key_is_enrolled(vector):
    """The worked example's key passes."""
    ed25519.check_public(bytes.fromhex(vector("public-accept")["public"]))


def test_every_mix_with_small_order_is_refused(vector):
    """A sound key plus any point of small order but the identity is refused."""
    sound = curve.parse_point(bytes.fromhex(vector("public-accept")["public"]))
    points = [curve.parse_point(encoding) for encoding in sorted(ed25519.SMALL_ORDER)]
    mixed = {
        curve.format_point(curve.add(sound, point))
        for point in points
        if point not in (None, curve.IDENTITY)
    }

    assert len(mixed) == 7
    for public in mixed:
        with pytest.raises(MalformedError, match="mixed order"):
            ed25519.check_public(public)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_any_seed_makes_an_enrollable_key(seed):
    """Every key we make passes its own enrolment, and what it signs holds."""
    public = ed25519.public_of(seed)

    ed25519.check_public(public)
    ed25519.verify(public, seed[:9], ed25519.sign(seed, seed[:9]))


@pytest.mark.skipif(not ed25519.HAS_LIBSODIUM, reason="PyNaCl is not installed")
@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_enrolment_says_what_libsodium_says(public):
    """Our arithmetic and libsodium's judge any 32 bytes the same."""
    bindings = pytest.importorskip("nacl.bindings")

    assert accepts(public) == bool(bindings.crypto_core_ed25519_is_valid_point(public))


@pytest.mark.parametrize("length", [31, 33, 64])
def test_a_seed_of_another_length_is_refused_unshown(length):
    """A seed that is no seed is refused without a byte of it in the message."""
    with pytest.raises(MalformedError, match=f"found {length} bytes") as caught:
        ed25519.sign(b"\xab" * length, b"")

    assert "abab" not in str(caught.value)
    assert "\\xab" not in str(caught.value)


def one_bit_changes(content):
    """Yield the content with each one of its bits changed."""
    number = int.from_bytes(content, "big")
    for bit in range(8 * len(content)):
        yield (number ^ 1 << bit).to_bytes(len(content), "big")


def accepts(public):
    """Tell whether enrolment takes a public key."""
    try:
        ed25519.check_public(public)
    except MalformedError:
        return False
    return True
