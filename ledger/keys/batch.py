"""Judging many Ed25519 signatures: the house's rule, by the quickest verifier that is here.

Where `ledger.keys.avx512` can be loaded, eight are judged at once, and its word is used **only to
accept**: a signature counts as good if the batch says so and our own tests hold of it (A canonical
and not of small order, S < L, R not of small order), which the batch does not make. Whatever it does not
accept is judged again by `ledger.keys.ed25519`, as if there were no batch. So the answers are the same
on every machine, and only the time is not; a test holds 10,000 signatures, good and damaged, against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ledger.keys import avx512, ed25519
from ledger.keys.avx512 import LANES, Eight, Item
from ledger.keys.curve import P

_SIGN_BIT = 1 << 255


def verifier() -> str:
    """Return in one word what judges here: `AVX-512`, `libsodium` or `OpenSSL`."""
    if avx512.load() is not None:
        return "AVX-512"
    return "libsodium" if ed25519.HAS_LIBSODIUM else "OpenSSL"


def verify_many(items: Iterable[Item]) -> list[bool]:
    """Judge many (public, message, signature) as `ed25519.verify` does, one answer each, in order.

    Made for worker processes: arguments and answers are plain bytes and bools.
    """
    asked = list(items)
    eight = avx512.load()
    accepted = _accepted(eight, asked) if eight is not None and asked else set()
    return [place in accepted or ed25519.holds(*asked[place]) for place in range(len(asked))]


def _accepted(eight: Eight, asked: Sequence[Item]) -> set[int]:
    """Return the places of those that the batch and our own tests accept."""
    fit = [place for place, item in enumerate(asked) if _fit(*item)]
    accepted: set[int] = set()
    for start in range(0, len(fit), LANES):
        places = fit[start : start + LANES]
        # The lanes left over judge the first one again: an answer that is not looked at.
        filled = places + places[:1] * (LANES - len(places))
        held = eight([asked[place] for place in filled])
        accepted.update(place for lane, place in enumerate(places) if held >> lane & 1)
    return accepted


def _fit(public: bytes, _: bytes, signature: bytes) -> bool:
    """Tell whether our own tests hold: those of length, A, S and R."""
    return not ed25519.form_fault(public, signature) and _sound(public)


@lru_cache(maxsize=4096)
def _sound(public: bytes) -> bool:
    """Tell whether a key is canonical and not of small order; x = 0 is in the table with both signs."""
    number = int.from_bytes(public, "little")
    return number % _SIGN_BIT < P and public not in ed25519.SMALL_ORDER
