"""The curve behind Ed25519, in plain integers: is this public key a sound point?

Twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 over the integers modulo P = 2^255 - 19, with
d = -121665/121666 (RFC 8032 §5.1). Its points form a group of 8 * L, L prime. An encoding is the
32 bytes of y, little-endian, whose top bit is the sign (lowest bit) of x.

Only public keys pass through here, once each, at enrolment: the arithmetic takes about 2 ms and
its time depends on its input, so it must never touch a secret.
"""

from __future__ import annotations

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

# X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z (RFC 8032 §5.1.4).
Point = tuple[int, int, int, int]
IDENTITY: Point = (0, 1, 1, 0)


def parse_point(encoded: bytes) -> Point | None:
    """Return the point of a canonical 32-byte encoding, or None if there is none.

    None also where y >= P, or x = 0 and the sign bit is set (RFC 8032 §5.1.3).
    """
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    x = _root((y * y - 1) * pow(D * y * y + 1, -1, P) % P)
    if len(encoded) != 32 or y >= P or x is None or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def format_point(point: Point) -> bytes:
    """Return the 32-byte encoding that `parse_point` reads."""
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def add(left: Point, right: Point) -> Point:
    """Return the sum of two points; the formula is complete, it has no exceptions."""
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = 2 * D * t1 * t2, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(factor: int, point: Point) -> Point:
    """Return factor * point, for a factor of 0 or more."""
    total = IDENTITY
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def in_prime_subgroup(point: Point) -> bool:
    """Tell whether L * point is the identity: no part of small order is mixed in."""
    x, y, z, _ = multiply(L, point)
    return x == 0 and y == z


def _root(square: int) -> int | None:
    """Return a square root modulo P, or None if there is none (P = 5 mod 8)."""
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * SQRT_MINUS_ONE % P
    return root if root * root % P == square else None
