"""Amounts 金额 for people: whole fen are kept, yuan are shown."""

from __future__ import annotations


def yuan(amount_fen: int) -> str:
    """Return an amount of fen as people read it: `1,234.50元`."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}元"
