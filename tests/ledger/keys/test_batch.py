"""Many signatures at once: the same answers whatever judges, and the accelerator's word only accepts."""

from __future__ import annotations

import hashlib
import os
from importlib import metadata
from pathlib import Path

import pytest
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from ledger.keys import avx512, batch, curve, ed25519

MANY = 10_000
LANES = range(avx512.LANES)


@pytest.fixture
def without_accelerator(monkeypatch):
    """The accelerator cannot be loaded."""
    monkeypatch.setattr(avx512, "load", lambda: None)


@pytest.fixture(scope="module")
def accelerator():
    """The accelerator, where this machine has it."""
    eight = avx512.load()
    if eight is None:
        pytest.skip("no ipp-crypto here, or no AVX-512 IFMA: the accelerator is not tried")
    return eight


@pytest.fixture(scope="module")
def signed():
    """Ten thousand signatures by eight keys, over messages of 0 to 700 bytes."""
    keys = [crypto_sign_seed_keypair(bytes([n]) * 32) for n in LANES]
    texts = [hashlib.sha256(b"%d" % n).digest() * (n % 23) for n in range(MANY)]
    return [
        (keys[n % 8][0], text[n % 9 :], crypto_sign(text[n % 9 :], keys[n % 8][1])[:64])
        for n, text in enumerate(texts)
    ]


def damaged(item, n):
    """Return an item that is good or damaged in one of several ways, by its number."""
    public, message, signature = item
    flipped = bytearray(signature)
    flipped[n % 64] ^= 1 << n % 7
    return (
        item,
        (public, message, bytes(flipped)),
        (public, message + b"\0", signature),
        item,
        (public, message, signature[:32] + spelled_anew(signature[32:])),
        (public[1:] + public[:1], message, signature),
        item,
        (public, message, sorted(ed25519.SMALL_ORDER)[n % 14] + signature[32:]),
        (public, message, signature[: n % 64]),
        (sorted(ed25519.SMALL_ORDER)[n % 14], message, bytes(64)),
        (sorted(ed25519.SMALL_ORDER)[n % 14], message, ONE + bytes(32)),
    )[n // 64 % 11]


ONE = bytes([1]) + bytes(31)


def spelled_anew(scalar):
    """Return S + L, the second spelling that a careless verifier accepts."""
    return (int.from_bytes(scalar, "little") + curve.L).to_bytes(32, "little")


def test_ten_thousand_good_and_damaged_show_no_difference(signed):
    """Each is judged as the library alone judges it, whatever judges here."""
    mixed = [damaged(item, n) for n, item in enumerate(signed)]

    answers = batch.verify_many(mixed)

    assert answers == [ed25519.holds(*item) for item in mixed]
    assert 2000 < sum(answers) < 4000


def test_openssl_says_the_same(signed, monkeypatch):
    """Nor does it matter which library judges what the batch did not accept."""
    mixed = [damaged(item, n * 7) for n, item in enumerate(signed[:1500])]
    expected = batch.verify_many(mixed)
    monkeypatch.setattr(ed25519, "library_holds", ed25519.openssl_holds)

    assert batch.verify_many(mixed) == expected


@pytest.mark.parametrize("lane", LANES)
def test_one_bad_signature_of_eight_is_the_only_one_refused(signed, lane):
    """Whichever of the eight it is, its neighbours hold."""
    eight = list(signed[:8])
    eight[lane] = (*signed[lane][:2], signed[lane + 8][2])

    assert batch.verify_many(eight) == [place != lane for place in LANES]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 15, 17])
def test_any_number_is_judged(signed, count):
    """Lanes that are left over change nothing: one answer each, in order."""
    asked = signed[:count]
    wrong = [(public, message + b"!", signature) for public, message, signature in asked]

    assert batch.verify_many(iter(asked)) == [True] * count
    assert batch.verify_many(wrong) == [False] * count


def test_what_the_accelerator_does_not_accept_is_judged_again(signed, monkeypatch):
    """One that accepts nothing changes no answer, and costs only time."""
    monkeypatch.setattr(avx512, "load", lambda: lambda _: 0)

    assert batch.verify_many(signed[:9]) == [True] * 9


def test_the_accelerators_word_does_not_stand_against_our_own_tests(signed, monkeypatch):
    """One that accepts everything cannot make good a second spelling, a small R or an unsound key."""
    monkeypatch.setattr(avx512, "load", lambda: lambda _: 0xFF)
    public, message, signature = signed[0]
    small = min(ed25519.SMALL_ORDER)
    not_canonical = (curve.P + 3).to_bytes(32, "little")
    refused = [
        (public, message, signature[:32] + spelled_anew(signature[32:])),
        (public, message, small + signature[32:]),
        (small, message, signature),
        (not_canonical, message, signature),
        (public, message, signature[:63]),
        (public[:31], message, signature),
    ]

    assert batch.verify_many(refused) == [False] * len(refused)


@pytest.mark.usefixtures("without_accelerator")
def test_without_the_accelerator_the_library_judges(signed, monkeypatch):
    """Its absence changes the name of the verifier and no answer."""
    asked = [damaged(item, n * 64) for n, item in enumerate(signed[:22])]

    assert batch.verify_many(asked) == [ed25519.holds(*item) for item in asked]
    assert batch.verifier() == "libsodium"
    monkeypatch.setattr(ed25519, "HAS_LIBSODIUM", False)
    assert batch.verifier() == "OpenSSL"


@pytest.mark.usefixtures("accelerator")
def test_the_accelerator_is_named():
    """Where it is there, it is what judges."""
    assert batch.verifier() == "AVX-512"


def test_the_accelerator_tells_its_lanes_apart(accelerator, signed):
    """A bit for each that holds, in order."""
    eight = [
        item if lane in (0, 3, 7) else (item[0], b"", item[2])
        for lane, item in zip(LANES, signed[1:9], strict=True)
    ]

    assert accelerator(eight) == 0b10001001


@pytest.mark.usefixtures("accelerator")
def test_the_library_in_memory_needs_none_of_the_compilers():
    """Only the names of what is needed change: four of them become the C library's."""
    (place,) = {
        each.locate() for each in metadata.files("ipp-crypto") if each.name == avx512.LIBRARY
    }
    whole = Path(place).read_bytes()

    changed = avx512.without_unused(whole)

    assert len(changed) == len(whole)
    assert sum(old != new for old, new in zip(whole, changed, strict=True)) <= 4 * 8
    assert avx512.without_unused(changed) == changed


class Library:
    """What ctypes would return, with other answers."""

    def __init__(self, *, applicable, status=0):
        self.mbx_is_crypto_mb_applicable = lambda _: applicable
        self.mbx_ed25519_verify_mb8 = lambda *_: status


@pytest.fixture
def loaded_anew(monkeypatch):
    """Looking for the accelerator begins anew; a library of some bytes is installed."""
    monkeypatch.setattr(avx512, "_installed", lambda: Path(os.devnull))
    monkeypatch.setattr(avx512, "without_unused", lambda library: library)
    return avx512.load.__wrapped__


@pytest.mark.parametrize(
    "library",
    [
        pytest.param(Library(applicable=0), id="the processor has not the instructions"),
        pytest.param(Library(applicable=1, status=0), id="it accepts everything"),
        pytest.param(Library(applicable=1, status=0xAAAAAAAA), id="it says it cannot"),
        pytest.param(object(), id="it has no such function"),
    ],
)
def test_an_accelerator_that_does_not_pass_its_trial_is_not_used(
    loaded_anew, monkeypatch, library
):
    """No word of it is ever asked for."""
    monkeypatch.setattr(avx512, "_opened", lambda _: functions_of(library))

    assert loaded_anew() is None


def functions_of(library):
    """Return a library whose functions can be given types, as those of ctypes can."""
    if not isinstance(library, Library):
        return library

    class Typed:
        def __init__(self, function):
            self.function = function

        def __call__(self, *given):
            return self.function(*given)

    return type(
        "Typing",
        (),
        {
            name: Typed(getattr(library, name))
            for name in ("mbx_is_crypto_mb_applicable", "mbx_ed25519_verify_mb8")
        },
    )


def test_a_system_that_loads_nothing_from_memory_has_no_accelerator(loaded_anew, monkeypatch):
    """Where the system does not allow it, the library judges."""

    def refuse(*_):
        raise PermissionError("no files in memory here")

    monkeypatch.setattr(os, "memfd_create", refuse)

    assert loaded_anew() is None


def test_a_package_that_is_not_installed_is_not_there(monkeypatch):
    """Nothing is said, and nothing fails."""
    monkeypatch.setattr(avx512, "PACKAGE", "no-such-package-of-anybody")

    assert avx512.load.__wrapped__() is None


def elf(*, needed, strings_at=0x200, loaded=True):
    """Return the smallest library of 64 bits that names what it needs."""
    import struct

    names = b"\0" + b"".join(name + b"\0" for name in needed)
    dynamic = b"".join(
        struct.pack("<QQ", 1, names.index(b"\0" + name + b"\0") + 1) for name in needed
    ) + struct.pack("<QQQQ", 5, strings_at, 0, 0)
    head = bytearray(b"\x7fELF\x02\x01".ljust(64, b"\0"))
    struct.pack_into("<Q", head, 32, 64)
    struct.pack_into("<HH", head, 54, 56, 2)
    head += struct.pack("<IIQQQQQQ", 1 if loaded else 0, 0, 0, 0, 0, 4096, 4096, 0)
    head += struct.pack("<IIQQQQQQ", 2, 0, 256, 256, 256, len(dynamic), len(dynamic), 8)
    return bytes(head).ljust(256, b"\0") + dynamic.ljust(256, b"\0") + names


def test_what_is_needed_and_not_used_is_named_no_more():
    """A name stays where it is one that is used."""
    wanted = elf(needed=[b"libc.so.6", b"libsvml.so", b"libcrypto.so.3"])

    changed = avx512.without_unused(wanted)

    assert changed != wanted
    dynamic, strings = avx512._sections(changed)
    names = [avx512._name(changed, strings + value) for _, tag, value in dynamic if tag == 1]
    assert names == [b"libc.so.6", b"libc.so.6", b"libcrypto.so.3"]


@pytest.mark.parametrize(
    "library",
    [
        pytest.param(b"MZ" + bytes(600), id="of another system"),
        pytest.param(elf(needed=[b"libsvml.so"]), id="without the C library"),
        pytest.param(elf(needed=[b"libc.so.6"], loaded=False), id="with nothing loaded"),
        pytest.param(elf(needed=[b"libc.so.6"], strings_at=9999), id="with names elsewhere"),
    ],
)
def test_what_is_no_library_as_expected_is_refused(library):
    """It is not guessed at."""
    with pytest.raises(ValueError, match=r"library|names|need"):
        avx512.without_unused(library)
