"""The door to ipp-crypto: Ed25519 by AVX-512, eight signatures at once (`pip install qifeng[fast]`).

The package (Intel, Apache-2.0) holds shared libraries and no code in Python; only the one that its own
installation lists as `libcrypto_mb.so` is loaded. That library names four run-time libraries of Intel's
compiler as needed and takes no symbol from them. So the copy that is loaded, in memory and never on a
disk, names `libc.so.6` in their place, and is bound whole at once: were a symbol missing after all, it
would not load. Empty libraries under those four names would do as well, and would be in the way of
whoever needs the true ones in the same process.

It is loaded where the processor has the instructions and a trial of eight holds; else it is
silently not there. **It never judges alone**: `ledger.keys.batch` says what its answer counts for.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

LANES = 8
PACKAGE = "ipp-crypto"
LIBRARY = "libcrypto_mb.so"

# What the library names as needed, and needs no symbol of; and what it needs anyway.
_UNUSED = frozenset({b"libsvml.so", b"libirng.so", b"libimf.so", b"libintlc.so.5"})
_ANYWAY = b"libc.so.6"

# ELF-64, little-endian: places in the file header, kinds of segments, tags of the dynamic one.
_ELF = b"\x7fELF\x02\x01"
_SEGMENTS_AT, _SEGMENT_SIZE_AT = 32, 54
_LOADED, _DYNAMIC = 1, 2
_NEEDED, _STRINGS = 1, 5

# RFC 8032 §7.1, tests 1 to 3: public key, message, signature.
_TRIAL = tuple(
    (bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    for public, message, signature in (
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    )
)

Item = tuple[bytes, bytes, bytes]
Eight = Callable[[Sequence[Item]], int]
"""Judges exactly eight (public, message, signature of 64 bytes); returns a bit for each that holds."""

_Pointers = ctypes.c_char_p * LANES
_Lengths = ctypes.c_uint32 * LANES


@cache
def load() -> Eight | None:
    """Return the judge of eight, or None where package, processor or system do not have it."""
    try:
        place = _installed()
        if place is None:
            return None
        eight = _bind(_opened(without_unused(place.read_bytes())))
    except (OSError, AttributeError, ValueError, struct.error):
        return None
    return eight if eight is not None and _holds_trial(eight) else None


def without_unused(library: bytes) -> bytes:
    """Return a shared library that no longer names as needed what it needs no symbol of.

    Raises:
        ValueError: it is no ELF library as expected.
    """
    changed = bytearray(library)
    dynamic, strings = _sections(library)
    needed = {
        _name(library, strings + value): (at, value)
        for at, tag, value in dynamic
        if tag == _NEEDED
    }
    if _ANYWAY not in needed:
        raise ValueError("does not need the C library")
    for name in _UNUSED & needed.keys():
        struct.pack_into("<QQ", changed, needed[name][0], _NEEDED, needed[_ANYWAY][1])
    return bytes(changed)


def _sections(library: bytes) -> tuple[list[tuple[int, int, int]], int]:
    """Return (place, tag, value) of each line of the dynamic section, and where its strings begin."""
    if not library.startswith(_ELF):
        raise ValueError("is no ELF library of 64 bits")
    (start,) = struct.unpack_from("<Q", library, _SEGMENTS_AT)
    size, count = struct.unpack_from("<HH", library, _SEGMENT_SIZE_AT)
    segments = [
        struct.unpack_from("<IIQQQQQQ", library, start + size * n) for n in range(count)
    ]
    dynamic = [
        (at, *struct.unpack_from("<QQ", library, at))
        for kind, _, offset, _, _, length, _, _ in segments
        if kind == _DYNAMIC
        for at in range(offset, offset + length, 16)
    ]
    told = [value for _, tag, value in dynamic if tag == _STRINGS]
    for kind, _, offset, address, _, length, _, _ in segments:
        if kind == _LOADED and told and address <= told[0] < address + length:
            return dynamic, told[0] - address + offset
    raise ValueError("has no names of what it needs")


def _name(library: bytes, at: int) -> bytes:
    return library[at : library.index(b"\0", at)]


def _installed() -> Path | None:
    """Return the library that the installed package lists as its own."""
    try:
        files = metadata.distribution(PACKAGE).files or ()
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(each.locate())) for each in files if each.name == LIBRARY), None)


def _opened(library: bytes) -> ctypes.CDLL:
    """Load a library from memory; what it needs is found as the system finds it."""
    held = os.memfd_create(LIBRARY, os.MFD_CLOEXEC)
    try:
        with os.fdopen(held, "wb", closefd=False) as file:
            file.write(library)
        return ctypes.CDLL(f"/proc/self/fd/{held}", use_errno=False)
    finally:
        os.close(held)


def _bind(library: ctypes.CDLL) -> Eight | None:
    applicable = library.mbx_is_crypto_mb_applicable
    applicable.argtypes, applicable.restype = (ctypes.c_int64,), ctypes.c_int
    if not applicable(0):
        return None
    verify = library.mbx_ed25519_verify_mb8
    verify.argtypes = (_Pointers, _Pointers, _Pointers, _Lengths, _Pointers)
    verify.restype = ctypes.c_uint32

    def eight(items: Sequence[Item]) -> int:
        publics, messages, signatures = zip(*items, strict=True)
        status: int = verify(
            _Pointers(*[each[:32] for each in signatures]),
            _Pointers(*[each[32:] for each in signatures]),
            _Pointers(*messages),
            _Lengths(*map(len, messages)),
            _Pointers(*publics),
        )
        # A nibble for each: 0 where it holds, whatever else where it does not, or was not judged.
        return sum(1 << lane for lane in range(LANES) if not status >> 4 * lane & 15)

    return eight


def _holds_trial(eight: Eight) -> bool:
    """Tell whether eight known answers are right, good ones and damaged ones."""
    good = (_TRIAL * 3)[:LANES]
    wrong = [(public, message + b"!", signature) for public, message, signature in good]
    mixed = [wrong[lane] if lane % 2 else good[lane] for lane in range(LANES)]
    return (eight(good), eight(wrong), eight(mixed)) == (0xFF, 0, 0x55)
