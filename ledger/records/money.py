"""Amounts 金额 for people: whole fen are kept, yuan are shown."""

from __future__ import annotations


def yuan(amount_fen: int) -> str:
    """Return an amount of fen as people read it: `1,234.50元`."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}元"


def in_band(amount_fen: int, above_fen: int, up_to_fen: int = 0) -> bool:
    """Tell whether an amount lies above the one and up to the other; 0 is no bound."""
    return (above_fen <= 0 or amount_fen > above_fen) and (
        up_to_fen <= 0 or amount_fen <= up_to_fen
    )


def bands_meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether some amount lies in both bands, each (above, up to)."""
    return all(
        up_to <= 0 or max(above, 0) < up_to
        for (above, _), (_, up_to) in ((one, other), (other, one))
    )
