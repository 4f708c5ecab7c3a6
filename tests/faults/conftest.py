"""What the faults of commands share: the room in which they are called."""

from __future__ import annotations

from tests.ledger.commands.conftest import call, prepared, quick, room

__all__ = ["call", "prepared", "quick", "room"]
